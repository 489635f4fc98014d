//! Merchants' statements, oldest first.

use hedge_domain::ledger::{BalanceTransaction, StatementQuery};
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
    FROM balance_transactions WHERE merchant_id = $1 AND currency = $2 AND id > $3 AND at >= $4 AND at < $5 \
    ORDER BY id LIMIT $6";
const OPENING: &str = "SELECT coalesce(sum(amount - fee), 0)::bigint FROM balance_transactions \
    WHERE merchant_id = $1 AND currency = $2 AND id < $3 AND at < $4";

pub(super) async fn statement(readers: &Readers, query: &StatementQuery) -> Result<Statement, Failure> {
    let (merchant, currency) = (Uuid::from_u128(query.merchant.bits()), query.currency.text());
    let from = query.from.map_or(i64::MIN, Timestamp::millis);
    let until = query.until.map_or(i64::MAX, Timestamp::millis);
    let after = query.after.map_or(Uuid::nil(), |after| Uuid::from_u128(after.bits()));
    let limit = i64::from(query.limit) + 1;
    let found = readers.query(PAGE, &[&merchant, &currency, &after, &from, &until, &limit]).await?;
    let items: Vec<_> = found.iter().map(transaction).collect::<Result<_, _>>()?;
    if let Some(opening) = query.opening {
        return Ok(Statement::cut(opening, items, query.limit));
    }
    // Without any, what there was at the end of the time asked for.
    let (before, end) =
        items.first().map_or((Uuid::max(), until), |first| (Uuid::from_u128(first.id.bits()), i64::MAX));
    let sums = readers.query(OPENING, &[&merchant, &currency, &before, &end]).await?;
    let opening = sums.first().map(|row| Fields::of(row).value()).transpose()?.unwrap_or_default();
    Ok(Statement::cut(opening, items, query.limit))
}
