//! Lists of payments: which index serves which filter, and how far it is read.
//!
//! Every list walks one index backwards from its newest end. What would make it walk far is a time range, for the
//! indices are in order of id, not of time. But ids are handed out in order of time; so the ids where the range begins
//! and ends are found by halving, and the walk stays between them.

use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::{Payment, PaymentId, PaymentQuery};
use hedge_domain::{Duration, Id, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Result, Row, params_from_iter};

use super::payments::{COLUMNS, read};
use super::row::{blob, payment_id, time};
use crate::column::Coded;
use crate::engine::Page;

/// How far the clock may have been set back without a list missing a payment.
const CLOCK_STEP: Duration = Duration::from_hours(1);

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
        if let (Some(older), _) = around(connection, from.minus(CLOCK_STEP))? {
            conditions.and("id > ?", blob(older).to_vec());
        }
    }
    let mut end = query.after;
    if let Some(until) = query.created_until {
        conditions.and("created_at < ?", until.millis());
        let (_, younger) = around(connection, until.plus(CLOCK_STEP))?;
        end = end.into_iter().chain(younger).min();
    }
    if let Some(end) = end {
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

/// A payment seen while searching, of anybody's.
#[derive(Clone, Copy)]
struct Seen {
    bits: u128,
    at: Timestamp,
}

/// A payment made before an instant and one not made before it, close to each other; `None` where there is none.
///
/// Close is enough: the walk looks at each payment's time as well.
fn around(connection: &Connection, since: Timestamp) -> Result<(Option<PaymentId>, Option<PaymentId>)> {
    let seen = |row: &Row<'_>| Ok(Seen { bits: payment_id(row)?.bits(), at: time(row, 1)? });
    let end = |order: &str| {
        let sql = format!("SELECT id, created_at FROM payments ORDER BY id {order} LIMIT 1");
        connection.prepare_cached(&sql)?.query_row([], seen).optional()
    };
    let (Some(mut older), Some(mut younger)) = (end("ASC")?, end("DESC")?) else {
        return Ok((None, None));
    };
    if younger.at < since {
        return Ok((Some(Id::from_bits(younger.bits)), None));
    }
    if older.at >= since {
        return Ok((None, Some(Id::from_bits(older.bits))));
    }
    let sql = "SELECT id, created_at FROM payments WHERE id >= ?1 ORDER BY id LIMIT 1";
    let mut probe = connection.prepare_cached(sql)?;
    // Nothing lies between the ceiling and `younger`.
    let mut ceiling = younger.bits;
    let close = |older: Seen, younger: Seen| older.at.plus(CLOCK_STEP) >= since && younger.at <= since.plus(CLOCK_STEP);
    while ceiling - older.bits > 1 && !close(older, younger) {
        let middle = older.bits + (ceiling - older.bits) / 2;
        let found = probe.query_row([middle.to_be_bytes()], seen)?;
        if found.at < since {
            older = found;
        } else {
            younger = found;
            ceiling = middle;
        }
    }
    Ok((Some(Id::from_bits(older.bits)), Some(Id::from_bits(younger.bits))))
}
