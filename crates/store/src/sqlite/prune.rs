//! Forgetting idempotency records that have run out.

use hedge_domain::Timestamp;
use rusqlite::{Connection, Result, params};

use super::clocks::CLOCK_NOW;

/// Looks at the oldest records only, so it costs the same however many there are. A record that is kept for longer
/// than others holds up those right behind it until it ends itself; none is removed too soon.
pub(super) fn idempotency(connection: &Connection, now: Timestamp, limit: u32) -> Result<usize> {
    // A record may be of an account whose clock is behind; it is kept until it has ended by every clock.
    let sql = format!(
        "DELETE FROM idempotency WHERE position IN (
            SELECT position FROM (SELECT position, expires_at FROM idempotency ORDER BY position LIMIT ?2)
            WHERE expires_at <= (SELECT min(?1, coalesce(min({CLOCK_NOW}), ?1)) FROM test_clocks c))"
    );
    connection.prepare_cached(&sql)?.execute(params![now.millis(), limit])
}
