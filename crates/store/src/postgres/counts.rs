//! How many payments and refunds are in each status, as it is kept: the sum over the slots of all writers.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::readers::Readers;
use super::record::at;
use crate::column::Coded;

pub async fn by_status<S: Coded + Ord>(readers: &Readers, table: &str) -> Result<BTreeMap<S, i64>, Failure> {
    let sql = format!("SELECT status, sum(count)::bigint FROM {table} GROUP BY status HAVING sum(count) <> 0");
    let found = readers.query(&sql, &[]).await?;
    found.iter().map(|row| Ok((at(row, 0)?, at(row, 1)?))).collect()
}
