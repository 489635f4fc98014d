//! The balances as they are kept, and as the journal has them.

use hedge_domain::ledger::LedgerAccount;
use hedge_domain::merchant::MerchantId;
use rusqlite::{Connection, Result, Row};

use super::record::{Reader, malformed};
use crate::engine::BalanceRow;
use crate::records::balance;

pub(super) fn balances(connection: &Connection) -> Result<Vec<BalanceRow>> {
    ordered(connection, "SELECT account, currency, debits, credits FROM balances")
}

/// Those of a merchant.
pub(super) fn balances_of(connection: &Connection, merchant: MerchantId) -> Result<Vec<BalanceRow>> {
    let sql = "SELECT account, currency, debits, credits FROM balances WHERE account IN (?1, ?2, ?3, ?4)";
    let accounts = LedgerAccount::all_of(merchant).map(|account| account.to_string());
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows: Vec<_> = statement.query_map(accounts, read)?.collect::<Result<_>>()?;
    rows.sort_by_key(|row| (row.account, row.currency));
    Ok(rows)
}

pub(super) fn recomputed(connection: &Connection) -> Result<Vec<BalanceRow>> {
    let sql = "SELECT account, currency, sum(debits), sum(credits) FROM (
            SELECT debit_account AS account, currency, amount AS debits, 0 AS credits FROM ledger_transfers
            UNION ALL
            SELECT credit_account, currency, 0, amount FROM ledger_transfers
        ) GROUP BY account, currency";
    ordered(connection, sql)
}

/// In the order of the chart of accounts, which is not that of the text.
fn ordered(connection: &Connection, sql: &str) -> Result<Vec<BalanceRow>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows: Vec<_> = statement.query_map([], read)?.collect::<Result<_>>()?;
    rows.sort_by_key(|row| (row.account, row.currency));
    Ok(rows)
}

fn read(row: &Row<'_>) -> Result<BalanceRow> {
    balance(&mut Reader::of(row)).map_err(malformed)
}
