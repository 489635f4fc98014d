//! Canceling a payment that nobody paid in time.

use super::Step;
use super::cancel::CallOff;
use crate::command::{Command, Context, Stop};
use crate::ids::PaymentId;
use crate::{AccountId, Key, State};

/// The worker's finding that a payment may have run out; harmless when it has not.
pub struct ExpirePayment {
    pub id: PaymentId,
}

impl Command for ExpirePayment {
    /// Whether it was canceled.
    type Output = bool;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.payments.find(self.id, Key::Payment)?.map(|payment| payment.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<bool, Stop> {
        let due = state
            .payments
            .find(self.id, Key::Payment)?
            .filter(|payment| payment.expires_at <= cx.now && payment.status.after(Step::Expire).is_some());
        let Some(payment) = due else {
            return Ok(false);
        };
        CallOff { step: Step::Expire, reason: Some("expired".to_owned()) }.apply(payment, state, cx)?;
        Ok(true)
    }
}
