//! Events with their payloads, as they go out.

use hedge_domain::event::{EventId, EventKind};

use crate::column::coded;
use crate::engine::OutboxRow;
use crate::record::record;

record! {
    log "events" of OutboxRow, by id: EventId;
    id: "id uuid",
    account: "account_id uuid",
    kind: "kind text",
    object: "object_id uuid",
    sequence: "sequence bigint",
    payload: "payload bytea",
    at: "at bigint",
}

coded!(EventKind);
