//! Test clocks, by their account.

use hedge_domain::account::AccountId;
use hedge_domain::test_clock::{Reading, TestClock};
use hedge_domain::{Duration, Timestamp};

use crate::record::{Cell, Columns, Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static TEST_CLOCKS: Table = Definition::of("test_clocks", "id uuid, frozen_at bigint, shifted_by bigint").table();

impl Row for TestClock {
    fn table() -> &'static Table {
        &TEST_CLOCKS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { account, reading } = self;
        row.put(account).put(reading);
    }
}

impl Stored for TestClock {
    type Id = AccountId;

    fn id(&self) -> AccountId {
        self.account
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (account, reading) = row.take()?;
        Ok(Self { account, reading })
    }
}

/// Since when it stands, or how far it is ahead.
impl Columns for Reading {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        let (frozen_at, shifted_by) = match self {
            Self::Frozen(at) => (Cell::Int(at.millis()), Cell::Null),
            Self::Shifted(by) => (Cell::Null, Cell::Int(by.millis())),
        };
        row.cell(frozen_at);
        row.cell(shifted_by);
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        let (frozen_at, shifted_by): (Option<Timestamp>, Option<Duration>) = (row.take()?, row.take()?);
        match (frozen_at, shifted_by) {
            (Some(at), None) => Ok(Self::Frozen(at)),
            (None, Some(by)) => Ok(Self::Shifted(by)),
            (Some(_), Some(_)) | (None, None) => Err(Malformed("a clock stands or runs".to_owned())),
        }
    }
}
