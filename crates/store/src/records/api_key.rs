//! API keys.

use hedge_domain::api_key::{ApiKey, ApiKeyId, KeyKind, SecretDigest};

use crate::column::coded;
use crate::record::{columns, record};

record! {
    of "api_keys" of ApiKey, by id: ApiKeyId, fixed: "account_id";
    id: "id uuid",
    account: "account_id uuid",
    name: "name text",
    kind: "kind text",
    secret: "hash bytea, prefix text, last4 text",
    livemode: "livemode boolean",
    read_only: "read_only boolean",
    merchants: "merchants uuid[]",
    created_at: "created_at bigint",
    expires_at: "expires_at bigint",
    revoked_at: "revoked_at bigint",
    last_used_at: "last_used_at bigint",
}

coded!(KeyKind);
columns! {
    SecretDigest { hash, prefix, last4 };
}
