//! Merchants' statements, in the order they were written in.

use hedge_domain::Timestamp;
use hedge_domain::ledger::{BalanceTransaction, BalanceTransactionId, StatementQuery};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::record::{self, at, blob};
use crate::column::Coded;
use crate::engine::{FundsRow, Statement};
use crate::record::{Column, Found, Row as _};

pub(super) fn statement(connection: &Connection, query: &StatementQuery) -> Result<Statement> {
    let (merchant, currency) = (blob(query.merchant), query.currency.text());
    let from = query.from.map_or(i64::MIN, Timestamp::millis);
    let until = query.until.map_or(i64::MAX, Timestamp::millis);
    let after = query.after.map_or(Ok(0), |after| position(connection, query, after))?;
    let sql = format!(
        "SELECT {} FROM balance_transactions
            WHERE merchant_id = ?1 AND currency = ?2 AND position > ?3 AND at >= ?4 AND at < ?5
            ORDER BY position LIMIT ?6",
        BalanceTransaction::table().names()
    );
    let limit = i64::from(query.limit) + 1;
    let values = [query.merchant.cell(), query.currency.cell(), after.cell(), from.cell(), until.cell(), limit.cell()];
    let mut found = Found::default();
    record::read(connection, &sql, &values, &mut found)?;
    let items: Vec<BalanceTransaction> = found.0.into_iter().map(|(line, _)| line).collect();
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
        .query_map([], |row| Ok(FundsRow { merchant: at(row, 0)?, currency: at(row, 1)?, net: at(row, 2)? }))?;
    rows.collect()
}
