//! Accounts.

use hedge_domain::account::{Account, AccountId};

use crate::record::record;

record! {
    of "accounts" of Account, by id: AccountId;
    id: "id uuid",
    name: "name text",
    default_merchant: "default_merchant_id uuid",
    created_at: "created_at bigint",
}
