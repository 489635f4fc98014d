//! Domain values to and from SQLite's: ids as 16 bytes, codes as text, instants as milliseconds.

use hedge_domain::payment::PaymentId;
use hedge_domain::{Id, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};

use crate::column::{Coded, Malformed};

/// An id as its column's bytes, which sort as the id does.
pub(super) const fn blob<K>(id: Id<K>) -> [u8; 16] {
    id.bits().to_be_bytes()
}

pub(super) fn id<K>(row: &Row<'_>, index: usize) -> Result<Id<K>> {
    row.get(index).map(|bytes| Id::from_bits(u128::from_be_bytes(bytes)))
}

pub(super) fn optional_id<K>(row: &Row<'_>, index: usize) -> Result<Option<Id<K>>> {
    let bytes: Option<[u8; 16]> = row.get(index)?;
    Ok(bytes.map(|bytes| Id::from_bits(u128::from_be_bytes(bytes))))
}

pub(super) fn time(row: &Row<'_>, index: usize) -> Result<Timestamp> {
    row.get(index).map(Timestamp::from_millis)
}

pub(super) fn optional_time(row: &Row<'_>, index: usize) -> Result<Option<Timestamp>> {
    let millis: Option<i64> = row.get(index)?;
    Ok(millis.map(Timestamp::from_millis))
}

pub(super) fn code<T: Coded>(row: &Row<'_>, index: usize) -> Result<T> {
    parsed(index, T::parse(row.get_ref(index)?.as_str()?))
}

pub(super) fn optional_code<T: Coded>(row: &Row<'_>, index: usize) -> Result<Option<T>> {
    let text = row.get_ref(index)?.as_str_or_null()?;
    text.map(|text| parsed(index, T::parse(text))).transpose()
}

pub(super) fn parsed<T>(index: usize, value: std::result::Result<T, Malformed>) -> Result<T> {
    value.map_err(|error| Error::FromSqlConversionFailure(index, Type::Text, Box::new(error)))
}

pub(super) fn payment_id(row: &Row<'_>) -> Result<PaymentId> {
    id(row, 0)
}
