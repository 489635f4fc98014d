//! Objects with named properties, `allOf` of them included.
//!
//! The one thing a newcomer gets wrong: a part of an `allOf` that closes itself (`additionalProperties: false`) refuses the
//! properties of the other parts. JSON Schema says so; it is reported instead of being interpreted kindly.

use crate::ir::{AdditionalProperties, Field, Shape, Struct, TypeDef, Value};
use crate::load::Node;

use super::schema::doc;
use super::{Lower, name};

/// The properties of an object, gathered from its parts.
#[derive(Default)]
struct Draft<'d> {
    properties: Vec<(&'d str, Node<'d>)>,
    required: Vec<(&'d str, Node<'d>)>,
    additional: Option<Node<'d>>,
    /// Parts that refuse what they do not name.
    closed: Vec<Node<'d>>,
    min: Option<usize>,
    max: Option<usize>,
    parts: Vec<Node<'d>>,
}

impl<'d> Lower<'d> {
    pub(super) fn define_struct(&mut self, node: Node<'d>, rust: &str, schema: Option<&str>) {
        let at = self.family.types.len();
        let empty = Struct {
            fields: Vec::new(),
            additional: AdditionalProperties::Ignored,
            min_properties: None,
            max_properties: None,
        };
        self.family.types.push(TypeDef {
            rust: rust.to_owned(),
            schema: schema.map(ToOwned::to_owned),
            doc: doc(node),
            deprecated: node.flag("deprecated"),
            shape: Shape::Struct(empty),
            eq: false,
            read: false,
        });
        let mut draft = Draft::default();
        self.gather(node, &mut draft, 0);
        self.check_closed(&draft);
        let fields = self.fields(&draft, rust);
        let additional = self.additional(&draft, &fields, rust);
        let shape = Struct { fields, additional, min_properties: draft.min, max_properties: draft.max };
        self.check_counting(node, &shape);
        self.family.types[at].shape = Shape::Struct(shape);
    }

    fn gather(&mut self, from: Node<'d>, draft: &mut Draft<'d>, depth: usize) {
        let Some(node) = self.diagnostics.follow(from) else { return };
        if draft.parts.contains(&node) {
            return;
        }
        if depth > 32 || self.spend(node).is_none() {
            return;
        }
        draft.parts.push(node);
        self.keywords(node);
        if let Some(kind) = node.text_at("type")
            && kind != "object"
        {
            self.diagnostics.report(
                node,
                "all-of",
                format!("a part is of type {kind}, another an object"),
                "take it out",
            );
        }
        for key in ["oneOf", "enum", "items"] {
            if let Some(at) = node.get(key) {
                let message = format!("`{key}` beside the properties of an object");
                self.diagnostics.report(at, "mixed", message, "give it a schema of its own");
            }
        }
        for part in node.get("allOf").into_iter().flat_map(Node::items) {
            self.gather(part, draft, depth + 1);
        }
        for (key, property) in node.get("properties").into_iter().flat_map(Node::entries) {
            match draft.properties.iter().find(|(known, _)| *known == key) {
                None => draft.properties.push((key, property)),
                Some((_, known)) if same(*known, property) => {}
                Some(_) => {
                    let message = format!("two parts describe `{key}` differently");
                    self.diagnostics.report(property, "all-of", message, "describe it in one part");
                }
            }
        }
        if let Some(required) = node.get("required") {
            if !required.is_list() {
                self.diagnostics.report(required, "required", "it must be a list of names", "write `required: [id]`");
            }
            draft.required.extend(required.items().filter_map(|item| Some((item.text()?, item))));
        }
        match node.get("additionalProperties") {
            Some(at) if at.bool() == Some(false) => draft.closed.push(node),
            Some(at) if draft.additional.is_some_and(|known| !same(known, at)) => {
                self.diagnostics.report(
                    at,
                    "all-of",
                    "two parts describe the other properties",
                    "describe them in one part",
                );
            }
            Some(at) => draft.additional = Some(at),
            None => {}
        }
        draft.min = draft.min.max(self.count(node, "minProperties"));
        let max = self.count(node, "maxProperties");
        draft.max = match (draft.max, max) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (limit, None) | (None, limit) => limit,
        };
    }

    fn check_closed(&mut self, draft: &Draft<'d>) {
        for part in &draft.closed {
            let own = part.get("properties");
            let missing = draft.properties.iter().find(|(key, _)| own.is_none_or(|own| !own.has(key)));
            if let Some((key, _)) = missing {
                let message = format!("it refuses `{key}`, which another part of the allOf has");
                self.diagnostics.report(
                    *part,
                    "closed-all-of",
                    message,
                    "close only a schema that names every property",
                );
            }
        }
    }

    fn fields(&mut self, draft: &Draft<'d>, rust: &str) -> Vec<Field> {
        for (key, at) in &draft.required {
            if !draft.properties.iter().any(|(known, _)| known == key) {
                let message = format!("`{key}` is required and not among the properties");
                self.diagnostics.report(*at, "required", message, "add the property, or mend the name");
            }
        }
        let mut fields: Vec<Field> = Vec::new();
        for (key, node) in &draft.properties {
            let context = format!("{rust}{}", name::pascal(key));
            let Some(value) = self.value(*node, &context) else { continue };
            let required = draft.required.iter().any(|(known, _)| known == key);
            let default = if required { None } else { self.default(*node, &value) };
            let field = Field {
                rust: name::snake(key),
                wire: (*key).to_owned(),
                doc: doc(*node),
                deprecated: node.flag("deprecated"),
                required,
                value,
                default,
                boxed: false,
            };
            if let Some(known) = fields.iter().find(|known| known.rust == field.rust) {
                let message = format!("`{key}` and `{}` would be one field in Rust", known.wire);
                self.diagnostics.report(*node, "name-clash", message, "rename one of them");
                continue;
            }
            fields.push(field);
        }
        fields
    }

    fn additional(&mut self, draft: &Draft<'d>, fields: &[Field], rust: &str) -> AdditionalProperties {
        if !draft.closed.is_empty() {
            return AdditionalProperties::Refused;
        }
        let Some(node) = draft.additional else { return AdditionalProperties::Ignored };
        let any = node.bool() == Some(true) || (node.is_map() && node.entries().next().is_none());
        let value =
            if any { Some(Value::new(crate::ir::Kind::Any)) } else { self.value(node, &format!("{rust}Extra")) };
        let Some(value) = value else { return AdditionalProperties::Ignored };
        let mut rust = "extra".to_owned();
        while fields.iter().any(|field| field.rust == rust) {
            rust.push('_');
        }
        AdditionalProperties::Kept { rust, value: Box::new(value) }
    }

    fn check_counting(&mut self, node: Node<'d>, shape: &Struct) {
        if shape.min_properties.is_none() && shape.max_properties.is_none() {
            return;
        }
        if matches!(shape.additional, AdditionalProperties::Ignored) {
            let advice = "say what other properties are: `additionalProperties: false`, true, or a schema";
            self.diagnostics.report(node, "counting", "properties are counted, but unknown ones are forgotten", advice);
        }
        if shape.fields.iter().any(|field| field.default.is_some()) {
            let advice = "leave out the default, or the count";
            self.diagnostics.report(
                node,
                "counting",
                "properties are counted, but a default hides an absent one",
                advice,
            );
        }
    }
}

/// True when two places hold the same text.
fn same(a: Node<'_>, b: Node<'_>) -> bool {
    a == b
        || (a.text() == b.text()
            && a.number() == b.number()
            && a.bool() == b.bool()
            && (a.is_null(), a.is_map(), a.is_list()) == (b.is_null(), b.is_map(), b.is_list())
            && a.entries().count() == b.entries().count()
            && a.entries().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
            && a.items().count() == b.items().count()
            && a.items().zip(b.items()).all(|(a, b)| same(a, b)))
}
