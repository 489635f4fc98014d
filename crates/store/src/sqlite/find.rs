//! How the writer finds rows: through its own connection, one at a time.

use hedge_domain::state::{BalanceKey, State, Turnover};
use rusqlite::{Connection, OptionalExtension, Result, Row as SqlRow, params};

use super::record;
use crate::column::Coded;
use crate::record::{Column, Found, Record};
use crate::records::{Find, Loaded};

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
