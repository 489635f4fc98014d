//! The one character that no text may hold: U+0000, which Postgres cannot keep and C libraries take for an end.
//!
//! The one thing to know: in JSON it can only come as the escape `\u0000`, so a body without it needs no second look, and
//! nearly none has it.

use serde_json::Value;

use crate::check::Violation;

const ESCAPE: &[u8] = br"\u0000";
const MESSAGE: &str = "must not contain the character U+0000";

/// # Errors
/// When a decoded parameter holds it.
pub fn check(text: &str) -> Result<(), Violation> {
    if text.contains('\0') { Err(Violation::new(MESSAGE)) } else { Ok(()) }
}

/// # Errors
/// When a name or a text of this JSON holds it; a name is told by the object that it is in.
pub fn check_body(json: &[u8]) -> Result<(), Violation> {
    if !holds_escape(json) {
        return Ok(());
    }
    // What an object forgets may be nested deeper, or be a greater number, than a value of `serde_json` can be.
    serde_json::from_slice(json).map_or_else(|_| Err(Violation::new(MESSAGE)), |value| check_value(&value))
}

/// Whether the escape is there, and not only as half of `\\u0000`, which is the text of an escape and harmless.
fn holds_escape(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at..).unwrap_or_default();
        if escape.starts_with(ESCAPE) {
            return true;
        }
        rest = escape.get(2..).unwrap_or_default();
    }
    false
}

fn check_value(value: &Value) -> Result<(), Violation> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => check(text),
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| check_value(item).map_err(|wrong| wrong.at(index)))
        }
        Value::Object(fields) => fields.iter().try_for_each(|(name, field)| {
            check(name)?;
            check_value(field).map_err(|wrong| wrong.inside(name))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_is_told() {
        let table = [
            (r#"{"a": "b"}"#, None),
            (r#"{"a": "b\\u0000c"}"#, None),
            (r#"{"a": "b\u0000"}"#, Some("a")),
            (r#"{"a": {"b": ["x", {"c": "\u0000"}]}}"#, Some("a.b[1].c")),
            (r#"{"a": {"b\u0000": "x"}}"#, Some("a")),
            (r#"{"\u0000": 1}"#, Some("-")),
            (r#"{"a": "\\\u0000"}"#, Some("a")),
            (r#"{"a": "\\\\u0000", "b": 1e400}"#, None),
            (r#"{"a": "\u0000", "b": 1e400}"#, Some("-")),
            (r#"{"a": "\u0000", "b": "\ud800"}"#, Some("-")),
        ];
        for (json, expected) in table {
            let told = check_body(json.as_bytes()).err();
            let path = told.map(|violation| {
                let rejection = violation.into_rejection(crate::RejectionKind::BodyConstraint);
                rejection.field.unwrap_or_else(|| "-".to_owned())
            });
            assert_eq!(path.as_deref(), expected, "{json}");
        }
    }
}
