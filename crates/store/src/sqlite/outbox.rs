//! What only ever appends: the events, and the answers kept under idempotency keys.

use hedge_domain::Timestamp;
use hedge_domain::event::EventId;
use hedge_domain::idempotency::{Fingerprint, IdempotencyKey, IdempotencyRecord, SavedAnswer};
use hedge_domain::state::{Change, Version};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::clocks::CLOCK_NOW;
use super::lane::Written;
use super::row::{blob, code, id, time};
use crate::column::Coded;
use crate::engine::OutboxRow;
use crate::error::EngineError;

pub(super) fn write_events(connection: &Connection, rows: &[OutboxRow]) -> Written {
    if rows.is_empty() {
        return Ok(());
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO events (id, account_id, kind, object_id, sequence, payload, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for row in rows {
        insert.execute(params![
            blob(row.id),
            blob(row.account),
            row.kind.text(),
            row.object.to_be_bytes(),
            row.sequence,
            row.payload,
            row.at.millis(),
        ])?;
    }
    Ok(())
}

pub(super) const EVENT: &str = "SELECT id, account_id, kind, object_id, sequence, payload, at FROM events";

pub(super) fn read_event(row: &Row<'_>) -> Result<OutboxRow> {
    Ok(OutboxRow {
        id: id(row, 0)?,
        account: id(row, 1)?,
        kind: code(row, 2)?,
        object: id::<()>(row, 3)?.bits(),
        sequence: row.get(4)?,
        payload: row.get(5)?,
        at: time(row, 6)?,
    })
}

pub(super) fn events(connection: &Connection, after: Option<EventId>, limit: u32) -> Result<Vec<OutboxRow>> {
    let sql = format!("{EVENT} WHERE id > ?1 ORDER BY id LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    // No id at all comes before every id.
    let after = after.map(blob);
    let after = after.as_ref().map_or(&[][..], |bytes| bytes);
    let rows = statement.query_map(params![after, limit], read_event)?;
    rows.collect()
}

/// Records have no version column: none is ever changed, an ended one is replaced.
const VERSION: Version = 1;

pub(super) fn idempotency(
    connection: &Connection,
    key: IdempotencyKey,
) -> Result<Option<(IdempotencyRecord, Version)>> {
    let sql = "SELECT fingerprint, status, body, created_at, expires_at FROM idempotency WHERE key = ?1";
    let read = |row: &Row<'_>| {
        let record = IdempotencyRecord {
            key,
            fingerprint: Fingerprint(row.get(0)?),
            answer: SavedAnswer { status: row.get(1)?, body: row.get(2)? },
            created_at: time(row, 3)?,
            expires_at: time(row, 4)?,
        };
        Ok((record, VERSION))
    };
    connection.prepare_cached(sql)?.query_row([key.0], read).optional()
}

pub(super) fn write_idempotency(
    connection: &Connection,
    changes: &[Change<IdempotencyKey, IdempotencyRecord>],
) -> Written {
    if changes.is_empty() {
        return Ok(());
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO idempotency (key, fingerprint, status, body, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for change in changes {
        if let Some((ended, _)) = &change.before {
            replace(connection, ended)?;
        }
        let IdempotencyRecord { key, fingerprint, answer, created_at, expires_at } = &change.after;
        insert.execute(params![
            key.0,
            fingerprint.0,
            answer.status,
            answer.body,
            created_at.millis(),
            expires_at.millis(),
        ])?;
    }
    Ok(())
}

/// Makes room for a key's next use at the table's end, so that the oldest records stay in front.
fn replace(connection: &Connection, ended: &IdempotencyRecord) -> Written {
    let mut delete = connection.prepare_cached("DELETE FROM idempotency WHERE key = ?1 AND expires_at = ?2")?;
    if delete.execute(params![ended.key.0, ended.expires_at.millis()])? != 1 {
        return Err(EngineError::Conflict);
    }
    Ok(())
}

/// Looks at the oldest records only, so it costs the same however many there are. A record that is kept for longer
/// than others holds up those right behind it until it ends itself; none is removed too soon.
pub(super) fn prune(connection: &Connection, now: Timestamp, limit: u32) -> Result<usize> {
    // A record may be of an account whose clock is behind; it is kept until it has ended by every clock.
    let sql = format!(
        "DELETE FROM idempotency WHERE position IN (
            SELECT position FROM (SELECT position, expires_at FROM idempotency ORDER BY position LIMIT ?2)
            WHERE expires_at <= (SELECT min(?1, coalesce(min({CLOCK_NOW}), ?1)) FROM test_clocks c))"
    );
    connection.prepare_cached(&sql)?.execute(params![now.millis(), limit])
}
