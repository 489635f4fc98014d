//! What is due, soonest first.

use hedge_domain::payment::PaymentId;
use hedge_domain::{Id, Timestamp};

use super::failure::Failure;
use super::readers::Readers;
use super::record::at;
use crate::clocks::{CLOCKED_SHARE, Due};

/// Soonest first, and of an account with a clock of its own only so many: it may have set it far ahead.
pub async fn due<K>(readers: &Readers, due: &Due, now: Timestamp, limit: u32) -> Result<Vec<Id<K>>, Failure> {
    let Due { table, at: time, condition, index: _, by_account: _, unless } = due;
    let sql = format!(
        "SELECT due.id FROM (\
            (SELECT due.id, due.at FROM (\
                SELECT id, {time} AS at FROM {table} WHERE {condition} AND {time} <= $1 \
                    AND account_id NOT IN (SELECT id FROM test_clocks)\
            ) AS due {unless} ORDER BY due.at LIMIT $2) \
            UNION ALL \
            SELECT own.id, own.at FROM test_clocks c CROSS JOIN LATERAL (\
                SELECT due.id, due.at FROM (\
                    SELECT r.id, r.{time} AS at FROM {table} r WHERE {condition} \
                        AND r.{time} <= coalesce(c.frozen_at, $1 + c.shifted_by) AND r.account_id = c.id\
                ) AS due {unless} ORDER BY due.at LIMIT $3\
            ) own\
        ) AS due ORDER BY due.at LIMIT $2"
    );
    let (limit, share) = (i64::from(limit), i64::from(limit.div_ceil(CLOCKED_SHARE)));
    let found = readers.query(&sql, &[&now.millis(), &limit, &share]).await?;
    found.iter().map(|row| at(row, 0)).collect()
}

/// Accounts take turns, each with its soonest first. Each account's are looked up on their own: a day's payments fall due all at once, and to sort them
/// all at every look would take longer than to settle some.
pub async fn unsettled(readers: &Readers, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>, Failure> {
    const UNSETTLED: &str = "\
        SELECT due.id FROM accounts a LEFT JOIN test_clocks c ON c.id = a.id CROSS JOIN LATERAL (\
            SELECT first.*, row_number() OVER (ORDER BY first.settles_at) AS turn FROM (\
                SELECT p.id, p.settles_at FROM payments p \
                WHERE p.account_id = a.id AND p.settles_at IS NOT NULL AND p.settled_at IS NULL \
                    AND p.settles_at <= coalesce(c.frozen_at, $1 + c.shifted_by, $1) \
                ORDER BY p.settles_at LIMIT $2) first\
        ) due ORDER BY due.turn, due.settles_at LIMIT $2";
    let found = readers.query(UNSETTLED, &[&now.millis(), &i64::from(limit)]).await?;
    found.iter().map(|row| at(row, 0)).collect()
}
