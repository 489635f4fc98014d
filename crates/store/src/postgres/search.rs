//! Lists of payments, newest first: a walk down one index, bounded whatever the filters are.
//!
//! The text of the query depends on which filters are set, because a condition that may or may not apply would cost
//! the planner its index.

use hedge_domain::payment::{Payment, PaymentQuery};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::failure::Failure;
use super::readers::Readers;
use super::rows::{self, select_payments};
use crate::column::Coded;
use crate::engine::Page;
use crate::span;

pub async fn payments(readers: &Readers, query: &PaymentQuery) -> Result<Page<Payment>, Failure> {
    let mut search = Search::default();
    search.and("account_id =", Uuid::from_u128(query.actor.account.bits()));
    if let Some(status) = query.status {
        search.and("status =", status.text());
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
    let clocked = span::is_wanted(query) && has_clock(readers, query).await?;
    let (first, end) = span::of(query, clocked);
    if let Some(first) = first {
        search.and("payments.id >=", Uuid::from_u128(first.bits()));
    }
    if let Some(end) = query.after.into_iter().chain(end).min() {
        search.and("payments.id <", Uuid::from_u128(end.bits()));
    }
    search.page(readers, merchants(query), query.limit).await
}

async fn has_clock(readers: &Readers, query: &PaymentQuery) -> Result<bool, Failure> {
    let account = Uuid::from_u128(query.actor.account.bits());
    Ok(!readers.query("SELECT 1 FROM test_clocks WHERE id = $1", &[&account]).await?.is_empty())
}

/// The merchants to look under; `None` is the whole account.
fn merchants(query: &PaymentQuery) -> Option<Vec<Uuid>> {
    let ids = match (&query.actor.merchants, query.merchant) {
        (None, None) => return None,
        (None, Some(one)) => vec![one],
        (Some(some), None) => some.iter().copied().collect(),
        (Some(some), Some(one)) => some.get(&one).copied().into_iter().collect(),
    };
    Some(ids.into_iter().map(|id| Uuid::from_u128(id.bits())).collect())
}

/// The conditions of a list, and their parameters in the order of their numbers.
#[derive(Default)]
struct Search {
    conditions: Vec<String>,
    parameters: Vec<Box<dyn ToSql + Sync + Send>>,
}

impl Search {
    fn and(&mut self, condition: &str, value: impl ToSql + Sync + Send + 'static) {
        let parameter = self.parameter(value);
        self.conditions.push(format!("{condition} {parameter}"));
    }

    fn parameter(&mut self, value: impl ToSql + Sync + Send + 'static) -> String {
        self.parameters.push(Box::new(value));
        format!("${}", self.parameters.len())
    }

    /// One more than asked for tells whether there are more.
    async fn page(
        mut self,
        readers: &Readers,
        merchants: Option<Vec<Uuid>>,
        limit: u32,
    ) -> Result<Page<Payment>, Failure> {
        let limit_at = self.parameter(i64::from(limit) + 1);
        let selection = match merchants {
            None => self.walk(&limit_at),
            // Each merchant's newest: together they hold the newest of all.
            Some(merchants) => {
                let each = self.parameter(merchants);
                self.conditions.push("merchant_id = m.id".to_owned());
                let walk = self.walk(&limit_at);
                format!("SELECT w.* FROM UNNEST({each}::uuid[]) AS m(id) CROSS JOIN LATERAL ({walk}) w")
            }
        };
        let values: Vec<&(dyn ToSql + Sync)> =
            self.parameters.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect();
        let found = readers.query(&select_payments(&selection), &values).await?;
        let items: Vec<Payment> = rows::payments(&found)?.into_values().rev().map(|(payment, _)| payment).collect();
        Ok(Page::cut(items, limit))
    }

    fn walk(&self, limit_at: &str) -> String {
        let conditions = self.conditions.join(" AND ");
        format!("SELECT * FROM payments WHERE {conditions} ORDER BY payments.id DESC LIMIT {limit_at}")
    }
}
