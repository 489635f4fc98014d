//! Accounts.

use hedge_domain::account::{Account, AccountId};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static ACCOUNTS: Table =
    Definition::of("accounts", "id uuid, name text, default_merchant_id uuid, created_at bigint").table();

impl Row for Account {
    fn table() -> &'static Table {
        &ACCOUNTS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { id, name, default_merchant, created_at } = self;
        row.put(id).put(name).put(default_merchant).put(created_at);
    }
}

impl Stored for Account {
    type Id = AccountId;

    fn id(&self) -> AccountId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (id, name, default_merchant, created_at) = row.take()?;
        Ok(Self { id, name, default_merchant, created_at })
    }
}
