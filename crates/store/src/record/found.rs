//! Rows as they are read, whatever they are read from: an engine hands them over without knowing what they are of.

use hedge_domain::state::Version;

use super::{Get, Malformed, Stored};
use crate::table::Table;

/// Whoever wants rows of a table.
pub trait Sink: Send {
    fn table(&self) -> &'static Table;
    /// Takes a row, and tells whether its parts are wanted as well.
    fn row(&mut self, row: &mut dyn Get) -> Result<bool, Malformed>;
    /// Takes a part of the row that came last. Without any part, an outer join gives one of NULLs.
    fn part(&mut self, part: &mut dyn Get) -> Result<(), Malformed>;
}

/// The rows that were found, each with its version; 0 where rows have none.
pub(crate) struct Found<E>(pub Vec<(E, Version)>);

impl<E> Default for Found<E> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<E: Stored> Sink for Found<E> {
    fn table(&self) -> &'static Table {
        E::table()
    }

    fn row(&mut self, row: &mut dyn Get) -> Result<bool, Malformed> {
        let entity = E::get(row)?;
        let version = if E::table().is_versioned() { row.take()? } else { 0 };
        // A join with parts gives the row once for each of them.
        let seen = E::table().parts().and_then(|_| self.0.iter().rposition(|(seen, _)| seen.id() == entity.id()));
        if let Some(seen) = seen {
            let last = self.0.len() - 1;
            self.0.swap(seen, last);
            return Ok(true);
        }
        let has_parts = entity.has_parts();
        self.0.push((entity, version));
        Ok(has_parts)
    }

    fn part(&mut self, part: &mut dyn Get) -> Result<(), Malformed> {
        match self.0.last_mut() {
            Some((entity, _)) => entity.take_part(part),
            None => Ok(()),
        }
    }
}
