//! Reading checkout sessions: one by its id, and those whose time is up. Lists are in `search`.

use hedge_domain::Timestamp;
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId};
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::readers::Readers;
use super::rows;

pub async fn by_id(readers: &Readers, id: CheckoutSessionId) -> Result<Option<CheckoutSession>, Failure> {
    let sql = format!("SELECT {} FROM checkout_sessions WHERE id = $1", rows::CHECKOUT_SESSION);
    let found = readers.query(&sql, &[&Uuid::from_u128(id.bits())]).await?;
    found.first().map(|row| rows::checkout_session(row).map(|(session, _)| session)).transpose()
}

/// Open sessions whose time is up, soonest first, but for those with a payment on its way: those wait for what comes of
/// it.
pub async fn expired(readers: &Readers, now: Timestamp, limit: u32) -> Result<Vec<CheckoutSessionId>, Failure> {
    const EXPIRED: &str = "\
        SELECT id FROM (\
            SELECT id, expires_at, payment_id FROM checkout_sessions WHERE status = 'open' AND expires_at <= $1 \
                AND account_id NOT IN (SELECT id FROM test_clocks) \
            UNION ALL \
            SELECT s.id, s.expires_at, s.payment_id FROM test_clocks c JOIN checkout_sessions s \
                ON s.status = 'open' AND s.expires_at <= coalesce(c.frozen_at, $1 + c.shifted_by) \
                AND s.account_id = c.id\
        ) AS due WHERE NOT EXISTS (\
            SELECT 1 FROM payments \
            WHERE payments.id = due.payment_id AND payments.status IN ('initiated', 'processing')\
        ) ORDER BY expires_at LIMIT $2";
    let found = readers.query(EXPIRED, &[&now.millis(), &i64::from(limit)]).await?;
    found.iter().map(|row| Fields::of(row).id()).collect()
}
