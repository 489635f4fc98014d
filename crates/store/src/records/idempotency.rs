//! Answers kept under idempotency keys. One that replaces an ended one moves to the table's end on SQLite, so that the oldest
//! stay in front for whoever removes them.

use hedge_domain::idempotency::{IdempotencyKey, IdempotencyRecord, SavedAnswer};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static IDEMPOTENCY: Table = Definition {
    also: [", position = (SELECT max(position) + 1 FROM idempotency)", ""],
    ..Definition::of(
        "idempotency",
        "key uuid, fingerprint bytea, status bigint, body bytea, created_at bigint, expires_at bigint",
    )
}
.table();

impl Row for IdempotencyRecord {
    fn table() -> &'static Table {
        &IDEMPOTENCY
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { key, fingerprint, answer: SavedAnswer { status, body }, created_at, expires_at } = self;
        row.put(key).put(fingerprint).put(status).put(body).put(created_at).put(expires_at);
    }
}

impl Stored for IdempotencyRecord {
    type Id = IdempotencyKey;

    fn id(&self) -> IdempotencyKey {
        self.key
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (key, fingerprint, status, body, created_at, expires_at) = row.take()?;
        Ok(Self { key, fingerprint, answer: SavedAnswer { status, body }, created_at, expires_at })
    }
}
