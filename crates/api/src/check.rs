//! The constraints a spec can state, one function each.
//!
//! The one thing to know: a violation collects its path on the way out, innermost first, so that a value that is in order
//! costs nothing but the comparisons.

use std::collections::HashSet;
use std::fmt::Display;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::wire::{Bound, Limits};
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

    /// What it should have been.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
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

pub type Outcome = Result<(), Violation>;

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(Violation::new(message())) }
}

/// As [`ensure`], keeping the number that was given.
fn ensure_bound<T: Display>(holds: bool, number: &T, message: impl FnOnce() -> String) -> Outcome {
    ensure(holds, message).map_err(|violation| Violation { number: Some(number.to_string()), ..violation })
}

/// The limits of an integer.
///
/// # Errors
/// The first one that does not hold.
pub fn integer(value: i64, limits: &Limits) -> Outcome {
    for (bound, least) in [(limits.minimum, true), (limits.maximum, false)] {
        if let Some(Bound::Integer { limit, exclusive }) = bound {
            bounded(&value, limit, least, exclusive)?;
        }
    }
    if let Some(factor) = limits.multiple_of {
        multiple_of(value, factor)?;
    }
    one_of(&value, limits.allowed)
}

/// The limits of a number with decimals.
///
/// # Errors
/// The first one that does not hold.
pub fn number(value: f64, limits: &Limits) -> Outcome {
    for (bound, least) in [(limits.minimum, true), (limits.maximum, false)] {
        if let Some(Bound::Number { limit, exclusive }) = bound {
            bounded(&value, limit, least, exclusive)?;
        }
    }
    if let Some(factor) = limits.multiple_of {
        multiple_of_number(value, factor)?;
    }
    one_of(&value, limits.allowed)
}

/// `minimum` and `maximum`, with and without `exclusiveMinimum` and `exclusiveMaximum`.
fn bounded<T: PartialOrd + Display>(value: &T, limit: T, least: bool, exclusive: bool) -> Outcome {
    match (least, exclusive) {
        (true, false) => ensure_bound(*value >= limit, value, || format!("must be at least {limit}")),
        (false, false) => ensure_bound(*value <= limit, value, || format!("must be at most {limit}")),
        (true, true) => ensure(*value > limit, || format!("must be more than {limit}")),
        (false, true) => ensure(*value < limit, || format!("must be less than {limit}")),
    }
}

/// `multipleOf` of a whole number.
fn multiple_of(value: i64, factor: &str) -> Outcome {
    let rest = factor.parse().ok().and_then(|factor| value.checked_rem(factor));
    ensure(rest.is_none_or(|rest| rest == 0), || format!("must be a multiple of {factor}"))
}

/// `multipleOf` of a number with decimals, compared as decimals so that 0.3 is a multiple of 0.1.
///
/// # Errors
/// When the value is not a multiple.
fn multiple_of_number(value: f64, factor: &str) -> Outcome {
    let parse = |text: &str| Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok();
    let rest = match (parse(&value.to_string()), parse(factor)) {
        (Some(value), Some(factor)) => value.checked_rem(factor),
        (None, _) | (_, None) => None,
    };
    ensure(rest.is_some_and(|rest| rest.is_zero()), || format!("must be a multiple of {factor}"))
}

/// `enum` of numbers.
fn one_of<T: PartialEq + Display + FromStr>(value: &T, allowed: &[&str]) -> Outcome {
    let holds = allowed.is_empty() || allowed.iter().any(|text| text.parse().is_ok_and(|known: T| known == *value));
    ensure(holds, || format!("must be one of: {}", allowed.join(", ")))
}

/// The limits of a text: its length in characters, its format, its pattern.
///
/// # Errors
/// The first one that does not hold.
pub fn text(text: &str, limits: &Limits) -> Outcome {
    if let Some(limit) = limits.min_length {
        ensure(text.chars().count() >= limit, || format!("must be at least {limit} characters long"))?;
    }
    if let Some(limit) = limits.max_length {
        // A text of no more bytes has no more characters.
        let holds = text.len() <= limit || text.chars().count() <= limit;
        ensure(holds, || format!("must be at most {limit} characters long"))?;
    }
    match limits.format {
        Some("email") => email(text)?,
        Some("uri") => uri(text)?,
        Some(_) | None => {}
    }
    match limits.pattern {
        Some(pattern) => ensure(pattern.is_match(text), || format!("must match the pattern {}", pattern.written)),
        None => Ok(()),
    }
}

/// `minItems` and `maxItems`.
///
/// # Errors
/// When there are fewer or more.
pub fn items(count: usize, limits: &Limits) -> Outcome {
    counted(count, "items", limits.min_items, limits.max_items)
}

/// `minProperties` and `maxProperties`.
///
/// # Errors
/// When there are fewer or more.
pub fn pairs(count: usize, limits: &Limits) -> Outcome {
    counted(count, "fields", limits.min_pairs, limits.max_pairs)
}

fn counted(count: usize, what: &str, least: Option<usize>, most: Option<usize>) -> Outcome {
    if let Some(limit) = least {
        ensure(count >= limit, || format!("must have at least {limit} {what}"))?;
    }
    match most {
        Some(limit) => ensure(count <= limit, || format!("must have at most {limit} {what}")),
        None => Ok(()),
    }
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
        && !text.chars().any(|c| c.is_whitespace() || is_invisible(c) || matches!(c, '\u{200c}' | '\u{200d}'))
        && text
            .rsplit_once('@')
            .is_some_and(|(name, domain)| local(name) && domain.contains('.') && domain.split('.').all(label));
    ensure(holds, || "must be an email address".to_owned())
}

/// What people are called: something to see, and nothing that hides in between or turns the direction of what follows.
///
/// # Errors
/// When it is not of that form.
pub fn name(text: &str) -> Outcome {
    let shown = |c: char| !c.is_whitespace() && !matches!(c, '\u{200c}' | '\u{200d}');
    ensure(text.chars().any(shown), || "must not be blank".to_owned())?;
    ensure(!text.chars().any(is_invisible), || "must not hold characters that cannot be seen".to_owned())
}

/// Controls, and what is drawn as nothing or turns the direction of what is around it: by the properties `Cc`, `Cf` and
/// `Default_Ignorable_Code_Point` of Unicode, with the blanks that look like letters. Two joiners (U+200C, U+200D) are left,
/// which some scripts cannot be written without.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_in_no_address_and_in_no_name() {
        for hidden in
            ["\u{200b}", "\u{202e}", "\u{2066}", "\u{feff}", "\u{ad}", "\u{3164}", "\u{2800}", "\u{e0041}", "\u{7}"]
        {
            for address in [
                format!("a{hidden}b@example.com"),
                format!("ab@exa{hidden}mple.com"),
                format!("ab@example.com{hidden}"),
            ] {
                assert!(email(&address).is_err(), "{address:?}");
            }
            for text in [hidden.to_owned(), format!("Ada{hidden}Lovelace")] {
                assert!(name(&text).is_err(), "{text:?}");
            }
        }
        assert!(email("a\u{200d}b@example.com").is_err());
        for blank in [" ", "\u{a0}\u{2003}", "\u{200d}"] {
            assert!(name(blank).is_err(), "{blank:?}");
        }
        for good in
            ["Ada Lovelace", "Zo\u{eb}", "\u{645}\u{6cc}\u{200c}\u{62e}", "\u{1f469}\u{200d}\u{1f4bb}", "\u{674e}"]
        {
            assert!(name(good).is_ok(), "{good:?}");
        }
        assert!(email("j\u{f6}rg@m\u{fc}nchen.example").is_ok());
    }
}
