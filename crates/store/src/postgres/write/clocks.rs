//! Test clocks.

use std::sync::LazyLock;

use hedge_domain::account::AccountId;
use hedge_domain::state::Change;
use hedge_domain::test_clock::{Reading, TestClock};

use super::{Parameter, Statements, Write, column, put, uuid, version};

static TEST_CLOCKS: LazyLock<Statements> =
    LazyLock::new(|| Statements::of("test_clocks", "id uuid, frozen_at bigint, shifted_by bigint, version bigint"));

pub fn test_clocks<'a>(changes: &'a [Change<AccountId, TestClock>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &TEST_CLOCKS, columns, writes);
}

fn columns<'a>(rows: &[&'a Change<AccountId, TestClock>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| match row.after.reading {
            Reading::Frozen(at) => Some(at.millis()),
            Reading::Shifted(_) => None,
        }),
        column(rows, |row| match row.after.reading {
            Reading::Frozen(_) => None,
            Reading::Shifted(by) => Some(by.millis()),
        }),
        column(rows, |row| version(row)),
    ]
}
