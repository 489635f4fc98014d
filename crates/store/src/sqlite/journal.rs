//! The ledger's journal and the balances kept beside it.

use std::collections::BTreeMap;

use hedge_domain::Currency;
use hedge_domain::ledger::LedgerAccount;
use hedge_domain::merchant::MerchantId;
use hedge_domain::state::{BalanceKey, Changes, Turnover, Version};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::lane::Written;
use super::row::{blob, code, parsed};
use crate::column::{self, Coded, Malformed};
use crate::engine::BalanceRow;

pub(super) fn write(connection: &Connection, changes: &Changes) -> Written {
    if changes.postings.is_empty() {
        return Ok(());
    }
    let mut texts: BTreeMap<LedgerAccount, String> = BTreeMap::new();
    let turnovers = changes.turnovers();
    for &(account, _) in turnovers.keys() {
        texts.entry(account).or_insert_with(|| account.to_string());
    }

    let mut insert = connection.prepare_cached(
        "INSERT INTO ledger_transfers (subject_id, posting_id, line, account_id, cause, detail_id, debit_account,
                credit_account, amount, currency, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for posting in &changes.postings {
        let (cause, subject, detail) = column::cause_columns(posting.cause);
        for (line, transfer) in (1_i64..).zip(&posting.transfers) {
            insert.execute(params![
                blob(subject),
                blob(posting.id),
                line,
                blob(posting.account),
                cause,
                detail.map(blob),
                texts.get(&transfer.debit),
                texts.get(&transfer.credit),
                transfer.amount.minor(),
                transfer.amount.currency().text(),
                posting.at.millis(),
            ])?;
        }
    }

    let mut balance = connection.prepare_cached(
        "INSERT INTO balances (account, currency, debits, credits) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (account, currency) DO UPDATE
            SET debits = debits + excluded.debits, credits = credits + excluded.credits",
    )?;
    for ((account, currency), turnover) in turnovers {
        balance.execute(params![texts.get(&account), currency.text(), turnover.debits, turnover.credits])?;
    }
    Ok(())
}

pub(super) fn balances(connection: &Connection) -> Result<Vec<BalanceRow>> {
    ordered(connection, "SELECT account, currency, debits, credits FROM balances")
}

/// One of them, as a command sees it. It has no version: it is only read.
pub(super) fn balance(connection: &Connection, (account, currency): BalanceKey) -> Result<Option<(Turnover, Version)>> {
    let sql = "SELECT debits, credits FROM balances WHERE account = ?1 AND currency = ?2";
    let read = |row: &Row<'_>| Ok((Turnover { debits: row.get(0)?, credits: row.get(1)? }, 0));
    connection.prepare_cached(sql)?.query_row(params![account.to_string(), currency.text()], read).optional()
}

/// Those of a merchant.
pub(super) fn balances_of(connection: &Connection, merchant: MerchantId) -> Result<Vec<BalanceRow>> {
    let sql = "SELECT account, currency, debits, credits FROM balances WHERE account IN (?1, ?2, ?3)";
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
    let account = row.get_ref(0)?.as_str()?;
    let account = account.parse().map_err(|()| Malformed(format!("no ledger account is {account:?}")));
    let currency: Currency = code(row, 1)?;
    Ok(BalanceRow { account: parsed(0, account)?, currency, debits: row.get(2)?, credits: row.get(3)? })
}
