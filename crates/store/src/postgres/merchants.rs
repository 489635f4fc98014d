//! Reading merchants and payouts, and which merchants' payouts are due. Lists of payouts are in `search`.

use hedge_domain::Timestamp;
use hedge_domain::merchant::{Merchant, MerchantId, MerchantQuery};
use hedge_domain::payout::{Payout, PayoutId};
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::readers::Readers;
use super::rows;
use super::search::Search;
use crate::engine::Page;

pub async fn list(readers: &Readers, query: &MerchantQuery) -> Result<Page<Merchant>, Failure> {
    let mut search = Search::of("merchants");
    search.and("account_id =", Uuid::from_u128(query.actor.account.bits()));
    if let Some(after) = query.after {
        search.and("id <", Uuid::from_u128(after.bits()));
    }
    if let Some(some) = &query.actor.merchants {
        let some: Vec<Uuid> = some.iter().map(|id| Uuid::from_u128(id.bits())).collect();
        search.and("ARRAY[id] <@", some);
    }
    let limit = search.parameter(i64::from(query.limit) + 1);
    let sql = format!(
        "SELECT {} FROM merchants WHERE {} ORDER BY id DESC LIMIT {limit}",
        rows::MERCHANT,
        search.conditions()
    );
    let found = readers.query(&sql, &search.values()).await?;
    let items: Result<Vec<_>, _> = found.iter().map(|row| rows::merchant(row).map(|(merchant, _)| merchant)).collect();
    Ok(Page::cut(items?, query.limit))
}

pub async fn payout(readers: &Readers, id: PayoutId) -> Result<Option<Payout>, Failure> {
    let sql = format!("SELECT {} FROM payouts WHERE id = $1", rows::PAYOUT);
    let found = readers.query(&sql, &[&Uuid::from_u128(id.bits())]).await?;
    found.first().map(|row| rows::payout(row).map(|(payout, _)| payout)).transpose()
}

/// Soonest first.
pub async fn to_pay_out(readers: &Readers, now: Timestamp, limit: u32) -> Result<Vec<MerchantId>, Failure> {
    const DUE: &str = "\
        SELECT id, next_payout_at FROM merchants WHERE next_payout_at IS NOT NULL AND next_payout_at <= $1 \
            AND account_id NOT IN (SELECT id FROM test_clocks) \
        UNION ALL \
        SELECT m.id, m.next_payout_at FROM test_clocks c JOIN merchants m ON m.next_payout_at IS NOT NULL \
            AND m.next_payout_at <= coalesce(c.frozen_at, $1 + c.shifted_by) AND m.account_id = c.id \
        ORDER BY next_payout_at LIMIT $2";
    let found = readers.query(DUE, &[&now.millis(), &i64::from(limit)]).await?;
    found.iter().map(|row| Fields::of(row).id()).collect()
}
