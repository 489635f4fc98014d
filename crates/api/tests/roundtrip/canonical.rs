//! One form for what can be written in several ways: OpenAPI 3.0 as people write it, and as it is rebuilt from the code.
//!
//! The one thing to know: a named schema of a plain value is an alias in Rust and has no schema of its own in the rebuilt
//! description, so references to it are replaced by what it says, less its description.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Keywords that say nothing about which requests and responses are valid; prose is compared with the comments of the code.
const IGNORED: &[&str] = &["description", "example", "examples", "title", "externalDocs"];

/// Reads one document.
pub struct Reader<'d> {
    document: &'d Value,
    /// The document whose named schemas count; what others name was written in place there.
    names: &'d Value,
}

impl<'d> Reader<'d> {
    /// Reads the description as it was written.
    pub const fn of(document: &'d Value) -> Self {
        Self { document, names: document }
    }

    /// Reads a rebuilt description.
    pub const fn rebuilt(document: &'d Value, written: &'d Value) -> Self {
        Self { document, names: written }
    }

    /// Follows a reference that is not one to a schema.
    fn follow(&self, value: &'d Value) -> &'d Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.document.pointer(reference.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }

    /// True when a named schema is a type of its own: an object with properties, an enum of texts, a union.
    pub fn is_type(&self, name: &str) -> bool {
        let schema = self.names["components"]["schemas"].get(name);
        schema.is_some_and(|schema| self.is_type_schema(schema))
    }

    fn is_type_schema(&self, schema: &Value) -> bool {
        let object = schema.get("properties").is_some() || schema.get("additionalProperties") == Some(&json!(false));
        let list = schema.get("enum").and_then(Value::as_array);
        let texts = list.is_some_and(|list| list.iter().any(Value::is_string));
        let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let composed = parts.clone().count() > 1
            && parts.into_iter().any(|part| match reference(part) {
                Some(name) => self.is_type(name),
                None => self.is_type_schema(part),
            });
        object || texts || composed || (schema.get("oneOf").is_some() && schema.get("discriminator").is_some())
    }

    pub fn component(&self, name: &str) -> Value {
        self.schema(&self.document["components"]["schemas"][name])
    }

    fn schema(&self, schema: &Value) -> Value {
        if let Some(name) = reference(schema) {
            let mut out = if self.is_type(name) {
                json!({"$ref": name})
            } else {
                let mut out = self.component(name);
                // It is the alias that is deprecated, not the place that uses it.
                out.as_object_mut().unwrap().remove("deprecated");
                out
            };
            let beside = schema.as_object().unwrap().iter().filter(|(key, _)| *key != "$ref");
            merge(&mut out, &self.schema(&Value::Object(beside.map(|(k, v)| (k.clone(), v.clone())).collect())));
            return out;
        }
        let mut out = json!({});
        for (key, value) in
            schema.as_object().unwrap().iter().filter(|(key, _)| *key != "type" || !self.repeats(schema))
        {
            self.keyword(key, value, &mut out);
        }
        level(&mut out);
        out
    }

    /// Whether a schema states the type of the one that it refers to, as OpenAPI asks beside `nullable`.
    fn repeats(&self, schema: &Value) -> bool {
        let parts = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice);
        let Some([part]) = parts else { return false };
        let named = reference(part).and_then(|name| self.document["components"]["schemas"].get(name));
        named.is_some_and(|named| named.get("type") == schema.get("type"))
    }

    /// A part of a composition with the properties of what it refers to.
    fn spelled_out(&self, part: Value) -> Value {
        match part.get("$ref").and_then(Value::as_str) {
            Some(name) => self.component(name),
            None => part,
        }
    }

    fn keyword(&self, key: &str, value: &Value, out: &mut Value) {
        match (key, value) {
            (key, _) if IGNORED.contains(&key) || key.starts_with("x-") => {}
            ("nullable" | "deprecated", Value::Bool(false)) => {}
            ("nullable", Value::Bool(true)) => out["null"] = json!(true),
            ("enum", Value::Array(values)) => {
                out["enum"] = values.iter().filter(|value| !value.is_null()).cloned().collect();
            }
            ("allOf", Value::Array(parts)) => {
                for part in parts {
                    let one = parts.len() == 1;
                    // Parts of a composition are spelled out; a single one only carries what stands beside it.
                    let part = match reference(part) {
                        Some(_) if !one => self.spelled_out(self.schema(part)),
                        Some(_) | None => self.schema(part),
                    };
                    merge(out, &part);
                }
            }
            ("oneOf", Value::Array(parts)) => out["oneOf"] = parts.iter().map(|part| self.schema(part)).collect(),
            ("properties", Value::Object(properties)) => {
                let read = properties.iter().map(|(name, schema)| (name.clone(), self.schema(schema)));
                let read = Value::Object(read.collect());
                merge(out, &json!({"properties": read}));
            }
            ("items", inner) => out["items"] = self.schema(inner),
            ("additionalProperties", Value::Bool(true)) => out["additionalProperties"] = json!({}),
            ("additionalProperties", Value::Object(_)) => out["additionalProperties"] = self.schema(value),
            ("discriminator", _) => {
                out["discriminator"] = value.clone();
                let mapping = out["discriminator"].get_mut("mapping").and_then(Value::as_object_mut);
                for target in mapping.into_iter().flat_map(Map::values_mut) {
                    let name = target.as_str().unwrap().trim_start_matches("#/components/schemas/");
                    *target = json!(name);
                }
            }
            (key, value) => merge(out, &json!({key: value})),
        }
    }

    /// Every operation, by method and path.
    pub fn operations(&self) -> BTreeMap<String, Value> {
        let mut out = BTreeMap::new();
        for (path, item) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if method != "parameters" && !method.starts_with("x-") {
                    out.insert(format!("{method} {path}"), self.operation(item, operation));
                }
            }
        }
        out
    }

    fn operation(&self, item: &'d Value, operation: &'d Value) -> Value {
        let mut parameters = Map::new();
        for parameter in self.parameters(item, operation) {
            let key = format!("{} {}", parameter["in"].as_str().unwrap(), parameter["name"].as_str().unwrap());
            parameters.insert(key, self.parameter(parameter));
        }
        let responses = operation["responses"].as_object().unwrap().iter();
        let responses: Map<String, Value> =
            responses.map(|(status, response)| (status.clone(), self.response(self.follow(response)))).collect();
        let body = operation.get("requestBody").map(|body| self.body(self.follow(body)));
        let tags = operation.get("tags").cloned().unwrap_or_else(|| json!(["default"]));
        let security =
            operation.get("security").or_else(|| self.document.get("security")).cloned().unwrap_or(json!([]));
        json!({
            "operationId": operation["operationId"], "tags": tags, "deprecated": operation.get("deprecated").unwrap_or(&json!(false)),
            "security": security, "parameters": parameters, "body": body, "responses": responses,
        })
    }

    /// What is said of every parameter, by operation, place and name.
    pub fn parameters_of_all(&self) -> BTreeMap<[String; 3], Option<&'d str>> {
        let mut out = BTreeMap::new();
        for item in self.document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values().filter(|one| one.get("operationId").is_some()) {
                for parameter in self.parameters(item, operation) {
                    let key = [&operation["operationId"], &parameter["in"], &parameter["name"]];
                    let key = key.map(|text| text.as_str().unwrap().to_owned());
                    out.insert(key, parameter.get("description").and_then(Value::as_str));
                }
            }
        }
        out
    }

    /// The parameters of an operation: those of its path, then its own, which may replace them.
    fn parameters(&self, item: &'d Value, operation: &'d Value) -> impl Iterator<Item = &'d Value> {
        let owners = [item, operation].into_iter().filter_map(|owner| owner.get("parameters")?.as_array());
        owners.flatten().map(|parameter| self.follow(parameter))
    }

    fn parameter(&self, parameter: &'d Value) -> Value {
        let style = |key: &str| parameter.get(key).cloned().unwrap_or_default();
        json!({
            "required": flag(parameter, "required"), "deprecated": flag(parameter, "deprecated"), "style": style("style"), "explode": style("explode"),
            "schema": self.schema(&parameter["schema"]),
        })
    }

    fn body(&self, body: &'d Value) -> Value {
        let schema = self.schema(&body["content"]["application/json"]["schema"]);
        json!({"required": flag(body, "required"), "media": media(body), "schema": schema})
    }

    fn response(&self, response: &'d Value) -> Value {
        let headers = response.get("headers").and_then(Value::as_object).into_iter().flatten();
        let headers = headers.map(|(name, header)| (name, self.follow(header)));
        let told =
            |header: &Value| json!({"required": flag(header, "required"), "schema": self.schema(&header["schema"])});
        let headers: Map<String, Value> = headers.map(|(name, header)| (name.clone(), told(header))).collect();
        let schema = response.pointer("/content/application~1json/schema").map(|schema| self.schema(schema));
        json!({"headers": headers, "media": media(response), "schema": schema})
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

fn flag(of: &Value, key: &str) -> bool {
    of.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn media(of: &Value) -> Vec<&String> {
    of.get("content").and_then(Value::as_object).map(|content| content.keys().collect()).unwrap_or_default()
}

/// Adds what another schema says; objects are united, lists of names too.
fn merge(out: &mut Value, other: &Value) {
    for (key, value) in other.as_object().unwrap() {
        match (out.get_mut(key), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
            (Some(Value::Array(known)), Value::Array(more)) if key == "required" => known.extend(more.clone()),
            // Of two that differ neither may be lost.
            (Some(known), value) if key == "type" && known != value => *known = json!([known, value]),
            (_, _) => out[key] = value.clone(),
        }
    }
}

/// Without a mapping, the name of a variant's schema is the value that chooses it.
fn map_variants(out: &mut Value) {
    let variants: Vec<String> = out["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|v| v["$ref"].as_str().map(ToOwned::to_owned))
        .collect();
    let mapping = &mut out["discriminator"]["mapping"];
    for variant in variants {
        let mapped = mapping.as_object().into_iter().flat_map(Map::values).any(|target| *target == json!(variant));
        if !mapped {
            mapping[&variant] = json!(variant);
        }
    }
}

/// Levels what is two ways of saying the same.
fn level(out: &mut Value) {
    if out.get("discriminator").is_some() {
        map_variants(out);
    }
    if let Some(required) = out.get_mut("required").and_then(Value::as_array_mut) {
        required.sort_by_key(ToString::to_string);
        required.dedup();
    }
    let list = |out: &Value| out.get("required").and_then(Value::as_array).is_some_and(Vec::is_empty);
    if list(out) {
        out.as_object_mut().unwrap().remove("required");
    }
    for (exclusive, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        match out.get(exclusive).cloned() {
            Some(Value::Bool(true)) => {
                let bound = out.as_object_mut().unwrap().remove(limit).unwrap();
                out[exclusive] = bound;
            }
            Some(Value::Bool(false)) => drop(out.as_object_mut().unwrap().remove(exclusive)),
            Some(_) | None => {}
        }
    }
    for key in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] {
        // 1 and 1.0 are one number.
        if let Some(number) = out.get(key).and_then(Value::as_f64) {
            out[key] = json!(number);
        }
    }
    let format = match (out.get("type").and_then(Value::as_str), out.get("format")) {
        (Some("integer"), None) => Some("int64"),
        (Some("number"), None) => Some("double"),
        (_, _) => None,
    };
    if let Some(format) = format {
        out["format"] = json!(format);
    }
    let is_map = out.get("type") == Some(&json!("object")) && out.get("properties").is_none();
    if is_map && out.get("additionalProperties").is_none() {
        out["additionalProperties"] = json!({});
    }
}
