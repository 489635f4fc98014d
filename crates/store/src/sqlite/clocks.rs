//! Test clocks, and what is due by them.
//!
//! A query for what is due has two halves: accounts without a clock go by real time, the others each by their own.

use hedge_domain::account::AccountId;
use hedge_domain::payment::PaymentId;
use hedge_domain::state::{Change, Version};
use hedge_domain::test_clock::{Reading, TestClock};
use hedge_domain::{Duration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::lane::Written;
use super::row::{blob, id, optional_time, payment_id, time};
use super::write::{self, Table};

/// The time of a clock `c`, real time being `?1`.
pub(super) const CLOCK_NOW: &str = "coalesce(c.frozen_at, ?1 + c.shifted_by)";
/// Whether the account of the row beside has no clock of its own.
pub(super) const UNCLOCKED: &str = "account_id NOT IN (SELECT id FROM test_clocks)";

fn read(row: &Row<'_>) -> Result<(TestClock, Version)> {
    let reading = match optional_time(row, 1)? {
        Some(at) => Reading::Frozen(at),
        None => Reading::Shifted(Duration::from_millis(row.get(2)?)),
    };
    Ok((TestClock { account: id(row, 0)?, reading }, row.get(3)?))
}

pub(super) fn test_clock(connection: &Connection, account: AccountId) -> Result<Option<(TestClock, Version)>> {
    let sql = "SELECT id, frozen_at, shifted_by, version FROM test_clocks WHERE id = ?1";
    connection.prepare_cached(sql)?.query_row([blob(account)], read).optional()
}

const TEST_CLOCKS: Table = Table {
    insert: "INSERT INTO test_clocks (id, version, frozen_at, shifted_by) VALUES (?1, ?2, ?3, ?4)",
    update: "UPDATE test_clocks SET version = ?2, frozen_at = ?3, shifted_by = ?4 WHERE id = ?1 AND version = ?2 - 1",
};

pub(super) fn write(connection: &Connection, changes: &[Change<AccountId, TestClock>]) -> Written {
    write::rows(connection, &TEST_CLOCKS, changes, |statement, after, version| {
        let (frozen_at, shifted_by) = match after.reading {
            Reading::Frozen(at) => (Some(at.millis()), None),
            Reading::Shifted(by) => (None, Some(by.millis())),
        };
        statement.execute(params![blob(after.account), version, frozen_at, shifted_by])
    })
}

/// Pending payments whose time is up.
pub(super) fn unpaid(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>> {
    let sql = format!(
        "SELECT id FROM (
            SELECT id, expires_at FROM payments INDEXED BY payments_unpaid
            WHERE status = 'pending' AND expires_at <= ?1 AND {UNCLOCKED}
            UNION ALL
            SELECT p.id, p.expires_at FROM test_clocks c CROSS JOIN payments p INDEXED BY payments_unpaid
            ON p.status = 'pending' AND p.expires_at <= {CLOCK_NOW} AND p.account_id = c.id
        ) ORDER BY expires_at LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([now.millis(), limit.into()], payment_id)?;
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
        let found = first.query_map(params![account, now, limit], |row| Ok((time(row, 0)?, id(row, 1)?)))?;
        due.extend(found.collect::<Result<Vec<_>>>()?);
    }
    due.sort_unstable();
    Ok(due.into_iter().map(|(_, payment)| payment).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}
