//! Test clocks, and what is due by them.

use hedge_domain::account::AccountId;
use hedge_domain::payment::PaymentId;
use hedge_domain::test_clock::TestClock;
use hedge_domain::{Id, Timestamp};
use rusqlite::{Connection, Result, params};

use super::record::{self, at};
use crate::clocks::Due;
use crate::record::{Cell, Found, Row};

/// The time of a clock `c`, real time being `?1`.
pub(super) const CLOCK_NOW: &str = "coalesce(c.frozen_at, ?1 + c.shifted_by)";
/// Whether the account of the row beside has no clock of its own.
pub(super) const UNCLOCKED: &str = "account_id NOT IN (SELECT id FROM test_clocks)";

/// The clock of an account, if it has one of its own.
pub(super) fn of(connection: &Connection, account: AccountId) -> Result<Option<TestClock>> {
    let mut found = Found::default();
    record::read(connection, &TestClock::table().sqlite().by_key, &[Cell::id(account)], &mut found)?;
    Ok(found.0.pop().map(|(clock, _)| clock))
}

/// Soonest first.
pub(super) fn due<K>(connection: &Connection, due: &Due, now: Timestamp, limit: u32) -> Result<Vec<Id<K>>> {
    let Due { table, at: time, condition, index, unless } = due;
    let sql = format!(
        "SELECT due.id FROM (
            SELECT id, {time} AS at FROM {table} INDEXED BY {index}
            WHERE {condition} AND {time} <= ?1 AND {UNCLOCKED}
            UNION ALL
            SELECT r.id, r.{time} FROM test_clocks c CROSS JOIN {table} r INDEXED BY {index}
            ON {condition} AND r.{time} <= {CLOCK_NOW} AND r.account_id = c.id
        ) AS due {unless} ORDER BY due.at LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([now.millis(), limit.into()], |row| at(row, 0))?;
    found.collect()
}

/// Payments that are to be settled, soonest first. Each account's are looked up on their own: a day's payments fall due
/// all at once, and to sort them all at every look would take longer than to settle some.
pub(super) fn unsettled(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>> {
    let sql = format!("SELECT a.id, coalesce({CLOCK_NOW}, ?1) FROM accounts a LEFT JOIN test_clocks c ON c.id = a.id");
    let mut accounts = connection.prepare_cached(&sql)?;
    let mut first = connection.prepare_cached(
        "SELECT settles_at, id FROM payments INDEXED BY payments_unsettled
            WHERE account_id = ?1 AND settles_at IS NOT NULL AND settled_at IS NULL AND settles_at <= ?2
            ORDER BY settles_at LIMIT ?3",
    )?;
    let mut due: Vec<(Timestamp, PaymentId)> = Vec::new();
    let mut rows = accounts.query([now.millis()])?;
    while let Some(row) = rows.next()? {
        let (account, now): ([u8; 16], i64) = (row.get(0)?, row.get(1)?);
        let found = first.query_map(params![account, now, limit], |row| Ok((at(row, 0)?, at(row, 1)?)))?;
        due.extend(found.collect::<Result<Vec<_>>>()?);
    }
    due.sort_unstable();
    Ok(due.into_iter().map(|(_, payment)| payment).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}
