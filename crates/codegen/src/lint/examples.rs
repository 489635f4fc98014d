//! Examples must be what their schema says: whoever pastes one must not be refused.
//!
//! The one thing to know: this is a second, small reading of a schema over plain values; it knows shapes and names, and
//! leaves limits to the tests that send the examples.

use crate::load::{Node, Value};

use super::Lint;

impl<'d> Lint<'d, '_> {
    /// Holds the examples of a media type against its schema.
    pub(super) fn examples(&mut self, media: Node<'d>, schema: Node<'d>) {
        if let Some(example) = media.get("example") {
            self.example(example, schema, 0);
        }
        for (_, from) in media.get("examples").into_iter().flat_map(Node::entries) {
            if let Some(value) = self.diagnostics.follow(from).and_then(|example| example.get("value")) {
                self.example(value, schema, 0);
            }
        }
    }

    fn example(&mut self, value: Node<'d>, schema: Node<'d>, depth: usize) {
        if depth > 32 {
            return;
        }
        let nullable = schema.flag("nullable");
        let Some(target) = self.diagnostics.follow(schema) else { return };
        if value.is_null() && (nullable || target.flag("nullable")) {
            return;
        }
        for part in target.get("allOf").into_iter().flat_map(Node::items) {
            self.example(value, part, depth + 1);
        }
        if let Some(kind) = target.text_at("type")
            && !is_of(value, kind)
        {
            self.diagnostics.report(value, "example", format!("it is not of type {kind}"), "mend the example");
            return;
        }
        if let Some(listed) = target.get("enum")
            && let Some(text) = value.text()
            && !listed.items().any(|item| item.text() == Some(text))
        {
            self.diagnostics.report(value, "example", format!("`{text}` is not in the enum"), "mend the example");
        }
        self.properties(value, target, depth);
        if let Some(items) = target.get("items") {
            value.items().for_each(|item| self.example(item, items, depth + 1));
        }
    }

    fn properties(&mut self, value: Node<'d>, schema: Node<'d>, depth: usize) {
        if !value.is_map() {
            return;
        }
        for name in schema.get("required").into_iter().flat_map(Node::items).filter_map(Node::text) {
            if !value.has(name) {
                self.diagnostics.report(value, "example", format!("`{name}` is required"), "add it to the example");
            }
        }
        let closed = schema.get("additionalProperties").and_then(Node::bool) == Some(false);
        let others = schema.get("additionalProperties").filter(|others| others.is_map());
        for (key, inner) in value.entries() {
            match (schema.get("properties").and_then(|properties| properties.get(key)), others) {
                (Some(property), _) => self.example(inner, property, depth + 1),
                (None, Some(others)) => self.example(inner, others, depth + 1),
                (None, None) if closed => {
                    self.diagnostics.report(inner, "example", format!("`{key}` is not in the schema"), "take it out");
                }
                (None, None) => {}
            }
        }
    }
}

fn is_of(value: Node<'_>, kind: &str) -> bool {
    match (value.value(), kind) {
        (Value::Bool(_), "boolean") | (Value::Number(_), "number") | (Value::Text(_), "string") => true,
        (Value::Number(text), "integer") => text.parse::<i64>().is_ok(),
        (Value::List(_), "array") | (Value::Map(_), "object") => true,
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Map(_), _) => false,
    }
}
