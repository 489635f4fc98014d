//! Events with their payloads, as they go out.

use hedge_domain::event::EventId;

use crate::engine::OutboxRow;
use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static EVENTS: Table = Definition::log(
    "events",
    "id uuid, account_id uuid, kind text, object_id uuid, sequence bigint, payload bytea, at bigint",
)
.table();

impl Row for OutboxRow {
    fn table() -> &'static Table {
        &EVENTS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { id, account, kind, object, sequence, payload, at } = self;
        row.put(id).put(account).put(kind).put(object).put(sequence).put(payload).put(at);
    }
}

impl Stored for OutboxRow {
    type Id = EventId;

    fn id(&self) -> EventId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (id, account, kind, object, sequence, payload, at) = row.take()?;
        Ok(Self { id, account, kind, object, sequence, payload, at })
    }
}
