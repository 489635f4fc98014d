//! Test clocks, and what is due by them.

use hedge_domain::account::AccountId;
use hedge_domain::payment::PaymentId;
use hedge_domain::test_clock::TestClock;
use hedge_domain::{Id, Timestamp};
use rusqlite::{Connection, Result, ToSql, params};

use super::record::{self, at};
use crate::clocks::{CLOCKED_SHARE, Due};
use crate::record::{Cell, Found, Row};

/// The time of a clock `c`, real time being `?1`.
pub(super) const CLOCK_NOW: &str = "coalesce(c.frozen_at, ?1 + c.shifted_by)";
/// Whether the account of the row beside has no clock of its own.
const UNCLOCKED: &str = "account_id NOT IN (SELECT id FROM test_clocks)";

/// The clock of an account, if it has one of its own.
pub(super) fn of(connection: &Connection, account: AccountId) -> Result<Option<TestClock>> {
    let mut found = Found::default();
    record::read(connection, &TestClock::table().sqlite().by_key, &[Cell::id(account)], &mut found)?;
    Ok(found.0.pop().map(|(clock, _)| clock))
}

/// The account's time, and whether it has a clock of its own.
pub(super) fn time_of(connection: &Connection, account: AccountId, real: Timestamp) -> Result<(Timestamp, bool)> {
    let clock = of(connection, account)?;
    Ok(clock.map_or((real, false), |clock| (clock.read(real), true)))
}

/// Soonest first, and of an account with a clock of its own only so many: it may have set it far ahead.
pub(super) fn due<K>(connection: &Connection, due: &Due, now: Timestamp, limit: u32) -> Result<Vec<Id<K>>> {
    let Due { table, at: time, condition, index, by_account, unless } = due;
    let found = |sql: &str, values: &[&dyn ToSql]| -> Result<Vec<(Timestamp, Id<K>)>> {
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_map(values, |row| Ok((at(row, 0)?, at(row, 1)?)))?.collect()
    };
    let of_real_time = format!(
        "SELECT due.at, due.id FROM (
            SELECT id, {time} AS at FROM {table} INDEXED BY {index}
            WHERE {condition} AND {time} <= ?1 AND {UNCLOCKED}
        ) AS due {unless} ORDER BY due.at LIMIT ?2"
    );
    let mut all = found(&of_real_time, &[&now.millis(), &limit])?;
    let of_clock = format!(
        "SELECT due.at, due.id FROM (
            SELECT id, {time} AS at FROM {table} INDEXED BY {by_account}
            WHERE {condition} AND account_id = ?1 AND {time} <= ?2
        ) AS due {unless} ORDER BY due.at LIMIT ?3"
    );
    let mut clocks = connection.prepare_cached(&format!("SELECT c.id, {CLOCK_NOW} FROM test_clocks c"))?;
    let mut rows = clocks.query([now.millis()])?;
    while let Some(row) = rows.next()? {
        let (account, now): ([u8; 16], i64) = (row.get(0)?, row.get(1)?);
        all.extend(found(&of_clock, &[&account, &now, &limit.div_ceil(CLOCKED_SHARE)])?);
    }
    all.sort_unstable();
    Ok(all.into_iter().map(|(_, id)| id).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}

/// Payments that are to be settled: accounts take turns, each with its soonest first. Each account's are looked up on their own: a day's payments fall due
/// all at once, and to sort them all at every look would take longer than to settle some.
pub(super) fn unsettled(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>> {
    let sql = format!("SELECT a.id, coalesce({CLOCK_NOW}, ?1) FROM accounts a LEFT JOIN test_clocks c ON c.id = a.id");
    let mut accounts = connection.prepare_cached(&sql)?;
    let mut first = connection.prepare_cached(
        "SELECT settles_at, id FROM payments INDEXED BY payments_unsettled
            WHERE account_id = ?1 AND settles_at IS NOT NULL AND settled_at IS NULL AND settles_at <= ?2
            ORDER BY settles_at LIMIT ?3",
    )?;
    let mut due: Vec<(usize, Timestamp, PaymentId)> = Vec::new();
    let mut rows = accounts.query([now.millis()])?;
    while let Some(row) = rows.next()? {
        let (account, now): ([u8; 16], i64) = (row.get(0)?, row.get(1)?);
        let found = first.query_map(params![account, now, limit], |row| Ok((at(row, 0)?, at(row, 1)?)))?;
        let found: Vec<_> = found.collect::<Result<_>>()?;
        due.extend(found.into_iter().enumerate().map(|(turn, (at, id))| (turn, at, id)));
    }
    due.sort_unstable();
    Ok(due.into_iter().map(|(_, _, payment)| payment).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}
