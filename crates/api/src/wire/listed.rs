//! Enums of texts.
//!
//! The one thing a newcomer gets wrong: an enum of one text is told otherwise in JSON than in a parameter, and callers read both.

use super::{Failed, Read, Shape, Source, Value};
use crate::fault;

/// The text of a value; empty for what is no enum.
pub(super) fn code<T: Value>(value: &T) -> &'static str {
    let Shape::Listed(codes) = T::SHAPE else { return "" };
    codes.iter().find(|(_, known)| known == value).map_or("", |(code, _)| code)
}

fn find<T: Clone>(text: &str, codes: &[(&'static str, T)]) -> Option<T> {
    codes.iter().find(|(code, _)| *code == text).map(|(_, value)| value.clone())
}

fn texts<T>(codes: &[(&'static str, T)]) -> Vec<&'static str> {
    codes.iter().map(|(code, _)| *code).collect()
}

/// Reads a parameter.
pub(super) fn of_text<T: Clone>(text: &str, codes: &[(&'static str, T)]) -> Result<T, String> {
    find(text, codes).ok_or_else(|| format!("must be one of: {}", texts(codes).join(", ")))
}

/// Reads JSON. Serde's own reading would also take `{"value": null}`.
pub(super) fn read<T: Value>(from: &mut dyn Source, codes: &[(&'static str, T)]) -> Read<T> {
    let mut found = None;
    from.text(&mut |text| {
        found = find(text, codes);
        if found.is_some() { Ok(()) } else { Err(fault::not_listed(&texts(codes))) }
    })?;
    found.ok_or(Failed)
}
