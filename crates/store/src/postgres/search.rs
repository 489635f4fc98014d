//! Lists of payments, checkout sessions and payouts, newest first: a walk down one index, bounded whatever the filters are.
//!
//! The text of the query depends on which filters are set, because a condition that may or may not apply would cost
//! the planner its index.

use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionQuery};
use hedge_domain::payment::{Payment, PaymentQuery};
use hedge_domain::payout::{Payout, PayoutQuery};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::failure::Failure;
use super::readers::Readers;
use super::rows::{self, select_payments};
use crate::engine::Page;
use crate::filter::Filter;
use crate::span;

pub async fn payments(readers: &Readers, query: &PaymentQuery) -> Result<Page<Payment>, Failure> {
    let filter = Filter::of_payments(query);
    let found = Search::new("payments", &filter, readers).await?.rows(select_payments, &filter, readers).await?;
    let items = rows::payments(&found)?.into_values().rev().map(|(payment, _)| payment).collect();
    Ok(Page::cut(items, query.limit))
}

pub async fn checkout_sessions(
    readers: &Readers,
    query: &CheckoutSessionQuery,
) -> Result<Page<CheckoutSession>, Failure> {
    let filter = Filter::of_checkout_sessions(query);
    let select = |selection: &str| format!("SELECT {} FROM ({selection}) s", rows::CHECKOUT_SESSION);
    let found = Search::new("checkout_sessions", &filter, readers).await?.rows(select, &filter, readers).await?;
    let items: Result<Vec<_>, _> =
        found.iter().map(|row| rows::checkout_session(row).map(|(session, _)| session)).collect();
    let mut items = items?;
    // Several merchants' come one after the other.
    items.sort_by_key(|session| std::cmp::Reverse(session.id));
    Ok(Page::cut(items, query.limit))
}

pub async fn payouts(readers: &Readers, query: &PayoutQuery) -> Result<Page<Payout>, Failure> {
    let filter = Filter::of_payouts(query);
    let select = |selection: &str| format!("SELECT {} FROM ({selection}) s", rows::PAYOUT);
    let found = Search::new("payouts", &filter, readers).await?.rows(select, &filter, readers).await?;
    let items: Result<Vec<_>, _> = found.iter().map(|row| rows::payout(row).map(|(payout, _)| payout)).collect();
    let mut items = items?;
    items.sort_by_key(|payout| std::cmp::Reverse(payout.id));
    Ok(Page::cut(items, query.limit))
}

/// The conditions of a list, and their parameters in the order of their numbers.
pub(super) struct Search {
    table: &'static str,
    conditions: Vec<String>,
    parameters: Vec<Box<dyn ToSql + Sync + Send>>,
}

impl Search {
    /// Without a condition yet.
    pub(super) const fn of(table: &'static str) -> Self {
        Self { table, conditions: Vec::new(), parameters: Vec::new() }
    }

    async fn new(table: &'static str, filter: &Filter<'_>, readers: &Readers) -> Result<Self, Failure> {
        let mut search = Self::of(table);
        let account = Uuid::from_u128(filter.actor.account.bits());
        search.and("account_id =", account);
        if let Some(status) = filter.status {
            search.and("status =", status);
        }
        if let Some(customer) = filter.customer {
            search.and("customer_id =", Uuid::from_u128(customer.bits()));
        }
        if let Some(from) = filter.created_from {
            search.and("created_at >=", from.millis());
        }
        if let Some(until) = filter.created_until {
            search.and("created_at <", until.millis());
        }
        let clocked = span::is_wanted(filter) && has_clock(readers, account).await?;
        let (first, end) = span::of(filter, clocked);
        if let Some(first) = first {
            search.and(&format!("{table}.id >="), Uuid::from_u128(first));
        }
        if let Some(end) = filter.after.into_iter().chain(end).min() {
            search.and(&format!("{table}.id <"), Uuid::from_u128(end));
        }
        Ok(search)
    }

    pub(super) fn and(&mut self, condition: &str, value: impl ToSql + Sync + Send + 'static) {
        let parameter = self.parameter(value);
        self.conditions.push(format!("{condition} {parameter}"));
    }

    pub(super) fn parameter(&mut self, value: impl ToSql + Sync + Send + 'static) -> String {
        self.parameters.push(Box::new(value));
        format!("${}", self.parameters.len())
    }

    /// One more than asked for tells whether there are more.
    async fn rows(
        mut self,
        select: impl Fn(&str) -> String,
        filter: &Filter<'_>,
        readers: &Readers,
    ) -> Result<Vec<Row>, Failure> {
        let limit_at = self.parameter(i64::from(filter.limit) + 1);
        let selection = match filter.merchants() {
            None => self.walk(&limit_at),
            // Each merchant's newest: together they hold the newest of all.
            Some(merchants) => {
                let merchants: Vec<Uuid> = merchants.into_iter().map(|id| Uuid::from_u128(id.bits())).collect();
                let each = self.parameter(merchants);
                self.conditions.push("merchant_id = m.id".to_owned());
                let walk = self.walk(&limit_at);
                format!("SELECT w.* FROM UNNEST({each}::uuid[]) AS m(id) CROSS JOIN LATERAL ({walk}) w")
            }
        };
        readers.query(&select(&selection), &self.values()).await
    }

    pub(super) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.parameters.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect()
    }

    pub(super) fn conditions(&self) -> String {
        self.conditions.join(" AND ")
    }

    fn walk(&self, limit_at: &str) -> String {
        let (table, conditions) = (self.table, self.conditions());
        format!("SELECT * FROM {table} WHERE {conditions} ORDER BY {table}.id DESC LIMIT {limit_at}")
    }
}

pub(super) async fn has_clock(readers: &Readers, account: Uuid) -> Result<bool, Failure> {
    Ok(!readers.query("SELECT 1 FROM test_clocks WHERE id = $1", &[&account]).await?.is_empty())
}
