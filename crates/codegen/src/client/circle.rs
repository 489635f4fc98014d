//! References that lead back to where they started. Following one never ends, and a stack that is full cannot be caught.
//!
//! The one thing a newcomer gets wrong: a schema that holds itself in a property is no circle; it ends where the data ends.

use std::collections::BTreeSet;

use serde_json::Value;

/// The reference of a component that is made of itself, if there is one.
pub(super) fn of(document: &Value) -> Option<&str> {
    let groups = document.get("components")?.as_object()?;
    groups
        .values()
        .filter_map(Value::as_object)
        .flat_map(|group| group.values().flat_map(made_of))
        .find(|start| leads_back(document, start))
}

fn leads_back(document: &Value, start: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(reference) = open.pop() {
        for next in target(document, reference).map(made_of).unwrap_or_default() {
            if next == start {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

fn target<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

/// What a component refers to without any data in between.
fn made_of(component: &Value) -> Vec<&str> {
    let mut references = Vec::new();
    let mut open = vec![component];
    while let Some(part) = open.pop() {
        let Value::Object(members) = part else { continue };
        references.extend(members.get("$ref").and_then(Value::as_str));
        open.extend(members.get("not"));
        for key in ["allOf", "anyOf", "oneOf"] {
            open.extend(members.get(key).and_then(Value::as_array).into_iter().flatten());
        }
    }
    references
}
