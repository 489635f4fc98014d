//! Where values are read from, whichever format and wrapper it is.
//!
//! Owns what a reader may ask for. It must not know serde's deserializers: their type parameters are hidden in `erased`, so that
//! the readers of values are functions without any, and a shape can point at them. The one thing a newcomer gets wrong: a
//! [`Failed`] says nothing; what went wrong stays with the source, so it is never made up by a reader, only passed on.

use serde_json::value::RawValue;

use super::{Failed, Read};

/// What is done with a value inside.
pub(super) type Then<'t> = &'t mut dyn FnMut(&mut dyn Source) -> Read<()>;

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
