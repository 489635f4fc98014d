//! API keys.

use hedge_domain::api_key::{ApiKey, ApiKeyId, SecretDigest};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static API_KEYS: Table = Definition {
    fixed: "account_id",
    ..Definition::of(
        "api_keys",
        "id uuid, account_id uuid, name text, kind text, hash bytea, prefix text, last4 text, livemode boolean, \
         read_only boolean, merchants uuid[], created_at bigint, expires_at bigint, revoked_at bigint, \
         last_used_at bigint",
    )
}
.table();

impl Row for ApiKey {
    fn table() -> &'static Table {
        &API_KEYS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self {
            id,
            account,
            name,
            kind,
            secret: SecretDigest { hash, prefix, last4 },
            livemode,
            read_only,
            merchants,
            created_at,
            expires_at,
            revoked_at,
            last_used_at,
        } = self;
        row.put(id).put(account).put(name).put(kind).put(hash).put(prefix).put(last4).put(livemode);
        row.put(read_only).put(merchants).put(created_at).put(expires_at).put(revoked_at).put(last_used_at);
    }
}

impl Stored for ApiKey {
    type Id = ApiKeyId;

    fn id(&self) -> ApiKeyId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.take()?,
            account: row.take()?,
            name: row.take()?,
            kind: row.take()?,
            secret: SecretDigest { hash: row.take()?, prefix: row.take()?, last4: row.take()? },
            livemode: row.take()?,
            read_only: row.take()?,
            merchants: row.take()?,
            created_at: row.take()?,
            expires_at: row.take()?,
            revoked_at: row.take()?,
            last_used_at: row.take()?,
        })
    }
}
