//! Reading payments: one by its id, and what the workers look for. Lists are in `search`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hedge_domain::Timestamp;
use hedge_domain::payment::{Payment, PaymentId, PaymentStatus};
use hedge_domain::refund::RefundStatus;
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::readers::Readers;
use super::rows::{self, select_payments};
use crate::column::Coded;

static BY_ID: LazyLock<String> = LazyLock::new(|| select_payments("SELECT * FROM payments WHERE id = $1"));

pub async fn by_id(readers: &Readers, id: PaymentId) -> Result<Option<Payment>, Failure> {
    let found = readers.query(&BY_ID, &[&Uuid::from_u128(id.bits())]).await?;
    Ok(rows::payments(&found)?.remove(&id).map(|(payment, _)| payment))
}

/// Soonest expired first.
pub async fn unpaid(readers: &Readers, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>, Failure> {
    const UNPAID: &str = "\
        SELECT id, expires_at FROM payments WHERE status = 'pending' AND expires_at <= $1 \
            AND account_id NOT IN (SELECT id FROM test_clocks) \
        UNION ALL \
        SELECT p.id, p.expires_at FROM test_clocks c JOIN payments p \
            ON p.status = 'pending' AND p.expires_at <= coalesce(c.frozen_at, $1 + c.shifted_by) AND p.account_id = c.id \
        ORDER BY expires_at LIMIT $2";
    let found = readers.query(UNPAID, &[&now.millis(), &i64::from(limit)]).await?;
    found.iter().map(|row| Fields::of(row).id()).collect()
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
    found.iter().map(|row| Fields::of(row).id()).collect()
}

pub async fn by_status(readers: &Readers) -> Result<BTreeMap<PaymentStatus, i64>, Failure> {
    kept(readers, "SELECT status, sum(count)::bigint FROM payment_counts GROUP BY status HAVING sum(count) <> 0").await
}

pub async fn refunds_by_status(readers: &Readers) -> Result<BTreeMap<RefundStatus, i64>, Failure> {
    kept(readers, "SELECT status, sum(count)::bigint FROM refund_counts GROUP BY status HAVING sum(count) <> 0").await
}

async fn kept<S: Coded + Ord>(readers: &Readers, sql: &str) -> Result<BTreeMap<S, i64>, Failure> {
    let found = readers.query(sql, &[]).await?;
    let counts = found.iter().map(|row| {
        let mut fields = Fields::of(row);
        Ok((fields.code()?, fields.value()?))
    });
    counts.collect()
}
