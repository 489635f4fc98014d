//! A description made of what the generated code goes by: the shapes of its types and the rows of its operations.
//!
//! The one thing to know: nothing here looks at the written description, or the comparison of the two would prove nothing.

use hedge_api::Operation;
use hedge_api::answer::Success;
use hedge_api::parameter::{Location, Parameter};
use hedge_api::wire::{Bound, Described, Field, Kind, Limits, Presence, limits};
use serde_json::{Map, Value, json};

use super::code::Code;

/// What stands around the operations.
pub struct Surroundings {
    /// What every refusal looks like, if it has a body.
    pub envelope: Option<Kind>,
    /// The headers that are set around the handlers, and their schemas.
    pub headers: fn(&Operation, status: u16) -> Vec<(&'static str, Value)>,
}

/// The description of these operations.
pub fn document(operations: &[&Operation], code: &Code, around: &Surroundings) -> Value {
    let mut schemas = Map::new();
    around.envelope.iter().for_each(|kind| collect(kind, code, &mut schemas));
    let mut paths = Map::new();
    for operation in operations {
        let item = paths.entry(operation.path).or_insert_with(|| json!({}));
        item[operation.method.as_str().to_lowercase()] = described(operation, code, around);
        let bodies = operation.body.iter().map(|body| (body.kind)());
        let parameters = operation.parameters.iter().map(|parameter| (parameter.kind)());
        let answers = (operation.successes)().into_iter().flat_map(|success| {
            let headers = success.headers.into_iter().map(|header| (header.kind)());
            success.body.map(|kind| kind()).into_iter().chain(headers)
        });
        bodies.chain(parameters).chain(answers).for_each(|kind| collect(&kind, code, &mut schemas));
    }
    json!({"paths": paths, "components": {"schemas": schemas}})
}

/// Adds the named types that a kind leads to.
fn collect(kind: &Kind, code: &Code, schemas: &mut Map<String, Value>) {
    match kind {
        Kind::List(inner) | Kind::Map(inner) | Kind::Nullable(inner) => collect(inner, code, schemas),
        Kind::Named(name, described) => {
            if schemas.contains_key(*name) {
                return;
            }
            let described = described();
            schemas.insert((*name).to_owned(), named(name, &described, code));
            match described {
                Described::Object { fields, others, .. } => {
                    fields.iter().for_each(|field| collect(&(field.kind)(), code, schemas));
                    others.iter().for_each(|others| collect(&(others.kind)(), code, schemas));
                }
                Described::Union(_, variants) => variants.iter().for_each(|(_, kind)| collect(kind, code, schemas)),
                Described::Listed(_) => {}
            }
        }
        Kind::Any
        | Kind::Boolean
        | Kind::I32
        | Kind::I64
        | Kind::F64
        | Kind::Text
        | Kind::Decimal
        | Kind::DateTime
        | Kind::Date
        | Kind::Uuid => {}
    }
}

/// The schema of a named type.
fn named(name: &str, described: &Described, code: &Code) -> Value {
    let mut out = plainly(name, described, code);
    if code.deprecated.contains(name) {
        out["deprecated"] = json!(true);
    }
    out
}

fn plainly(name: &str, described: &Described, code: &Code) -> Value {
    match described {
        Described::Listed(codes) => {
            for (read, written) in codes {
                assert_eq!(json!(read), *written, "a text of {name} is read in one way and written in another");
            }
            json!({"type": "string", "enum": codes.iter().map(|(read, _)| *read).collect::<Vec<_>>()})
        }
        Described::Union(property, variants) => {
            let one_of: Vec<Value> = variants.iter().map(|(_, kind)| schema(kind, &limits())).collect();
            let mapping = variants
                .iter()
                .zip(&one_of)
                .flat_map(|((tags, _), target)| tags.iter().map(|tag| ((*tag).to_owned(), target["$ref"].clone())));
            let mapping: Map<String, Value> = mapping.collect();
            json!({"oneOf": one_of, "discriminator": {"propertyName": property, "mapping": mapping}})
        }
        Described::Object { fields, others, closed, properties } => {
            let required = fields.iter().filter(|field| field.presence == Presence::Required).map(|field| field.name);
            let required: Vec<&str> = required.collect();
            let properties_of = fields.iter().map(|field| (field.name.to_owned(), property(name, field, code)));
            let properties_of: Map<String, Value> = properties_of.collect();
            let mut out = json!({"type": "object", "required": required});
            if !properties_of.is_empty() {
                out["properties"] = Value::Object(properties_of);
            }
            if let Some(others) = others {
                out["additionalProperties"] = schema(&(others.kind)(), &others.limits);
            } else if *closed {
                out["additionalProperties"] = json!(false);
            }
            limit(&mut out, properties);
            out
        }
    }
}

fn property(owner: &str, field: &Field, code: &Code) -> Value {
    let mut out = with_default(schema(&(field.kind)(), &field.limits), field.presence);
    if code.deprecated.contains(&format!("{owner}.{}", field.name)) {
        out["deprecated"] = json!(true);
    }
    out
}

fn with_default(mut schema: Value, presence: Presence) -> Value {
    if let Presence::Default(json) = presence {
        schema["default"] = serde_json::from_str(json).unwrap();
    }
    schema
}

fn schema(kind: &Kind, limits: &Limits) -> Value {
    let none = hedge_api::wire::limits();
    let each = limits.each.unwrap_or(&none);
    let mut out = match kind {
        Kind::Any => json!({}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::I32 => json!({"type": "integer", "format": "int32"}),
        Kind::I64 => json!({"type": "integer", "format": "int64"}),
        Kind::F64 => json!({"type": "number", "format": "double"}),
        Kind::Text => json!({"type": "string"}),
        Kind::Decimal => json!({"type": "string", "format": "decimal"}),
        Kind::DateTime => json!({"type": "string", "format": "date-time"}),
        Kind::Date => json!({"type": "string", "format": "date"}),
        Kind::Uuid => json!({"type": "string", "format": "uuid"}),
        Kind::List(inner) => json!({"type": "array", "items": schema(inner, each)}),
        Kind::Map(inner) => json!({"type": "object", "additionalProperties": schema(inner, each)}),
        Kind::Nullable(inner) => {
            let mut out = schema(inner, limits);
            if out.get("$ref").is_some() {
                out = json!({"allOf": [out]});
            }
            out["nullable"] = json!(true);
            return out;
        }
        Kind::Named(name, _) => json!({"$ref": format!("#/components/schemas/{name}")}),
    };
    limit(&mut out, limits);
    out
}

/// Adds the limits of a value.
fn limit(out: &mut Value, limits: &Limits) {
    for (bound, key, exclusive_key) in
        [(limits.minimum, "minimum", "exclusiveMinimum"), (limits.maximum, "maximum", "exclusiveMaximum")]
    {
        let (limit, exclusive) = match bound {
            Some(Bound::Integer { limit, exclusive }) => (json!(limit), exclusive),
            Some(Bound::Number { limit, exclusive }) => (json!(limit), exclusive),
            None => continue,
        };
        out[key] = limit;
        if exclusive {
            out[exclusive_key] = json!(true);
        }
    }
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let told = [
        ("multipleOf", limits.multiple_of.map(number)),
        ("enum", (!limits.allowed.is_empty()).then(|| limits.allowed.iter().map(|text| number(text)).collect())),
        ("minLength", limits.min_length.map(Value::from)),
        ("maxLength", limits.max_length.map(Value::from)),
        ("pattern", limits.pattern.map(|pattern| pattern.written.into())),
        ("format", limits.format.map(Value::from)),
        ("minItems", limits.min_items.map(Value::from)),
        ("maxItems", limits.max_items.map(Value::from)),
        ("uniqueItems", limits.unique.then_some(json!(true))),
        ("minProperties", limits.min_pairs.map(Value::from)),
        ("maxProperties", limits.max_pairs.map(Value::from)),
    ];
    for (key, value) in told {
        if let Some(value) = value {
            out[key] = value;
        }
    }
}

fn described(operation: &Operation, code: &Code, around: &Surroundings) -> Value {
    let mut security: Vec<Value> = operation.security.iter().map(|one| json!({one.scheme: one.scopes})).collect();
    if operation.open {
        security.insert(0, json!({}));
    }
    let successes = (operation.successes)();
    let responses = operation.statuses.iter().map(|status| {
        let mut answer = match successes.iter().find(|success| success.status == *status) {
            Some(success) => answer(success),
            None => refusal(around.envelope.as_ref()),
        };
        for (name, schema) in (around.headers)(operation, *status) {
            answer["headers"][name] = json!({"schema": schema});
        }
        (status.to_string(), answer)
    });
    let responses: Map<String, Value> = responses.collect();
    let (_, handler) = code.operation(operation.id);
    let fields = handler.taken.iter().map(|field| format!("{}.{field}", handler.input));
    let parameters = operation.parameters.iter().zip(fields);
    let parameters: Vec<Value> =
        parameters.map(|(one, field)| parameter(one, code.deprecated.contains(&field))).collect();
    let mut out = json!({
        "operationId": operation.id, "tags": [operation.tag], "deprecated": operation.deprecated, "security": security,
        "parameters": parameters, "responses": responses,
    });
    if let Some(body) = &operation.body {
        let schema = schema(&(body.kind)(), &body.limits);
        out["requestBody"] = json!({"required": body.required, "content": {"application/json": {"schema": schema}}});
    }
    out
}

fn parameter(parameter: &Parameter, deprecated: bool) -> Value {
    let location = match parameter.location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
    };
    let schema = with_default(schema(&(parameter.kind)(), &parameter.limits), parameter.presence);
    let required = parameter.presence == Presence::Required;
    let mut out = json!({
        "name": parameter.name, "in": location, "required": required, "deprecated": deprecated, "schema": schema,
    });
    if parameter.separator.is_some() {
        out["explode"] = json!(false);
    }
    out
}

fn answer(success: &Success) -> Value {
    let headers = success.headers.iter().map(|header| {
        let schema = schema(&(header.kind)(), &limits());
        (header.name.to_owned(), json!({"required": header.required, "schema": schema}))
    });
    let headers: Map<String, Value> = headers.collect();
    let mut out = json!({"description": "", "headers": headers});
    if let Some(kind) = success.body {
        out["content"] = json!({"application/json": {"schema": schema(&kind(), &limits())}});
    }
    out
}

fn refusal(envelope: Option<&Kind>) -> Value {
    let mut out = json!({"description": "", "headers": {}});
    if let Some(kind) = envelope {
        out["content"] = json!({"application/json": {"schema": schema(kind, &limits())}});
    }
    out
}
