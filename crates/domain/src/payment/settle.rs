//! Settling a payment: what is left of it becomes available to its merchant.

use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::PaymentId;
use crate::ledger::{self, Cause};
use crate::{AccountId, Key, Money, State};

/// The worker's finding that a payment may be due; harmless when it is not, or no longer.
pub struct SettlePayment {
    pub id: PaymentId,
}

impl Command for SettlePayment {
    /// Whether it was settled.
    type Output = bool;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.payments.find(self.id, Key::Payment)?.map(|payment| payment.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<bool, Stop> {
        let found = state.payments.find(self.id, Key::Payment)?;
        let due = found.filter(|payment| payment.settles_at.is_some_and(|at| at <= cx.now));
        let Some(mut payment) = due.filter(|payment| payment.settled_at.is_none()) else {
            return Ok(false);
        };
        let left = payment.amount.minor().saturating_sub(payment.fee).saturating_sub(payment.refunded);
        let left = Money::new(left, payment.amount.currency());
        let transfers = ledger::settlement(payment.merchant, payment.settles_by(), left);
        state.post(cx, payment.account, Cause::Settlement(payment.id), transfers);
        payment.settled_at = Some(cx.now);
        payment.updated_at = cx.now;
        state.announce(cx, &mut payment, EventKind::PaymentSettled);
        Ok(true)
    }
}
