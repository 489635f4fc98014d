//! Answers kept under idempotency keys. One that replaces an ended one moves to the table's end on SQLite, so that the oldest
//! stay in front for whoever removes them.

use hedge_domain::idempotency::{IdempotencyKey, IdempotencyRecord, SavedAnswer};

use crate::record::{columns, record};

record! {
    of "idempotency" of IdempotencyRecord, by key: IdempotencyKey,
        also: [", position = (SELECT max(position) + 1 FROM idempotency)", ""];
    key: "key uuid",
    fingerprint: "fingerprint bytea",
    answer: "status bigint, body bytea",
    created_at: "created_at bigint",
    expires_at: "expires_at bigint",
}

columns! {
    SavedAnswer { status, body };
}
