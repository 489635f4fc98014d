//! Checkout sessions, and those whose time is up.

use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId};
use hedge_domain::state::{Change, Version};
use hedge_domain::{Money, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

use super::clocks::{CLOCK_NOW, UNCLOCKED};
use super::lane::Written;
use super::row::{blob, code, id, optional_id, optional_time, parsed, time};
use super::write::{self, Table};
use crate::column::{self, Coded};

pub(super) const COLUMNS: &str = "id, version, account_id, merchant_id, amount, currency, description, customer_email,
    customer_id, methods, success_url, cancel_url, metadata, status, payment_id, expires_at, completed_at, expired_at,
    created_at, updated_at, sequence";

/// A row of [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> Result<(CheckoutSession, Version)> {
    let session = CheckoutSession {
        id: id(row, 0)?,
        account: id(row, 2)?,
        merchant: id(row, 3)?,
        amount: Money::new(row.get(4)?, code(row, 5)?),
        description: row.get(6)?,
        customer_email: row.get(7)?,
        customer: optional_id(row, 8)?,
        methods: parsed(9, column::methods(row.get_ref(9)?.as_str()?))?,
        success_url: row.get(10)?,
        cancel_url: row.get(11)?,
        metadata: parsed(12, column::metadata(row.get_ref(12)?.as_str_or_null()?))?,
        status: code(row, 13)?,
        payment: optional_id(row, 14)?,
        expires_at: time(row, 15)?,
        completed_at: optional_time(row, 16)?,
        expired_at: optional_time(row, 17)?,
        created_at: time(row, 18)?,
        updated_at: time(row, 19)?,
        sequence: row.get(20)?,
    };
    Ok((session, row.get(1)?))
}

pub(super) fn session(
    connection: &Connection,
    session: CheckoutSessionId,
) -> Result<Option<(CheckoutSession, Version)>> {
    let sql = format!("SELECT {COLUMNS} FROM checkout_sessions WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(session)], read).optional()
}

/// Open sessions whose time is up, but for those with a payment on its way: those wait for what comes of it.
pub(super) fn expired(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<CheckoutSessionId>> {
    let sql = format!(
        "SELECT id FROM (
            SELECT id, expires_at, payment_id FROM checkout_sessions INDEXED BY checkout_sessions_open
            WHERE status = 'open' AND expires_at <= ?1 AND {UNCLOCKED}
            UNION ALL
            SELECT s.id, s.expires_at, s.payment_id FROM test_clocks c
            CROSS JOIN checkout_sessions s INDEXED BY checkout_sessions_open
            ON s.status = 'open' AND s.expires_at <= {CLOCK_NOW} AND s.account_id = c.id
        ) AS due WHERE NOT EXISTS (
            SELECT 1 FROM payments
            WHERE payments.id = due.payment_id AND payments.status IN ('initiated', 'processing')
        ) ORDER BY expires_at LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([now.millis(), limit.into()], |row| id(row, 0))?;
    found.collect()
}

pub(super) fn write(connection: &Connection, changes: &[Change<CheckoutSessionId, CheckoutSession>]) -> Written {
    write::rows(connection, &CHECKOUT_SESSIONS, changes, write_session)
}

const CHECKOUT_SESSIONS: Table = Table {
    insert: "INSERT INTO checkout_sessions (id, version, account_id, merchant_id, amount, currency, description,
            customer_email, customer_id, methods, success_url, cancel_url, metadata, status, payment_id, expires_at,
            completed_at, expired_at, created_at, updated_at, sequence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
    update: "UPDATE checkout_sessions SET version = ?2, account_id = ?3, merchant_id = ?4, amount = ?5, currency = ?6,
            description = ?7, customer_email = ?8, customer_id = ?9, methods = ?10, success_url = ?11,
            cancel_url = ?12, metadata = ?13, status = ?14, payment_id = ?15, expires_at = ?16, completed_at = ?17,
            expired_at = ?18, created_at = ?19, updated_at = ?20, sequence = ?21
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_session(statement: &mut CachedStatement<'_>, after: &CheckoutSession, version: Version) -> Result<usize> {
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        blob(after.merchant),
        after.amount.minor(),
        after.amount.currency().text(),
        after.description,
        after.customer_email,
        after.customer.map(blob),
        column::methods_text(&after.methods),
        after.success_url,
        after.cancel_url,
        column::metadata_text(&after.metadata),
        after.status.text(),
        after.payment.map(blob),
        after.expires_at.millis(),
        after.completed_at.map(Timestamp::millis),
        after.expired_at.map(Timestamp::millis),
        after.created_at.millis(),
        after.updated_at.millis(),
        after.sequence,
    ])
}
