//! Values written as text: parameters, and strings with a format.
//!
//! The one thing to know: these are strict where Rust's own parsers are generous (`+5`, `inf`, a UUID in braces), because
//! what is accepted here becomes part of the API.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::check::Violation;
use crate::wire::Value;

/// A value that can be read from text alone.
pub trait FromText: Sized {
    /// # Errors
    /// What the text should have been.
    fn from_text(text: &str) -> Result<Self, String>;
}

/// Reads one value.
///
/// # Errors
/// What the text should have been.
pub fn read<T: Value>(text: &str) -> Result<T, Violation> {
    T::from_text(text).map_err(Violation::new)
}

impl FromText for String {
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl FromText for bool {
    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("must be true or false".to_owned()),
        }
    }
}

impl FromText for i64 {
    fn from_text(text: &str) -> Result<Self, String> {
        if !is_number(text, false) {
            return Err("must be an integer".to_owned());
        }
        text.parse().map_err(|_| "must be a 64-bit integer".to_owned())
    }
}

impl FromText for i32 {
    fn from_text(text: &str) -> Result<Self, String> {
        if !is_number(text, false) {
            return Err("must be an integer".to_owned());
        }
        text.parse().map_err(|_| "must be a 32-bit integer".to_owned())
    }
}

impl FromText for f64 {
    fn from_text(text: &str) -> Result<Self, String> {
        let number = if is_number(text, true) { text.parse::<Self>().ok() } else { None };
        number.filter(|n| n.is_finite()).ok_or_else(|| "must be a number".to_owned())
    }
}

impl FromText for Decimal {
    fn from_text(text: &str) -> Result<Self, String> {
        let plain = is_number(text, true) && !text.contains(['e', 'E']);
        let number = if plain { Self::from_str_exact(text).ok() } else { None };
        number.ok_or_else(|| "must be a decimal number such as 12.50".to_owned())
    }
}

impl FromText for DateTime<Utc> {
    fn from_text(text: &str) -> Result<Self, String> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .or_else(|| DateTime::parse_from_rfc3339(&with_usual_offset(text)?).ok())
            .map(|time| time.with_timezone(&Utc))
            .ok_or_else(|| "must be a date and time such as 2026-01-18T10:30:00Z".to_owned())
    }
}

/// How long a date and a time are without fractions and offset.
const TIME: usize = "2026-01-18T10:30:00".len();

/// The same time with its offset as RFC 3339 has it. ISO 8601 has `+0000` and `+00` too, which Python's `strftime` writes; and a
/// `+` that was put into a query as it is arrives as a blank.
fn with_usual_offset(text: &str) -> Option<String> {
    let rest = text.get(TIME..)?;
    let at = TIME + rest.find(['+', '-', ' '])?;
    let (time, offset) = (text.get(..at)?, text.get(at..)?);
    let sign = if offset.starts_with('-') { '-' } else { '+' };
    let digits: String = offset.get(1..)?.chars().filter(|&character| character != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "00"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    Some(format!("{time}{sign}{hours}:{minutes}"))
}

impl FromText for NaiveDate {
    fn from_text(text: &str) -> Result<Self, String> {
        let date = if text.len() == 10 { Self::parse_from_str(text, "%Y-%m-%d").ok() } else { None };
        date.ok_or_else(|| "must be a date such as 2026-01-18".to_owned())
    }
}

impl FromText for Uuid {
    fn from_text(text: &str) -> Result<Self, String> {
        let id = if text.len() == 36 { Self::try_parse(text).ok() } else { None };
        id.ok_or_else(|| "must be a UUID such as 0190a5d4-7c3e-7b1a-9f6e-3f2b8c1d4e5f".to_owned())
    }
}

/// JSON's own number syntax; leading zeros are tolerated.
fn is_number(text: &str, fraction: bool) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (digits, None),
    };
    let (whole, part) = match mantissa.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (mantissa, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole)
        && part.is_none_or(|part| fraction && all_digits(part))
        && exponent.is_none_or(|exponent| fraction && all_digits(exponent))
}

/// The members of a list written with commas.
#[must_use]
pub fn members(text: &str) -> Vec<&str> {
    if text.is_empty() { Vec::new() } else { text.split(',').map(str::trim).collect() }
}
