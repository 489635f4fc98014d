//! What utoipa has no attribute for, as patches to its document: a place, a key, a value.

use crate::ir::{Checks, Family, Kind, Literal, Operation, Rest, Shape, Value};

/// One patch: a JSON pointer to an object, a key in it, and the JSON it should hold.
pub type Patch = (String, &'static str, String);

/// All patches of a family.
pub fn all(family: &Family) -> Vec<Patch> {
    let mut out = Vec::new();
    for ty in &family.types {
        let name = escaped(ty.schema.as_ref().unwrap_or(&ty.rust));
        if let Shape::Enum(variants) = &ty.shape
            && variants.iter().any(|variant| variant.wire.is_empty())
        {
            // utoipa takes an empty name for none.
            let values: Vec<String> = variants.iter().map(|variant| quoted(&variant.wire)).collect();
            out.push((format!("/components/schemas/{name}"), "enum", format!("[{}]", values.join(","))));
        }
        let Shape::Struct(shape) = &ty.shape else { continue };
        for field in &shape.fields {
            let place = format!("/components/schemas/{name}/properties/{}", escaped(&field.wire));
            beside_attributes(&field.value, &place, &mut out);
        }
        if let Rest::Kept { value, .. } = &shape.rest {
            whole(value, &format!("/components/schemas/{name}/additionalProperties"), &mut out);
        }
    }
    for operation in &family.operations {
        of_operation(operation, &mut out);
    }
    out
}

fn of_operation(operation: &Operation, out: &mut Vec<Patch>) {
    let place = format!("/paths/{}/{}", escaped(&operation.path), operation.method.to_ascii_lowercase());
    for (index, parameter) in operation.parameters.iter().enumerate() {
        let schema = format!("{place}/parameters/{index}/schema");
        beside_attributes(&parameter.value, &schema, out);
        if let Some(default) = &parameter.default {
            out.push((schema, "default", json(default)));
        }
        if matches!(parameter.style, crate::ir::Style::Joined(_)) && parameter.place == crate::ir::Place::Query {
            out.push((format!("{place}/parameters/{index}"), "explode", "false".to_owned()));
        }
    }
    if operation.security.alternatives.is_empty() {
        out.push((place.clone(), "security", "[]".to_owned()));
    }
    for response in operation.successes.iter().chain(&operation.errors) {
        for header in &response.headers {
            let place = format!("{place}/responses/{}/headers/{}", response.status, escaped(&header.name));
            whole(&header.value, &format!("{place}/schema"), out);
            if header.required {
                out.push((place, "required", "true".to_owned()));
            }
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('~', "~0").replace('/', "~1")
}

/// What the attributes of a field or a parameter leave out.
fn beside_attributes(value: &Value, place: &str, out: &mut Vec<Patch>) {
    let Checks { unique_items, min_properties, max_properties, allowed, .. } = &value.checks;
    if *unique_items {
        out.push((place.to_owned(), "uniqueItems", "true".to_owned()));
    }
    if !allowed.is_empty() {
        out.push((place.to_owned(), "enum", format!("[{}]", allowed.join(","))));
    }
    for (limit, key) in [(min_properties, "minProperties"), (max_properties, "maxProperties")] {
        if let Some(limit) = limit {
            out.push((place.to_owned(), key, limit.to_string()));
        }
    }
    inside(value, place, out);
}

fn inside(value: &Value, place: &str, out: &mut Vec<Patch>) {
    match &value.kind {
        Kind::List(inner) => whole(inner, &format!("{place}/items"), out),
        Kind::Map(inner) => whole(inner, &format!("{place}/additionalProperties"), out),
        Kind::Any
        | Kind::Bool
        | Kind::I32
        | Kind::I64
        | Kind::F64
        | Kind::Text
        | Kind::Decimal
        | Kind::DateTime
        | Kind::Date
        | Kind::Uuid
        | Kind::Named(_) => {}
    }
}

/// Every limit of a value that has no attributes at all.
fn whole(value: &Value, place: &str, out: &mut Vec<Patch>) {
    let checks = &value.checks;
    for (bound, open, closed) in
        [(&checks.minimum, "exclusiveMinimum", "minimum"), (&checks.maximum, "exclusiveMaximum", "maximum")]
    {
        if let Some(bound) = bound {
            out.push((place.to_owned(), if bound.exclusive { open } else { closed }, bound.limit.clone()));
        }
    }
    if let Some(factor) = &checks.multiple_of {
        out.push((place.to_owned(), "multipleOf", factor.clone()));
    }
    for (limit, key) in [
        (checks.min_length, "minLength"),
        (checks.max_length, "maxLength"),
        (checks.min_items, "minItems"),
        (checks.max_items, "maxItems"),
    ] {
        if let Some(limit) = limit {
            out.push((place.to_owned(), key, limit.to_string()));
        }
    }
    if let Some(pattern) = &checks.pattern {
        out.push((place.to_owned(), "pattern", quoted(&pattern.written)));
    }
    if let (Kind::Text | Kind::Decimal, Some(format)) = (&value.kind, &value.format) {
        out.push((place.to_owned(), "format", quoted(format)));
    }
    beside_attributes(value, place, out);
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn json(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Number(text) => text.clone(),
        Literal::Text(text) | Literal::Decimal(text) => quoted(text),
        Literal::Variant { wire, .. } => quoted(wire),
        Literal::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Literal::EmptyMap => "{}".to_owned(),
    }
}
