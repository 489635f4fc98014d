//! How generated types read JSON where serde's derive alone would be too generous or too vague.
//!
//! The one thing to know: absent, null and a value are three different things. `Option<Option<T>>` keeps all three;
//! [`present`] and [`nullable`] refuse the one that the spec does not allow.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::text::FromText;

/// An optional field that was sent. A null is refused unless `T` itself takes it.
///
/// # Errors
/// When the value is not a `T`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A required field that may be null; leaving it out is refused.
///
/// # Errors
/// When the value is neither null nor a `T`.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// A field whose formats are read strictly.
///
/// # Errors
/// When the value does not have its format.
pub fn strict<'de, T: Strict, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// An optional field that was sent and whose formats are read strictly.
///
/// # Errors
/// When the value does not have its format.
pub fn strict_present<'de, T: Strict, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::read(deserializer).map(Some)
}

/// Types whose own `Deserialize` takes more than the spec's format allows.
pub trait Strict: Sized {
    /// # Errors
    /// When the value does not have its format.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Deserializes through [`Strict`], for the members of containers.
pub struct Exact<T>(pub T);

impl<'de, T: Strict> Deserialize<'de> for Exact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Exact)
    }
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: FromText> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).map_err(E::custom)
    }
}

macro_rules! strict_text {
    ($($kind:ty),*) => {$(
        impl Strict for $kind {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(TextVisitor(PhantomData))
            }
        }
    )*};
}

strict_text!(Decimal, DateTime<Utc>, NaiveDate, Uuid);

impl<T: Strict> Strict for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<Exact<T>>::deserialize(deserializer)?.map(|exact| exact.0))
    }
}

impl<T: Strict> Strict for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Exact<T>>::deserialize(deserializer)?.into_iter().map(|exact| exact.0).collect())
    }
}

impl<T: Strict> Strict for BTreeMap<String, T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = BTreeMap::<String, Exact<T>>::deserialize(deserializer)?;
        Ok(map.into_iter().map(|(key, exact)| (key, exact.0)).collect())
    }
}

/// Fills a field's slot while an object is read.
///
/// # Errors
/// When the field was there before, or its value is wrong.
pub fn fill<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// As [`fill`], with formats read strictly.
///
/// # Errors
/// When the field was there before, or its value is wrong.
pub fn fill_strict<'de, T: Strict, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value::<Exact<T>>()?.0);
    Ok(())
}

/// The value of a field that must have been sent.
///
/// # Errors
/// When it was not.
pub fn required<T, E: Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
    slot.ok_or_else(|| E::missing_field(name))
}

/// An object whose discriminator has been read, and whose variant has not.
///
/// The text is kept as it came, so that the variant is parsed like any other type and its errors keep their path. This
/// needs serde_json on both ends, which is the only format on this wire.
pub struct Tagged {
    raw: Box<RawValue>,
    tag: String,
}

/// Separates the inner path from the message where an error has to pass through another one.
const SEPARATOR: char = '\u{1f}';

impl Tagged {
    /// # Errors
    /// When the value is not an object or has no discriminator.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D, property: &'static str) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        let tag = reader.deserialize_map(TagVisitor(property)).map_err(|error| D::Error::custom(bare(&error)))?;
        Ok(Self { raw, tag })
    }

    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Reads the variant.
    ///
    /// # Errors
    /// When the object is not a `T`.
    pub fn variant<T: DeserializeOwned, E: Error>(&self) -> Result<T, E> {
        let text = self.raw.get();
        if let Ok(value) = serde_json::from_str(text) {
            return Ok(value);
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { "" } else { &path };
            E::custom(format!("{SEPARATOR}{path}{SEPARATOR}{}", bare(error.inner())))
        })
    }

    /// The error for a discriminator that names no variant.
    pub fn unknown<E: Error>(&self, property: &str, known: &[&str]) -> E {
        E::custom(format!("{SEPARATOR}{property}{SEPARATOR}must be one of: {}", known.join(", ")))
    }
}

struct TagVisitor(&'static str);

impl<'de> Visitor<'de> for TagVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let mut tag = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                tag = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        tag.ok_or_else(|| A::Error::missing_field(self.0))
    }
}

/// A message without serde_json's position, which means nothing to someone who sees fields.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// The field an error of serde speaks of, and its message without the position.
///
/// Serde names the object when a field is missing, and nests messages where a union was read inside another value.
#[must_use]
pub fn place(path: &str, message: &str) -> (Option<String>, String) {
    let mut message = message.rfind(" at line ").map_or(message, |end| &message[..end]);
    let mut path = if path == "." { String::new() } else { path.to_owned() };
    while let Some((inner, rest)) = message.strip_prefix(SEPARATOR).and_then(|rest| rest.split_once(SEPARATOR)) {
        extend(&mut path, inner);
        message = rest;
    }
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        extend(&mut path, name);
        return (Some(path), "is required".to_owned());
    }
    if let Some((name, _)) = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
        if path != name && !path.ends_with(&format!(".{name}")) {
            extend(&mut path, name);
        }
        return (Some(path), format!("there is no field `{name}` here"));
    }
    ((!path.is_empty()).then_some(path), message.to_owned())
}

fn extend(path: &mut String, inner: &str) {
    if !path.is_empty() && !inner.is_empty() && !inner.starts_with('[') {
        path.push('.');
    }
    path.push_str(inner);
}
