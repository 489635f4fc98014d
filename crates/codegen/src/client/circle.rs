//! References that lead only to each other. Following one never ends, and a stack that is full cannot be caught.
//!
//! The one thing a newcomer gets wrong: a schema that holds itself in a property is no circle; it ends where the data ends.

use serde_json::Value;

/// More steps than any document needs from a reference to what it means.
const LONGEST: usize = 64;

/// The name of a component that means nothing but itself, if there is one.
pub(super) fn of(document: &Value) -> Option<String> {
    let groups = document.get("components")?.as_object()?;
    groups
        .values()
        .filter_map(Value::as_object)
        .flatten()
        .find(|(_, component)| (0..LONGEST).try_fold(*component, |at, _| target(document, at)).is_some())
        .map(|(name, _)| name.clone())
}

fn target<'a>(document: &'a Value, component: &Value) -> Option<&'a Value> {
    document.pointer(component.get("$ref")?.as_str()?.strip_prefix('#')?)
}
