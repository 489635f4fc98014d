//! What a type is to a reader of the description; tests go by it, nothing at run time does.

use super::{Field, Limits, Others};

/// The kind of a value.
#[derive(Clone)]
pub enum Kind {
    Any,
    Boolean,
    I32,
    I64,
    F64,
    Text,
    Decimal,
    DateTime,
    Date,
    Uuid,
    List(Box<Self>),
    Map(Box<Self>),
    Nullable(Box<Self>),
    /// A type with a name; what it is comes on demand, because types may lead back to themselves.
    Named(&'static str, fn() -> Described),
}

/// A named type, without its Rust type.
pub enum Described {
    Object {
        fields: &'static [Field],
        others: Option<&'static Others>,
        closed: bool,
        properties: Limits,
    },
    Listed(Vec<&'static str>),
    /// The property that chooses, and what its values choose.
    Union(&'static str, Vec<(&'static [&'static str], Kind)>),
}
