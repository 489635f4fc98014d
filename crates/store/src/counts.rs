//! What a batch adds to the kept counts of payments and refunds by status. Counting rows would read them all.
//!
//! What a newcomer gets wrong: a count may be added to by less than nothing, when rows leave a status.

use std::collections::BTreeMap;

use hedge_domain::payment::{Payment, PaymentId, PaymentStatus};
use hedge_domain::refund::RefundStatus;
use hedge_domain::state::Change;

type Changed<'a> = &'a [Change<PaymentId, Payment>];

pub(crate) fn of_payments(changes: Changed<'_>) -> BTreeMap<PaymentStatus, i64> {
    moved(changes, |payment| std::iter::once(payment.status))
}

pub(crate) fn of_refunds(changes: Changed<'_>) -> BTreeMap<RefundStatus, i64> {
    moved(changes, |payment| payment.refunds.iter().map(|refund| refund.status))
}

/// Those whose count changes, and by how much.
fn moved<'a, S: Ord, I: Iterator<Item = S>>(changes: Changed<'a>, of: impl Fn(&'a Payment) -> I) -> BTreeMap<S, i64> {
    let mut counts = BTreeMap::new();
    for change in changes {
        for status in of(&change.after) {
            *counts.entry(status).or_default() += 1;
        }
        for status in change.before.iter().flat_map(|(before, _)| of(before)) {
            *counts.entry(status).or_default() -= 1;
        }
    }
    counts.retain(|_, count| *count != 0);
    counts
}
