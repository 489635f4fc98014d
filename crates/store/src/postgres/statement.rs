//! Merchants' statements, in the order of the commits.

use hedge_domain::ledger::{BalanceTransaction, BalanceTransactionId, StatementQuery};
use hedge_domain::{Money, Timestamp};
use tokio_postgres::Row;
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::readers::Readers;
use crate::column::Coded;
use crate::engine::{FundsRow, Statement};

pub(super) const FUNDS: &str = "SELECT merchant_id, currency, sum(amount - fee)::bigint FROM balance_transactions \
    GROUP BY merchant_id, currency";

pub(super) fn funds(row: &Row) -> Result<FundsRow, Failure> {
    let mut fields = Fields::of(row);
    Ok(FundsRow { merchant: fields.id()?, currency: fields.code()?, net: fields.value()? })
}

fn transaction(row: &Row) -> Result<BalanceTransaction, Failure> {
    let mut fields = Fields::of(row);
    let (merchant, currency) = (fields.id()?, fields.code()?);
    Ok(BalanceTransaction {
        merchant,
        id: fields.id()?,
        account: fields.id()?,
        kind: fields.code()?,
        source: fields.value::<Uuid>()?.as_u128(),
        amount: Money::new(fields.value()?, currency),
        fee: fields.value()?,
        at: fields.time()?,
    })
}

const PAGE: &str = "SELECT merchant_id, currency, id, account_id, kind, source_id, amount, fee, at \
    FROM balance_transactions WHERE merchant_id = $1 AND currency = $2 AND position > $3 AND at >= $4 AND at < $5 \
    ORDER BY position LIMIT $6";
const OPENING: &str = "SELECT coalesce(sum(amount - fee), 0)::bigint FROM balance_transactions \
    WHERE merchant_id = $1 AND currency = $2 AND (at < $3 OR position < $4 AND at < $5)";
const POSITION: &str = "SELECT position FROM balance_transactions WHERE merchant_id = $1 AND currency = $2 AND id = $3";

/// Asked in several questions, which cannot contradict each other: what comes later comes behind what is there.
pub(super) async fn statement(readers: &Readers, query: &StatementQuery) -> Result<Statement, Failure> {
    let (merchant, currency) = (Uuid::from_u128(query.merchant.bits()), query.currency.text());
    let from = query.from.map_or(i64::MIN, Timestamp::millis);
    let until = query.until.map_or(i64::MAX, Timestamp::millis);
    let after = match query.after {
        Some(after) => position(readers, query, after).await?,
        None => 0,
    };
    let limit = i64::from(query.limit) + 1;
    let found = readers.query(PAGE, &[&merchant, &currency, &after, &from, &until, &limit]).await?;
    let items: Vec<_> = found.iter().map(transaction).collect::<Result<_, _>>()?;
    if let Some(opening) = query.opening {
        return Ok(Statement::cut(opening, items, query.limit));
    }
    // Without any, what there was at the end of the time asked for.
    let before = match items.first() {
        Some(first) => position(readers, query, first.id).await?,
        None => i64::MAX,
    };
    let sums = readers.query(OPENING, &[&merchant, &currency, &from, &before, &until]).await?;
    let opening = sums.first().map(|row| Fields::of(row).value()).transpose()?.unwrap_or_default();
    Ok(Statement::cut(opening, items, query.limit))
}

/// A line's place in the statement that is asked for. Nothing comes after a line that is not in it.
async fn position(readers: &Readers, query: &StatementQuery, line: BalanceTransactionId) -> Result<i64, Failure> {
    let (merchant, line) = (Uuid::from_u128(query.merchant.bits()), Uuid::from_u128(line.bits()));
    let found = readers.query(POSITION, &[&merchant, &query.currency.text(), &line]).await?;
    Ok(found.first().map(|row| Fields::of(row).value()).transpose()?.unwrap_or(i64::MAX))
}
