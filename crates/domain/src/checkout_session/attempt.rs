//! What a session knows of the attempts to pay it: which was the last, and that one has succeeded.

use super::{CheckoutSession, CheckoutStep};
use crate::command::Stop;
use crate::event_kind::EventKind;
use crate::payment::Payment;
use crate::{Context, Key, State};

impl CheckoutSession {
    /// The last attempt.
    pub(super) fn attempt(&self, state: &State) -> Result<Option<Payment>, Stop> {
        let found = self.payment.map(|id| state.payments.find(id, Key::Payment)).transpose()?;
        Ok(found.flatten())
    }

    /// Its payment has succeeded.
    pub(crate) fn complete(mut self, payment: &Payment, state: &mut State, cx: &Context<'_>) {
        if let Some(status) = self.status.after(CheckoutStep::Complete) {
            self.status = status;
            self.payment = Some(payment.id);
            self.customer_email = Some(payment.customer_email.clone());
            self.completed_at = Some(cx.now);
            self.updated_at = cx.now;
            state.announce(cx, &mut self, EventKind::CheckoutCompleted);
        }
    }
}
