//! A batch's changes as statements: pure, so that what is written can be read in one place.
//!
//! Each statement writes all rows of one kind from arrays, one array for each column. Their order, and that of the rows
//! within one, is the same for every writer ([`crate::tables`]).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hedge_domain::job::JobId;
use hedge_domain::ledger::BalanceTransaction;
use hedge_domain::state::Change;
use uuid::Uuid;

use super::record::{Arrays, Parameter};
use crate::column::Coded;
use crate::counts::Counts;
use crate::record::{Cell, Record, Row};
use crate::records::{Turnovers, Write, Written};

/// One statement with its parameters, and how many rows it must touch for the batch to be valid.
pub(super) struct Statement<'a> {
    pub sql: &'static str,
    pub parameters: Vec<Parameter<'a>>,
    pub rows: Expect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    Any,
    /// Fewer means that another writer changed a row since it was loaded.
    Exactly(u64),
}

/// The statements of a batch, in order.
#[derive(Default)]
pub(super) struct Statements<'a>(pub Vec<Statement<'a>>);

impl<'a> Statements<'a> {
    fn push(&mut self, sql: &'static str, parameters: Vec<Parameter<'a>>, rows: Expect) {
        self.0.push(Statement { sql, parameters, rows });
    }

    /// One version of rows: the new ones, or those that replace another.
    fn versions<E: Record>(&mut self, sql: &'static str, changes: &[&'a Change<E::Id, E>]) {
        if changes.is_empty() {
            return;
        }
        let mut arrays = Arrays::of(E::table(), changes.len());
        for change in changes {
            let row = arrays.begin();
            change.after.put(row);
            row.cell(Cell::Int(change.before.as_ref().map_or(1, |(_, version)| version + 1)));
        }
        self.push(sql, arrays.parameters(), exactly(changes.len()));
    }

    fn unversioned<R: Row>(&mut self, sql: &'static str, rows: &'a [R], expected: Expect) {
        if rows.is_empty() {
            return;
        }
        let mut arrays = Arrays::of(R::table(), rows.len());
        for row in rows {
            row.put(arrays.begin());
        }
        self.push(sql, arrays.parameters(), expected);
    }
}

fn exactly(rows: usize) -> Expect {
    u64::try_from(rows).map_or(Expect::Any, Expect::Exactly)
}

impl<'a> Write<'a> for Statements<'a> {
    fn rows<E: Record>(&mut self, changes: &'a [Change<E::Id, E>]) -> Written {
        let sql = E::table().postgres();
        let (new, changed): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.before.is_none());
        self.versions(&sql.insert, &new);
        self.versions(&sql.update, &changed);
        Ok(())
    }

    fn append<R: Row>(&mut self, rows: &'a [R]) -> Written {
        self.unversioned(&R::table().postgres().insert, rows, exactly(rows.len()));
        Ok(())
    }

    fn parts<R: Row>(&mut self, rows: &'a [R]) -> Written {
        self.unversioned(&R::table().postgres().upsert, rows, Expect::Any);
        Ok(())
    }

    fn finish(&mut self, jobs: &'a [JobId]) -> Written {
        if !jobs.is_empty() {
            // In one order, as rows are.
            let jobs: BTreeSet<JobId> = jobs.iter().copied().collect();
            let ids: Vec<Uuid> = jobs.into_iter().map(|job| Uuid::from_u128(job.bits())).collect();
            self.push("DELETE FROM jobs WHERE id = ANY($1)", vec![Box::new(ids)], Expect::Any);
        }
        Ok(())
    }

    fn count(&mut self, table: &'static str, counts: Counts) -> Written {
        if !counts.is_empty() {
            let (statuses, counts): (Vec<&str>, Vec<i64>) = counts.into_iter().unzip();
            let sql = if table == "payment_counts" { &COUNT_PAYMENTS } else { &COUNT_REFUNDS };
            self.push(sql, vec![Box::new(statuses), Box::new(counts)], Expect::Any);
        }
        Ok(())
    }

    fn balances(&mut self, turnovers: Turnovers) -> Written {
        if turnovers.is_empty() {
            return Ok(());
        }
        let accounts: Vec<String> = turnovers.keys().map(|(account, _)| account.to_string()).collect();
        let currencies: Vec<&str> = turnovers.keys().map(|(_, currency)| currency.text()).collect();
        let (debits, credits): (Vec<i64>, Vec<i64>) = turnovers.values().map(|it| (it.debits, it.credits)).unzip();
        let parameters: Vec<Parameter<'a>> =
            vec![Box::new(accounts), Box::new(currencies), Box::new(debits), Box::new(credits)];
        self.push(ADD_TO_BALANCES, parameters, Expect::Any);
        Ok(())
    }

    fn statements(&mut self, lines: &'a [BalanceTransaction]) -> Written {
        if lines.is_empty() {
            return Ok(());
        }
        self.unversioned(&ADD_LINES, lines, exactly(lines.len()));
        Ok(())
    }
}

/// A writer adds to the slot of its own connection, so that writers do not wait for one another here.
fn count_sql(table: &str) -> String {
    format!(
        "INSERT INTO {table} AS c (status, slot, count) \
         SELECT u.status, pg_backend_pid() % 64, u.count FROM UNNEST($1::text[], $2::bigint[]) AS u(status, count) \
         ON CONFLICT (status, slot) DO UPDATE SET count = c.count + excluded.count"
    )
}

static COUNT_PAYMENTS: LazyLock<String> = LazyLock::new(|| count_sql("payment_counts"));
static COUNT_REFUNDS: LazyLock<String> = LazyLock::new(|| count_sql("refund_counts"));

/// In the order of the accounts.
const ADD_TO_BALANCES: &str = "INSERT INTO balances AS b (account, currency, debits, credits) \
    SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::bigint[]) \
    ON CONFLICT (account, currency) DO UPDATE SET debits = b.debits + excluded.debits, \
    credits = b.credits + excluded.credits";

/// Whoever writes into a merchant's statement changes its head, and so has it to himself until the commit: its lines stand in
/// the order of the commits. In the order of the merchants, as rows are.
static ADD_LINES: LazyLock<String> = LazyLock::new(|| {
    let names = BalanceTransaction::table().names();
    let kinds: Vec<_> =
        BalanceTransaction::table().each().map(|(place, _, kind)| format!("${place}::{kind}[]")).collect();
    format!(
        "WITH new AS (SELECT * FROM UNNEST({}) AS new ({names})\
        ), heads AS (\
            INSERT INTO statement_heads AS head (merchant_id, currency, position) \
            SELECT new.merchant_id, new.currency, count(*) FROM new \
            GROUP BY new.merchant_id, new.currency ORDER BY new.merchant_id, new.currency \
            ON CONFLICT (merchant_id, currency) DO UPDATE SET position = head.position + excluded.position \
            RETURNING head.merchant_id, head.currency, head.position\
        ) INSERT INTO balance_transactions ({names}, position) \
        SELECT new.*, heads.position + 1 \
            - row_number() OVER (PARTITION BY new.merchant_id, new.currency ORDER BY new.id DESC) \
        FROM new JOIN heads ON heads.merchant_id = new.merchant_id AND heads.currency = new.currency",
        kinds.join(", ")
    )
});
