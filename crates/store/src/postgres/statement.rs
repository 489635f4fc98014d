//! Merchants' statements, in the order of the commits.

use std::sync::LazyLock;

use hedge_domain::Timestamp;
use hedge_domain::ledger::{BalanceTransaction, BalanceTransactionId, StatementQuery};
use tokio_postgres::Row;

use super::failure::Failure;
use super::readers::Readers;
use super::record::{at, only, parameter, take};
use crate::column::Coded;
use crate::engine::{FundsRow, Statement};
use crate::record::{Cell, Found, Row as _};

pub(super) const FUNDS: &str = "SELECT merchant_id, currency, sum(amount - fee)::bigint FROM balance_transactions \
    GROUP BY merchant_id, currency";

pub(super) fn funds(row: &Row) -> Result<FundsRow, Failure> {
    Ok(FundsRow { merchant: at(row, 0)?, currency: at(row, 1)?, net: at(row, 2)? })
}

static PAGE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM balance_transactions \
         WHERE merchant_id = $1 AND currency = $2 AND position > $3 AND at >= $4 AND at < $5 ORDER BY position LIMIT $6",
        BalanceTransaction::table().names()
    )
});
const OPENING: &str = "SELECT coalesce(sum(amount - fee), 0)::bigint FROM balance_transactions \
    WHERE merchant_id = $1 AND currency = $2 AND (at < $3 OR position < $4 AND at < $5)";
const POSITION: &str = "SELECT position FROM balance_transactions WHERE merchant_id = $1 AND currency = $2 AND id = $3";

/// Asked in several questions, which cannot contradict each other: what comes later comes behind what is there.
pub(super) async fn statement(readers: &Readers, query: &StatementQuery) -> Result<Statement, Failure> {
    let (merchant, currency) = (parameter(Cell::id(query.merchant)), query.currency.text());
    let from = query.from.map_or(i64::MIN, Timestamp::millis);
    let until = query.until.map_or(i64::MAX, Timestamp::millis);
    let after = match query.after {
        Some(after) => position(readers, query, after).await?,
        None => 0,
    };
    let limit = i64::from(query.limit) + 1;
    let found = readers.query(&PAGE, &[&*merchant, &currency, &after, &from, &until, &limit]).await?;
    let mut lines = Found::default();
    take(&found, &mut lines)?;
    let items: Vec<BalanceTransaction> = lines.0.into_iter().map(|(line, _)| line).collect();
    if let Some(opening) = query.opening {
        return Ok(Statement::cut(opening, items, query.limit));
    }
    // Without any, what there was at the end of the time asked for.
    let before = match items.first() {
        Some(first) => position(readers, query, first.id).await?,
        None => i64::MAX,
    };
    let sums = readers.query(OPENING, &[&*merchant, &currency, &from, &before, &until]).await?;
    let opening = only(&sums)?.unwrap_or_default();
    Ok(Statement::cut(opening, items, query.limit))
}

/// A line's place in the statement that is asked for. Nothing comes after a line that is not in it.
async fn position(readers: &Readers, query: &StatementQuery, line: BalanceTransactionId) -> Result<i64, Failure> {
    let (merchant, line) = (parameter(Cell::id(query.merchant)), parameter(Cell::id(line)));
    let found = readers.query(POSITION, &[&*merchant, &query.currency.text(), &*line]).await?;
    Ok(only(&found)?.unwrap_or(i64::MAX))
}
