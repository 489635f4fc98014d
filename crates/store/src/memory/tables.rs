//! The rows of the memory engine, kept as cells so that it needs to know no entity, and what a batch does to them.

use std::collections::BTreeMap;

use hedge_domain::Timestamp;
use hedge_domain::account::AccountId;
use hedge_domain::job::JobId;
use hedge_domain::ledger::{BalanceTransaction, Posting};
use hedge_domain::payment::Payment;
use hedge_domain::state::{BalanceKey, Change, Changes, State, Turnover};
use hedge_domain::test_clock::TestClock;

use crate::counts::Counts;
use crate::error::EngineError;
use crate::record::{Cell, Cells, Column, Found, Malformed, Reader, Record, Row, Sink, Stored};
use crate::records::{Find, Loaded, Turnovers, Write, Written};
use crate::table::Table;

pub(super) type Key = Vec<Cell<'static>>;
/// Behind its cells a row of an entity has its version.
type Rows = BTreeMap<Key, Vec<Cell<'static>>>;

#[derive(Default)]
pub(super) struct Tables {
    rows: BTreeMap<&'static str, Rows>,
    pub(super) journal: Vec<Posting>,
    pub(super) statements: Vec<BalanceTransaction>,
    pub(super) balances: Turnovers,
}

impl Tables {
    pub(super) fn rows(&self, table: &Table) -> impl DoubleEndedIterator<Item = &[Cell<'static>]> {
        self.rows.get(table.name()).into_iter().flat_map(BTreeMap::values).map(Vec::as_slice)
    }

    /// Hands over a row with its parts.
    pub(super) fn hand(&self, row: &[Cell<'static>], to: &mut dyn Sink) -> Result<(), Malformed> {
        let wants_parts = to.row(&mut Reader::of(row))?;
        if let (true, Some(parts)) = (wants_parts, to.table().parts()) {
            for part in self.rows(parts).filter(|part| part.first() == row.first()) {
                to.part(&mut Reader::of(part))?;
            }
        }
        Ok(())
    }

    pub(super) fn find(&self, key: Cell<'_>, to: &mut dyn Sink) -> Result<(), Malformed> {
        let row = self.rows.get(to.table().name()).and_then(|rows| rows.get(&vec![key.into_owned()]));
        row.map_or(Ok(()), |row| self.hand(row, to))
    }

    pub(super) fn get<E: Stored>(&self, id: &impl Column) -> Result<Option<E>, Malformed> {
        let mut found = Found::default();
        self.find(id.cell(), &mut found)?;
        Ok(found.0.pop().map(|(entity, _)| entity))
    }

    pub(super) fn all<E: Stored>(&self) -> Result<Vec<E>, Malformed> {
        let mut found = Found::default();
        self.rows(E::table()).try_for_each(|row| self.hand(row, &mut found))?;
        Ok(found.0.into_iter().map(|(entity, _)| entity).collect())
    }

    /// The time of an account, `now` being real time.
    pub(super) fn time_of(&self, account: AccountId, now: Timestamp) -> Result<Timestamp, Malformed> {
        Ok(self.clock(account)?.map_or(now, |clock| clock.read(now)))
    }

    pub(super) fn clock(&self, account: AccountId) -> Result<Option<TestClock>, Malformed> {
        self.get(&account)
    }

    pub(super) fn remove(&mut self, table: &Table, key: &Key) {
        self.rows.get_mut(table.name()).map(|rows| rows.remove(key));
    }

    pub(super) fn apply(&mut self, staged: Staged) {
        let Staged { puts, finished, postings, statements, turnovers, .. } = staged;
        for (table, key, row) in puts {
            self.rows.entry(table).or_default().insert(key, row);
        }
        if let Some(jobs) = self.rows.get_mut("jobs") {
            finished.into_iter().for_each(|job| drop(jobs.remove(&vec![Cell::id(job)])));
        }
        self.journal.extend(postings);
        self.statements.extend(statements);
        for (account, turnover) in turnovers {
            let balance: &mut Turnover = self.balances.entry(account).or_default();
            balance.debits = balance.debits.saturating_add(turnover.debits);
            balance.credits = balance.credits.saturating_add(turnover.credits);
        }
    }
}

/// Supplies what is found to a state.
pub(super) struct Finder<'a> {
    pub tables: &'a Tables,
    pub state: &'a mut State,
}

impl Find for Finder<'_> {
    type Error = Malformed;

    fn row<E: Record>(&mut self, id: E::Id, loaded: Loaded<E>) -> Result<(), Malformed> {
        let mut found = Found::<E>::default();
        self.tables.find(id.cell(), &mut found)?;
        loaded(self.state).supply(id, found.0.pop());
        Ok(())
    }

    fn balance(&mut self, key: BalanceKey) -> Result<(), Malformed> {
        self.state.balances.supply(key, self.tables.balances.get(&key).map(|sides| (*sides, 0)));
        Ok(())
    }
}

/// What a batch does, between `persist` and `commit`.
#[derive(Default)]
pub(super) struct Staged {
    puts: Vec<(&'static str, Key, Vec<Cell<'static>>)>,
    finished: Vec<JobId>,
    postings: Vec<Posting>,
    statements: Vec<BalanceTransaction>,
    turnovers: Turnovers,
}

impl Staged {
    /// The constraints that the databases hold beside versions: refunds stay within the amount.
    pub(super) fn sound(changes: &Changes) -> Written {
        let sound = |payment: &Payment| {
            let whole = payment.amount.minor();
            let given_back: i64 = payment.refunds.iter().map(|refund| refund.amount).sum();
            whole > 0 && (0..=whole).contains(&payment.refunded) && given_back <= whole
        };
        match changes.payments.iter().find(|change| !sound(&change.after)) {
            Some(change) => Err(EngineError::Rejected(format!("payment {} breaks a constraint", change.id))),
            None => Ok(()),
        }
    }

    fn put(&mut self, table: &'static Table, cells: Vec<Cell<'_>>) {
        let row: Vec<_> = cells.into_iter().map(Cell::into_owned).collect();
        self.puts.push((table.name(), row.iter().take(table.key_columns()).cloned().collect(), row));
    }
}

/// Stages a batch that is to be written to these tables.
pub(super) struct Staging<'t> {
    pub tables: &'t Tables,
    pub staged: Staged,
}

impl<'a> Write<'a> for Staging<'_> {
    fn rows<E: Record>(&mut self, changes: &'a [Change<E::Id, E>]) -> Written {
        for change in changes {
            let mut found = Found::<E>::default();
            self.tables.find(change.id.cell(), &mut found).map_err(EngineError::failed)?;
            let before = change.before.as_ref().map(|(_, version)| *version);
            if found.0.first().map(|(_, version)| *version) != before {
                return Err(EngineError::Conflict);
            }
            let mut cells = Cells::of(&change.after).0;
            cells.push(Cell::Int(before.map_or(1, |version| version.saturating_add(1))));
            self.staged.put(E::table(), cells);
        }
        Ok(())
    }

    fn append<R: Row>(&mut self, rows: &'a [R]) -> Written {
        rows.iter().for_each(|row| self.staged.put(R::table(), Cells::of(row).0));
        Ok(())
    }

    fn parts<R: Row>(&mut self, rows: &'a [R]) -> Written {
        self.append(rows)
    }

    fn finish(&mut self, jobs: &'a [JobId]) -> Written {
        self.staged.finished.extend(jobs);
        Ok(())
    }

    /// Counts are taken from the rows.
    fn count(&mut self, _table: &'static str, _counts: Counts) -> Written {
        Ok(())
    }

    fn balances(&mut self, turnovers: Turnovers) -> Written {
        self.staged.turnovers = turnovers;
        Ok(())
    }

    fn statements(&mut self, lines: &'a [BalanceTransaction]) -> Written {
        self.staged.statements.extend(lines);
        Ok(())
    }
}

impl Staging<'_> {
    pub(super) fn post(&mut self, postings: &[Posting]) {
        self.staged.postings.extend_from_slice(postings);
    }
}
