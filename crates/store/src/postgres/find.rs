//! Finding what a batch needs: one query for each kind of row, all of them on their way at once.
//!
//! None of this locks anything, nor needs a transaction. A row that the batch then writes is written only if its
//! version is still the one read here. A row that it merely reads (a merchant, a token, a key) may change before the
//! commit; then the batch counts as having come first. That is sound because no rule spans two rows: everything a
//! rule bounds, such as the sum of refunds, lives in one row, and whoever changes it holds that row's version. A checkout
//! session takes a new payment when its last one has failed, which it reads from that payment's row: a failure is for good.

use std::collections::BTreeSet;
use std::convert::Infallible;

use futures::future::try_join_all;
use hedge_domain::Key;
use hedge_domain::state::{BalanceKey, State, Table, Turnover};
use tokio_postgres::Row;

use super::failure::Failure;
use super::record::{Arrays, Reader, take};
use super::session::{Session, within};
use crate::record::{Cell, Column, Found, Kind, Record};
use crate::records::balance;
use crate::records::{self, Find, Loaded};

/// The rows of one table that are wanted.
struct Wanted {
    sql: &'static str,
    kind: Kind,
    ids: Vec<Cell<'static>>,
    supply: Supply,
}

/// Takes up what was found, and for all other ids that there is nothing.
type Supply = Box<dyn Fn(&[Row], Vec<Cell<'static>>, &mut State) -> Result<(), Failure> + Send + Sync>;

/// Keys, sorted by the tables that they are of, in the order of [`Key`]. The answers come in that order as well, so a row
/// that guards another (a payout its job) is read before it: were it read after, a change of both between the two reads
/// would show the one as it was and the other as it is, and no version would tell.
#[derive(Default)]
struct Sorted {
    tables: Vec<Wanted>,
    balances: Vec<BalanceKey>,
}

impl Find for Sorted {
    type Error = Infallible;

    fn row<E: Record>(&mut self, id: E::Id, loaded: Loaded<E>) -> Result<(), Infallible> {
        let (sql, id) = (E::table().postgres().by_keys.as_str(), id.cell().into_owned());
        match self.tables.last_mut() {
            Some(wanted) if wanted.sql == sql => wanted.ids.push(id),
            Some(_) | None => self.tables.push(Wanted {
                sql,
                kind: E::Id::KIND,
                ids: vec![id],
                supply: Box::new(move |rows, ids, state| supply(rows, ids, loaded(state))),
            }),
        }
        Ok(())
    }

    fn balance(&mut self, key: BalanceKey) -> Result<(), Infallible> {
        self.balances.push(key);
        Ok(())
    }
}

/// A key that is supplied keeps its first answer, so those without a row may come after those with one.
fn supply<E: Record>(rows: &[Row], ids: Vec<Cell<'static>>, to: &mut Table<E::Id, E>) -> Result<(), Failure> {
    let mut found = Found::<E>::default();
    take(rows, &mut found)?;
    for (entity, version) in found.0 {
        to.supply(entity.id(), Some((entity, version)));
    }
    for id in ids {
        to.supply(E::Id::read(id)?, None);
    }
    Ok(())
}

/// Supplies every key to the state, with `None` where there is no row.
pub(super) async fn find(session: &Session, keys: &BTreeSet<Key>, state: &mut State) -> Result<(), Failure> {
    let mut sorted = Sorted::default();
    for &key in keys {
        let Ok(()) = records::find(key, &mut sorted);
    }
    // Preparing takes a round trip, the first time; it must not come between queries whose order matters.
    let statements = try_join_all(sorted.tables.iter().map(|wanted| session.prepared(wanted.sql))).await?;
    let answers = try_join_all(sorted.tables.iter().zip(&statements).map(|(wanted, statement)| async move {
        let ids = Arrays::column(wanted.kind, wanted.ids.iter().cloned());
        within(session.client.query(statement, &[&*ids])).await
    }));
    let answers: Vec<Vec<Row>> = answers.await?;
    for (wanted, found) in sorted.tables.into_iter().zip(answers) {
        (wanted.supply)(&found, wanted.ids, state)?;
    }
    find_balances(session, &sorted.balances, state).await
}

/// They have no version: commands only read them.
async fn find_balances(session: &Session, keys: &[BalanceKey], state: &mut State) -> Result<(), Failure> {
    const SQL: &str = "SELECT account, currency, debits, credits FROM balances WHERE account = ANY($1)";
    if keys.is_empty() {
        return Ok(());
    }
    let accounts: Vec<String> = keys.iter().map(|(account, _)| account.to_string()).collect();
    let statement = session.prepared(SQL).await?;
    for row in within(session.client.query(&statement, &[&accounts])).await? {
        let row = balance(&mut Reader::of(&row))?;
        let sides = Turnover { debits: row.debits, credits: row.credits };
        state.balances.supply((row.account, row.currency), Some((sides, 0)));
    }
    keys.iter().for_each(|&key| state.balances.supply(key, None));
    Ok(())
}

#[cfg(test)]
mod tests {
    use hedge_domain::Id;

    use super::*;

    #[test]
    fn what_guards_another_row_is_read_before_it() {
        let keys =
            BTreeSet::from([Key::Job(Id::from_bits(1)), Key::Payout(Id::from_bits(2)), Key::Job(Id::from_bits(3))]);
        let mut sorted = Sorted::default();
        for key in keys {
            let Ok(()) = records::find(key, &mut sorted);
        }
        let read: Vec<_> =
            sorted.tables.iter().map(|wanted| (wanted.sql.contains("payouts"), wanted.ids.len())).collect();
        assert_eq!(read, [(true, 1), (false, 2)]);
    }
}
