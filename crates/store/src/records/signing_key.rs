//! The keys that client tokens are signed with.

use hedge_domain::signing_key::{SigningKey, SigningKeyId};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static SIGNING_KEYS: Table = Definition::of(
    "signing_keys",
    "id uuid, public bytea, sealed bytea, created_at bigint, activates_at bigint, retires_at bigint",
)
.table();

impl Row for SigningKey {
    fn table() -> &'static Table {
        &SIGNING_KEYS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { id, public, sealed, created_at, activates_at, retires_at } = self;
        row.put(id).put(public).put(sealed).put(created_at).put(activates_at).put(retires_at);
    }
}

impl Stored for SigningKey {
    type Id = SigningKeyId;

    fn id(&self) -> SigningKeyId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (id, public, sealed, created_at, activates_at, retires_at) = row.take()?;
        Ok(Self { id, public, sealed, created_at, activates_at, retires_at })
    }
}
