//! Jobs. One that is put off goes back to all workers, so its lease ends.

use hedge_domain::Id;
use hedge_domain::job::{Job, JobId, Task};

use crate::record::{AnyId, Cell, Columns, Get, Malformed, Put, record};

record! {
    of "jobs" of Job, by id: JobId, fixed: "account_id", also: ["", ", lease_until = NULL"];
    id: "id uuid",
    account: "account_id uuid",
    task: "task text, subject_id uuid, detail_id uuid",
    due_at: "due_at bigint",
    attempts: "attempts bigint",
}

const SUBMIT_PAYMENT: &str = "submit_payment";
const SUBMIT_REFUND: &str = "submit_refund";
const SUBMIT_PAYOUT: &str = "submit_payout";
const CONFIRM_PAYOUT: &str = "confirm_payout";

/// What it is, of which object, and perhaps of which part of that.
impl Columns for Task {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        let (code, subject, detail) = match *self {
            Self::SubmitPayment(payment) => (SUBMIT_PAYMENT, Cell::id(payment), Cell::Null),
            Self::SubmitRefund { payment, refund } => (SUBMIT_REFUND, Cell::id(payment), Cell::id(refund)),
            Self::SubmitPayout(payout) => (SUBMIT_PAYOUT, Cell::id(payout), Cell::Null),
            Self::ConfirmPayout(payout) => (CONFIRM_PAYOUT, Cell::id(payout), Cell::Null),
        };
        row.cell(Cell::Text(code.into()));
        row.cell(subject);
        row.cell(detail);
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        let (code, subject, detail): (String, AnyId, Option<AnyId>) = (row.take()?, row.take()?, row.take()?);
        match (code.as_str(), detail) {
            (SUBMIT_PAYMENT, None) => Ok(Self::SubmitPayment(one(subject))),
            (SUBMIT_REFUND, Some(refund)) => Ok(Self::SubmitRefund { payment: one(subject), refund: one(refund) }),
            (SUBMIT_PAYOUT, None) => Ok(Self::SubmitPayout(one(subject))),
            (CONFIRM_PAYOUT, None) => Ok(Self::ConfirmPayout(one(subject))),
            _ => Err(Malformed(format!(
                "no task is {code:?} with {}",
                if detail.is_some() { "a detail" } else { "no detail" }
            ))),
        }
    }
}

const fn one<K>(id: AnyId) -> Id<K> {
    Id::from_bits(id.bits())
}
