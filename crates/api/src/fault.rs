//! What serde says about a body, put into words a caller can use.
//!
//! The one thing to know: serde's messages quote the value that was wrong, which can be a card number. What is said here
//! names the field and what it should have been, never the value.

/// What is wrong with a body that is JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field, such as `items[0].name`.
    pub path: Option<String>,
    pub message: String,
    /// True when the value has the right type and is still not one of those allowed.
    pub constraint: bool,
    /// The number that was given, when it is out of bounds.
    pub number: Option<String>,
}

/// Separates the inner path from the message where an error has to pass through another one.
const SEPARATOR: char = '\u{1f}';

/// A message that carries a path through an error of serde, to be found by [`Fault::of`].
#[must_use]
pub fn nested(path: &str, message: &str) -> String {
    let path = if path == "." { "" } else { path };
    format!("{SEPARATOR}{path}{SEPARATOR}{}", bare(message))
}

/// What is said of a name that comes again, of which readers elsewhere take one or the other.
#[must_use]
pub fn twice(name: &str) -> String {
    format!("duplicate field `{name}`")
}

/// What is said of a text that is not in an enum.
#[must_use]
pub fn not_listed(values: &[&str]) -> String {
    match values {
        [only] => format!("must be {only}"),
        _ => format!("must be one of: {}", values.join(", ")),
    }
}

/// A message without serde_json's position, which means nothing to someone who sees fields.
fn bare(message: &str) -> &str {
    message.rfind(" at line ").map_or(message, |end| &message[..end])
}

impl Fault {
    /// Reads an error of serde: the path where it happened, and its message.
    #[must_use]
    pub fn of(path: &str, message: &str) -> Self {
        let mut message = bare(message);
        let mut place = if path == "." { String::new() } else { path.to_owned() };
        while let Some((inner, rest)) = message.strip_prefix(SEPARATOR).and_then(|rest| rest.split_once(SEPARATOR)) {
            extend(&mut place, inner);
            message = rest;
        }
        if let Some((name, said)) = about_a_field(message) {
            if place != name && !place.ends_with(&format!(".{name}")) {
                extend(&mut place, name);
            }
            return Self { path: Some(place), message: said, constraint: false, number: None };
        }
        let path = (!place.is_empty()).then_some(place);
        if let Some(digits) = out_of_range(message) {
            let message = expected(message).to_owned();
            return Self {
                path,
                message: format!("must be {message}"),
                constraint: true,
                number: Some(digits.to_owned()),
            };
        }
        if is_beyond_64_bits(message) {
            let message = "must be a 64-bit integer".to_owned();
            return Self { path, message, constraint: true, number: None };
        }
        if let Some(given) = message.strip_prefix("invalid type: ") {
            let message = format!("must be {}, not {}", expected(message), kind(given));
            return Self { path, message, constraint: false, number: None };
        }
        // What is left was worded by this crate, about a text of the right type.
        Self { path, message: message.to_owned(), constraint: message.starts_with("must be "), number: None }
    }
}

fn extend(path: &mut String, inner: &str) {
    if !path.is_empty() && !inner.is_empty() && !inner.starts_with('[') {
        path.push('.');
    }
    path.push_str(inner);
}

/// The field that is missing, unknown or there twice: serde names it in the message and not in the path.
fn about_a_field(message: &str) -> Option<(&str, String)> {
    let name = |start: &str| message.strip_prefix(start)?.split_once('`').map(|(name, _)| name);
    if let Some(name) = name("missing field `") {
        return Some((name, "is required".to_owned()));
    }
    if let Some(name) = name("duplicate field `") {
        return Some((name, "is there twice".to_owned()));
    }
    name("unknown field `").map(|name| (name, format!("there is no field `{name}` here")))
}

/// The digits of an integer that its type cannot hold.
fn out_of_range(message: &str) -> Option<&str> {
    let (digits, _) = message.strip_prefix("invalid value: integer `")?.split_once('`')?;
    Some(digits)
}

/// Whether a number stands for an integer that is larger than any, and was read as one with decimals for that alone: of
/// this size it can have none, however it was written.
fn is_beyond_64_bits(message: &str) -> bool {
    let given = || message.strip_prefix("invalid type: floating point `")?.split_once("`, expected i").map(|(n, _)| n);
    given()
        .and_then(|number| number.parse::<f64>().ok())
        .is_some_and(|number| number.abs() >= 9_223_372_036_854_775_808.0)
}

/// What was expected, without the names of Rust.
fn expected(message: &str) -> &str {
    let given = message.strip_prefix("invalid value: ").is_some();
    match message.rsplit_once(", expected ").map_or("something else", |(_, expected)| expected) {
        "i64" if given => "a 64-bit integer",
        "i32" if given => "a 32-bit integer",
        "i64" | "i32" => "an integer",
        "f64" => "a number",
        "a sequence" => "an array",
        "a map" => "an object",
        other => other,
    }
}

/// What kind of value was given.
fn kind(given: &str) -> &'static str {
    const KINDS: &[(&str, &str)] = &[
        ("boolean", "a boolean"),
        ("integer", "an integer"),
        ("floating point", "a number with decimals"),
        ("string", "a string"),
        ("null", "null"),
        ("unit", "null"),
        ("sequence", "an array"),
        ("map", "an object"),
    ];
    KINDS.iter().find(|(start, _)| given.starts_with(start)).map_or("this", |(_, kind)| kind)
}
