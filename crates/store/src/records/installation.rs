//! The installation: one row, with a key of no meaning.

use hedge_domain::installation::{Environment, Installation};

use crate::column::coded;
use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static INSTALLATION: Table = Definition::of(
    "installation",
    "id bigint, environment text, secret_check bytea, first_account_id uuid, created_at bigint",
)
.table();

coded!(Environment);

impl Row for Installation {
    fn table() -> &'static Table {
        &INSTALLATION
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { environment, secret_check, first_account, created_at } = self;
        row.put(&()).put(environment).put(secret_check).put(first_account).put(created_at);
    }
}

impl Stored for Installation {
    type Id = ();

    fn id(&self) {}

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let ((), environment, secret_check, first_account, created_at) = row.take()?;
        Ok(Self { environment, secret_check, first_account, created_at })
    }
}
