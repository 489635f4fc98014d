//! Where values are read from, whichever format and wrapper it is.
//!
//! The one thing to know: the readers of values are functions without type parameters, so that a shape can point at them.
//! What serde's deserializers have as type parameters is hidden behind [`Source`], whose error stays inside.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Failed, Read};

type Then<'t> = &'t mut dyn FnMut(&mut dyn Source) -> Read<()>;

/// One value that is still to be read, once.
pub trait Source {
    /// # Errors
    /// When it is something else.
    fn boolean(&mut self) -> Read<bool>;
    /// # Errors
    /// When it is something else.
    fn small(&mut self) -> Read<i32>;
    /// # Errors
    /// When it is something else.
    fn integer(&mut self) -> Read<i64>;
    /// # Errors
    /// When it is something else.
    fn number(&mut self) -> Read<f64>;
    /// # Errors
    /// When the nesting is too deep.
    fn any(&mut self) -> Read<serde_json::Value>;
    /// The JSON as it came.
    ///
    /// # Errors
    /// When it is none.
    fn raw(&mut self) -> Read<Box<RawValue>>;
    /// # Errors
    /// When it is something else, or what is done with it fails.
    fn text(&mut self, then: &mut dyn FnMut(&str) -> Result<(), String>) -> Read<()>;
    /// Reads what is not null.
    ///
    /// # Errors
    /// When that fails.
    fn nullable(&mut self, then: Then<'_>) -> Read<()>;
    /// # Errors
    /// When it is something else, or an item fails.
    fn list(&mut self, each: Then<'_>) -> Read<()>;
    /// # Errors
    /// When it is something else, or a value fails.
    fn map(&mut self, each: &mut dyn FnMut(String, &mut dyn Source) -> Read<()>) -> Read<()>;
    /// # Errors
    /// When it is something else, or a member is refused or fails.
    fn object(&mut self, members: &mut dyn Members) -> Read<()>;
    /// Fails with a message.
    fn fail(&mut self, message: String) -> Failed;
    /// Fails for a field that was not sent.
    fn missing(&mut self, name: &'static str) -> Failed;
}

/// What an object's members mean to who reads it.
pub trait Members {
    fn entry(&mut self, name: &str) -> Entry;
    /// # Errors
    /// When the value is wrong.
    fn read(&mut self, entry: Entry, from: &mut dyn Source) -> Read<()>;
}

/// One member of an object, by its name.
pub enum Entry {
    /// The field at this position of the shape.
    Field(usize),
    /// A field that was there before.
    Twice(&'static str),
    /// Another name, which is kept with its value.
    Kept(String),
    Refused(String),
    Forgotten,
}

/// A deserializer without its type.
pub struct Erased<D, E> {
    from: Option<D>,
    error: Option<E>,
}

impl<'de, D: Deserializer<'de>> Erased<D, D::Error> {
    /// Runs a reader on a deserializer.
    pub fn read_from<T>(from: D, read: impl FnOnce(&mut dyn Source) -> Read<T>) -> Result<T, D::Error> {
        let mut erased = Self { from: Some(from), error: None };
        read(&mut erased).map_err(|Failed| erased.error.unwrap_or_else(|| D::Error::custom("this type is never read")))
    }

    fn run<T>(&mut self, read: impl FnOnce(D) -> Result<T, D::Error>) -> Read<T> {
        let Some(from) = self.from.take() else { return Err(Failed) };
        read(from).map_err(|error| {
            self.error = Some(error);
            Failed
        })
    }
}

impl<'de, D: Deserializer<'de>> Source for Erased<D, D::Error> {
    fn boolean(&mut self) -> Read<bool> {
        self.run(bool::deserialize)
    }

    fn small(&mut self) -> Read<i32> {
        self.run(i32::deserialize)
    }

    fn integer(&mut self) -> Read<i64> {
        self.run(i64::deserialize)
    }

    fn number(&mut self) -> Read<f64> {
        self.run(f64::deserialize)
    }

    fn any(&mut self) -> Read<serde_json::Value> {
        self.run(serde_json::Value::deserialize)
    }

    fn raw(&mut self) -> Read<Box<RawValue>> {
        self.run(Box::<RawValue>::deserialize)
    }

    fn text(&mut self, then: &mut dyn FnMut(&str) -> Result<(), String>) -> Read<()> {
        self.run(|from| from.deserialize_str(Text(then)))
    }

    fn nullable(&mut self, then: Then<'_>) -> Read<()> {
        self.run(|from| from.deserialize_option(Nullable(then)))
    }

    fn list(&mut self, each: Then<'_>) -> Read<()> {
        self.run(|from| from.deserialize_seq(List(each)))
    }

    fn map(&mut self, each: &mut dyn FnMut(String, &mut dyn Source) -> Read<()>) -> Read<()> {
        self.run(|from| from.deserialize_map(Map(each)))
    }

    fn object(&mut self, members: &mut dyn Members) -> Read<()> {
        self.run(|from| from.deserialize_map(Object(members)))
    }

    fn fail(&mut self, message: String) -> Failed {
        self.error = Some(D::Error::custom(message));
        Failed
    }

    fn missing(&mut self, name: &'static str) -> Failed {
        self.error = Some(D::Error::missing_field(name));
        Failed
    }
}

struct Text<'t>(&'t mut dyn FnMut(&str) -> Result<(), String>);

impl Visitor<'_> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// Hands a value on to a reader.
struct Inner<'t>(Then<'t>);

impl<'de> DeserializeSeed<'de> for Inner<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        Erased::read_from(from, self.0)
    }
}

struct Nullable<'t>(Then<'t>);

impl<'de> Visitor<'de> for Nullable<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("option")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        Erased::read_from(from, self.0)
    }
}

struct List<'t>(Then<'t>);

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Inner(self.0))?.is_some() {}
        Ok(())
    }
}

struct Map<'t>(&'t mut dyn FnMut(String, &mut dyn Source) -> Read<()>);

impl<'de> Visitor<'de> for Map<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let mut name = Some(name);
            map.next_value_seed(Inner(&mut |from| (self.0)(name.take().unwrap_or_default(), from)))?;
        }
        Ok(())
    }
}

struct Object<'t>(&'t mut dyn Members);

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(entry) = map.next_key_seed(Name(self.0))? {
            match entry {
                Entry::Twice(name) => return Err(A::Error::duplicate_field(name)),
                Entry::Refused(name) => return Err(A::Error::unknown_field(&name, &[])),
                Entry::Forgotten => {
                    map.next_value::<IgnoredAny>()?;
                }
                Entry::Field(_) | Entry::Kept(_) => map.next_value_seed(Member(entry, self.0))?,
            }
        }
        Ok(())
    }
}

struct Name<'t>(&'t mut dyn Members);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Entry;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Entry, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Entry, E> {
        Ok(self.0.entry(name))
    }
}

struct Member<'t>(Entry, &'t mut dyn Members);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        Erased::read_from(from, |from| self.1.read(self.0, from))
    }
}
