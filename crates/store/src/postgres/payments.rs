//! Reading payments: one by its id, and what the workers look for. Lists are in `search`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hedge_domain::Timestamp;
use hedge_domain::payment::{Payment, PaymentId, PaymentStatus};
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::readers::Readers;
use super::rows::{self, select_payments};

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

pub async fn by_status(readers: &Readers) -> Result<BTreeMap<PaymentStatus, i64>, Failure> {
    const COUNTS: &str = "SELECT status, sum(count)::bigint FROM payment_counts GROUP BY status HAVING sum(count) <> 0";
    let found = readers.query(COUNTS, &[]).await?;
    let counts = found.iter().map(|row| {
        let mut fields = Fields::of(row);
        Ok((fields.code()?, fields.value()?))
    });
    counts.collect()
}
