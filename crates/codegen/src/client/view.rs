//! The document as progenitor is shown it: the same paths and shapes, with limits and defaults left out.
//!
//! A client sends, the server judges. With the limits in, progenitor makes a newtype of every bounded string and a
//! `NonZero` of every amount, and a client would refuse what a newer server has come to allow; with the defaults in, it
//! would send today's default for ever. The one thing a newcomer gets wrong: named scalars and maps are put in place of
//! the references to them, so that users write `9999` and `"text"`.

use serde_json::{Map, Value};

const SCHEMAS: &str = "#/components/schemas/";

/// Keywords that say something about a value without changing its shape.
const LIMITS: [&str; 14] = [
    "default",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

pub(super) fn of(mut document: Value) -> Value {
    let plain = take_plain_schemas(&mut document);
    rewrite(&mut document, &plain);
    document
}

/// The named schemas that are worth no type of their own, by their reference: scalars without an enum, and maps.
fn take_plain_schemas(document: &mut Value) -> Map<String, Value> {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return Map::new();
    };
    let (plain, typed): (Map<_, _>, Map<_, _>) =
        std::mem::take(schemas).into_iter().partition(|(_, schema)| is_plain(schema));
    *schemas = typed;
    plain
        .into_iter()
        .map(|(name, mut schema)| {
            rewrite(&mut schema, &Map::new());
            (format!("{SCHEMAS}{name}"), schema)
        })
        .collect()
}

fn is_plain(schema: &Value) -> bool {
    match schema.get("type").and_then(Value::as_str) {
        Some("string" | "integer" | "number" | "boolean") => schema.get("enum").is_none(),
        Some("object") => {
            schema.get("properties").is_none()
                && schema
                    .pointer("/additionalProperties/type")
                    .and_then(Value::as_str)
                    .is_some_and(|kind| kind == "string")
        }
        _ => false,
    }
}

fn rewrite(value: &mut Value, plain: &Map<String, Value>) {
    match value {
        Value::Object(members) => {
            if let Some(schema) = members.get("$ref").and_then(Value::as_str).and_then(|target| plain.get(target)) {
                *value = schema.clone();
                return;
            }
            drop_limits(members);
            // What stands in an example is data, even where it looks like a schema.
            members
                .iter_mut()
                .filter(|(key, _)| !matches!(key.as_str(), "example" | "examples" | "enum"))
                .for_each(|(_, member)| rewrite(member, plain));
            sort(members);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, plain)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Only where there is a schema's `type` or `allOf` beside it: a property may well be called `pattern`.
fn drop_limits(schema: &mut Map<String, Value>) {
    if schema.get("type").is_some_and(Value::is_string) || schema.get("allOf").is_some_and(Value::is_array) {
        schema.retain(|key, _| !LIMITS.contains(&key.as_str()));
    }
}

/// Whether serde_json keeps the order of keys depends on what else is built beside this crate; the output must not.
fn sort(members: &mut Map<String, Value>) {
    let mut sorted: Vec<_> = std::mem::take(members).into_iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    *members = sorted.into_iter().collect();
}
