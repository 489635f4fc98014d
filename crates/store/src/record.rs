//! What a row is, in no dialect of SQL: its cells from left to right, and how values stand in them.
//!
//! An entity says its columns once, in `records/`; SELECT, INSERT, UPDATE and UNNEST follow from that ([`crate::table`]).
//! What a newcomer gets wrong: list, `put` and `get` of a record must keep one order. `put` destructures and `get` is a
//! literal, so a forgotten field does not compile; a test holds the three together, and the list to both databases.

mod found;
mod said_once;
mod value;
mod weighed;

use std::borrow::Cow;
use std::fmt;
use std::hash::Hash;

use hedge_domain::Id;

pub(crate) use found::Found;
pub use found::Sink;
pub(crate) use said_once::{columns, pair, record};
pub(crate) use weighed::Weighed;

use crate::table::Table;

/// A column holds what this version never wrote: a fault of the database, never of a caller.
#[derive(Debug)]
pub struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed column: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Uuid,
    Int,
    Text,
    Bytes,
    Flag,
    Uuids,
}

/// What stands in one column of one row. Uuids sort as their bytes do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell<'a> {
    Null,
    Uuid(u128),
    Int(i64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    Flag(bool),
    Uuids(Vec<u128>),
}

/// A row that is read from left to right.
pub trait Get {
    fn cell(&mut self, kind: Kind) -> Result<Cell<'_>, Malformed>;
}

impl dyn Get + '_ {
    pub fn take<T: Columns>(&mut self) -> Result<T, Malformed> {
        T::get(self)
    }
}

/// A row that is written from left to right.
pub trait Put<'a> {
    fn cell(&mut self, cell: Cell<'a>);
}

impl<'a> dyn Put<'a> + '_ {
    pub fn put<T: Columns>(&mut self, value: &'a T) -> &mut Self {
        value.put(self);
        self
    }
}

/// What is written to a table of its own.
pub trait Row {
    fn table() -> &'static Table;
    fn put<'a>(&'a self, row: &mut dyn Put<'a>);
}

/// What is read back, too.
pub trait Stored: Row + Sized + Send {
    type Id: Copy + Ord + Hash + Send + Sync;
    fn id(&self) -> Self::Id;
    fn get(row: &mut dyn Get) -> Result<Self, Malformed>;

    /// Whether rows of [`Table::parts`] belong to it.
    fn has_parts(&self) -> bool {
        false
    }

    /// Takes up one of them.
    fn take_part(&mut self, _part: &mut dyn Get) -> Result<(), Malformed> {
        Ok(())
    }
}

/// What is found by one id.
pub trait Record: Stored<Id: Column> + Clone + 'static {}

impl<E: Stored<Id: Column> + Clone + 'static> Record for E {}

/// A value that takes one column, or several.
pub trait Columns: Sized {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_));
    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed>;
}

/// A value that takes one column; NULL is what an `Option` of it is without it.
pub trait Column: Sized {
    const KIND: Kind;
    fn cell(&self) -> Cell<'_>;
    fn read(cell: Cell<'_>) -> Result<Self, Malformed>;
}

impl<T: Column> Columns for T {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        row.cell(self.cell());
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        T::read(row.cell(T::KIND)?)
    }
}

impl<T: Column> Columns for Option<T> {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        row.cell(self.as_ref().map_or(Cell::Null, T::cell));
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        let cell = row.cell(T::KIND)?;
        if matches!(cell, Cell::Null) { Ok(None) } else { T::read(cell).map(Some) }
    }
}

/// Several values, one after the other; they are only read so.
macro_rules! several {
    ($($($name:ident)+;)+) => {$(
        impl<$($name: Columns),+> Columns for ($($name,)+) {
            fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
                #[expect(non_snake_case, reason = "a value is called as its type is")]
                let ($($name,)+) = self;
                $($name.put(row);)+
            }

            fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
                Ok(($($name::get(row)?,)+))
            }
        }
    )+};
}

several! {
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
}

/// An id of whatever the code beside it says.
pub(crate) type AnyId = Id<()>;

impl<'a> Cell<'a> {
    /// U+0000 is kept out here, for all engines alike: Postgres has no text with it, and one such text would fail the
    /// whole batch with everybody's commands in it. The edge refuses it; what comes this far is kept as U+FFFD.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        Self::Text(if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { text })
    }

    pub(crate) fn id<K>(id: Id<K>) -> Self {
        Self::Uuid(id.bits())
    }

    /// The same, kept.
    pub(crate) fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::Uuid(bits) => Cell::Uuid(bits),
            Self::Int(value) => Cell::Int(value),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Cell::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Flag(flag) => Cell::Flag(flag),
            Self::Uuids(ids) => Cell::Uuids(ids),
        }
    }
}

/// A row's cells, one after the other.
#[derive(Default)]
pub struct Cells<'a>(pub Vec<Cell<'a>>);

impl<'a> Put<'a> for Cells<'a> {
    fn cell(&mut self, cell: Cell<'a>) {
        self.0.push(cell);
    }
}

impl<'a> Cells<'a> {
    pub fn of<R: Row>(row: &'a R) -> Self {
        let mut cells = Self::default();
        row.put(&mut cells);
        cells
    }
}

/// A row of cells that is read again.
pub struct Reader<'r>(std::slice::Iter<'r, Cell<'r>>);

impl<'r> Reader<'r> {
    #[must_use]
    pub fn of(cells: &'r [Cell<'r>]) -> Self {
        Self(cells.iter())
    }
}

impl Get for Reader<'_> {
    fn cell(&mut self, _kind: Kind) -> Result<Cell<'_>, Malformed> {
        self.0.next().cloned().ok_or_else(|| Malformed("a row ends early".to_owned()))
    }
}

/// Hands over a row that is in no database, as its first version.
pub fn hand(row: &impl Row, to: &mut dyn Sink) -> Result<(), Malformed> {
    let mut cells = Cells::of(row).0;
    cells.push(Cell::Int(1));
    to.row(&mut Reader::of(&cells)).map(|_parts| ())
}
