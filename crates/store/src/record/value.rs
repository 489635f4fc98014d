//! The values that every language has, and the domain's own of the same kind, in one column each.

use std::borrow::Cow;

use hedge_domain::idempotency::IdempotencyKey;
use hedge_domain::{Duration, Id, Timestamp};

use super::{Cell, Column, Kind, Malformed};

fn other<T>(cell: &Cell<'_>) -> Result<T, Malformed> {
    Err(Malformed(format!("{cell:?} is of another kind")))
}

impl<K> Column for Id<K> {
    const KIND: Kind = Kind::Uuid;

    fn cell(&self) -> Cell<'_> {
        Cell::Uuid(self.bits())
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        u128::read(cell).map(Self::from_bits)
    }
}

/// The bits of an id of any kind.
impl Column for u128 {
    const KIND: Kind = Kind::Uuid;

    fn cell(&self) -> Cell<'_> {
        Cell::Uuid(*self)
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        if let Cell::Uuid(bits) = cell { Ok(bits) } else { other(&cell) }
    }
}

impl Column for IdempotencyKey {
    const KIND: Kind = Kind::Uuid;

    fn cell(&self) -> Cell<'_> {
        Cell::Uuid(u128::from_be_bytes(self.0))
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        u128::read(cell).map(|bits| Self(bits.to_be_bytes()))
    }
}

impl Column for i64 {
    const KIND: Kind = Kind::Int;

    fn cell(&self) -> Cell<'_> {
        Cell::Int(*self)
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        if let Cell::Int(value) = cell { Ok(value) } else { other(&cell) }
    }
}

/// Columns are signed and wide; what they hold may be neither.
macro_rules! narrow {
    ($($name:ident),+) => {$(
        impl Column for $name {
            const KIND: Kind = Kind::Int;

            fn cell(&self) -> Cell<'_> {
                Cell::Int(i64::from(*self))
            }

            fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
                let value = i64::read(cell)?;
                Self::try_from(value).map_err(|_| Malformed(format!("{value} is out of range")))
            }
        }
    )+};
}

narrow!(i32, u16, u32);

/// The key of a table with one row.
impl Column for () {
    const KIND: Kind = Kind::Int;

    fn cell(&self) -> Cell<'_> {
        Cell::Int(1)
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        i64::read(cell).map(drop)
    }
}

/// Milliseconds.
macro_rules! millis {
    ($($name:ident),+) => {$(
        impl Column for $name {
            const KIND: Kind = Kind::Int;

            fn cell(&self) -> Cell<'_> {
                Cell::Int(self.millis())
            }

            fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
                i64::read(cell).map(Self::from_millis)
            }
        }
    )+};
}

millis!(Duration, Timestamp);

impl Column for bool {
    const KIND: Kind = Kind::Flag;

    fn cell(&self) -> Cell<'_> {
        Cell::Flag(*self)
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        if let Cell::Flag(flag) = cell { Ok(flag) } else { other(&cell) }
    }
}

impl Column for String {
    const KIND: Kind = Kind::Text;

    fn cell(&self) -> Cell<'_> {
        Cell::text(self.as_str())
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        if let Cell::Text(text) = cell { Ok(text.into_owned()) } else { other(&cell) }
    }
}

impl Column for Vec<u8> {
    const KIND: Kind = Kind::Bytes;

    fn cell(&self) -> Cell<'_> {
        Cell::Bytes(Cow::Borrowed(self))
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        if let Cell::Bytes(bytes) = cell { Ok(bytes.into_owned()) } else { other(&cell) }
    }
}

impl<const N: usize> Column for [u8; N] {
    const KIND: Kind = Kind::Bytes;

    fn cell(&self) -> Cell<'_> {
        Cell::Bytes(Cow::Borrowed(self))
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        let Cell::Bytes(bytes) = &cell else { return other(&cell) };
        Self::try_from(bytes.as_ref()).map_err(|_| Malformed(format!("{} bytes instead of {N}", bytes.len())))
    }
}
