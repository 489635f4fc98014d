//! Reading payments: by id, as a list, and what the workers look for.
//!
//! A list is a walk down one index, newest first. Its text depends on which filters are set, because a condition that
//! may or may not apply would cost the planner its index.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use hedge_domain::Timestamp;
use hedge_domain::payment::{Payment, PaymentId, PaymentQuery, PaymentStatus};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::readers::Readers;
use super::rows::{self, select_payments};
use crate::column::Coded;
use crate::engine::Page;

static BY_ID: LazyLock<String> = LazyLock::new(|| select_payments("SELECT * FROM payments WHERE id = $1"));

pub async fn by_id(readers: &Readers, id: PaymentId) -> Result<Option<Payment>, Failure> {
    let found = readers.query(&BY_ID, &[&Uuid::from_u128(id.bits())]).await?;
    Ok(rows::payments(&found)?.remove(&id).map(|(payment, _)| payment))
}

pub async fn list(readers: &Readers, query: &PaymentQuery) -> Result<Page<Payment>, Failure> {
    let mut search = Search::default();
    search.and("account_id =", Uuid::from_u128(query.actor.account.bits()));
    match (query.merchant, &query.actor.merchants) {
        (Some(merchant), Some(reached)) if !reached.contains(&merchant) => {
            return Ok(Page { items: Vec::new(), has_more: false });
        }
        (Some(merchant), _) => search.and("merchant_id =", Uuid::from_u128(merchant.bits())),
        (None, Some(reached)) => {
            let ids: Vec<Uuid> = reached.iter().map(|id| Uuid::from_u128(id.bits())).collect();
            search.and_any("merchant_id", ids);
        }
        (None, None) => {}
    }
    // Spelled out, so that the planner sees that the partial indices apply.
    if let Some(status) = query.status {
        search.and_literally(&format!("status = '{}'", status.text()));
    }
    if let Some(customer) = query.customer {
        search.and("customer_id =", Uuid::from_u128(customer.bits()));
    }
    if let Some(from) = query.created_from {
        search.and("created_at >=", from.millis());
    }
    if let Some(until) = query.created_until {
        search.and("created_at <", until.millis());
    }
    if let Some(after) = query.after {
        search.and("id <", Uuid::from_u128(after.bits()));
    }
    search.page(readers, query.limit).await
}

/// The conditions of a list, and their parameters in the order of their numbers.
#[derive(Default)]
struct Search {
    conditions: String,
    parameters: Vec<Box<dyn ToSql + Sync + Send>>,
}

impl Search {
    fn and_literally(&mut self, condition: &str) {
        let joint = if self.conditions.is_empty() { "" } else { " AND " };
        // Writing to a string cannot fail.
        let _always = write!(self.conditions, "{joint}{condition}");
    }

    fn and(&mut self, condition: &str, value: impl ToSql + Sync + Send + 'static) {
        self.parameters.push(Box::new(value));
        self.and_literally(&format!("{condition} ${}", self.parameters.len()));
    }

    fn and_any(&mut self, column: &str, values: Vec<Uuid>) {
        self.parameters.push(Box::new(values));
        self.and_literally(&format!("{column} = ANY(${})", self.parameters.len()));
    }

    /// One more than asked for tells whether there are more.
    async fn page(mut self, readers: &Readers, limit: u32) -> Result<Page<Payment>, Failure> {
        self.parameters.push(Box::new(i64::from(limit) + 1));
        let Self { conditions, parameters } = &self;
        let limit_at = parameters.len();
        let page = format!("SELECT * FROM payments WHERE {conditions} ORDER BY id DESC LIMIT ${limit_at}");
        let values: Vec<&(dyn ToSql + Sync)> =
            parameters.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect();
        let found = readers.query(&select_payments(&page), &values).await?;
        let items: Vec<Payment> = rows::payments(&found)?.into_values().rev().map(|(payment, _)| payment).collect();
        Ok(Page::cut(items, limit))
    }
}

/// Soonest expired first.
pub async fn unpaid(readers: &Readers, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>, Failure> {
    const UNPAID: &str =
        "SELECT id FROM payments WHERE status = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2";
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
