//! What was acknowledged: every payment as it was last seen, every creation, every answer to a change.
//!
//! It must not ask the servers anything. A newcomer's usual mistake is to want a payment to be as it was acknowledged:
//! until its state is final it may only be further on.

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use serde_json::Value;

use crate::wire::{Answer, Request};

#[derive(Default)]
pub struct Witness {
    seen: Mutex<Seen>,
    creations: Mutex<BTreeMap<String, Creation>>,
    answers: Mutex<Vec<(Request, Answer)>>,
    /// Those that were acknowledged, by key.
    payouts: Mutex<BTreeMap<String, Value>>,
}

#[derive(Default)]
struct Seen {
    /// As it was seen when it was furthest on.
    payments: BTreeMap<String, Value>,
    /// Seen since the last restart.
    recent: BTreeSet<String>,
}

/// What is known of the one payment that a key may have made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creation {
    Acknowledged(String),
    /// Nobody waited for the answer.
    Abandoned,
}

/// Set when the payment is made, never changed.
const CONSTANT: [&str; 9] = [
    "id",
    "object",
    "amount",
    "currency",
    "customer_email",
    "description",
    "statement_descriptor",
    "merchant_id",
    "created_at",
];

/// Set when the payment succeeds, never changed.
const CONSTANT_ONCE_PAID: [&str; 4] = ["fee", "net_amount", "payment_method", "three_d_secure"];

pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

pub fn number(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_default()
}

impl Witness {
    /// A payment was shown in an answer.
    pub fn saw(&self, payment: &Value) {
        let id = text(payment, "id").to_owned();
        assert!(id.starts_with("pay_"), "no payment: {payment}");
        let mut seen = self.seen.lock();
        seen.recent.insert(id.clone());
        // Answers may overtake each other; the one that is furthest on counts.
        let known = seen.payments.entry(id).or_insert_with(|| payment.clone());
        if progress(payment) > progress(known) {
            *known = payment.clone();
        }
    }

    pub fn created(&self, key: &str, creation: Creation) {
        let before = self.creations.lock().insert(key.to_owned(), creation);
        assert_eq!(before, None, "the key {key} was used twice");
    }

    pub fn paid_out(&self, key: &str, payout: &Value) {
        self.payouts.lock().insert(key.to_owned(), payout.clone());
    }

    pub fn payouts(&self) -> BTreeMap<String, Value> {
        self.payouts.lock().clone()
    }

    pub fn answered(&self, request: &Request, answer: &Answer) {
        self.answers.lock().push((request.clone(), answer.clone()));
    }

    pub fn payment(&self, id: &str) -> Option<Value> {
        self.seen.lock().payments.get(id).cloned()
    }

    pub fn payments(&self) -> BTreeMap<String, Value> {
        self.seen.lock().payments.clone()
    }

    pub fn creations(&self) -> BTreeMap<String, Creation> {
        self.creations.lock().clone()
    }

    pub fn take_recent(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.seen.lock().recent)
    }

    /// The last answers, and every so many of those before.
    pub fn answers(&self, last: usize, step: usize) -> Vec<(Request, Answer)> {
        let answers = self.answers.lock();
        let tail = answers.len().saturating_sub(last);
        let before = answers[..tail].iter().step_by(step);
        before.chain(&answers[tail..]).cloned().collect()
    }
}

/// How far on a payment is; the more it was refunded, the further, and further yet once it has settled.
fn progress(payment: &Value) -> (u8, i64, bool) {
    let rank = match text(payment, "status") {
        "pending" => 0,
        "initiated" => 1,
        "processing" => 2,
        "succeeded" | "failed" | "canceled" => 3,
        "partially_refunded" => 4,
        "refunded" => 5,
        other => panic!("no such status: {other:?} in {payment}"),
    };
    (rank, number(payment, "refunded_amount"), payment["settled"] == true)
}

/// What a payment seen in one status may be seen in later, itself included.
fn futures(status: &str) -> &'static [&'static str] {
    match status {
        "pending" => {
            &["pending", "initiated", "processing", "succeeded", "failed", "canceled", "partially_refunded", "refunded"]
        }
        "initiated" => {
            &["initiated", "processing", "succeeded", "failed", "canceled", "partially_refunded", "refunded"]
        }
        "processing" => &["processing", "succeeded", "failed", "partially_refunded", "refunded"],
        "succeeded" => &["succeeded", "partially_refunded", "refunded"],
        "partially_refunded" => &["partially_refunded", "refunded"],
        "failed" => &["failed"],
        "canceled" => &["canceled"],
        "refunded" => &["refunded"],
        other => panic!("no such status: {other:?}"),
    }
}

/// Whether a payment that was acknowledged like this may be like that now.
#[track_caller]
pub fn compare(then: &Value, now: &Value) {
    let context = || format!("acknowledged: {then}\nnow: {now}");
    let (status_then, status_now) = (text(then, "status"), text(now, "status"));
    assert!(futures(status_then).contains(&status_now), "from {status_then} to {status_now}: {}", context());
    for field in CONSTANT.iter().chain(&["customer_id", "metadata"]) {
        assert_eq!(then[field], now[field], "{field} has changed: {}", context());
    }
    if progress(then).0 >= 3 {
        for field in CONSTANT_ONCE_PAID {
            assert_eq!(then[field], now[field], "{field} has changed: {}", context());
        }
    }
    assert!(then["settled"] != true || now["settled"] == true, "it is no longer settled: {}", context());
    if progress(then) == progress(now) {
        assert_eq!(then, now, "it should not have changed at all");
    }
    let refunds = |payment: &Value| payment["refunds"].as_array().cloned().unwrap_or_default();
    for refund in refunds(then) {
        assert!(refunds(now).contains(&refund), "the refund {refund} is gone: {}", context());
    }
    let sum: i64 = refunds(now).iter().map(|refund| number(refund, "amount")).sum();
    assert_eq!(number(now, "refunded_amount"), sum, "refunds do not add up: {}", context());
    assert!(number(then, "refunded_amount") <= sum && sum <= number(now, "amount"), "{}", context());
}
