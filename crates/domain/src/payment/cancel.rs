//! Canceling a payment before it is processed.

use super::{Cancellation, Payment, Step};
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::PaymentId;
use crate::{AccountId, Key, Refusal, State};

pub struct CancelPayment {
    pub actor: Actor,
    pub id: PaymentId,
    pub reason: Option<String>,
}

impl Command for CancelPayment {
    type Output = Payment;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Payment, Stop> {
        let payment = state.payment(&self.actor, self.id)?;
        let call_off = CallOff { step: Step::Cancel, reason: self.reason.clone() };
        call_off.apply(payment, state, cx)
    }
}

/// The end of a payment that was never processed, whoever wanted it.
pub(crate) struct CallOff {
    pub step: Step,
    pub reason: Option<String>,
}

impl CallOff {
    /// The job that would have submitted the payment finds it canceled and ends.
    pub(crate) fn apply(self, mut payment: Payment, state: &mut State, cx: &Context<'_>) -> Result<Payment, Stop> {
        let Some(status) = payment.status.after(self.step) else {
            return Err(Refusal::PaymentNotCancelable { payment: payment.id, status: payment.status }.into());
        };
        payment.status = status;
        payment.cancellation = Some(Cancellation { reason: self.reason, at: cx.now });
        payment.updated_at = cx.now;
        state.announce(cx, &mut payment, EventKind::PaymentCanceled);
        Ok(payment)
    }
}
