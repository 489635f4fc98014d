//! What a description says of a parameter, as a constant, and how it is read.
//!
//! The one thing to know: several operations share one constant, so it is not described beside the field of an input as the
//! fields of a body are; that the two agree is asserted when the field is filled, and their names are compared by a test.

use std::borrow::Cow;

use crate::check::Violation;
use crate::head::{Head, PathParams};
use crate::query::Query;
use crate::wire::{Kind, Limits, Presence, Value, limits, literal};
use crate::{RejectionKind, Service, text};

/// One parameter of an operation.
#[derive(Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub location: Location,
    pub presence: Presence,
    pub kind: fn() -> Kind,
    pub limits: Limits,
    /// What stands between the members of a list in one value; none when a list repeats its name.
    pub separator: Option<&'static str>,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
}

/// A part of the path.
#[must_use]
pub const fn path<T: Value>(name: &'static str) -> Parameter {
    Parameter { presence: Presence::Required, ..of::<T>(Location::Path, name) }
}

/// A part of the query, which may be left out.
#[must_use]
pub const fn query<T: Value>(name: &'static str) -> Parameter {
    of::<T>(Location::Query, name)
}

/// A header, which may be left out.
#[must_use]
pub const fn header<T: Value>(name: &'static str) -> Parameter {
    of::<T>(Location::Header, name)
}

const fn of<T: Value>(location: Location, name: &'static str) -> Parameter {
    Parameter { name, location, presence: Presence::Optional, kind: T::kind, limits: limits(), separator: None }
}

impl Parameter {
    #[must_use]
    pub const fn required(self) -> Self {
        Self { presence: Presence::Required, ..self }
    }

    /// Left out, it is this JSON.
    #[must_use]
    pub const fn default(self, json: &'static str) -> Self {
        Self { presence: Presence::Default(json), ..self }
    }

    /// A list in one value, with this between its members.
    #[must_use]
    pub const fn joined(self, separator: &'static str) -> Self {
        Self { separator: Some(separator), ..self }
    }

    /// Whether a field of this type is what the parameter is said to be.
    pub(crate) fn fills<T: Value>(&self) -> bool {
        let kind = (self.kind)();
        let kind = if self.presence == Presence::Optional { Kind::Nullable(Box::new(kind)) } else { kind };
        kind.is(&T::kind())
    }
}

/// The parameters of a request, still as texts.
pub(crate) struct Given<'h> {
    pub(crate) path: &'h PathParams,
    pub(crate) query: Query<'h>,
}

impl Given<'_> {
    /// # Errors
    /// What is wrong with the parameter, which is named in the rejection.
    pub(crate) fn read<T: Value, S: Service>(&self, head: &Head<S>, parameter: &Parameter) -> Result<T, S::Error> {
        let kind = match parameter.location {
            Location::Path => RejectionKind::Path,
            Location::Query => RejectionKind::Query,
            Location::Header => RejectionKind::Header,
        };
        head.parameter(kind, parameter.name, || {
            let Some(value) = self.found::<T, S>(head, parameter)? else {
                return match parameter.presence {
                    Presence::Required => Err(Violation::new("is required")),
                    Presence::Optional => T::absent().ok_or_else(|| Violation::new("is required")),
                    Presence::Default(json) => literal(json).ok_or_else(|| Violation::new("is required")),
                };
            };
            value.check(&parameter.limits)?;
            Ok(value)
        })
    }

    /// The value, if it was sent.
    fn found<T: Value, S: Service>(&self, head: &Head<S>, parameter: &Parameter) -> Result<Option<T>, Violation> {
        let name = parameter.name;
        let single = match parameter.location {
            Location::Query if T::LIST => {
                let members = match parameter.separator {
                    Some(separator) => self.query.joined(name, separator)?,
                    None => self.query.repeated(name)?,
                };
                return members.map(|members| T::from_texts(&members)).transpose();
            }
            Location::Query => self.query.one(name)?,
            Location::Path => Some(Cow::Borrowed(self.path.at(head.position(name))?)),
            Location::Header => head.header(name)?.map(Cow::Borrowed),
        };
        match single {
            None => Ok(None),
            Some(list) if T::LIST => {
                let members: Vec<Cow<'_, str>> = text::members(&list).into_iter().map(Cow::Borrowed).collect();
                T::from_texts(&members).map(Some)
            }
            Some(text) => T::from_text(&text).map(Some).map_err(Violation::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_fills_a_field_of_its_kind_and_presence_only() {
        let limit = query::<i64>("limit");
        assert!(limit.fills::<Option<i64>>() && limit.required().fills::<i64>() && limit.default("1").fills::<i64>());
        assert!(!limit.fills::<i64>() && !limit.required().fills::<Option<i64>>());
        assert!(!limit.fills::<Option<i32>>() && !limit.fills::<Option<Vec<i64>>>());
        let ids = query::<Vec<String>>("ids");
        assert!(ids.fills::<Option<Vec<String>>>() && !ids.fills::<Option<Vec<bool>>>());
    }
}
