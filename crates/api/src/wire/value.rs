//! The values that stand alone: numbers, texts, and texts with a format.
//!
//! The one thing a newcomer gets wrong: serde's own readers take more than a format allows (a UUID in braces, a date as numbers),
//! so whatever is a text in JSON is read as one, and then by the rules for parameters.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Checked, Failed, Kind, Limits, Read, Source, Value};
use crate::check::{self, Outcome};
use crate::text::FromText;

/// A value and the first of its own limits that it breaks.
fn checked<T: Value>(value: T, limits: &Limits) -> Checked<T> {
    let wrong = value.check(limits).err().map(Box::new);
    Checked { value, wrong }
}

impl Value for serde_json::Value {
    fn kind() -> Kind {
        Kind::Any
    }

    fn read(from: &mut dyn Source, _limits: &'static Limits) -> Read<Checked<Self>> {
        from.any().map(Checked::fine)
    }
}

impl Value for bool {
    fn kind() -> Kind {
        Kind::Boolean
    }

    fn read(from: &mut dyn Source, _limits: &'static Limits) -> Read<Checked<Self>> {
        from.boolean().map(Checked::fine)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl Value for i32 {
    fn kind() -> Kind {
        Kind::I32
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        Ok(checked(from.small()?, limits))
    }

    fn check(&self, limits: &Limits) -> Outcome {
        check::integer(i64::from(*self), limits)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl Value for i64 {
    fn kind() -> Kind {
        Kind::I64
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        Ok(checked(from.integer()?, limits))
    }

    fn check(&self, limits: &Limits) -> Outcome {
        check::integer(*self, limits)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl Value for f64 {
    fn kind() -> Kind {
        Kind::F64
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        Ok(checked(from.number()?, limits))
    }

    fn check(&self, limits: &Limits) -> Outcome {
        check::number(*self, limits)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl Value for String {
    fn kind() -> Kind {
        Kind::Text
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        formatted(from, limits)
    }

    fn check(&self, limits: &Limits) -> Outcome {
        check::text(self, limits)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl Value for Decimal {
    fn kind() -> Kind {
        Kind::Decimal
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        formatted(from, limits)
    }

    /// A decimal's limits are those of its text.
    fn check(&self, limits: &Limits) -> Outcome {
        if limits.concern_texts() { check::text(&self.to_string(), limits) } else { Ok(()) }
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl Value for DateTime<Utc> {
    fn kind() -> Kind {
        Kind::DateTime
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        formatted(from, limits)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

impl Value for NaiveDate {
    fn kind() -> Kind {
        Kind::Date
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        formatted(from, limits)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl Value for Uuid {
    fn kind() -> Kind {
        Kind::Uuid
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        formatted(from, limits)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        FromText::from_text(text)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

/// Reads what is a text in JSON. The types' own readers take more than the formats allow.
fn formatted<T: Value>(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<T>> {
    let mut read = None;
    from.text(&mut |text| {
        read = Some(T::from_text(text)?);
        Ok(())
    })?;
    read.map(|value| checked(value, limits)).ok_or(Failed)
}
