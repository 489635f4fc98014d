//! Lists of payments: which index serves which filter, and how far it is read.
//!
//! Every list walks one index backwards from its newest end. What would make it walk far is a time range, for the
//! indices are in order of id, not of time; [`crate::span`] says between which ids the walk may stay.

use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::{Payment, PaymentQuery};
use rusqlite::types::Value;
use rusqlite::{Connection, Result, params_from_iter};

use super::clocks;
use super::payments::{COLUMNS, read};
use super::row::blob;
use crate::column::Coded;
use crate::engine::Page;
use crate::span;

pub(super) fn payments(connection: &Connection, query: &PaymentQuery) -> Result<Page<Payment>> {
    let wanted = query.limit.saturating_add(1);
    let items = match merchants(query) {
        Some(merchants) => {
            // Each merchant's newest, merged: together they hold the newest of all.
            let mut newest = Vec::new();
            for merchant in merchants {
                newest.extend(walk(connection, query, Some(merchant), wanted)?);
            }
            newest.sort_by_key(|payment| std::cmp::Reverse(payment.id));
            newest
        }
        None => walk(connection, query, None, wanted)?,
    };
    Ok(Page::cut(items, query.limit))
}

/// The merchants to look under; `None` is the whole account.
fn merchants(query: &PaymentQuery) -> Option<Vec<MerchantId>> {
    match (&query.actor.merchants, query.merchant) {
        (None, None) => None,
        (None, Some(one)) => Some(vec![one]),
        (Some(some), None) => Some(some.iter().copied().collect()),
        (Some(some), Some(one)) => Some(some.get(&one).copied().into_iter().collect()),
    }
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

fn walk(
    connection: &Connection,
    query: &PaymentQuery,
    merchant: Option<MerchantId>,
    wanted: u32,
) -> Result<Vec<Payment>> {
    let index = index(query, merchant);
    let sql = format!("SELECT {COLUMNS} FROM payments INDEXED BY {index} WHERE account_id = ?");
    let mut conditions = Conditions { sql, values: vec![blob(query.actor.account).to_vec().into()] };
    if let Some(merchant) = merchant {
        conditions.and("merchant_id = ?", blob(merchant).to_vec());
    }
    if let Some(status) = query.status {
        conditions.and("status = ?", status.text().to_owned());
    }
    if let Some(customer) = query.customer {
        conditions.and("customer_id = ?", blob(customer).to_vec());
    }
    if let Some(from) = query.created_from {
        conditions.and("created_at >= ?", from.millis());
    }
    if let Some(until) = query.created_until {
        conditions.and("created_at < ?", until.millis());
    }
    let clocked = span::is_wanted(query) && clocks::test_clock(connection, query.actor.account)?.is_some();
    let (first, end) = span::of(query, clocked);
    if let Some(first) = first {
        conditions.and("id >= ?", blob(first).to_vec());
    }
    if let Some(end) = query.after.into_iter().chain(end).min() {
        conditions.and("id < ?", blob(end).to_vec());
    }
    conditions.sql.push_str(" ORDER BY id DESC LIMIT ?");
    conditions.values.push(i64::from(wanted).into());

    let mut statement = connection.prepare_cached(&conditions.sql)?;
    let found = statement.query_map(params_from_iter(&conditions.values), |row| Ok(read(connection, row)?.0))?;
    found.collect()
}

/// The narrowest one. Any further filter is held against the rows it gives.
fn index(query: &PaymentQuery, merchant: Option<MerchantId>) -> &'static str {
    match (query.customer, query.status, merchant) {
        (Some(_), _, _) => "payments_by_customer",
        (None, Some(_), _) => "payments_by_status",
        (None, None, Some(_)) => "payments_by_merchant",
        (None, None, None) => "payments_by_account",
    }
}
