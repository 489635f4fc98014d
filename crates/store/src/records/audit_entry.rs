//! Entries of the audit log.

use hedge_domain::audit::{Agent, AuditAction, AuditEntry, AuditId, Origin};

use crate::column::coded;
use crate::record::{Cell, Columns, Get, Malformed, Put, columns, record};

record! {
    log "audit_log" of AuditEntry, by id: AuditId;
    id: "id uuid",
    account: "account_id uuid",
    origin: "actor text, key_id uuid, request_id uuid, remote_address text",
    action: "action text",
    object: "object_id text",
    changes: "changes text",
    at: "at bigint",
}

coded!(AuditAction);
columns! {
    Origin { agent, request, address };
}

/// Who acted, and with which key.
impl Columns for Agent {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        row.cell(Cell::Text(self.code().into()));
        row.cell(self.key().map_or(Cell::Null, Cell::id));
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        let (code, key): (String, _) = (row.take()?, row.take()?);
        Self::parse(&code, key).ok_or_else(|| Malformed(format!("no actor is {code:?} with {key:?}")))
    }
}
