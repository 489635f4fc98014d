//! The keys that client tokens are signed with.

use hedge_domain::signing_key::{SigningKey, SigningKeyId};

use crate::record::record;

record! {
    of "signing_keys" of SigningKey, by id: SigningKeyId;
    id: "id uuid",
    public: "public bytea",
    sealed: "sealed bytea",
    created_at: "created_at bigint",
    activates_at: "activates_at bigint",
    retires_at: "retires_at bigint",
}
