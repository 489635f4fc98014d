//! Refunding a payment, whole or in parts, never beyond what was paid.

use super::{Payment, Step};
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::PaymentId;
use crate::job::Task;
use crate::ledger::{self, Cause};
use crate::metadata::Metadata;
use crate::refund::{MOST_METADATA, MOST_REFUNDS, Refund, RefundStatus};
use crate::{AccountId, Key, Money, Refusal, State};

pub struct RefundPayment {
    pub actor: Actor,
    pub id: PaymentId,
    /// `None` refunds all that remains.
    pub amount: Option<i64>,
    pub reason: Option<String>,
    pub metadata: Metadata,
}

impl Command for RefundPayment {
    type Output = Payment;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Payment, Stop> {
        let mut payment = state.payment(&self.actor, self.id)?;
        let amount = self.amount.unwrap_or(payment.refundable());
        let whole = amount == payment.refundable();
        let step = if whole { Step::RefundRest } else { Step::RefundPart };
        let Some(status) = payment.status.after(step) else {
            return Err(Refusal::PaymentNotRefundable { payment: payment.id, status: payment.status }.into());
        };
        if amount < 1 || amount > payment.refundable() {
            return Err(exceeded(&payment, amount).into());
        }
        // The last one may only be of all that remains, so that no money is left that nothing could give back.
        if payment.refunds.len() + 1 >= MOST_REFUNDS && !whole {
            return Err(Refusal::RefundsExhausted { payment: payment.id, remaining: payment.refundable() }.into());
        }
        let metadata: usize = payment.refunds.iter().map(|refund| refund.metadata.size()).sum();
        if metadata + self.metadata.size() > MOST_METADATA {
            return Err(Refusal::RefundMetadataExceeded.into());
        }

        let refund = Refund {
            id: cx.id(),
            amount,
            reason: self.reason.clone(),
            status: RefundStatus::Succeeded,
            metadata: self.metadata.clone(),
            created_at: cx.now,
        };
        let money = Money::new(amount, payment.amount.currency());
        let settled = payment.settled_at.map(|_| payment.settles_by());
        state.post(
            cx,
            payment.account,
            Cause::Refund(payment.id, refund.id),
            ledger::card_refund(payment.parties(), money, settled),
        );
        let task = Task::SubmitRefund { payment: payment.id, refund: refund.id };
        state.schedule(cx, payment.account, task, cx.now);

        payment.status = status;
        payment.refunded = payment.refunded.saturating_add(amount);
        payment.refunds.push(refund);
        payment.updated_at = cx.now;
        // Every refund is announced as `payment.refunded`; a partial one says so as well.
        state.announce(cx, &mut payment, EventKind::PaymentRefunded);
        if !whole {
            state.announce(cx, &mut payment, EventKind::PaymentPartiallyRefunded);
        }
        Ok(payment)
    }
}

fn exceeded(payment: &Payment, requested: i64) -> Refusal {
    let money = |minor| Money::new(minor, payment.amount.currency());
    Refusal::RefundAmountExceeded {
        payment: payment.id,
        original: payment.amount,
        refunded: money(payment.refunded),
        requested: money(requested),
    }
}
