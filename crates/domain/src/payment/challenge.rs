//! 3-D Secure on the hosted page: the issuer has seen the cardholder, and says yes or no.
//!
//! A payment of a checkout session waits for that as `pending` with its card. Payments of the API never do: their cards
//! are authenticated by the rail, without a page to show.

use super::{FailureCode, Payment, Step, ThreeDSecure};
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::{CheckoutSessionId, PaymentId};
use crate::{AccountId, Key, Refusal, State};

/// An answer to what is not asked, or no longer, changes nothing: a payer may click twice.
pub struct AnswerChallenge {
    /// Whoever answers knows the session and must not reach beyond it.
    pub session: CheckoutSessionId,
    pub payment: PaymentId,
    pub passed: bool,
}

impl Command for AnswerChallenge {
    type Output = Payment;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.payments.find(self.payment, Key::Payment)?.map(|payment| payment.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.payment), Key::CheckoutSession(self.session)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Payment, Stop> {
        let found = state.payments.find(self.payment, Key::Payment)?;
        let own = found.filter(|payment| payment.checkout_session == Some(self.session));
        let mut payment = own.ok_or(Refusal::PaymentNotFound(self.payment))?;
        let session = state.checkout_sessions.find(self.session, Key::CheckoutSession)?;
        let session = session.ok_or(Refusal::CheckoutSessionNotFound(self.session))?;
        let Some(token) = payment.payment_method.filter(|_| payment.awaits_challenge()) else {
            return Ok(payment);
        };
        session.must_be_open(cx.now)?;
        if self.passed {
            let merchant = state.merchants.find(payment.merchant, Key::Merchant)?;
            merchant.ok_or(Refusal::MerchantUnknown(payment.merchant))?.must_be_active()?;
        }
        let method = state.payment_method(payment.account, token)?;
        if self.passed {
            payment.three_d_secure = Some(ThreeDSecure::Authenticated);
            payment.submit(&method, state, cx);
        } else if let Some(status) = payment.status.after(Step::FailChallenge) {
            payment.status = status;
            payment.three_d_secure = Some(ThreeDSecure::Failed);
            payment.failure = Some(FailureCode::AuthenticationFailed);
            payment.updated_at = cx.now;
            state.announce(cx, &mut payment, EventKind::PaymentFailed);
        }
        Ok(payment)
    }
}
