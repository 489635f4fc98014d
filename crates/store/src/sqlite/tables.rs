//! How the writer finds rows and writes a batch.

use hedge_domain::job::JobId;
use hedge_domain::ledger::BalanceTransaction;
use hedge_domain::state::{BalanceKey, Change, State, Turnover};
use rusqlite::{Connection, OptionalExtension, Result, Row as SqlRow, params};

use super::record;
use crate::column::Coded;
use crate::counts::Counts;
use crate::record::{Column, Found, Record, Row};
use crate::records::{Find, Loaded, Turnovers, Write, Written};

/// Supplies what is found to a state.
pub(super) struct Finder<'a> {
    pub connection: &'a Connection,
    pub state: &'a mut State,
}

impl Find for Finder<'_> {
    type Error = rusqlite::Error;

    fn row<E: Record>(&mut self, id: E::Id, loaded: Loaded<E>) -> Result<()> {
        let mut found = Found::<E>::default();
        record::read(self.connection, &E::table().sqlite().by_key, &[id.cell()], &mut found)?;
        loaded(self.state).supply(id, found.0.pop());
        Ok(())
    }

    /// It has no version: commands only read it.
    fn balance(&mut self, key: BalanceKey) -> Result<()> {
        let sql = "SELECT debits, credits FROM balances WHERE account = ?1 AND currency = ?2";
        let read = |row: &SqlRow<'_>| Ok((Turnover { debits: row.get(0)?, credits: row.get(1)? }, 0));
        let values = params![key.0.to_string(), key.1.text()];
        let found = self.connection.prepare_cached(sql)?.query_row(values, read).optional()?;
        self.state.balances.supply(key, found);
        Ok(())
    }
}

/// Writes through the writer's connection, within its transaction.
pub(super) struct Writing<'a>(pub &'a Connection);

impl<'a> Write<'a> for Writing<'_> {
    fn rows<E: Record>(&mut self, changes: &'a [Change<E::Id, E>]) -> Written {
        record::write(self.0, changes)
    }

    fn append<R: Row>(&mut self, rows: &'a [R]) -> Written {
        record::append(self.0, &R::table().sqlite().insert, rows)
    }

    fn parts<R: Row>(&mut self, rows: &'a [R]) -> Written {
        record::append(self.0, &R::table().sqlite().upsert, rows)
    }

    fn finish(&mut self, jobs: &'a [JobId]) -> Written {
        if jobs.is_empty() {
            return Ok(());
        }
        let mut finish = self.0.prepare_cached("DELETE FROM jobs WHERE id = ?1")?;
        for &job in jobs {
            finish.execute([record::blob(job)])?;
        }
        Ok(())
    }

    fn count(&mut self, table: &'static str, counts: Counts) -> Written {
        if counts.is_empty() {
            return Ok(());
        }
        let mut add = self.0.prepare_cached(&format!(
            "INSERT INTO {table} (status, count) VALUES (?1, ?2)
                ON CONFLICT (status) DO UPDATE SET count = count + excluded.count"
        ))?;
        for (status, count) in counts {
            add.execute(params![status, count])?;
        }
        Ok(())
    }

    fn balances(&mut self, turnovers: Turnovers) -> Written {
        if turnovers.is_empty() {
            return Ok(());
        }
        let mut add = self.0.prepare_cached(
            "INSERT INTO balances (account, currency, debits, credits) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (account, currency) DO UPDATE
                SET debits = debits + excluded.debits, credits = credits + excluded.credits",
        )?;
        for ((account, currency), turnover) in turnovers {
            add.execute(params![account.to_string(), currency.text(), turnover.debits, turnover.credits])?;
        }
        Ok(())
    }

    fn statements(&mut self, lines: &'a [BalanceTransaction]) -> Written {
        if lines.is_empty() {
            return Ok(());
        }
        let (names, count) = (BalanceTransaction::table().names(), BalanceTransaction::table().each().count());
        let values = (1..=count).map(|place| format!("?{place}")).collect::<Vec<_>>().join(", ");
        let at = |column| BalanceTransaction::table().place(column).unwrap_or_default() + 1;
        let (merchant, currency) = (at("merchant_id"), at("currency"));
        let sql = format!(
            "INSERT INTO balance_transactions ({names}, position) VALUES ({values}, (
                SELECT coalesce(max(position), 0) + 1 FROM balance_transactions
                WHERE merchant_id = ?{merchant} AND currency = ?{currency}))"
        );
        record::append(self.0, &sql, lines)
    }
}
