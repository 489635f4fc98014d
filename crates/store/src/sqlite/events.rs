//! Lists of an account's events.
//!
//! There is no index over all kinds of an account, for every event would pay for it: the walks of each kind are merged.

use hedge_domain::event::{EventId, EventKind, EventQuery, Order};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Result, params_from_iter};

use super::clocks;
use super::outbox::{EVENT, read_event};
use super::row::{blob, id};
use crate::column::Coded;
use crate::engine::{OutboxRow, Page};
use crate::span;

pub(super) fn event(connection: &Connection, event: EventId) -> Result<Option<OutboxRow>> {
    let sql = format!("{EVENT} WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(event)], read_event).optional()
}

pub(super) fn events(connection: &Connection, query: &EventQuery) -> Result<Page<OutboxRow>> {
    let ranged = query.created_from.is_some() || query.created_until.is_some();
    let clocked = ranged && clocks::test_clock(connection, query.account)?.is_some();
    let mut ids: Vec<EventId> = Vec::new();
    for kind in query.kinds.as_ref().map_or(EventKind::ALL.to_vec(), |kinds| kinds.iter().copied().collect()) {
        ids.extend(walk(connection, query, kind, clocked)?);
    }
    ids.sort_unstable();
    if query.order == Order::NewestFirst {
        ids.reverse();
    }
    let Page { items, has_more } = Page::cut(ids, query.limit);
    let mut rows = Vec::with_capacity(items.len());
    for id in items {
        rows.extend(event(connection, id)?);
    }
    Ok(Page { items: rows, has_more })
}

/// The events of one kind, and of the object if one is asked for.
fn walk(connection: &Connection, query: &EventQuery, kind: EventKind, clocked: bool) -> Result<Vec<EventId>> {
    let mut sql = match query.object {
        Some(_) => "SELECT id FROM events INDEXED BY events_by_object WHERE account_id = ? AND kind = ?",
        None => "SELECT id FROM events INDEXED BY events_by_kind WHERE account_id = ? AND kind = ?",
    }
    .to_owned();
    let mut values: Vec<Value> = vec![blob(query.account).to_vec().into(), kind.text().to_owned().into()];
    let mut and = |condition: &str, value: Value| {
        sql.push_str(condition);
        values.push(value);
    };
    if let Some(object) = query.object {
        and(" AND object_id = ?", object.to_be_bytes().to_vec().into());
    }
    if let Some(from) = query.created_from {
        and(" AND at >= ?", from.millis().into());
    }
    if let Some(until) = query.created_until {
        and(" AND at < ?", until.millis().into());
    }
    let (first, end) = span::between((query.created_from, query.created_until), clocked);
    if let Some(first) = first {
        and(" AND id >= ?", first.to_be_bytes().to_vec().into());
    }
    if let Some(end) = end {
        and(" AND id < ?", end.to_be_bytes().to_vec().into());
    }
    let (after, order) = match query.order {
        Order::NewestFirst => (" AND id < ?", " ORDER BY id DESC LIMIT ?"),
        Order::OldestFirst => (" AND id > ?", " ORDER BY id LIMIT ?"),
    };
    if let Some(id) = query.after {
        and(after, blob(id).to_vec().into());
    }
    and(order, (i64::from(query.limit) + 1).into());
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(&values), |row| id(row, 0))?;
    found.collect()
}
