//! Customers.

use hedge_domain::customer::{Customer, CustomerId};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static CUSTOMERS: Table = Definition {
    fixed: "account_id",
    ..Definition::of(
        "customers",
        "id uuid, account_id uuid, email text, name text, phone text, description text, metadata text, \
         created_at bigint, updated_at bigint",
    )
}
.table();

impl Row for Customer {
    fn table() -> &'static Table {
        &CUSTOMERS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { id, account, email, name, phone, description, metadata, created_at, updated_at } = self;
        row.put(id).put(account).put(email).put(name).put(phone).put(description).put(metadata).put(created_at);
        row.put(updated_at);
    }
}

impl Stored for Customer {
    type Id = CustomerId;

    fn id(&self) -> CustomerId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (id, account, email, name, phone, description, metadata, created_at, updated_at) = row.take()?;
        Ok(Self { id, account, email, name, phone, description, metadata, created_at, updated_at })
    }
}
