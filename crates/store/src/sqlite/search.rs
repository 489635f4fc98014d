//! Lists of payments, checkout sessions and payouts: which index serves which filter, and how far it is read.
//!
//! Every list walks one index backwards from its newest end. What would make it walk far is a time range, for the
//! indices are in order of id, not of time; [`crate::span`] says between which ids the walk may stay.

use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionQuery};
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::{Payment, PaymentQuery};
use hedge_domain::payout::{Payout, PayoutQuery};
use rusqlite::types::Value;
use rusqlite::{Connection, Result, Row, params_from_iter};

use super::row::blob;
use super::{checkout, clocks, payments, payouts};
use crate::engine::Page;
use crate::filter::Filter;
use crate::span;

/// A table with an index for each filter, called `<table>_by_<filter>`.
struct List<T> {
    table: &'static str,
    columns: &'static str,
    read: fn(&Connection, &Row<'_>) -> Result<T>,
    id: fn(&T) -> u128,
}

pub(super) fn payments(connection: &Connection, query: &PaymentQuery) -> Result<Page<Payment>> {
    let list = List {
        table: "payments",
        columns: payments::COLUMNS,
        read: |connection, row| payments::read(connection, row).map(|(payment, _)| payment),
        id: |payment| payment.id.bits(),
    };
    page(connection, &list, &Filter::of_payments(query))
}

pub(super) fn checkout_sessions(
    connection: &Connection,
    query: &CheckoutSessionQuery,
) -> Result<Page<CheckoutSession>> {
    let list = List {
        table: "checkout_sessions",
        columns: checkout::COLUMNS,
        read: |_, row| checkout::read(row).map(|(session, _)| session),
        id: |session| session.id.bits(),
    };
    page(connection, &list, &Filter::of_checkout_sessions(query))
}

pub(super) fn payouts(connection: &Connection, query: &PayoutQuery) -> Result<Page<Payout>> {
    let list = List {
        table: "payouts",
        columns: payouts::COLUMNS,
        read: |_, row| payouts::read(row).map(|(payout, _)| payout),
        id: |payout| payout.id.bits(),
    };
    page(connection, &list, &Filter::of_payouts(query))
}

fn page<T>(connection: &Connection, list: &List<T>, filter: &Filter<'_>) -> Result<Page<T>> {
    let items = match filter.merchants() {
        Some(merchants) => {
            // Each merchant's newest, merged: together they hold the newest of all.
            let mut newest = Vec::new();
            for merchant in merchants {
                newest.extend(walk(connection, list, filter, Some(merchant))?);
            }
            newest.sort_by_key(|item| std::cmp::Reverse((list.id)(item)));
            newest
        }
        None => walk(connection, list, filter, None)?,
    };
    Ok(Page::cut(items, filter.limit))
}

/// The conditions of a walk and their values, in step.
struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.push(value.into());
    }
}

fn walk<T>(
    connection: &Connection,
    list: &List<T>,
    filter: &Filter<'_>,
    merchant: Option<MerchantId>,
) -> Result<Vec<T>> {
    let (columns, table, index) = (list.columns, list.table, index(filter, merchant));
    let sql = format!("SELECT {columns} FROM {table} INDEXED BY {table}_by_{index} WHERE account_id = ?");
    let mut conditions = Conditions { sql, values: vec![blob(filter.actor.account).to_vec().into()] };
    if let Some(merchant) = merchant {
        conditions.and("merchant_id = ?", blob(merchant).to_vec());
    }
    if let Some(status) = filter.status {
        conditions.and("status = ?", status.to_owned());
    }
    if let Some(customer) = filter.customer {
        conditions.and("customer_id = ?", blob(customer).to_vec());
    }
    if let Some(from) = filter.created_from {
        conditions.and("created_at >= ?", from.millis());
    }
    if let Some(until) = filter.created_until {
        conditions.and("created_at < ?", until.millis());
    }
    let clocked = span::is_wanted(filter) && clocks::test_clock(connection, filter.actor.account)?.is_some();
    let (first, end) = span::of(filter, clocked);
    if let Some(first) = first {
        conditions.and("id >= ?", first.to_be_bytes().to_vec());
    }
    if let Some(end) = filter.after.into_iter().chain(end).min() {
        conditions.and("id < ?", end.to_be_bytes().to_vec());
    }
    conditions.sql.push_str(" ORDER BY id DESC LIMIT ?");
    conditions.values.push(i64::from(filter.limit.saturating_add(1)).into());

    let mut statement = connection.prepare_cached(&conditions.sql)?;
    let found = statement.query_map(params_from_iter(&conditions.values), |row| (list.read)(connection, row))?;
    found.collect()
}

/// The narrowest one. Any further filter is held against the rows it gives.
const fn index(filter: &Filter<'_>, merchant: Option<MerchantId>) -> &'static str {
    match (filter.customer, filter.status, merchant) {
        (Some(_), _, _) => "customer",
        (None, Some(_), _) => "status",
        (None, None, Some(_)) => "merchant",
        (None, None, None) => "account",
    }
}
