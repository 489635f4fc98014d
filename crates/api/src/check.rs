//! The constraints a spec can state, one function each.
//!
//! The one thing to know: a violation collects its path on the way out, innermost first, so that a value that is in order
//! costs nothing but the comparisons.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{Rejection, RejectionKind};

/// A constraint that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: Option<String>,
    message: String,
    number: Option<String>,
}

impl Violation {
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: None, message: message.into(), number: None }
    }

    /// The same, seen from the object that holds the value.
    #[must_use]
    pub fn inside(self, field: &str) -> Self {
        let path = match self.path {
            None => field.to_owned(),
            Some(path) if path.starts_with('[') => format!("{field}{path}"),
            Some(path) => format!("{field}.{path}"),
        };
        Self { path: Some(path), ..self }
    }

    /// The same, seen from the list that holds the value.
    #[must_use]
    pub fn at(self, index: usize) -> Self {
        self.inside(&format!("[{index}]"))
    }

    /// As a rejection of the request.
    #[must_use]
    pub fn into_rejection(self, kind: RejectionKind) -> Rejection {
        Rejection { kind, field: self.path, message: self.message, number: self.number }
    }
}

/// A wire type with constraints of its own.
pub trait Check {
    /// # Errors
    /// The first constraint that does not hold.
    fn check(&self) -> Result<(), Violation>;
}

impl<T: Check + ?Sized> Check for Box<T> {
    fn check(&self) -> Result<(), Violation> {
        (**self).check()
    }
}

/// A pattern that is compiled when it is first needed.
pub type Pattern = LazyLock<Regex>;

/// A pattern the generator has compiled before.
///
/// # Panics
/// When the pattern is not one, which the generator refuses.
#[must_use]
pub fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the generator compiles every pattern before it writes it down")
}

type Outcome = Result<(), Violation>;

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(Violation::new(message())) }
}

/// As [`ensure`], keeping the number that was given.
fn ensure_bound<T: Display>(holds: bool, number: &T, message: impl FnOnce() -> String) -> Outcome {
    ensure(holds, message).map_err(|violation| Violation { number: Some(number.to_string()), ..violation })
}

/// Runs the checks of a field and names it when one fails.
///
/// # Errors
/// What the checks found.
pub fn field(name: &str, checks: impl FnOnce() -> Outcome) -> Outcome {
    checks().map_err(|violation| violation.inside(name))
}

/// Runs the checks of every item.
///
/// # Errors
/// What the checks found, under the item's index.
pub fn each<T>(items: &[T], checks: impl Fn(&T) -> Outcome) -> Outcome {
    items.iter().enumerate().try_for_each(|(index, item)| checks(item).map_err(|violation| violation.at(index)))
}

/// Runs the checks of every value of a map.
///
/// # Errors
/// What the checks found, under the value's key.
pub fn each_value<T>(map: &BTreeMap<String, T>, checks: impl Fn(&T) -> Outcome) -> Outcome {
    map.iter().try_for_each(|(key, value)| checks(value).map_err(|violation| violation.inside(key)))
}

/// `minimum`.
///
/// # Errors
/// When the value is smaller.
pub fn minimum<T: PartialOrd + Display>(value: &T, limit: T) -> Outcome {
    ensure_bound(*value >= limit, value, || format!("must be at least {limit}"))
}

/// `maximum`.
///
/// # Errors
/// When the value is larger.
pub fn maximum<T: PartialOrd + Display>(value: &T, limit: T) -> Outcome {
    ensure_bound(*value <= limit, value, || format!("must be at most {limit}"))
}

/// `minimum` with `exclusiveMinimum`.
///
/// # Errors
/// When the value is not larger.
pub fn above<T: PartialOrd + Display>(value: &T, limit: T) -> Outcome {
    ensure(*value > limit, || format!("must be more than {limit}"))
}

/// `maximum` with `exclusiveMaximum`.
///
/// # Errors
/// When the value is not smaller.
pub fn below<T: PartialOrd + Display>(value: &T, limit: T) -> Outcome {
    ensure(*value < limit, || format!("must be less than {limit}"))
}

/// `multipleOf` of a whole number.
///
/// # Errors
/// When the value is not a multiple.
pub fn multiple_of<T: Into<i64> + Copy>(value: &T, factor: i64) -> Outcome {
    let holds = (*value).into().checked_rem(factor).is_none_or(|rest| rest == 0);
    ensure(holds, || format!("must be a multiple of {factor}"))
}

/// `multipleOf` of a number with decimals, compared as decimals so that 0.3 is a multiple of 0.1.
///
/// # Errors
/// When the value is not a multiple.
pub fn multiple_of_number(value: f64, factor: &str) -> Outcome {
    let parse = |text: &str| Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok();
    let rest = match (parse(&value.to_string()), parse(factor)) {
        (Some(value), Some(factor)) => value.checked_rem(factor),
        (None, _) | (_, None) => None,
    };
    ensure(rest.is_some_and(|rest| rest.is_zero()), || format!("must be a multiple of {factor}"))
}

/// `minLength`, in characters.
///
/// # Errors
/// When the text is shorter.
pub fn min_length(text: &str, limit: usize) -> Outcome {
    ensure(text.chars().count() >= limit, || format!("must be at least {limit} characters long"))
}

/// `maxLength`, in characters.
///
/// # Errors
/// When the text is longer.
pub fn max_length(text: &str, limit: usize) -> Outcome {
    // A text of no more bytes has no more characters.
    ensure(text.len() <= limit || text.chars().count() <= limit, || format!("must be at most {limit} characters long"))
}

/// `pattern`.
///
/// # Errors
/// When the text does not match.
pub fn pattern(text: &str, pattern: &Regex, written: &str) -> Outcome {
    ensure(pattern.is_match(text), || format!("must match the pattern {written}"))
}

/// `enum` of anything but strings, which are Rust enums.
///
/// # Errors
/// When the value is none of them.
pub fn one_of<T: PartialEq + Display>(value: &T, allowed: &[T]) -> Outcome {
    ensure(allowed.contains(value), || {
        let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
        format!("must be one of: {}", allowed.join(", "))
    })
}

/// `minItems`.
///
/// # Errors
/// When there are fewer.
pub fn min_items<T>(items: &[T], limit: usize) -> Outcome {
    ensure(items.len() >= limit, || format!("must have at least {limit} items"))
}

/// `maxItems`.
///
/// # Errors
/// When there are more.
pub fn max_items<T>(items: &[T], limit: usize) -> Outcome {
    ensure(items.len() <= limit, || format!("must have at most {limit} items"))
}

/// `uniqueItems`.
///
/// # Errors
/// When two items are the same JSON.
pub fn unique_items<T: Serialize>(items: &[T]) -> Outcome {
    let mut seen = HashSet::with_capacity(items.len());
    let holds = items.iter().all(|item| serde_json::to_string(item).is_ok_and(|text| seen.insert(text)));
    ensure(holds, || "must not have the same item twice".to_owned())
}

/// `minProperties`.
///
/// # Errors
/// When there are fewer.
pub fn min_properties(count: usize, limit: usize) -> Outcome {
    ensure(count >= limit, || format!("must have at least {limit} fields"))
}

/// `maxProperties`.
///
/// # Errors
/// When there are more.
pub fn max_properties(count: usize, limit: usize) -> Outcome {
    ensure(count <= limit, || format!("must have at most {limit} fields"))
}

/// `format: email`: one `@` between a local part and a domain of dotted labels. Whether it exists only a mail can tell.
///
/// # Errors
/// When it is not of that form.
pub fn email(text: &str) -> Outcome {
    let label = |label: &str| {
        let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte != b'-');
        label.len() <= 63
            && edge(label.bytes().next())
            && edge(label.bytes().next_back())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii())
    };
    let local = |local: &str| {
        !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c) || !c.is_ascii())
    };
    let holds = text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text
            .rsplit_once('@')
            .is_some_and(|(name, domain)| local(name) && domain.contains('.') && domain.split('.').all(label));
    ensure(holds, || "must be an email address".to_owned())
}

/// `format: uri`: a scheme and the characters of RFC 3986.
///
/// # Errors
/// When it is not of that form.
pub fn uri(text: &str) -> Outcome {
    let scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let rest = |rest: &str| {
        let bytes = rest.as_bytes();
        let hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
        !bytes.is_empty()
            && rest != "//"
            && bytes.iter().enumerate().all(|(index, byte)| match byte {
                b'%' => hex(bytes.get(index + 1)) && hex(bytes.get(index + 2)),
                byte => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(byte),
            })
    };
    ensure(text.split_once(':').is_some_and(|(name, tail)| scheme(name) && rest(tail)), || {
        "must be a URI such as https://example.com/path".to_owned()
    })
}
