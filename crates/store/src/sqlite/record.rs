//! Rows of SQLite: how cells are bound and read, and what is done with a whole row.
//!
//! Ids are 16 bytes, which sort as the ids do; a flag is 0 or 1.

use std::borrow::Cow;

use hedge_domain::Id;
use hedge_domain::state::{Change, Version};
use rusqlite::types::{Null, Type, ValueRef};
use rusqlite::{CachedStatement, Connection, Error, Result, Row as SqlRow};

use super::writer::Written;
use crate::error::EngineError;
use crate::record::{Cell, Columns, Get, Kind, Malformed, Put, Record, Row, Sink};

/// A row that is read, from some column on.
pub(super) struct Reader<'r, 's> {
    row: &'r SqlRow<'s>,
    next: usize,
}

impl<'r, 's> Reader<'r, 's> {
    pub const fn of(row: &'r SqlRow<'s>) -> Self {
        Self { row, next: 0 }
    }
}

impl Get for Reader<'_, '_> {
    fn cell(&mut self, kind: Kind) -> std::result::Result<Cell<'_>, Malformed> {
        let value = self.row.get_ref(self.next).map_err(|error| Malformed(error.to_string()))?;
        self.next += 1;
        Ok(match (kind, value) {
            (_, ValueRef::Null) => Cell::Null,
            (Kind::Int, ValueRef::Integer(value)) => Cell::Int(value),
            (Kind::Flag, ValueRef::Integer(value)) => Cell::Flag(value != 0),
            (Kind::Uuid, ValueRef::Blob(bytes)) => Cell::Uuid(bits(bytes)?),
            (Kind::Bytes, ValueRef::Blob(bytes)) => Cell::Bytes(Cow::Borrowed(bytes)),
            (Kind::Uuids, ValueRef::Blob(bytes)) => {
                Cell::Uuids(bytes.chunks(16).map(bits).collect::<std::result::Result<_, _>>()?)
            }
            (Kind::Text, ValueRef::Text(text)) => {
                Cell::Text(Cow::Borrowed(std::str::from_utf8(text).map_err(|error| Malformed(error.to_string()))?))
            }
            (kind, value) => return Err(Malformed(format!("{:?} is no {kind:?}", value.data_type()))),
        })
    }
}

fn bits(bytes: &[u8]) -> std::result::Result<u128, Malformed> {
    let bytes = bytes.try_into().map_err(|_| Malformed("an id has 16 bytes".to_owned()))?;
    Ok(u128::from_be_bytes(bytes))
}

/// What a column holds is not what it should.
pub(super) fn malformed(error: Malformed) -> Error {
    Error::FromSqlConversionFailure(0, Type::Blob, Box::new(error))
}

/// What stands in a row from this column on.
pub(super) fn at<T: Columns>(row: &SqlRow<'_>, column: usize) -> Result<T> {
    let row: &mut dyn Get = &mut Reader { row, next: column };
    row.take().map_err(malformed)
}

/// An id as its column's bytes, which sort as the id does.
pub(super) const fn blob<K>(id: Id<K>) -> [u8; 16] {
    id.bits().to_be_bytes()
}

/// A row that is bound to a statement.
struct Binder<'b, 's> {
    statement: &'b mut CachedStatement<'s>,
    next: usize,
    bound: Result<()>,
}

impl<'a> Put<'a> for Binder<'_, '_> {
    fn cell(&mut self, cell: Cell<'a>) {
        self.next += 1;
        if self.bound.is_ok() {
            self.bound = bind(self.statement, self.next, &cell);
        }
    }
}

pub(super) fn bind(statement: &mut CachedStatement<'_>, at: usize, cell: &Cell<'_>) -> Result<()> {
    match cell {
        Cell::Null => statement.raw_bind_parameter(at, Null),
        Cell::Uuid(bits) => statement.raw_bind_parameter(at, bits.to_be_bytes()),
        Cell::Int(value) => statement.raw_bind_parameter(at, value),
        Cell::Text(text) => statement.raw_bind_parameter(at, text.as_ref()),
        Cell::Bytes(bytes) => statement.raw_bind_parameter(at, bytes.as_ref()),
        Cell::Flag(flag) => statement.raw_bind_parameter(at, flag),
        Cell::Uuids(ids) => {
            let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_be_bytes()).collect();
            statement.raw_bind_parameter(at, bytes)
        }
    }
}

/// Hands over all rows that a query finds, with their parts, which are read while the row's statement is running and so
/// from the same snapshot.
pub(super) fn read(connection: &Connection, sql: &str, values: &[Cell<'_>], to: &mut dyn Sink) -> Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    for (at, cell) in (1..).zip(values) {
        bind(&mut statement, at, cell)?;
    }
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if to.row(&mut Reader::of(row)).map_err(malformed)? {
            read_parts(connection, &at(row, 0)?, to)?;
        }
    }
    Ok(())
}

fn read_parts(connection: &Connection, of: &u128, to: &mut dyn Sink) -> Result<()> {
    let Some(parts) = to.table().parts() else { return Ok(()) };
    let mut statement = connection.prepare_cached(&parts.sqlite().by_key)?;
    let mut rows = statement.query([of.to_be_bytes()])?;
    while let Some(row) = rows.next()? {
        to.part(&mut Reader::of(row)).map_err(malformed)?;
    }
    Ok(())
}

/// Runs a statement once for each row.
fn execute<R: Row>(statement: &mut CachedStatement<'_>, row: &R, version: Option<Version>) -> Result<usize> {
    let mut binder = Binder { statement, next: 0, bound: Ok(()) };
    row.put(&mut binder);
    if let Some(version) = version {
        binder.cell(Cell::Int(version));
    }
    binder.bound?;
    statement.raw_execute()
}

/// New rows are inserted, known ones updated if they are still as they were loaded.
pub(super) fn write<E: Record>(connection: &Connection, changes: &[Change<E::Id, E>]) -> Written {
    let sql = E::table().sqlite();
    let (mut insert, mut update) = (None, None);
    for change in changes {
        let (slot, sql, version) = match &change.before {
            None => (&mut insert, &sql.insert, 1),
            Some((_, version)) => (&mut update, &sql.update, version + 1),
        };
        let statement = match slot {
            Some(statement) => statement,
            None => slot.insert(connection.prepare_cached(sql)?),
        };
        if execute(statement, &change.after, Some(version))? != 1 {
            return Err(EngineError::Conflict);
        }
    }
    Ok(())
}

/// Rows without a version.
pub(super) fn append<R: Row>(connection: &Connection, sql: &str, rows: &[R]) -> Written {
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(sql)?;
    for row in rows {
        execute(&mut statement, row, None)?;
    }
    Ok(())
}
