//! Where a time range lies among ids.
//!
//! Lists walk indices in order of id, and an id begins with the time it was made; so a walk can stay between the ids of
//! the range. Its rows are looked at all the same, so the span only has to be wide enough. An account with a test clock
//! makes things at times that its ids know nothing of: there the walk has no bounds.

use hedge_domain::{Duration, Id, Timestamp};

use crate::filter::Filter;

/// How far clocks may have been set back, or those of two replicas be apart, without a list missing a row.
const CLOCK_STEP: Duration = Duration::from_hours(1);

/// From the first id's bits, inclusive, to the second's, exclusive.
pub(crate) fn of(filter: &Filter<'_>, clocked: bool) -> (Option<u128>, Option<u128>) {
    between((filter.created_from, filter.created_until), clocked)
}

/// The same of any range of time.
pub(crate) fn between(range: (Option<Timestamp>, Option<Timestamp>), clocked: bool) -> (Option<u128>, Option<u128>) {
    if clocked {
        return (None, None);
    }
    let first = range.0.map(|from| Id::<()>::floor(from.minus(CLOCK_STEP)).bits());
    let end = range.1.map(|until| Id::<()>::floor(until.plus(CLOCK_STEP)).bits());
    (first, end)
}

/// Whether the bounds matter at all, and with them the account's clock.
pub(crate) const fn is_wanted(filter: &Filter<'_>) -> bool {
    filter.created_from.is_some() || filter.created_until.is_some()
}
