//! Whom an account's events go to: one small row, by the account.

use hedge_domain::account::AccountId;
use hedge_domain::webhook_endpoint::Subscriptions;

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static WEBHOOK_SUBSCRIPTIONS: Table = Definition::of("webhook_subscriptions", "id uuid, subscriptions text").table();

impl Row for Subscriptions {
    fn table() -> &'static Table {
        &WEBHOOK_SUBSCRIPTIONS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { account, list } = self;
        row.put(account).put(list);
    }
}

impl Stored for Subscriptions {
    type Id = AccountId;

    fn id(&self) -> AccountId {
        self.account
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (account, list) = row.take()?;
        Ok(Self { account, list })
    }
}
