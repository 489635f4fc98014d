//! Paying a session with a card: an attempt is a payment, and at most one is under way at a time.

use super::{CheckoutSession, CheckoutStatus};
use crate::card::Card;
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::CheckoutSessionId;
use crate::merchant::Merchant;
use crate::payment::{CallOff, Method, Payment, PaymentStatus, Step};
use crate::payment_method::PaymentMethod;
use crate::{AccountId, Key, Refusal, State};

/// Answers with the attempt: a new one, or the one that is under way already. A payer who clicks twice, or in two tabs,
/// gets the same payment twice.
pub struct PayCheckoutSession {
    pub id: CheckoutSessionId,
    pub card: PayingCard,
    /// The payer's, unless the session says.
    pub email: String,
}

/// A card that was checked ([`crate::card::CardDetails::check`]) and tokenised by the rail.
#[derive(Clone)]
pub struct PayingCard {
    pub card: Card,
    pub fingerprint: [u8; 16],
    pub rail_token: String,
    /// Whether the rail wants the payer authenticated by the card's issuer first: the attempt then waits for
    /// [`crate::payment::AnswerChallenge`].
    pub challenge: bool,
}

impl Command for PayCheckoutSession {
    type Output = Payment;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.checkout_sessions.find(self.id, Key::CheckoutSession)?.map(|session| session.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::CheckoutSession(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Payment, Stop> {
        let found = state.checkout_sessions.find(self.id, Key::CheckoutSession)?;
        let session = found.ok_or(Refusal::CheckoutSessionNotFound(self.id))?;
        let merchant = state.merchants.find(session.merchant, Key::Merchant)?;
        let merchant = merchant.ok_or(Refusal::MerchantUnknown(session.merchant))?;
        let open = session.must_be_open(cx.now);
        if let Some(payment) = session.attempt(state)? {
            match payment.status {
                // Also when the session's time is up meanwhile: an attempt that was made in time goes on after it.
                PaymentStatus::Initiated | PaymentStatus::Processing => return Ok(payment),
                PaymentStatus::Failed | PaymentStatus::Canceled => open?,
                PaymentStatus::Pending => {
                    open?;
                    if self.is_of_same_card(&payment, state)? {
                        return Ok(payment);
                    }
                    // The payer has turned away from the challenge and takes another card.
                    let call_off = CallOff { step: Step::Cancel, reason: Some("replaced".to_owned()) };
                    call_off.apply(payment, state, cx)?;
                }
                PaymentStatus::Succeeded | PaymentStatus::Refunded | PaymentStatus::PartiallyRefunded => {
                    let status = CheckoutStatus::Complete;
                    return Err(Refusal::CheckoutSessionNotOpen { session: session.id, status }.into());
                }
            }
        } else {
            open?;
        }
        if session.is_exhausted() {
            return Err(Refusal::CheckoutAttemptsExhausted(session.id).into());
        }
        merchant.must_be_active()?;
        Ok(self.attempt(session, &merchant, state, cx))
    }
}

impl PayCheckoutSession {
    fn is_of_same_card(&self, payment: &Payment, state: &State) -> Result<bool, Stop> {
        let method = payment.payment_method.map(|id| state.payment_method(payment.account, id)).transpose()?;
        Ok(method.is_some_and(|known| known.fingerprint == self.card.fingerprint))
    }

    fn attempt(
        &self,
        mut session: CheckoutSession,
        merchant: &Merchant,
        state: &mut State,
        cx: &Context<'_>,
    ) -> Payment {
        let method = PaymentMethod {
            id: cx.id(),
            account: session.account,
            merchant: Some(session.merchant),
            // For this payment alone: the payer was not asked whether to keep the card.
            customer: None,
            card: self.card.card.clone(),
            fingerprint: self.card.fingerprint,
            rail_token: self.card.rail_token.clone(),
            created_at: cx.now,
        };
        let mut payment = Payment {
            id: cx.id(),
            account: session.account,
            merchant: session.merchant,
            amount: session.amount,
            status: PaymentStatus::Pending,
            method: Some(Method::Card),
            payment_method: Some(method.id),
            customer: session.customer,
            customer_email: session.customer_email.clone().unwrap_or_else(|| self.email.clone()),
            description: session.description.clone(),
            statement_descriptor: merchant.statement_descriptor.clone(),
            metadata: session.metadata.clone(),
            checkout_session: Some(session.id),
            fee: 0,
            refunded: 0,
            refunds: Vec::new(),
            failure: None,
            three_d_secure: None,
            cancellation: None,
            expires_at: session.expires_at,
            settles_at: None,
            settlement_method: None,
            settled_at: None,
            created_at: cx.now,
            updated_at: cx.now,
            sequence: 0,
        };
        state.payment_methods.put(method.id, method.clone());
        session.payment = Some(payment.id);
        session.attempts = session.attempts.saturating_add(1);
        session.updated_at = cx.now;
        state.checkout_sessions.put(session.id, session);
        state.announce(cx, &mut payment, EventKind::PaymentCreated);
        if !self.card.challenge {
            payment.submit(&method, state, cx);
        }
        payment
    }
}
