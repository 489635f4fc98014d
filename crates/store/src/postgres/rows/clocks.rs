//! Test clocks.

use hedge_domain::Duration;
use hedge_domain::state::Version;
use hedge_domain::test_clock::{Reading, TestClock};
use tokio_postgres::Row;

use crate::postgres::failure::Failure;
use crate::postgres::fields::Fields;

pub const TEST_CLOCK: &str = "id, frozen_at, shifted_by, version";

pub fn test_clock(row: &Row) -> Result<(TestClock, Version), Failure> {
    let mut fields = Fields::of(row);
    let account = fields.id()?;
    let (frozen_at, shifted_by) = (fields.optional_time()?, fields.value::<Option<i64>>()?);
    let reading =
        frozen_at.map_or(Reading::Shifted(Duration::from_millis(shifted_by.unwrap_or_default())), Reading::Frozen);
    Ok((TestClock { account, reading }, fields.value()?))
}
