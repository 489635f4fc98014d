//! How many payments and refunds are in each status, as it is kept.

use std::collections::BTreeMap;

use rusqlite::{Connection, Result};

use super::record::at;
use crate::column::Coded;

pub(super) fn by_status<S: Coded + Ord>(connection: &Connection, table: &str) -> Result<BTreeMap<S, i64>> {
    let mut statement = connection.prepare_cached(&format!("SELECT status, count FROM {table} WHERE count <> 0"))?;
    let counts = statement.query_map([], |row| Ok((at(row, 0)?, at(row, 1)?)))?;
    counts.collect()
}
