//! Jobs: IO that must still happen, written in the same transaction as the reason for it.
//!
//! A worker claims due jobs by lease and reports with a command that finishes or postpones the job. A job whose
//! worker died falls due again when its lease ends, so every job must be harmless to repeat.

mod finish;
mod postpone;

pub use crate::ids::JobId;
pub use finish::FinishJob;
pub use postpone::PostponeJob;

use crate::ids::{PaymentId, PayoutId, RefundId};
use crate::{AccountId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: JobId,
    pub account: AccountId,
    pub task: Task,
    pub due_at: Timestamp,
    pub attempts: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Send a payment to its rail and record what came of it.
    SubmitPayment(PaymentId),
    /// Tell the rail of a refund.
    SubmitRefund { payment: PaymentId, refund: RefundId },
    /// Send a payout on its way.
    SubmitPayout(PayoutId),
    /// Ask whether a payout has arrived.
    ConfirmPayout(PayoutId),
}
