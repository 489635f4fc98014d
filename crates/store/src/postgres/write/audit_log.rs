//! The audit log: rows that are only ever added.

use hedge_domain::audit::AuditEntry;

use super::{Write, column, exactly, text, uuid};
use crate::column::{Coded, changes_text};

const ADD: &str = "INSERT INTO audit_log \
    (id, account_id, actor, key_id, action, object_id, changes, request_id, remote_address, at) \
    SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], \
        $8::uuid[], $9::text[], $10::bigint[])";

pub fn entries<'a>(entries: &'a [AuditEntry], writes: &mut Vec<Write<'a>>) {
    if entries.is_empty() {
        return;
    }
    let rows: Vec<&'a AuditEntry> = entries.iter().collect();
    let parameters = vec![
        column(&rows, |row| uuid(row.id)),
        column(&rows, |row| row.account.map(uuid)),
        column(&rows, |row| row.origin.agent.code()),
        column(&rows, |row| row.origin.agent.key().map(uuid)),
        column(&rows, |row| row.action.text()),
        column(&rows, |row| text(&row.object)),
        column(&rows, |row| changes_text(&row.changes)),
        column(&rows, |row| row.origin.request.map(uuid)),
        column(&rows, |row| row.origin.address.map(|address| address.to_string())),
        column(&rows, |row| row.at.millis()),
    ];
    writes.push(Write { sql: ADD, parameters, rows: exactly(&rows) });
}
