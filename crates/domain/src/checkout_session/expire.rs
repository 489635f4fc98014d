//! The end of a session that was not paid: by the merchant's word, or because its time is up.
//!
//! A payment that the rail may have taken on already decides for itself: while one is on its way the merchant's word is
//! refused, and the session's time stands still. If the payment succeeds the session is complete, however late; if it
//! fails, the session expires then.

use super::{CheckoutSession, CheckoutStatus, CheckoutStep};
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::CheckoutSessionId;
use crate::payment::{CallOff, Step};
use crate::{AccountId, Key, Refusal, State};

pub struct ExpireCheckoutSession {
    pub actor: Actor,
    pub id: CheckoutSessionId,
}

impl Command for ExpireCheckoutSession {
    type Output = CheckoutSession;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::CheckoutSession(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<CheckoutSession, Stop> {
        let session = state.checkout_session(&self.actor, self.id)?;
        session.must_be_open(cx.now)?;
        if let Some(payment) = session.attempt(state)?
            && payment.status.is_in_flight()
        {
            return Err(Refusal::CheckoutSessionInPayment { session: session.id, payment: payment.id }.into());
        }
        end(session, state, cx)
    }
}

/// The worker's finding that a session may have run out; harmless when it has not.
pub struct LapseCheckoutSession {
    pub id: CheckoutSessionId,
}

impl Command for LapseCheckoutSession {
    /// Whether it expired.
    type Output = bool;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.checkout_sessions.find(self.id, Key::CheckoutSession)?.map(|session| session.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::CheckoutSession(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<bool, Stop> {
        let found = state.checkout_sessions.find(self.id, Key::CheckoutSession)?;
        let due = found.filter(|session| session.status == CheckoutStatus::Open && session.expires_at <= cx.now);
        let Some(session) = due else {
            return Ok(false);
        };
        if session.attempt(state)?.is_some_and(|payment| payment.status.is_in_flight()) {
            return Ok(false);
        }
        end(session, state, cx)?;
        Ok(true)
    }
}

/// Ends the session, and with it an attempt that waits for its payer to be authenticated.
fn end(mut session: CheckoutSession, state: &mut State, cx: &Context<'_>) -> Result<CheckoutSession, Stop> {
    let Some(status) = session.status.after(CheckoutStep::Expire) else {
        return Err(Refusal::CheckoutSessionNotOpen { session: session.id, status: session.status }.into());
    };
    if let Some(payment) = session.attempt(state)?
        && payment.status.after(Step::Expire).is_some()
    {
        CallOff { step: Step::Expire, reason: Some("expired".to_owned()) }.apply(payment, state, cx)?;
    }
    session.status = status;
    session.expired_at = Some(cx.now);
    session.updated_at = cx.now;
    state.announce(cx, &mut session, EventKind::CheckoutExpired);
    Ok(session)
}
