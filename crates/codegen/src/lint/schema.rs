//! Rules for schemas: typed, named where the client needs a name, and saying nothing that has no effect.

use crate::load::Node;

use super::Lint;

/// Which types a keyword speaks about.
const EFFECT: &[(&str, &[&str])] = &[
    ("minimum", &["integer", "number"]),
    ("maximum", &["integer", "number"]),
    ("exclusiveMinimum", &["integer", "number"]),
    ("exclusiveMaximum", &["integer", "number"]),
    ("multipleOf", &["integer", "number"]),
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("pattern", &["string"]),
    ("items", &["array"]),
    ("minItems", &["array"]),
    ("maxItems", &["array"]),
    ("uniqueItems", &["array"]),
    ("properties", &["object"]),
    ("required", &["object"]),
    ("additionalProperties", &["object"]),
    ("minProperties", &["object"]),
    ("maxProperties", &["object"]),
];

/// Formats that are checked, or that promise nothing.
const FORMATS: &[&str] =
    &["int32", "int64", "float", "double", "date", "date-time", "uuid", "email", "uri", "decimal", "byte", "password"];

impl<'d> Lint<'d, '_> {
    /// Looks at a schema and everything written inside it. `named` is true right under `components.schemas`.
    pub(super) fn schema(&mut self, node: Node<'d>, named: bool) {
        if node.has("$ref") {
            if node.entries().count() > 1 {
                let advice = "wrap it: `allOf: [{$ref: ..}]` beside the rest";
                self.diagnostics.report(node, "ref-siblings", "what stands beside a $ref is ignored", advice);
            }
            return;
        }
        self.typed(node);
        self.listed(node, named);
        if let Some(format) = node.text_at("format")
            && !FORMATS.contains(&format)
        {
            let at = node.get("format").unwrap_or(node);
            self.diagnostics.report(
                at,
                "format",
                format!("the format `{format}` is not checked"),
                "use a known one, or a pattern",
            );
        }
        for (_, property) in node.get("properties").into_iter().flat_map(Node::entries) {
            self.schema(property, false);
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = node.get(key).filter(|inner| inner.is_map()) {
                self.schema(inner, false);
            }
        }
        for key in ["allOf", "oneOf"] {
            for part in node.get(key).into_iter().flat_map(Node::items) {
                self.schema(part, false);
            }
        }
    }

    fn typed(&mut self, node: Node<'d>) {
        let Some(kind) = node.text_at("type") else {
            // OpenAPI 3.0.3: `nullable` adds null to the types of this very schema, so to others it says nothing.
            if node.has("nullable") {
                let advice = "state the type beside it";
                self.diagnostics.report(node, "type", "`nullable` means nothing without a type", advice);
            }
            let composed = node.has("allOf") || node.has("oneOf");
            let constrained = EFFECT.iter().any(|(key, _)| node.has(key)) || node.has("enum");
            if !composed && constrained {
                self.diagnostics.report(node, "type", "the schema has constraints and no type", "state the type");
            }
            return;
        };
        for (key, types) in EFFECT {
            if let Some(at) = node.get(key)
                && !types.contains(&kind)
            {
                let message = format!("`{key}` has no effect on a value of type {kind}");
                self.diagnostics.report(at, "no-effect", message, "leave it out, or mend the type");
            }
        }
        for name in node.get("required").into_iter().flat_map(Node::items) {
            let property = name.text().and_then(|name| node.get("properties")?.get(name));
            if let Some(default) = property.and_then(|property| property.get("default")) {
                let message = "a required property never takes its default";
                self.diagnostics.report(default, "no-effect", message, "leave out one of the two");
            }
        }
    }

    fn listed(&mut self, node: Node<'d>, named: bool) {
        let Some(values) = node.get("enum") else { return };
        if !named && values.items().any(|value| value.text().is_some()) {
            let advice = "move it to components.schemas and $ref it";
            self.diagnostics.report(values, "named-schema", "an enum has a schema with a name", advice);
        }
        if node.flag("nullable") && !values.items().any(Node::is_null) {
            let advice = "add `null` to the enum";
            self.diagnostics.report(values, "enum", "a nullable enum has to list null", advice);
        }
        let mut seen: Vec<String> = Vec::new();
        for value in values.items() {
            let Some(text) = value.text().map(str::to_ascii_lowercase) else { continue };
            if seen.contains(&text) {
                let message = format!("`{text}` is there twice, case aside");
                self.diagnostics.report(value, "enum", message, "keep one of them");
            }
            seen.push(text);
        }
    }
}
