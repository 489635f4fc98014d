//! The columns of a row, read one after the other.
//!
//! A row is read by position, in the order of its column list: the two stand together in `rows`.

use hedge_domain::{Id, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

use super::failure::Failure;
use crate::column::{Coded, Malformed};

pub(super) struct Fields<'a> {
    row: &'a Row,
    next: usize,
}

impl<'a> Fields<'a> {
    pub const fn of(row: &'a Row) -> Self {
        Self { row, next: 0 }
    }

    pub fn value<T: FromSql<'a>>(&mut self) -> Result<T, Failure> {
        let column = self.next;
        self.next += 1;
        Ok(self.row.try_get(column)?)
    }

    pub fn id<K>(&mut self) -> Result<Id<K>, Failure> {
        self.value::<Uuid>().map(|uuid| Id::from_bits(uuid.as_u128()))
    }

    pub fn optional_id<K>(&mut self) -> Result<Option<Id<K>>, Failure> {
        Ok(self.value::<Option<Uuid>>()?.map(|uuid| Id::from_bits(uuid.as_u128())))
    }

    pub fn time(&mut self) -> Result<Timestamp, Failure> {
        self.value().map(Timestamp::from_millis)
    }

    pub fn optional_time(&mut self) -> Result<Option<Timestamp>, Failure> {
        Ok(self.value::<Option<i64>>()?.map(Timestamp::from_millis))
    }

    pub fn code<T: Coded>(&mut self) -> Result<T, Failure> {
        Ok(T::parse(self.value()?)?)
    }

    pub fn optional_code<T: Coded>(&mut self) -> Result<Option<T>, Failure> {
        Ok(self.value::<Option<&str>>()?.map(T::parse).transpose()?)
    }

    /// Columns are signed and wide; what they hold may be neither.
    pub fn count<T: TryFrom<i64>>(&mut self) -> Result<T, Failure> {
        let value: i64 = self.value()?;
        Ok(T::try_from(value).map_err(|_| Malformed(format!("{value} is out of range")))?)
    }

    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        let value: &[u8] = self.value()?;
        Ok(value.try_into().map_err(|_| Malformed(format!("{} bytes instead of {N}", value.len())))?)
    }
}
