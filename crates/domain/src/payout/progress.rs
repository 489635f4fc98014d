//! What the job worker does to a payout: sends it, asks after it, and records what the rail said.
//!
//! The payout is `in_transit` before the rail is called: whoever finds it so after a crash asks the rail again.

use super::{Payout, PayoutFailure, PayoutStatus, PayoutStep};
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::{JobId, PayoutId};
use crate::job::Task;
use crate::ledger::{self, Cause};
use crate::merchant::Destination;
use crate::{AccountId, Key, Money, Refusal, State, Timestamp};

/// Takes a payout in hand and says what to send, or to ask after.
pub struct BeginPayout {
    pub payout: PayoutId,
    pub job: JobId,
}

/// What the rail is asked for. The payout's id is the rail's idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutOrder {
    pub payout: PayoutId,
    /// What is to arrive.
    pub amount: Money,
    pub destination: Destination,
    /// The account's time.
    pub at: Timestamp,
}

impl Command for BeginPayout {
    /// `None` when it is over; the job has ended then.
    type Output = Option<PayoutOrder>;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.payouts.find(self.payout, Key::Payout)?.map(|payout| payout.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payout(self.payout)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Option<PayoutOrder>, Stop> {
        let found = state.payouts.find(self.payout, Key::Payout)?;
        let Some(mut payout) = found.filter(Payout::is_open) else {
            state.finish(self.job);
            return Ok(None);
        };
        if let Some(status) = payout.status.after(PayoutStep::Send) {
            payout.status = status;
            payout.updated_at = cx.now;
            state.announce(cx, &mut payout, EventKind::PayoutInTransit);
        }
        let amount = payout.net();
        Ok(Some(PayoutOrder { payout: payout.id, amount, destination: payout.destination, at: cx.now }))
    }
}

/// The rail's word on a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutOutcome {
    /// Ask again then.
    UnderWay(Timestamp),
    Paid,
    Failed(PayoutFailure),
}

/// Records what the rail said; an end is recorded once.
pub struct RecordPayout {
    pub payout: PayoutId,
    pub job: JobId,
    pub outcome: PayoutOutcome,
}

impl Command for RecordPayout {
    type Output = ();

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.payouts.find(self.payout, Key::Payout)?.map(|payout| payout.account))
    }

    fn wants(&self) -> Vec<Key> {
        // The job too: a worker that was thought dead may come back after another has done its work.
        vec![Key::Payout(self.payout), Key::Job(self.job)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<(), Stop> {
        let found = state.payouts.find(self.payout, Key::Payout)?;
        let payout = found.ok_or(Refusal::PayoutNotFound(self.payout))?;
        let in_hand = state.job(self.job)?.is_some();
        match self.outcome {
            PayoutOutcome::UnderWay(arrival) if payout.status == PayoutStatus::InTransit && in_hand => {
                wait(payout, arrival, state, cx);
            }
            PayoutOutcome::Paid => arrive(payout, state, cx),
            PayoutOutcome::Failed(failure) => come_back(payout, failure, state, cx),
            PayoutOutcome::UnderWay(_) => {}
        }
        state.finish(self.job);
        Ok(())
    }
}

impl Payout {
    fn is_open(&self) -> bool {
        match self.status {
            PayoutStatus::Pending | PayoutStatus::InTransit => true,
            PayoutStatus::Paid | PayoutStatus::Failed => false,
        }
    }
}

fn wait(mut payout: Payout, arrival: Timestamp, state: &mut State, cx: &Context<'_>) {
    state.schedule(cx, payout.account, Task::ConfirmPayout(payout.id), arrival);
    payout.arrival_at = Some(arrival);
    payout.updated_at = cx.now;
    state.payouts.put(payout.id, payout);
}

fn arrive(mut payout: Payout, state: &mut State, cx: &Context<'_>) {
    let Some(status) = payout.status.after(PayoutStep::Arrive) else {
        return;
    };
    payout.status = status;
    payout.arrival_at = payout.arrival_at.or(Some(cx.now));
    payout.paid_at = Some(cx.now);
    payout.updated_at = cx.now;
    let transfers = ledger::payout_paid(payout.parties(), payout.net());
    state.post(cx, payout.account, Cause::PayoutPaid(payout.id), transfers);
    state.announce(cx, &mut payout, EventKind::PayoutPaid);
}

fn come_back(mut payout: Payout, failure: PayoutFailure, state: &mut State, cx: &Context<'_>) {
    let Some(status) = payout.status.after(PayoutStep::Fail) else {
        return;
    };
    payout.status = status;
    payout.failure = Some(failure);
    payout.failed_at = Some(cx.now);
    payout.updated_at = cx.now;
    let fee = Money::new(payout.fee, payout.amount.currency());
    let transfers = ledger::payout_failed(payout.parties(), payout.net(), fee, payout.usdc_only);
    state.post(cx, payout.account, Cause::PayoutFailed(payout.id), transfers);
    state.announce(cx, &mut payout, EventKind::PayoutFailed);
}
