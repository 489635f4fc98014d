//! What is due, soonest first.

use hedge_domain::payment::PaymentId;
use hedge_domain::{Id, Timestamp};

use super::failure::Failure;
use super::readers::Readers;
use super::record::at;
use crate::clocks::Due;

/// Soonest first.
pub async fn due<K>(readers: &Readers, due: &Due, now: Timestamp, limit: u32) -> Result<Vec<Id<K>>, Failure> {
    let Due { table, at: time, condition, index: _, unless } = due;
    let sql = format!(
        "SELECT due.id FROM (\
            SELECT id, {time} AS at FROM {table} WHERE {condition} AND {time} <= $1 \
                AND account_id NOT IN (SELECT id FROM test_clocks) \
            UNION ALL \
            SELECT r.id, r.{time} FROM test_clocks c JOIN {table} r ON {condition} \
                AND r.{time} <= coalesce(c.frozen_at, $1 + c.shifted_by) AND r.account_id = c.id\
        ) AS due {unless} ORDER BY due.at LIMIT $2"
    );
    let found = readers.query(&sql, &[&now.millis(), &i64::from(limit)]).await?;
    found.iter().map(|row| at(row, 0)).collect()
}

/// Soonest due first. Each account's are looked up on their own: a day's payments fall due all at once, and to sort them
/// all at every look would take longer than to settle some.
pub async fn unsettled(readers: &Readers, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>, Failure> {
    const UNSETTLED: &str = "\
        SELECT due.id FROM accounts a LEFT JOIN test_clocks c ON c.id = a.id CROSS JOIN LATERAL (\
            SELECT p.id, p.settles_at FROM payments p \
            WHERE p.account_id = a.id AND p.settles_at IS NOT NULL AND p.settled_at IS NULL \
                AND p.settles_at <= coalesce(c.frozen_at, $1 + c.shifted_by, $1) \
            ORDER BY p.settles_at LIMIT $2\
        ) due ORDER BY due.settles_at LIMIT $2";
    let found = readers.query(UNSETTLED, &[&now.millis(), &i64::from(limit)]).await?;
    found.iter().map(|row| at(row, 0)).collect()
}
