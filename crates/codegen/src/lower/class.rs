//! Which kind of thing a schema is, and whether it is written in words that are understood.
//!
//! Owns the decision alone; what becomes of each kind is made in `schema`. The one thing a newcomer gets wrong: an object is a
//! struct only if it names its properties or closes itself; otherwise it is a map, however many keywords it has.

use crate::load::Node;

use super::Lower;

/// What a schema becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Class<'d> {
    Struct,
    Enum,
    Union,
    /// Another schema, with nothing but remarks around it.
    Through(Node<'d>),
    /// `allOf` over values that are not objects.
    Merge,
    Value,
}

/// Keywords that say nothing about which values are valid.
pub(super) const REMARKS: &[&str] =
    &["type", "title", "description", "default", "example", "examples", "nullable", "deprecated", "externalDocs"];

/// Keywords that are understood.
const KNOWN: &[&str] = &[
    "$ref",
    "type",
    "format",
    "title",
    "description",
    "default",
    "example",
    "examples",
    "nullable",
    "deprecated",
    "externalDocs",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "allOf",
    "oneOf",
    "discriminator",
];

impl<'d> Lower<'d> {
    pub(super) fn class(&self, node: Node<'d>) -> Class<'d> {
        if let Some(target) = node.reference().and_then(|reference| node.pointer(reference)) {
            return Class::Through(target);
        }
        if node.has("oneOf") {
            return Class::Union;
        }
        if let Some(all) = node.get("allOf") {
            let mut parts = all.items();
            if let (Some(part), None) = (parts.next(), parts.next())
                && node.entries().all(|(key, _)| key == "allOf" || key.starts_with("x-") || REMARKS.contains(&key))
            {
                return Class::Through(part);
            }
            return if self.is_object(node, 0) { Class::Struct } else { Class::Merge };
        }
        let kind = node.text_at("type");
        if kind.is_none_or(|kind| kind == "string")
            && node.get("enum").is_some_and(|values| values.items().any(|v| v.text().is_some()))
        {
            return Class::Enum;
        }
        if self.is_object(node, 0) { Class::Struct } else { Class::Value }
    }

    /// True when a schema names its properties or closes itself, so that it becomes a struct rather than a map.
    fn is_object(&self, node: Node<'d>, depth: usize) -> bool {
        if depth > 32 {
            return false;
        }
        if let Some(reference) = node.reference() {
            return node.pointer(reference).is_some_and(|target| self.is_object(target, depth + 1));
        }
        if node.get("allOf").is_some_and(|all| all.items().any(|part| self.is_object(part, depth + 1))) {
            return true;
        }
        let kind = node.text_at("type");
        let named = node.get("properties").is_some_and(|properties| properties.entries().next().is_some());
        let closed = node.get("additionalProperties").and_then(Node::bool) == Some(false);
        kind.is_none_or(|kind| kind == "object") && (named || closed)
    }

    /// Says which keywords are beyond this generator.
    pub(super) fn keywords(&mut self, node: Node<'d>) {
        for (key, at) in node.entries() {
            if KNOWN.contains(&key) || key.starts_with("x-") {
                continue;
            }
            let advice = match key {
                "anyOf" => "use oneOf with a discriminator",
                "not" | "xml" => "leave it out",
                "readOnly" | "writeOnly" => "make one schema for the request and one for the response",
                "const" => "use an enum of one value",
                _ => "leave it out, or mend the name",
            };
            self.diagnostics.report(at, "keyword", format!("`{key}` is not understood in a schema"), advice);
        }
    }
}
