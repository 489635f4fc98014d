//! Deliveries and the attempts at them. Who may attempt one when is in `due`.

use hedge_domain::Timestamp;
use hedge_domain::delivery::{Attempt, AttemptError, Delivery, DeliveryId, DeliveryQuery, DeliveryStatus};
use hedge_domain::state::{Changes, Version};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

use super::lane::Written;
use super::row::{blob, code, id, optional_code, optional_time, time};
use super::write::{self, Table};
use crate::column::Coded;
use crate::engine::Page;

pub(super) const COLUMNS: &str =
    "id, version, account_id, endpoint_id, event_id, kind, status, attempts, failures, due_at, settled_at, created_at";

/// Of a row that begins with [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> Result<(Delivery, Version)> {
    let delivery = Delivery {
        id: id(row, 0)?,
        account: id(row, 2)?,
        endpoint: id(row, 3)?,
        event: id(row, 4)?,
        kind: code(row, 5)?,
        status: code(row, 6)?,
        attempts: row.get(7)?,
        failures: row.get(8)?,
        due_at: time(row, 9)?,
        settled_at: optional_time(row, 10)?,
        created_at: time(row, 11)?,
    };
    Ok((delivery, row.get(1)?))
}

pub(super) fn delivery(connection: &Connection, delivery: DeliveryId) -> Result<Option<(Delivery, Version)>> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(delivery)], read).optional()
}

/// Each status' newest, merged: together they hold the newest of all.
pub(super) fn deliveries(connection: &Connection, query: &DeliveryQuery) -> Result<Page<Delivery>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deliveries INDEXED BY deliveries_by_status
        WHERE endpoint_id = ?1 AND status = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let statuses = query.status.map_or(DeliveryStatus::ALL.to_vec(), |status| vec![status]);
    let after = query.after.map_or([0xff; 16], blob);
    let mut newest: Vec<Delivery> = Vec::new();
    for status in statuses {
        let values = params![blob(query.endpoint), status.text(), after, i64::from(query.limit) + 1];
        let found = statement.query_map(values, |row| read(row).map(|(delivery, _)| delivery))?;
        newest.extend(found.collect::<Result<Vec<_>>>()?);
    }
    newest.sort_by_key(|delivery| std::cmp::Reverse(delivery.id));
    Ok(Page::cut(newest, query.limit))
}

pub(super) fn attempts(connection: &Connection, delivery: DeliveryId, limit: u32) -> Result<Vec<Attempt>> {
    let sql = "SELECT delivery_id, number, at, took, status, error_code, error_message, response FROM delivery_attempts
        WHERE delivery_id = ?1 ORDER BY number DESC LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(params![blob(delivery), limit], |row| {
        let message: Option<String> = row.get(6)?;
        Ok(Attempt {
            delivery: id(row, 0)?,
            number: row.get(1)?,
            at: time(row, 2)?,
            took: hedge_domain::Duration::from_millis(row.get(3)?),
            status: row.get(4)?,
            error: optional_code(row, 5)?.zip(message).map(|(code, message)| AttemptError { code, message }),
            response: row.get(7)?,
        })
    })?;
    let mut attempts: Vec<_> = found.collect::<Result<_>>()?;
    attempts.reverse();
    Ok(attempts)
}

const DELIVERIES: Table = Table {
    insert: "INSERT INTO deliveries (id, version, account_id, endpoint_id, event_id, kind, status, attempts, failures,
            due_at, settled_at, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    // Between whom it is never changes, so those columns' indices need not be looked at.
    update: "UPDATE deliveries SET version = ?2, status = ?7, attempts = ?8, failures = ?9, due_at = ?10,
            settled_at = ?11, created_at = ?12
        WHERE id = ?1 AND version = ?2 - 1 AND account_id = ?3 AND endpoint_id = ?4 AND event_id = ?5 AND kind = ?6",
};

fn write_delivery(statement: &mut CachedStatement<'_>, after: &Delivery, version: Version) -> Result<usize> {
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        blob(after.endpoint),
        blob(after.event),
        after.kind.text(),
        after.status.text(),
        after.attempts,
        after.failures,
        after.due_at.millis(),
        after.settled_at.map(Timestamp::millis),
        after.created_at.millis(),
    ])
}

pub(super) fn write(connection: &Connection, changes: &Changes) -> Written {
    write::rows(connection, &DELIVERIES, &changes.deliveries, write_delivery)?;
    if changes.attempts.is_empty() {
        return Ok(());
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO delivery_attempts (delivery_id, number, at, took, status, error_code, error_message, response)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for attempt in &changes.attempts {
        insert.execute(params![
            blob(attempt.delivery),
            attempt.number,
            attempt.at.millis(),
            attempt.took.millis(),
            attempt.status,
            attempt.error.as_ref().map(|error| error.code.text()),
            attempt.error.as_ref().map(|error| &error.message),
            attempt.response,
        ])?;
    }
    Ok(())
}
