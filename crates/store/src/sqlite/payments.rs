//! Payments with their refunds: one row each, refunds in a table of their own that is read only when there are any.

use std::collections::BTreeMap;

use hedge_domain::account::AccountId;
use hedge_domain::customer::CustomerId;
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::{Cancellation, Payment, PaymentId, PaymentStatus};
use hedge_domain::refund::{Refund, RefundStatus};
use hedge_domain::state::{Change, Version};
use hedge_domain::{Money, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

use super::lane::Written;
use super::row::{blob, code, id, optional_code, optional_id, optional_time, parsed, time};
use super::write::{self, Table};
use crate::column::{self, Coded};
use crate::counts;
use crate::error::EngineError;

pub(super) const COLUMNS: &str = "id, version, account_id, merchant_id, amount, currency, status, method,
    payment_method_id, customer_id, customer_email, description, statement_descriptor, metadata, fee, refunded,
    failure_code, three_d_secure, canceled_at, cancellation_reason, expires_at, settled_at, created_at, updated_at,
    sequence, checkout_session_id, settles_at";

/// A row of [`COLUMNS`]. The row's statement is still running, so the refunds are read from the same snapshot.
pub(super) fn read(connection: &Connection, row: &Row<'_>) -> Result<(Payment, Version)> {
    let canceled = |at| row.get(19).map(|reason| Cancellation { reason, at });
    let mut payment = Payment {
        id: id(row, 0)?,
        account: id(row, 2)?,
        merchant: id(row, 3)?,
        amount: Money::new(row.get(4)?, code(row, 5)?),
        status: code(row, 6)?,
        method: optional_code(row, 7)?,
        payment_method: optional_id(row, 8)?,
        customer: optional_id(row, 9)?,
        customer_email: row.get(10)?,
        description: row.get(11)?,
        statement_descriptor: row.get(12)?,
        metadata: parsed(13, column::metadata(row.get_ref(13)?.as_str_or_null()?))?,
        fee: row.get(14)?,
        refunded: row.get(15)?,
        refunds: Vec::new(),
        failure: optional_code(row, 16)?,
        three_d_secure: optional_code(row, 17)?,
        cancellation: optional_time(row, 18)?.map(canceled).transpose()?,
        expires_at: time(row, 20)?,
        settled_at: optional_time(row, 21)?,
        created_at: time(row, 22)?,
        updated_at: time(row, 23)?,
        sequence: row.get(24)?,
        checkout_session: optional_id(row, 25)?,
        settles_at: optional_time(row, 26)?,
    };
    if payment.refunded > 0 {
        payment.refunds = refunds(connection, payment.id)?;
    }
    Ok((payment, row.get(1)?))
}

pub(super) fn payment(connection: &Connection, payment: PaymentId) -> Result<Option<(Payment, Version)>> {
    let sql = format!("SELECT {COLUMNS} FROM payments WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(payment)], |row| read(connection, row)).optional()
}

fn refunds(connection: &Connection, payment: PaymentId) -> Result<Vec<Refund>> {
    let sql = "SELECT id, amount, reason, status, metadata, created_at FROM refunds WHERE payment_id = ?1 ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let refunds = statement.query_map([blob(payment)], |row| {
        Ok(Refund {
            id: id(row, 0)?,
            amount: row.get(1)?,
            reason: row.get(2)?,
            status: code(row, 3)?,
            metadata: parsed(4, column::metadata(row.get_ref(4)?.as_str_or_null()?))?,
            created_at: time(row, 5)?,
        })
    })?;
    refunds.collect()
}

pub(super) fn write(connection: &Connection, changes: &[Change<PaymentId, Payment>]) -> Written {
    write::rows(connection, &PAYMENTS, changes, write_payment)?;
    for change in changes {
        if change.before.as_ref().is_some_and(|(before, _)| owner(before) != owner(&change.after)) {
            return Err(EngineError::Rejected(format!("payment {} changed hands", change.id)));
        }
        let known = change.before.as_ref().map_or(&[][..], |(before, _)| &before.refunds);
        if change.after.refunds != known {
            write_refunds(connection, &change.after, known)?;
        }
    }
    count(connection, changes)
}

/// What an update does not write.
fn owner(payment: &Payment) -> (AccountId, MerchantId, Option<CustomerId>) {
    (payment.account, payment.merchant, payment.customer)
}

const PAYMENTS: Table = Table {
    insert: "INSERT INTO payments (id, version, account_id, merchant_id, amount, currency, status, method,
            payment_method_id, customer_id, customer_email, description, statement_descriptor, metadata, fee, refunded,
            failure_code, three_d_secure, canceled_at, cancellation_reason, expires_at, settled_at, created_at,
            updated_at, sequence, checkout_session_id, settles_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
            ?23, ?24, ?25, ?26, ?27)",
    // Whose it is never changes, so those columns' indices need not be looked at.
    update: "UPDATE payments SET version = ?2, amount = ?5, currency = ?6, status = ?7, method = ?8,
            payment_method_id = ?9, customer_email = ?11, description = ?12, statement_descriptor = ?13,
            metadata = ?14, fee = ?15, refunded = ?16, failure_code = ?17, three_d_secure = ?18, canceled_at = ?19,
            cancellation_reason = ?20, expires_at = ?21, settled_at = ?22, created_at = ?23, updated_at = ?24,
            sequence = ?25, checkout_session_id = ?26, settles_at = ?27
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_payment(statement: &mut CachedStatement<'_>, after: &Payment, version: Version) -> Result<usize> {
    let cancellation = after.cancellation.as_ref();
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        blob(after.merchant),
        after.amount.minor(),
        after.amount.currency().text(),
        after.status.text(),
        after.method.map(Coded::text),
        after.payment_method.map(blob),
        after.customer.map(blob),
        after.customer_email,
        after.description,
        after.statement_descriptor,
        column::metadata_text(&after.metadata),
        after.fee,
        after.refunded,
        after.failure.map(Coded::text),
        after.three_d_secure.map(Coded::text),
        cancellation.map(|cancellation| cancellation.at.millis()),
        cancellation.and_then(|cancellation| cancellation.reason.as_deref()),
        after.expires_at.millis(),
        after.settled_at.map(Timestamp::millis),
        after.created_at.millis(),
        after.updated_at.millis(),
        after.sequence,
        after.checkout_session.map(blob),
        after.settles_at.map(Timestamp::millis),
    ])
}

/// Those that are new or not as they were.
fn write_refunds(connection: &Connection, payment: &Payment, known: &[Refund]) -> Written {
    let mut insert = connection.prepare_cached(
        "INSERT INTO refunds (payment_id, id, amount, reason, status, metadata, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut update = connection.prepare_cached(
        "UPDATE refunds SET amount = ?3, reason = ?4, status = ?5, metadata = ?6, created_at = ?7
            WHERE payment_id = ?1 AND id = ?2",
    )?;
    for refund in &payment.refunds {
        let before = known.iter().find(|before| before.id == refund.id);
        if before == Some(refund) {
            continue;
        }
        let statement = if before.is_some() { &mut update } else { &mut insert };
        let written = statement.execute(params![
            blob(payment.id),
            blob(refund.id),
            refund.amount,
            refund.reason,
            refund.status.text(),
            column::metadata_text(&refund.metadata),
            refund.created_at.millis(),
        ])?;
        if written != 1 {
            return Err(EngineError::Conflict);
        }
    }
    Ok(())
}

/// Keeps the counts of payments and refunds in each status.
fn count(connection: &Connection, changes: &[Change<PaymentId, Payment>]) -> Written {
    let payments = counts::of_payments(changes);
    if !payments.is_empty() {
        let mut statement = connection.prepare_cached(
            "INSERT INTO payment_counts (status, count) VALUES (?1, ?2)
                ON CONFLICT (status) DO UPDATE SET count = count + excluded.count",
        )?;
        for (status, count) in payments {
            statement.execute(params![status.text(), count])?;
        }
    }
    let refunds = counts::of_refunds(changes);
    if !refunds.is_empty() {
        let mut statement = connection.prepare_cached(
            "INSERT INTO refund_counts (status, count) VALUES (?1, ?2)
                ON CONFLICT (status) DO UPDATE SET count = count + excluded.count",
        )?;
        for (status, count) in refunds {
            statement.execute(params![status.text(), count])?;
        }
    }
    Ok(())
}

pub(super) fn by_status(connection: &Connection) -> Result<BTreeMap<PaymentStatus, i64>> {
    kept(connection, "SELECT status, count FROM payment_counts WHERE count <> 0")
}

pub(super) fn refunds_by_status(connection: &Connection) -> Result<BTreeMap<RefundStatus, i64>> {
    kept(connection, "SELECT status, count FROM refund_counts WHERE count <> 0")
}

fn kept<S: Coded + Ord>(connection: &Connection, sql: &str) -> Result<BTreeMap<S, i64>> {
    let mut statement = connection.prepare_cached(sql)?;
    let counts = statement.query_map([], |row| Ok((code(row, 0)?, row.get(1)?)))?;
    counts.collect()
}
