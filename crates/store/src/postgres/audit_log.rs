//! The audit log, listed newest first. Not the audit, which checks the tables against one another.

use hedge_domain::Timestamp;
use hedge_domain::audit::{AuditEntry, AuditQuery, Origin};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::readers::Readers;
use super::write::text;
use crate::column::{self, Coded};
use crate::engine::Page;

const ENTRY: &str = "id, account_id, actor, key_id, action, object_id, changes, request_id, remote_address, at";

fn entry(row: &Row) -> Result<AuditEntry, Failure> {
    let mut fields = Fields::of(row);
    let (id, account) = (fields.id()?, fields.optional_id()?);
    let agent = column::agent(fields.value()?, fields.optional_id()?)?;
    let (action, object) = (fields.code()?, fields.value()?);
    let changes = column::changes(fields.value()?)?;
    let request = fields.optional_id()?;
    let address = column::address(fields.value()?)?;
    Ok(AuditEntry {
        id,
        account,
        origin: Origin { agent, request, address },
        action,
        object,
        changes,
        at: fields.time()?,
    })
}

pub async fn list(readers: &Readers, query: &AuditQuery) -> Result<Page<AuditEntry>, Failure> {
    let account = Uuid::from_u128(query.account.bits());
    let after = query.after.map_or(Uuid::max(), |after| Uuid::from_u128(after.bits()));
    let from = query.created_from.map_or(i64::MIN, Timestamp::millis);
    let until = query.created_until.map_or(i64::MAX, Timestamp::millis);
    let limit = i64::from(query.limit) + 1;
    let action = query.action.map(Coded::text);
    let object = query.object.as_deref().map(text);
    let key = query.key.map(|key| Uuid::from_u128(key.bits()));
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&account, &after, &from, &until, &limit];
    let mut narrowed = String::new();
    // Only where it is asked for: a condition that may not apply would cost the planner its index.
    let mut narrow = |column: &str, value| {
        values.push(value);
        narrowed.push_str(&format!(" AND {column} = ${}", values.len()));
    };
    if let Some(action) = &action {
        narrow("action", action);
    }
    if let Some(object) = &object {
        narrow("object_id", object);
    }
    if let Some(key) = &key {
        narrow("key_id", key);
    }
    let sql = format!(
        "SELECT {ENTRY} FROM audit_log WHERE account_id = $1 AND id < $2 AND at >= $3 AND at < $4{narrowed} \
         ORDER BY id DESC LIMIT $5"
    );
    let found = readers.query(&sql, &values).await?;
    let items: Result<_, _> = found.iter().map(entry).collect();
    Ok(Page::cut(items?, query.limit))
}
