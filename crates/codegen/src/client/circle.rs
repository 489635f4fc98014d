//! References that lead back to where they started. Following one never ends, and a stack that is full cannot be caught.
//!
//! Two kinds: a component made of itself means nothing to anybody; a component that merges one which holds it is sound,
//! but progenitor merges for ever. The one thing a newcomer gets wrong: a schema that merely holds itself in a property
//! is no circle; it ends where the data ends.

use std::collections::BTreeSet;

use serde_json::Value;

/// The reference of a component that leads back to itself, if there is one.
pub(super) fn of(document: &Value) -> Option<String> {
    let groups = document.get("components")?.as_object()?;
    let mut components = groups.iter().flat_map(|(group, components)| {
        let named = components.as_object().into_iter().flatten();
        named.map(move |(name, component)| (format!("#/components/{group}/{name}"), component))
    });
    components
        .find(|(own, component)| {
            leads_to(document, made_of(component), own, made_of)
                || leads_to(document, merged_by(component), own, held_by)
        })
        .map(|(own, _)| own)
}

/// Whether one of these references is the wanted one, or comes to it by what `step` finds in each component on the way.
fn leads_to<'a>(document: &'a Value, from: Vec<&'a str>, wanted: &str, step: fn(&'a Value) -> Vec<&'a str>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = from;
    while let Some(reference) = open.pop() {
        if reference == wanted {
            return true;
        }
        if seen.insert(reference) {
            let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
            open.extend(target.map(step).unwrap_or_default());
        }
    }
    false
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

/// What a component refers to at all.
fn held_by(component: &Value) -> Vec<&str> {
    everything_in(component).filter_map(|part| part.get("$ref")).filter_map(Value::as_str).collect()
}

/// What is merged with something else, anywhere in a component.
fn merged_by(component: &Value) -> Vec<&str> {
    everything_in(component)
        .filter_map(|part| part.get("allOf").and_then(Value::as_array).filter(|parts| parts.len() > 1))
        .flatten()
        .flat_map(made_of)
        .collect()
}

fn everything_in(component: &Value) -> impl Iterator<Item = &Value> {
    let mut open = vec![component];
    std::iter::from_fn(move || {
        let part = open.pop()?;
        match part {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        Some(part)
    })
}
