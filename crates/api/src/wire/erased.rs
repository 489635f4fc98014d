//! A deserializer of serde as a [`Source`].
//!
//! Owns the visitors. It must not know any type of the wire. The one thing a newcomer gets wrong: a reader is run on the
//! deserializer that serde hands to a visitor, not on the one outside, or what tracks the path of an error would lose its place.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::source::{Entry, Members, Source, Then};
use super::{Failed, Read};

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
