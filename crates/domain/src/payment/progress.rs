//! What the job worker does to a payment: takes it into processing, and records what the rail said.
//!
//! The payment is `processing` before the rail is called: from then on it can no longer be canceled, and whoever
//! finds it so after a crash asks the rail again instead of guessing.

use super::{FailureCode, Payment, PaymentStatus, Step, ThreeDSecure};
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::{JobId, PaymentId};
use crate::ledger::{self, Cause};
use crate::{AccountId, Key, Money, Refusal, State};

/// Takes an initiated payment into processing and says what to charge.
pub struct BeginProcessing {
    pub payment: PaymentId,
    pub job: JobId,
}

/// What the rail is asked for. The payment's id is the rail's idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub payment: PaymentId,
    pub amount: Money,
    pub statement_descriptor: String,
    pub rail_token: String,
    /// What the issuer has said already of the cardholder, on the hosted page.
    pub three_d_secure: Option<ThreeDSecure>,
}

impl Command for BeginProcessing {
    /// `None` when there is nothing to charge any more; the job has ended then.
    type Output = Option<Charge>;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.payments.find(self.payment, Key::Payment)?.map(|payment| payment.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.payment)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Option<Charge>, Stop> {
        let found = state.payments.find(self.payment, Key::Payment)?;
        // `Processing` too: an earlier attempt may have died between asking the rail and hearing it.
        let open = found.filter(|payment| payment.status.is_in_flight());
        let Some((mut payment, token)) = open.and_then(|payment| payment.payment_method.map(|token| (payment, token)))
        else {
            state.finish(self.job);
            return Ok(None);
        };
        let method = state.payment_method(payment.account, token)?;
        if let Some(status) = payment.status.after(Step::Process) {
            payment.status = status;
            payment.updated_at = cx.now;
            state.announce(cx, &mut payment, EventKind::PaymentProcessing);
        }
        Ok(Some(Charge {
            payment: payment.id,
            amount: payment.amount,
            statement_descriptor: payment.statement_descriptor,
            rail_token: method.rail_token,
            three_d_secure: payment.three_d_secure,
        }))
    }
}

/// The rail's last word on a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Approved(ThreeDSecure),
    Declined(FailureCode, ThreeDSecure),
}

/// Settles a processing payment one way or the other, once.
pub struct RecordOutcome {
    pub payment: PaymentId,
    pub job: JobId,
    pub outcome: Outcome,
}

impl Command for RecordOutcome {
    type Output = ();

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.payments.find(self.payment, Key::Payment)?.map(|payment| payment.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.payment)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<(), Stop> {
        let found = state.payments.find(self.payment, Key::Payment)?;
        let mut payment = found.ok_or(Refusal::PaymentNotFound(self.payment))?;
        if payment.status == PaymentStatus::Processing {
            match self.outcome {
                Outcome::Approved(three_d_secure) => {
                    payment.three_d_secure = Some(three_d_secure);
                    succeed(payment, state, cx)?;
                }
                Outcome::Declined(code, three_d_secure) => {
                    payment.three_d_secure = Some(three_d_secure);
                    fail(payment, code, state, cx);
                }
            }
        }
        state.finish(self.job);
        Ok(())
    }
}

fn succeed(mut payment: Payment, state: &mut State, cx: &Context<'_>) -> Result<(), Stop> {
    let merchant = state.merchants.find(payment.merchant, Key::Merchant)?;
    let merchant = merchant.ok_or(Refusal::MerchantUnknown(payment.merchant))?;
    let session =
        payment.checkout_session.map(|id| state.checkout_sessions.find(id, Key::CheckoutSession)).transpose()?;
    let fee = payment.method.map_or(Money::zero(payment.amount.currency()), |method| {
        merchant.prices.at(cx.now).schedule(method).fee(payment.amount)
    });
    payment.status = PaymentStatus::Succeeded;
    payment.fee = fee.minor();
    payment.settles_at = Some(merchant.settlement.settles_at(cx.now));
    payment.settlement_method = Some(merchant.settlement.method);
    payment.updated_at = cx.now;
    let transfers = ledger::card_payment(payment.parties(), payment.amount, fee);
    state.post(cx, payment.account, Cause::Payment(payment.id), transfers);
    state.announce(cx, &mut payment, EventKind::PaymentSucceeded);
    if let Some(session) = session.flatten() {
        session.complete(&payment, state, cx);
    }
    Ok(())
}

fn fail(mut payment: Payment, code: FailureCode, state: &mut State, cx: &Context<'_>) {
    payment.status = PaymentStatus::Failed;
    payment.failure = Some(code);
    payment.updated_at = cx.now;
    state.announce(cx, &mut payment, EventKind::PaymentFailed);
}
