//! How generated types read JSON where serde's derive alone would be too generous or too vague.
//!
//! The one thing to know: absent, null and a value are three different things. A generated reader has a slot for every
//! field, an `Option` that says whether the field was there; whether null is a value is the business of the field's type.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::fault;
use crate::text::FromText;

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

/// A key of an object: the position of a field, or another name.
#[derive(Debug)]
pub enum Key {
    Known(usize),
    Other(String),
}

/// Reads a key against the names of the fields.
#[derive(Clone, Copy)]
pub struct Keys(pub &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Keys {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        let known = self.0.iter().position(|known| *known == name);
        Ok(known.map_or_else(|| Key::Other(name.to_owned()), Key::Known))
    }
}

/// The error for a field that an object does not have.
#[must_use]
pub fn unknown_field<E: Error>(key: &Key) -> E {
    match key {
        Key::Known(_) => E::custom("unknown field"),
        Key::Other(name) => E::unknown_field(name, &[]),
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

/// The position of a text among the values of an enum. Serde's own reading would also take `{"value": null}`.
///
/// # Errors
/// When the value is not a text, or none of them.
pub fn listed<'de, D: Deserializer<'de>>(deserializer: D, values: &'static [&'static str]) -> Result<usize, D::Error> {
    deserializer.deserialize_str(Listed(values))
}

struct Listed(&'static [&'static str]);

impl Visitor<'_> for Listed {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<usize, E> {
        let position = self.0.iter().position(|value| *value == text);
        position.ok_or_else(|| E::custom(fault::not_listed(self.0)))
    }
}

/// An object whose discriminator has been read, and whose variant has not.
///
/// The text is kept as it came, so that the variant is parsed like any other type and its errors keep their path. This
/// needs serde_json on both ends, which is the only format on this wire.
pub struct Tagged {
    raw: Box<RawValue>,
    tag: String,
}

impl Tagged {
    /// # Errors
    /// When the value is not an object or has no discriminator.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D, property: &'static str) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        let tag = reader
            .deserialize_map(TagVisitor(property))
            .map_err(|error| D::Error::custom(fault::nested("", &error.to_string())))?;
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
            E::custom(fault::nested(path, &error.inner().to_string()))
        })
    }

    /// The error for a discriminator that names no variant.
    pub fn unknown<E: Error>(&self, property: &str, known: &[&str]) -> E {
        E::custom(fault::nested(property, &fault::not_listed(known)))
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
