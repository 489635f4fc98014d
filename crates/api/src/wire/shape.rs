//! What a description says of a named type, as data.
//!
//! The one thing to know: a field is described beside the field of the struct (`|it: &Self| &it.amount`), so its kind, and
//! whether it may be null or left out, are those of the Rust type and cannot be said otherwise.

use std::any::Any;
use std::collections::BTreeMap;

use super::fields::{self, Fields};
use super::union::{self, Tagged};
use super::{Checked, Described, Kind, Limits, Read, Source, Value, limits, listed};

/// What a named type of the description is.
pub enum Shape<T: 'static> {
    /// Not a named type.
    Plain,
    /// An object that forgets other properties.
    Open(&'static [Field]),
    /// An object that refuses other properties.
    Closed(&'static [Field]),
    /// An object that keeps other properties.
    Keeping(&'static [Field], &'static Others),
    /// One of these texts.
    Listed(&'static [(&'static str, T)]),
    /// One of these objects, by the text in this property.
    Union(&'static str, &'static [Variant<T>]),
}

/// Whether a field has to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    Optional,
    /// Left out, it is this JSON.
    Default(&'static str),
}

pub(super) type Slot = Box<dyn Any>;
type ReadSlot = fn(&mut dyn Source, &'static Limits) -> Read<Slot>;

/// What the description says of one field: reader, checks and tests go by it.
pub struct Field {
    pub name: &'static str,
    pub presence: Presence,
    pub kind: fn() -> Kind,
    pub limits: Limits,
    pub(super) read: ReadSlot,
}

/// The properties of an object that have no name in its description.
pub struct Others {
    /// Of one of them.
    pub kind: fn() -> Kind,
    pub limits: Limits,
    pub(super) empty: fn() -> Slot,
    pub(super) keep: fn(&mut dyn Any, String, &mut dyn Source, &'static Limits) -> Read<()>,
    pub(super) count: fn(&dyn Any) -> usize,
}

/// One object of several.
pub struct Variant<T> {
    /// The texts that choose it.
    pub tags: &'static [&'static str],
    pub kind: fn() -> Kind,
    pub(super) read: fn(&Tagged) -> Result<Checked<T>, String>,
}

/// A field that has to be sent.
pub const fn required<S, T: Value>(name: &'static str, _of: fn(&S) -> &T) -> Field {
    Field { name, presence: Presence::Required, kind: T::kind, limits: limits(), read: slot::<T> }
}

/// A field that may be left out.
pub const fn optional<S, T: Value>(name: &'static str, _of: fn(&S) -> &Option<T>) -> Field {
    Field { name, presence: Presence::Optional, kind: T::kind, limits: limits(), read: some_slot::<T> }
}

/// A field that means this JSON when it is left out.
pub const fn defaulted<S, T: Value>(name: &'static str, of: fn(&S) -> &T, json: &'static str) -> Field {
    Field { presence: Presence::Default(json), ..required(name, of) }
}

/// The properties that have no name in the description.
pub const fn others<S, T: Value>(_of: fn(&S) -> &BTreeMap<String, T>) -> Others {
    Others {
        kind: T::kind,
        limits: limits(),
        empty: fields::nothing::<T>,
        keep: fields::keep::<T>,
        count: fields::count::<T>,
    }
}

/// One object of a union.
pub const fn variant<T: Value, U>(
    tags: &'static [&'static str],
    read: fn(&Tagged) -> Result<Checked<U>, String>,
) -> Variant<U> {
    Variant { tags, kind: T::kind, read }
}

fn slot<T: Value>(from: &mut dyn Source, limits: &'static Limits) -> Read<Slot> {
    Ok(Box::new(T::read(from, limits)?))
}

fn some_slot<T: Value>(from: &mut dyn Source, limits: &'static Limits) -> Read<Slot> {
    Ok(Box::new(T::read(from, limits)?.map(Some)))
}

/// What a named type is, without its Rust type.
pub(super) fn kind<T: Value>() -> Kind {
    let rust = std::any::type_name::<T>().rsplit("::").next().unwrap_or_default();
    match T::SHAPE {
        Shape::Plain => Kind::Any,
        Shape::Open(_) | Shape::Closed(_) | Shape::Keeping(..) | Shape::Listed(_) | Shape::Union(..) => {
            Kind::Named(T::NAME.unwrap_or(rust), described::<T>)
        }
    }
}

fn described<T: Value>() -> Described {
    let object = |fields, others, closed| Described::Object { fields, others, closed, properties: T::PROPERTIES };
    match T::SHAPE {
        Shape::Plain => Described::Listed(Vec::new()),
        Shape::Open(fields) => object(fields, None, false),
        Shape::Closed(fields) => object(fields, None, true),
        Shape::Keeping(fields, others) => object(fields, Some(others), false),
        Shape::Listed(codes) => {
            let written = |value: &T| serde_json::to_value(value).unwrap_or_default();
            Described::Listed(codes.iter().map(|(code, value)| (*code, written(value))).collect())
        }
        Shape::Union(property, variants) => {
            Described::Union(property, variants.iter().map(|variant| (variant.tags, (variant.kind)())).collect())
        }
    }
}

/// Reads a named type by its shape.
pub(super) fn read<T: Value>(from: &mut dyn Source) -> Read<Checked<T>> {
    match T::SHAPE {
        Shape::Plain => Err(from.fail("this type is never read".to_owned())),
        Shape::Open(known) => built(Fields::forgetting(known), from),
        Shape::Closed(known) => built(Fields::refusing(known), from),
        Shape::Keeping(known, others) => built(Fields::keeping(known, others), from),
        Shape::Listed(codes) => listed::read(from, codes).map(Checked::fine),
        Shape::Union(property, variants) => union::read(from, property, variants),
    }
}

/// Reads a named type from a text, which only enums can be.
pub(super) fn from_text<T: Value>(text: &str) -> Result<T, String> {
    if let Shape::Listed(codes) = T::SHAPE {
        listed::of_text(text, codes)
    } else {
        Err("cannot be written as text".to_owned())
    }
}

fn built<T: Value>(mut fields: Fields, from: &mut dyn Source) -> Read<Checked<T>> {
    from.object(&mut fields)?;
    let value = T::build(&mut fields).map_err(|failed| fields.missing.map_or(failed, |name| from.missing(name)))?;
    Ok(Checked { value, wrong: fields.wrong_of(&T::PROPERTIES) })
}
