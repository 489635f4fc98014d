//! What a batch adds to the kept counts of payments and refunds by status. Counting rows would read them all.
//!
//! What a newcomer gets wrong: a count may be added to by less than nothing, when rows leave a status.

use std::collections::BTreeMap;

use hedge_domain::payment::{Payment, PaymentId};
use hedge_domain::state::Change;

type Changed<'a> = &'a [Change<PaymentId, Payment>];

/// By the status' code.
pub type Counts = BTreeMap<&'static str, i64>;

pub(crate) fn of_payments(changes: Changed<'_>) -> Counts {
    moved(changes, |payment| std::iter::once(payment.status.code()))
}

pub(crate) fn of_refunds(changes: Changed<'_>) -> Counts {
    moved(changes, |payment| payment.refunds.iter().map(|refund| refund.status.code()))
}

/// Those whose count changes, and by how much.
fn moved<'a, I: Iterator<Item = &'static str>>(changes: Changed<'a>, of: impl Fn(&'a Payment) -> I) -> Counts {
    let mut counts = Counts::new();
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
