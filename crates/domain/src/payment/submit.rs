//! Submitting a payment: it is handed to its rail, and from here on the job worker drives it.

use super::{Payment, PaymentStatus};
use crate::event_kind::EventKind;
use crate::job::Task;
use crate::payment_method::PaymentMethod;
use crate::{Context, State};

impl Payment {
    /// By this method, whoever chose it.
    pub(crate) fn submit(&mut self, method: &PaymentMethod, state: &mut State, cx: &Context<'_>) {
        self.method = Some(method.method());
        self.payment_method = Some(method.id);
        self.status = PaymentStatus::Initiated;
        self.updated_at = cx.now;
        state.announce(cx, self, EventKind::PaymentInitiated);
        state.schedule(cx, self.account, Task::SubmitPayment(self.id), cx.now);
    }
}
