//! What the generated code says must be what the hand-kept description says: nothing lost, nothing invented.
//!
//! A description is rebuilt from the shapes and the rows that the code goes by (`roundtrip/rebuilt.rs`). Both are brought into
//! one form (`roundtrip/canonical.rs`), in which only wording of the same meaning is levelled, and compared piece by piece. Prose
//! is compared with the comments of the code (`roundtrip/prose.rs`), which are read from its source as are other things that it
//! says nowhere else (`roundtrip/code.rs`). Not compared are examples, titles, the info and servers of the document, the wire
//! format of credentials, the prose of refusals and of headers, and `x-` extensions; limits and idempotency are compared with the
//! table of operations.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "roundtrip/canonical.rs"]
mod canonical;
#[path = "roundtrip/code.rs"]
mod code;
#[path = "roundtrip/prose.rs"]
mod prose;
#[path = "roundtrip/rebuilt.rs"]
mod rebuilt;

use std::collections::BTreeSet;

use canonical::Reader;
use code::Code;
use hedge_api::Operation;
use hedge_api::hedge::{OPERATIONS, types};
use hedge_api::wire::Value as _;
use rebuilt::Surroundings;
use serde_json::{Value, json};

fn description() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/hedge.yaml");
    serde_yaml_ng::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn code() -> Code {
    Code::read(concat!(env!("CARGO_MANIFEST_DIR"), "/src/hedge/generated"))
}

fn rebuilt() -> Value {
    let around = Surroundings { envelope: Some(types::Error::kind()), headers: middleware };
    rebuilt::document(OPERATIONS, &code(), &around)
}

/// The headers that no handler sets. That they are really sent is looked at with every answer, by the tests of the server.
fn middleware(operation: &Operation, status: u16) -> Vec<(&'static str, Value)> {
    let integer = || json!({"type": "integer", "format": "int64"});
    let mut out = vec![("X-Request-Id", json!({"type": "string"}))];
    out.extend(["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"].map(|name| (name, integer())));
    if matches!(status, 409 | 429 | 503) {
        out.push(("Retry-After", integer()));
    }
    // The refusals that a command itself makes are recorded as its successes are.
    if matches!(status, 412 | 422) || (status < 300 && operation.idempotent) {
        out.push(("Idempotent-Replayed", json!({"type": "boolean"})));
    }
    out
}

fn keys(of: &Value) -> BTreeSet<String> {
    of.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn every_schema_is_what_the_description_says() {
    let (written, rebuilt) = (description(), rebuilt());
    let (ours, theirs) = (Reader::of(&written), Reader::rebuilt(&rebuilt, &written));
    let types: BTreeSet<String> =
        keys(&written["components"]["schemas"]).into_iter().filter(|name| ours.is_type(name)).collect();
    assert!(types.len() > 10);
    assert_eq!(types, keys(&rebuilt["components"]["schemas"]));
    for name in types {
        let (written, rebuilt) = (ours.component(&name), theirs.component(&name));
        assert_eq!(written, rebuilt, "{name}\nwritten: {written:#}\nrebuilt: {rebuilt:#}");
    }
}

#[test]
fn every_operation_is_what_the_description_says() {
    let (written, rebuilt) = (description(), rebuilt());
    let (ours, theirs) = (Reader::of(&written).operations(), Reader::rebuilt(&rebuilt, &written).operations());
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    assert_eq!(ours.len(), OPERATIONS.len());
    for (name, written) in &ours {
        let rebuilt = &theirs[name];
        for key in keys(written).union(&keys(rebuilt)) {
            assert_eq!(
                written[key], rebuilt[key],
                "{name} {key}\nwritten: {:#}\nrebuilt: {:#}",
                written[key], rebuilt[key]
            );
        }
    }
}

#[test]
fn every_description_is_a_comment_of_what_it_describes() {
    let (comments, told) = (code().comments, prose::told(&description()));
    assert!(told.len() > 400);
    for (name, text) in told {
        assert_eq!(comments.get(&name).map(String::as_str), Some(text.as_str()), "{name}");
    }
}

#[test]
fn every_parameter_is_described_above_its_constant_and_fills_the_field_of_its_name() {
    let (code, written) = (code(), description());
    let described = Reader::of(&written).parameters_of_all();
    for operation in OPERATIONS {
        code.hold(operation, &described);
    }
}

#[test]
fn every_field_is_written_as_its_shape_reads_it() {
    let code = code();
    assert!(code.shapes.len() > 40);
    for (name, shape) in &code.shapes {
        assert_eq!(code.structs[name], *shape, "{name}");
    }
}

/// Everything the comparison looks at.
fn compared(document: &Value) -> Value {
    let reader = Reader::of(document);
    let types = keys(&document["components"]["schemas"]).into_iter().filter(|name| reader.is_type(name));
    let types: Vec<Value> = types.map(|name| reader.component(&name)).collect();
    json!([types, reader.operations().into_values().collect::<Vec<_>>()])
}

/// Prose, and what is followed or only shown.
const NOT_COMPARED: &[&str] = &["description", "summary", "example", "examples", "$ref"];

/// The places of all texts, numbers and flags that mean something.
fn leaves(value: &Value, place: &str, out: &mut Vec<String>) {
    let step = |key: &str| format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(map) => {
            let told = map.iter().filter(|(key, _)| !key.starts_with("x-") && !NOT_COMPARED.contains(&key.as_str()));
            told.for_each(|(key, inner)| leaves(inner, &step(key), out));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, inner)| leaves(inner, &step(&index.to_string()), out))
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push(place.to_owned()),
    }
}

#[test]
fn no_word_of_the_description_is_levelled_away() {
    let mut document = description();
    let before = compared(&document);
    let mut places = Vec::new();
    for part in
        ["/components/schemas", "/components/parameters", "/components/responses", "/components/headers", "/paths"]
    {
        leaves(document.pointer(part).unwrap(), part, &mut places);
    }
    assert!(places.len() > 500);
    // Every seventh will do: the places are of few kinds, and each change reads the whole document anew.
    for place in places.into_iter().step_by(7) {
        let leaf = document.pointer_mut(&place).unwrap();
        let original = leaf.clone();
        *leaf = match &original {
            Value::Bool(flag) => json!(!flag),
            Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
            Value::String(text) => json!(format!("{text} and more")),
            Value::Null | Value::Array(_) | Value::Object(_) => unreachable!("not a leaf"),
        };
        let noticed = compared(&document) != before;
        *document.pointer_mut(&place).unwrap() = original;
        assert!(noticed, "a change at {place} is not noticed");
    }
}

#[test]
fn the_table_of_operations_is_what_the_description_says() {
    let written = description();
    for operation in OPERATIONS {
        let told = &written["paths"][operation.path][operation.method.as_str().to_lowercase()];
        assert_eq!(told["operationId"], operation.id);
        assert_eq!(told["tags"], json!([operation.tag]));
        let limit = operation
            .rate_limit
            .map(|limit| json!({"requests": limit.requests, "per_seconds": limit.per_seconds}))
            .unwrap_or_default();
        assert_eq!(told.get("x-rate-limit").or(written.get("x-rate-limit")).cloned().unwrap_or_default(), limit);
        assert_eq!(told["x-idempotent"].as_bool().unwrap_or_default(), operation.idempotent);
        assert_eq!(told["deprecated"].as_bool().unwrap_or_default(), operation.deprecated);
        let statuses: BTreeSet<String> = operation.statuses.iter().map(ToString::to_string).collect();
        assert_eq!(keys(&told["responses"]), statuses);
        let security: Vec<Value> =
            operation.security.iter().map(|requirement| json!({requirement.scheme: requirement.scopes})).collect();
        assert_eq!(told["security"], json!(security));
    }
}
