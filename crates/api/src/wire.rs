//! What the types of a description are made of: their shapes as data, and the reading and checking that go by them.
//!
//! Owns everything between the bytes of a body and a value of a generated type. It must not know any family. The one thing
//! a newcomer gets wrong: a value is checked while it is read, but a limit that does not hold is told only if the whole
//! body has its shape, and then the first one in the order of the description; so reading keeps it beside the value.

mod container;
mod erased;
mod fields;
mod kind;
mod limits;
mod listed;
mod shape;
mod source;
mod union;
mod value;

pub(crate) use erased::Erased;
pub use fields::Fields;
pub use kind::{Described, Kind};
pub use limits::{Bound, Limits, Pattern, limits};
pub use shape::{Field, Others, Presence, Shape, Variant, defaulted, optional, others, required, variant};
pub use source::Source;
pub use union::Tagged;

use std::borrow::Cow;

use crate::check::{Outcome, Violation};

/// The value could not be read; what was wrong is kept by the [`Source`], whose error has a type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

pub type Read<T> = Result<T, Failed>;

/// A value of the right shape, and the first limit that it breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked<T> {
    pub value: T,
    /// In a box, because nearly always there is none.
    pub wrong: Option<Box<Violation>>,
}

impl<T> Checked<T> {
    pub const fn fine(value: T) -> Self {
        Self { value, wrong: None }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Checked<U> {
        Checked { value: change(self.value), wrong: self.wrong }
    }
}

/// A type that values on the wire have. Generated types say their shape; everything else here follows from it.
pub trait Value: Clone + PartialEq + serde::Serialize + 'static {
    const SHAPE: Shape<Self> = Shape::Plain;
    /// What the description calls the type, if not as Rust does.
    const NAME: Option<&'static str> = None;
    /// `minProperties` and `maxProperties` of an object with named fields.
    const PROPERTIES: Limits = limits();

    /// Makes the object of its fields, in the order of the shape. Types that are only ever sent do not say how.
    ///
    /// # Errors
    /// When a field is missing.
    fn build(_fields: &mut Fields) -> Read<Self> {
        Err(Failed)
    }

    fn kind() -> Kind {
        shape::kind::<Self>()
    }

    /// # Errors
    /// When the value does not have the shape of this type.
    fn read(from: &mut dyn Source, _limits: &'static Limits) -> Read<Checked<Self>> {
        shape::read(from)
    }

    /// The limits of the value itself, without those of what is in it.
    ///
    /// # Errors
    /// The first limit that does not hold.
    fn check(&self, _limits: &Limits) -> Outcome {
        Ok(())
    }

    /// # Errors
    /// What the text should have been.
    fn from_text(text: &str) -> Result<Self, String> {
        shape::from_text(text)
    }

    /// The value as text, for headers; of an enum, what it is on the wire.
    fn to_text(&self) -> String {
        self.code().to_owned()
    }

    /// What a value of an enum is on the wire.
    fn code(&self) -> &'static str {
        listed::code(self)
    }

    /// Whether a parameter of this type is a list.
    const LIST: bool = false;

    /// # Errors
    /// What the first bad member should have been, under its index.
    fn from_texts(_texts: &[Cow<'_, str>]) -> Result<Self, Violation> {
        Err(Violation::new("cannot be written as texts"))
    }

    /// What a field of this type is when it was not sent.
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads JSON that stands in a description, such as a default.
#[must_use]
pub fn literal<T: Value>(json: &str) -> Option<T> {
    const NONE: &Limits = &limits();
    from_str(json, NONE).ok().map(|checked| checked.value)
}

/// Reads a whole text.
///
/// # Errors
/// When it is not JSON, or not of this type.
pub fn from_str<T: Value>(json: &str, limits: &'static Limits) -> Result<Checked<T>, serde_json::Error> {
    from_slice(json.as_bytes(), limits)
}

/// As [`from_str`], of bytes.
///
/// # Errors
/// When they are not JSON, or not of this type.
pub fn from_slice<T: Value>(json: &[u8], limits: &'static Limits) -> Result<Checked<T>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let checked = Erased::read_from(&mut reader, |from| T::read(from, limits))?;
    reader.end()?;
    Ok(checked)
}
