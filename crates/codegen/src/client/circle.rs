//! References that lead back to where they started. Following one never ends, and a stack that is full cannot be caught.
//!
//! Two kinds: a component made of itself means nothing to anybody; a merge of schemas that go on for ever is sound, but
//! progenitor carries it out for ever. The one thing a newcomer gets wrong: a schema that merely holds itself in a
//! property is no circle; it ends where the data ends.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The reference of a component that never comes to an end, if there is one.
pub(super) fn of(document: &Value) -> Option<String> {
    let graph = Graph::of(document);
    graph
        .components
        .iter()
        .find(|(own, component)| {
            graph.reach(&made_of(component.value), |next| &next.made_of).contains(own.as_str())
                || merges_in(component.value).any(|parts| graph.is_endless(own, parts))
        })
        .map(|(own, _)| own.clone())
}

/// The components of a document, by their reference.
struct Graph<'a> {
    components: BTreeMap<String, Component<'a>>,
}

struct Component<'a> {
    value: &'a Value,
    made_of: Vec<&'a str>,
    held: Vec<&'a str>,
}

impl<'a> Graph<'a> {
    fn of(document: &'a Value) -> Self {
        let groups = document.get("components").and_then(Value::as_object).into_iter().flatten();
        let components = groups
            .flat_map(|(group, members)| {
                let members = members.as_object().into_iter().flatten();
                members.map(move |(name, value)| {
                    let component = Component { value, made_of: made_of(value), held: held_by(value) };
                    (format!("#/components/{group}/{name}"), component)
                })
            })
            .collect();
        Self { components }
    }

    /// All that these references come to, themselves included.
    fn reach(&self, from: &[&'a str], step: impl for<'c> Fn(&'c Component<'a>) -> &'c [&'a str]) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut open = from.to_vec();
        while let Some(reference) = open.pop() {
            if seen.insert(reference) {
                open.extend(self.components.get(reference).map(&step).unwrap_or_default());
            }
        }
        seen
    }

    /// Whether a merge inside a component merges the component itself, or two schemas that both go on for ever.
    fn is_endless(&self, own: &str, parts: &'a [Value]) -> bool {
        let merged: Vec<_> = parts.iter().flat_map(made_of).collect();
        self.reach(&merged, |next| &next.held).contains(own)
            || parts.iter().filter(|part| self.goes_on(part)).count() > 1
    }

    fn goes_on(&self, part: &'a Value) -> bool {
        self.reach(&held_by(part), |next| &next.held).into_iter().any(|reference| {
            self.components
                .get(reference)
                .is_some_and(|component| self.reach(&component.held, |next| &next.held).contains(reference))
        })
    }
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

fn merges_in(component: &Value) -> impl Iterator<Item = &[Value]> {
    everything_in(component)
        .filter_map(|part| part.get("allOf").and_then(Value::as_array))
        .map(Vec::as_slice)
        .filter(|parts| parts.len() > 1)
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
