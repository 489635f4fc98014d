//! Merchants' statements: written beside the journal, read in the order they were written in.

use hedge_domain::ledger::{BalanceTransaction, BalanceTransactionId, Posting, StatementQuery};
use hedge_domain::{Money, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::lane::Written;
use super::row::{blob, code, id, time};
use crate::column::Coded;
use crate::engine::{FundsRow, Statement};

pub(super) fn write(connection: &Connection, postings: &[Posting]) -> Written {
    let mut insert = connection.prepare_cached(
        "INSERT INTO balance_transactions (merchant_id, currency, id, account_id, kind, source_id, amount, fee, at, position)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, (
                SELECT coalesce(max(position), 0) + 1 FROM balance_transactions WHERE merchant_id = ?1 AND currency = ?2))",
    )?;
    for transaction in postings.iter().filter_map(Posting::balance_transaction) {
        insert.execute(params![
            blob(transaction.merchant),
            transaction.amount.currency().text(),
            blob(transaction.id),
            blob(transaction.account),
            transaction.kind.text(),
            transaction.source.to_be_bytes(),
            transaction.amount.minor(),
            transaction.fee,
            transaction.at.millis(),
        ])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<BalanceTransaction> {
    Ok(BalanceTransaction {
        merchant: id(row, 0)?,
        amount: Money::new(row.get(6)?, code(row, 1)?),
        id: id(row, 2)?,
        account: id(row, 3)?,
        kind: code(row, 4)?,
        source: row.get(5).map(u128::from_be_bytes)?,
        fee: row.get(7)?,
        at: time(row, 8)?,
    })
}

pub(super) fn statement(connection: &Connection, query: &StatementQuery) -> Result<Statement> {
    let (merchant, currency) = (blob(query.merchant), query.currency.text());
    let from = query.from.map_or(i64::MIN, Timestamp::millis);
    let until = query.until.map_or(i64::MAX, Timestamp::millis);
    let after = query.after.map_or(Ok(0), |after| position(connection, query, after))?;
    let mut select = connection.prepare_cached(
        "SELECT merchant_id, currency, id, account_id, kind, source_id, amount, fee, at FROM balance_transactions
            WHERE merchant_id = ?1 AND currency = ?2 AND position > ?3 AND at >= ?4 AND at < ?5
            ORDER BY position LIMIT ?6",
    )?;
    let values = params![merchant, currency, after, from, until, i64::from(query.limit) + 1];
    let items: Vec<_> = select.query_map(values, read)?.collect::<Result<_>>()?;
    if let Some(opening) = query.opening {
        return Ok(Statement::cut(opening, items, query.limit));
    }
    // Without any, what there was at the end of the time asked for.
    let before = items.first().map_or(Ok(i64::MAX), |first| position(connection, query, first.id))?;
    let opening = connection
        .prepare_cached(
            "SELECT coalesce(sum(amount - fee), 0) FROM balance_transactions
                WHERE merchant_id = ?1 AND currency = ?2 AND (at < ?3 OR position < ?4 AND at < ?5)",
        )?
        .query_row(params![merchant, currency, from, before, until], |row| row.get(0))?;
    Ok(Statement::cut(opening, items, query.limit))
}

/// A line's place in the statement that is asked for. Nothing comes after a line that is not in it.
fn position(connection: &Connection, query: &StatementQuery, line: BalanceTransactionId) -> Result<i64> {
    let sql = "SELECT position FROM balance_transactions WHERE merchant_id = ?1 AND currency = ?2 AND id = ?3";
    let values = params![blob(query.merchant), query.currency.text(), blob(line)];
    let found = connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(i64::MAX))
}

/// What each merchant has according to its statement.
pub(super) fn funds(connection: &Connection) -> Result<Vec<FundsRow>> {
    let sql =
        "SELECT merchant_id, currency, sum(amount - fee) FROM balance_transactions GROUP BY merchant_id, currency";
    let mut statement = connection.prepare(sql)?;
    let rows = statement
        .query_map([], |row| Ok(FundsRow { merchant: id(row, 0)?, currency: code(row, 1)?, net: row.get(2)? }))?;
    rows.collect()
}
