//! The audit log: appended to, and listed. Not the audit, which checks the tables against one another.

use hedge_domain::Timestamp;
use hedge_domain::audit::{AuditEntry, AuditQuery};
use rusqlite::{Connection, Result, Row, named_params, params};

use super::lane::Written;
use super::row::{blob, code, id, optional_id, parsed, time};
use crate::column::{self, Coded};
use crate::engine::Page;

pub(super) fn write(connection: &Connection, entries: &[AuditEntry]) -> Written {
    if entries.is_empty() {
        return Ok(());
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO audit_log (id, account_id, actor, key_id, action, object_id, changes, request_id, remote_address, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for entry in entries {
        insert.execute(params![
            blob(entry.id),
            entry.account.map(blob),
            entry.origin.agent.code(),
            entry.origin.agent.key().map(blob),
            entry.action.text(),
            entry.object,
            column::changes_text(&entry.changes),
            entry.origin.request.map(blob),
            entry.origin.address.map(|address| address.to_string()),
            entry.at.millis(),
        ])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<AuditEntry> {
    let agent = column::agent(row.get_ref(2)?.as_str()?, optional_id(row, 3)?);
    let address = column::address(row.get_ref(8)?.as_str_or_null()?);
    Ok(AuditEntry {
        id: id(row, 0)?,
        account: optional_id(row, 1)?,
        origin: hedge_domain::audit::Origin {
            agent: parsed(2, agent)?,
            request: optional_id(row, 7)?,
            address: parsed(8, address)?,
        },
        action: code(row, 4)?,
        object: row.get(5)?,
        changes: parsed(6, column::changes(row.get_ref(6)?.as_str()?))?,
        at: time(row, 9)?,
    })
}

pub(super) fn entries(connection: &Connection, query: &AuditQuery) -> Result<Page<AuditEntry>> {
    let (index, object) = match &query.object {
        Some(_) => ("audit_log_by_object", "AND object_id = :object"),
        None => ("audit_log_by_account", "AND :object IS NULL"),
    };
    let sql = format!(
        "SELECT id, account_id, actor, key_id, action, object_id, changes, request_id, remote_address, at
        FROM audit_log INDEXED BY {index} WHERE account_id = :account {object} AND id < :after
            AND (:action IS NULL OR action = :action) AND (:key IS NULL OR key_id = :key)
            AND at >= :from AND at < :until ORDER BY id DESC LIMIT :limit"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(
        named_params! {
            ":account": blob(query.account),
            ":object": query.object,
            ":after": query.after.map_or([0xff; 16], blob),
            ":action": query.action.map(Coded::text),
            ":key": query.key.map(blob),
            ":from": query.created_from.map_or(i64::MIN, Timestamp::millis),
            ":until": query.created_until.map_or(i64::MAX, Timestamp::millis),
            ":limit": i64::from(query.limit) + 1,
        },
        read,
    )?;
    Ok(Page::cut(found.collect::<Result<_>>()?, query.limit))
}
