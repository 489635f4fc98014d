//! Whom an account's events go to: one small row, by the account.

use hedge_domain::account::AccountId;
use hedge_domain::webhook_endpoint::Roster;

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static WEBHOOK_ROSTERS: Table = Definition::of("webhook_rosters", "id uuid, subscriptions text").table();

impl Row for Roster {
    fn table() -> &'static Table {
        &WEBHOOK_ROSTERS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { account, subscriptions } = self;
        row.put(account).put(subscriptions);
    }
}

impl Stored for Roster {
    type Id = AccountId;

    fn id(&self) -> AccountId {
        self.account
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (account, subscriptions) = row.take()?;
        Ok(Self { account, subscriptions })
    }
}
