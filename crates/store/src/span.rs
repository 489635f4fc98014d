//! Where a time range lies among the ids of payments.
//!
//! Lists walk indices in order of id, and an id begins with the time it was made; so a walk can stay between the ids of
//! the range. Its rows are looked at all the same, so the span only has to be wide enough. An account with a test clock
//! makes payments at times that its ids know nothing of: there the walk has no bounds.

use hedge_domain::Duration;
use hedge_domain::payment::{PaymentId, PaymentQuery};

/// How far clocks may have been set back, or those of two replicas be apart, without a list missing a payment.
const CLOCK_STEP: Duration = Duration::from_hours(1);

/// From the first id, inclusive, to the second, exclusive.
pub(crate) fn of(query: &PaymentQuery, clocked: bool) -> (Option<PaymentId>, Option<PaymentId>) {
    if clocked {
        return (None, None);
    }
    let first = query.created_from.map(|from| PaymentId::floor(from.minus(CLOCK_STEP)));
    let end = query.created_until.map(|until| PaymentId::floor(until.plus(CLOCK_STEP)));
    (first, end)
}

/// Whether the bounds matter at all, and with them the account's clock.
pub(crate) const fn is_wanted(query: &PaymentQuery) -> bool {
    query.created_from.is_some() || query.created_until.is_some()
}
