//! Entries of the audit log.

use hedge_domain::audit::{Agent, AuditEntry, AuditId, Origin};

use crate::record::{Cell, Columns, Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static AUDIT_LOG: Table = Definition::log(
    "audit_log",
    "id uuid, account_id uuid, actor text, key_id uuid, action text, object_id text, changes text, \
     request_id uuid, remote_address text, at bigint",
)
.table();

impl Row for AuditEntry {
    fn table() -> &'static Table {
        &AUDIT_LOG
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { id, account, origin: Origin { agent, request, address }, action, object, changes, at } = self;
        row.put(id).put(account).put(agent).put(action).put(object).put(changes).put(request).put(address).put(at);
    }
}

impl Stored for AuditEntry {
    type Id = AuditId;

    fn id(&self) -> AuditId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (id, account, agent, action, object) = row.take()?;
        let (changes, request, address, at) = row.take()?;
        Ok(Self { id, account, origin: Origin { agent, request, address }, action, object, changes, at })
    }
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
