//! How domain values read in columns, alike in every SQL dialect.
//!
//! What cannot be read back is a fault of the database, never of a caller: it surfaces as [`Malformed`].

use std::fmt;

use hedge_domain::Currency;
use hedge_domain::api_key::KeyKind;
use hedge_domain::card::Brand;
use hedge_domain::event::EventKind;
use hedge_domain::installation::Environment;
use hedge_domain::job::Task;
use hedge_domain::ledger::Cause;
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{FailureCode, Method, PaymentId, PaymentStatus, ThreeDSecure};
use hedge_domain::refund::{RefundId, RefundStatus};

/// A column holds what this version never wrote.
#[derive(Debug)]
pub(crate) struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed column: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

/// An enum kept as its published code, so that an operator can read the tables.
pub(crate) trait Coded: Copy + 'static {
    const EVERY: &'static [Self];
    fn text(self) -> &'static str;

    fn parse(text: &str) -> Result<Self, Malformed> {
        let found = Self::EVERY.iter().copied().find(|value| value.text() == text);
        found.ok_or_else(|| Malformed(format!("{:?} has no value {text:?}", std::any::type_name::<Self>())))
    }
}

macro_rules! coded {
    ($($name:ident: $every:expr;)+) => {$(
        impl Coded for $name {
            const EVERY: &'static [Self] = &$every;
            fn text(self) -> &'static str {
                self.code()
            }
        }
    )+};
}

coded! {
    Brand: Brand::ALL;
    Currency: Currency::ALL;
    Environment: [Environment::Sandbox, Environment::Production];
    EventKind: EventKind::ALL;
    FailureCode: FailureCode::ALL;
    KeyKind: KeyKind::ALL;
    Method: Method::ALL;
    PaymentStatus: PaymentStatus::ALL;
    RefundStatus: RefundStatus::ALL;
    ThreeDSecure: ThreeDSecure::ALL;
}

const SUBMIT_PAYMENT: &str = "submit_payment";
const SUBMIT_REFUND: &str = "submit_refund";

/// The columns `task`, `payment_id` and `refund_id` of a job.
pub(crate) const fn task_columns(task: Task) -> (&'static str, PaymentId, Option<RefundId>) {
    match task {
        Task::SubmitPayment(payment) => (SUBMIT_PAYMENT, payment, None),
        Task::SubmitRefund { payment, refund } => (SUBMIT_REFUND, payment, Some(refund)),
    }
}

pub(crate) fn task(text: &str, payment: PaymentId, refund: Option<RefundId>) -> Result<Task, Malformed> {
    match (text, refund) {
        (SUBMIT_PAYMENT, None) => Ok(Task::SubmitPayment(payment)),
        (SUBMIT_REFUND, Some(refund)) => Ok(Task::SubmitRefund { payment, refund }),
        _ => Err(Malformed(format!("no task is {text:?} with refund {refund:?}"))),
    }
}

/// The columns `cause` and `refund_id` of a transfer.
pub(crate) const fn cause_columns(cause: Cause) -> (&'static str, Option<RefundId>) {
    match cause {
        Cause::Payment(_) => ("payment", None),
        Cause::Refund(_, refund) => ("refund", Some(refund)),
    }
}

/// A JSON object of strings; `None` when empty, which most are.
pub(crate) fn metadata_text(metadata: &Metadata) -> Option<String> {
    if metadata.is_empty() {
        return None;
    }
    // A map of strings always has a JSON form.
    serde_json::to_string(metadata.pairs()).ok()
}

pub(crate) fn metadata(text: Option<&str>) -> Result<Metadata, Malformed> {
    let Some(text) = text else {
        return Ok(Metadata::default());
    };
    serde_json::from_str(text).map(Metadata::trusted).map_err(|error| Malformed(format!("metadata: {error}")))
}
