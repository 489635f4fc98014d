//! How the writer writes a batch.

use hedge_domain::job::JobId;
use hedge_domain::ledger::BalanceTransaction;
use hedge_domain::state::Change;
use rusqlite::{Connection, params};

use super::record;
use crate::column::Coded;
use crate::counts::Counts;
use crate::record::{Record, Row};
use crate::records::{Turnovers, Write, Written};

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
