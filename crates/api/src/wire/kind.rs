//! What a type is to a reader of the description; tests go by it, and debug builds when they hold a row against an input.

use super::{Field, Limits, Others};

/// The kind of a value.
#[derive(Clone, Debug)]
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

impl Kind {
    /// Whether both are the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(other))
            | (Self::Map(one), Self::Map(other))
            | (Self::Nullable(one), Self::Nullable(other)) => one.is(other),
            (Self::Named(one, _), Self::Named(other, _)) => one == other,
            (_, _) => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// A named type, without its Rust type.
pub enum Described {
    Object {
        fields: &'static [Field],
        others: Option<&'static Others>,
        closed: bool,
        properties: Limits,
    },
    /// The texts of an enum: as each is read, and as it is written.
    Listed(Vec<(&'static str, serde_json::Value)>),
    /// The property that chooses, and what its values choose.
    Union(&'static str, Vec<(&'static [&'static str], Kind)>),
}
