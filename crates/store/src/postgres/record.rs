//! Rows of Postgres: how cells are read, and how many rows of one table become arrays, one for each column.

use std::borrow::Cow;

use tokio_postgres::Row as SqlRow;
use tokio_postgres::types::{FromSql, ToSql};
use uuid::Uuid;

use super::failure::Failure;
use crate::record::{Cell, Columns, Get, Kind, Malformed, Put, Sink};
use crate::table::Table;

/// A row that is read from left to right.
pub(super) struct Reader<'r> {
    row: &'r SqlRow,
    next: usize,
}

impl<'r> Reader<'r> {
    pub const fn of(row: &'r SqlRow) -> Self {
        Self { row, next: 0 }
    }

    fn value<T: FromSql<'r>>(&self) -> Result<Option<T>, Malformed> {
        self.row.try_get(self.next - 1).map_err(|error| Malformed(error.to_string()))
    }
}

impl Get for Reader<'_> {
    fn cell(&mut self, kind: Kind) -> Result<Cell<'_>, Malformed> {
        self.next += 1;
        let cell = match kind {
            Kind::Uuid => self.value::<Uuid>()?.map(|uuid| Cell::Uuid(uuid.as_u128())),
            Kind::Int => self.value()?.map(Cell::Int),
            Kind::Text => self.value()?.map(|text| Cell::Text(Cow::Borrowed(text))),
            Kind::Bytes => self.value()?.map(|bytes| Cell::Bytes(Cow::Borrowed(bytes))),
            Kind::Flag => self.value()?.map(Cell::Flag),
            Kind::Uuids => self.value::<Vec<Uuid>>()?.map(|ids| Cell::Uuids(ids.iter().map(Uuid::as_u128).collect())),
        };
        Ok(cell.unwrap_or(Cell::Null))
    }
}

/// What stands in a row from this column on.
pub(super) fn at<T: Columns>(row: &SqlRow, column: usize) -> Result<T, Failure> {
    let row: &mut dyn Get = &mut Reader { row, next: column };
    Ok(row.take()?)
}

/// What stands in the only row of an answer; nothing, if there is none or it is NULL.
pub(super) fn only<T: Columns>(found: &[SqlRow]) -> Result<Option<T>, Failure>
where
    Option<T>: Columns,
{
    found.first().map_or(Ok(None), |row| at(row, 0))
}

/// Hands over the rows that [`Table::select`] selected, with their parts.
pub(super) fn take(found: &[SqlRow], to: &mut dyn Sink) -> Result<(), Failure> {
    let has_parts = to.table().parts().is_some();
    for row in found {
        let mut reader = Reader::of(row);
        to.row(&mut reader)?;
        if has_parts {
            to.part(&mut reader)?;
        }
    }
    Ok(())
}

pub(super) type Parameter<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// A value by itself.
pub(super) fn parameter(cell: Cell<'_>) -> Parameter<'_> {
    match cell {
        Cell::Null => Box::new(None::<i64>),
        Cell::Uuid(bits) => Box::new(Uuid::from_u128(bits)),
        Cell::Int(value) => Box::new(value),
        Cell::Text(text) => Box::new(text),
        Cell::Bytes(bytes) => Box::new(bytes),
        Cell::Flag(flag) => Box::new(flag),
        Cell::Uuids(ids) => Box::new(ids.into_iter().map(Uuid::from_u128).collect::<Vec<_>>()),
    }
}

/// One column of all rows.
enum Array<'a> {
    Uuid(Vec<Option<Uuid>>),
    Int(Vec<Option<i64>>),
    Text(Vec<Option<Cow<'a, str>>>),
    Bytes(Vec<Option<Cow<'a, [u8]>>>),
    Flag(Vec<Option<bool>>),
}

impl<'a> Array<'a> {
    /// An array cannot hold arrays, so those travel as their text.
    fn of(kind: Kind, rows: usize) -> Self {
        match kind {
            Kind::Uuid => Self::Uuid(Vec::with_capacity(rows)),
            Kind::Int => Self::Int(Vec::with_capacity(rows)),
            Kind::Text | Kind::Uuids => Self::Text(Vec::with_capacity(rows)),
            Kind::Bytes => Self::Bytes(Vec::with_capacity(rows)),
            Kind::Flag => Self::Flag(Vec::with_capacity(rows)),
        }
    }

    /// What is of another kind than its column is kept as NULL; a test holds each record to its list, so none is.
    fn push(&mut self, cell: Cell<'a>) {
        match (self, cell) {
            (Self::Uuid(column), Cell::Uuid(bits)) => column.push(Some(Uuid::from_u128(bits))),
            (Self::Int(column), Cell::Int(value)) => column.push(Some(value)),
            (Self::Text(column), Cell::Text(text)) => column.push(Some(text)),
            (Self::Text(column), Cell::Uuids(ids)) => column.push(Some(array_text(&ids).into())),
            (Self::Bytes(column), Cell::Bytes(bytes)) => column.push(Some(bytes)),
            (Self::Flag(column), Cell::Flag(flag)) => column.push(Some(flag)),
            (Self::Uuid(column), _) => column.push(None),
            (Self::Int(column), _) => column.push(None),
            (Self::Text(column), _) => column.push(None),
            (Self::Bytes(column), _) => column.push(None),
            (Self::Flag(column), _) => column.push(None),
        }
    }

    fn parameter(self) -> Parameter<'a> {
        match self {
            Self::Uuid(column) => Box::new(column),
            Self::Int(column) => Box::new(column),
            Self::Text(column) => Box::new(column),
            Self::Bytes(column) => Box::new(column),
            Self::Flag(column) => Box::new(column),
        }
    }
}

fn array_text(ids: &[u128]) -> String {
    let ids: Vec<_> = ids.iter().map(|&bits| Uuid::from_u128(bits).to_string()).collect();
    format!("{{{}}}", ids.join(","))
}

/// Rows of a table, each column an array.
pub(super) struct Arrays<'a> {
    columns: Vec<Array<'a>>,
    next: usize,
}

impl<'a> Arrays<'a> {
    pub fn of(table: &Table, rows: usize) -> Self {
        Self { columns: table.kinds().iter().map(|&kind| Array::of(kind, rows)).collect(), next: 0 }
    }

    /// One column alone.
    pub fn column(kind: Kind, cells: impl ExactSizeIterator<Item = Cell<'a>>) -> Parameter<'a> {
        let mut array = Array::of(kind, cells.len());
        cells.for_each(|cell| array.push(cell));
        array.parameter()
    }

    /// The cells that follow are the next row's.
    pub fn begin(&mut self) -> &mut dyn Put<'a> {
        self.next = 0;
        self
    }

    pub fn parameters(self) -> Vec<Parameter<'a>> {
        self.columns.into_iter().map(Array::parameter).collect()
    }
}

impl<'a> Put<'a> for Arrays<'a> {
    fn cell(&mut self, cell: Cell<'a>) {
        if let Some(column) = self.columns.get_mut(self.next) {
            column.push(cell);
        }
        self.next += 1;
    }
}
