//! Canceling a payment before it is processed.

use super::{Cancellation, Payment, PaymentId, Step};
use crate::account::Actor;
use crate::command::{Command, Context, Stop};
use crate::event::EventKind;
use crate::{Key, Refusal, State};

pub struct CancelPayment {
    pub actor: Actor,
    pub id: PaymentId,
    pub reason: Option<String>,
}

impl Command for CancelPayment {
    type Output = Payment;

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Payment, Stop> {
        let payment = state.payment(&self.actor, self.id)?;
        cancel(payment, Step::Cancel, self.reason.clone(), state, cx)
    }
}

/// The job that would have submitted it finds it canceled and ends.
pub(super) fn cancel(
    mut payment: Payment,
    step: Step,
    reason: Option<String>,
    state: &mut State,
    cx: &Context<'_>,
) -> Result<Payment, Stop> {
    let Some(status) = payment.status.after(step) else {
        return Err(Refusal::PaymentNotCancelable { payment: payment.id, status: payment.status }.into());
    };
    payment.status = status;
    payment.cancellation = Some(Cancellation { reason, at: cx.now });
    payment.updated_at = cx.now;
    state.announce(cx, &mut payment, EventKind::PaymentCanceled);
    Ok(payment)
}
