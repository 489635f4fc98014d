//! Rows as they are read, and how much each takes: a page of a list is bounded in bytes as well as in rows.

use std::collections::HashMap;

use super::{Cell, Found, Get, Kind, Malformed, Sink, Stored};
use crate::table::Table;

/// What a page may take, as the cells of its rows. An answer is some two times as large.
const MOST: usize = 2 * 1024 * 1024;

/// The rows that were found, with the bytes of each and of its parts.
pub(crate) struct Weighed<E: Stored> {
    found: Found<E>,
    bytes: HashMap<E::Id, usize>,
}

impl<E: Stored> Default for Weighed<E> {
    fn default() -> Self {
        Self { found: Found::default(), bytes: HashMap::new() }
    }
}

impl<E: Stored> Weighed<E> {
    /// The rows, in the order that is given to them, as far as they fit; and whether some did not. The first one always
    /// fits: a page without any would have none after it.
    pub fn fitting(self, sort: impl FnOnce(&mut Vec<E>)) -> (Vec<E>, bool) {
        let Self { found, bytes } = self;
        let mut rows: Vec<_> = found.0.into_iter().map(|(row, _)| row).collect();
        sort(&mut rows);
        let mut sum = 0;
        let beyond = rows.iter().position(|row| {
            sum += bytes.get(&row.id()).copied().unwrap_or_default();
            sum > MOST
        });
        let most = beyond.unwrap_or(rows.len()).max(1);
        let left_out = rows.len() > most;
        rows.truncate(most);
        (rows, left_out)
    }

    /// Counts for the row that came last.
    fn count(&mut self, bytes: usize) {
        if let Some((row, _)) = self.found.0.last() {
            *self.bytes.entry(row.id()).or_default() += bytes;
        }
    }
}

impl<E: Stored> Sink for Weighed<E> {
    fn table(&self) -> &'static Table {
        self.found.table()
    }

    fn row(&mut self, row: &mut dyn Get) -> Result<bool, Malformed> {
        let before = self.found.0.len();
        let mut weighing = Weighing { row, bytes: 0 };
        let has_parts = self.found.row(&mut weighing)?;
        // A join with parts gives the row once for each of them.
        let bytes = if self.found.0.len() > before { weighing.bytes } else { 0 };
        self.count(bytes);
        Ok(has_parts)
    }

    fn part(&mut self, part: &mut dyn Get) -> Result<(), Malformed> {
        let mut weighing = Weighing { row: part, bytes: 0 };
        self.found.part(&mut weighing)?;
        let bytes = weighing.bytes;
        self.count(bytes);
        Ok(())
    }
}

/// A row that is read from left to right, with what was read.
struct Weighing<'r> {
    row: &'r mut dyn Get,
    bytes: usize,
}

impl Get for Weighing<'_> {
    fn cell(&mut self, kind: Kind) -> Result<Cell<'_>, Malformed> {
        let cell = self.row.cell(kind)?;
        self.bytes += match &cell {
            Cell::Null | Cell::Flag(_) => 1,
            Cell::Int(_) => 8,
            Cell::Uuid(_) => 16,
            Cell::Text(text) => text.len(),
            Cell::Bytes(bytes) => bytes.len(),
            Cell::Uuids(ids) => ids.len() * 16,
        };
        Ok(cell)
    }
}
