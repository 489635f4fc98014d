//! Test clocks, by their account.

use hedge_domain::account::AccountId;
use hedge_domain::test_clock::{Reading, TestClock};
use hedge_domain::{Duration, Timestamp};

use crate::record::{Cell, Columns, Get, Malformed, Put, record};

record! {
    of "test_clocks" of TestClock, by account: AccountId;
    account: "id uuid",
    reading: "frozen_at bigint, shifted_by bigint",
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
