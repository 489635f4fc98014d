//! Schemas: what each becomes, and the value it describes at a place.
//!
//! The one thing a newcomer gets wrong: a named schema of a plain value (a string with a length, say) is not a type of its
//! own but an alias; its constraints travel to every place that uses it.

use crate::ir::{Kind, Shape, TypeDef, Value};
use crate::load::Node;

use super::Lower;
use super::class::{Class, REMARKS};

impl<'d> Lower<'d> {
    /// Every schema under `components.schemas`.
    pub(super) fn components(&mut self, schemas: Node<'d>) {
        for (name, node) in schemas.entries() {
            let rust = super::name::type_name(name);
            if self.claim(node, &rust) {
                self.names.insert(node.id(), rust);
            }
        }
        for (name, node) in schemas.entries() {
            let Some(rust) = self.names.get(&node.id()).cloned() else { continue };
            self.component(name, node, &rust);
        }
    }

    fn component(&mut self, name: &str, node: Node<'d>, rust: &str) {
        if !node.is_map() {
            self.diagnostics.report(node, "schema", "a schema must be a map", "begin with `type:`");
            return;
        }
        match self.class(node) {
            Class::Struct => self.define_struct(node, rust, Some(name)),
            Class::Enum => self.define_enum(node, rust, Some(name)),
            Class::Union => self.define_union(node, rust, Some(name)),
            Class::Through(_) | Class::Merge | Class::Value => {
                if let Some(value) = self.alias(node, node, rust) {
                    self.family.types.push(TypeDef {
                        rust: rust.to_owned(),
                        schema: Some(name.to_owned()),
                        doc: doc(node),
                        deprecated: node.flag("deprecated"),
                        shape: Shape::Alias(Box::new(Value { alias: None, ..value })),
                        eq: false,
                        read: false,
                    });
                }
            }
        }
    }

    /// The value a schema describes. `context` names the type, should one have to be made.
    pub(super) fn value(&mut self, node: Node<'d>, context: &str) -> Option<Value> {
        self.spend(node)?;
        if node.has("$ref") {
            return self.named(node);
        }
        if !node.is_map() {
            self.diagnostics.report(node, "schema", "a schema must be a map", "begin with `type:`");
            return None;
        }
        let class = self.class(node);
        let mut value = match class {
            Class::Through(part) => self.through(node, part, context)?,
            Class::Merge => self.merge(node, context)?,
            Class::Value => self.plain(node, context)?,
            Class::Struct | Class::Enum | Class::Union => {
                let rust = super::name::type_name(context);
                if !self.claim(node, &rust) {
                    return None;
                }
                match class {
                    Class::Struct => self.define_struct(node, &rust, None),
                    Class::Enum => self.define_enum(node, &rust, None),
                    Class::Union | Class::Through(_) | Class::Merge | Class::Value => {
                        self.define_union(node, &rust, None)
                    }
                }
                Value::new(Kind::Named(rust))
            }
        };
        value.nullable |= node.flag("nullable");
        Some(value)
    }

    fn through(&mut self, node: Node<'d>, part: Node<'d>, context: &str) -> Option<Value> {
        self.keywords(node);
        self.value(part, context)
    }

    /// The value behind a `$ref`.
    fn named(&mut self, node: Node<'d>) -> Option<Value> {
        let reference = node.reference();
        let Some(target) = reference.and_then(|reference| node.pointer(reference)) else {
            let message = format!("{} names nothing in this document", reference.unwrap_or("it"));
            self.diagnostics.report(node, "ref-missing", message, "add it under components.schemas, or mend the name");
            return None;
        };
        let Some(rust) = self.names.get(&target.id()).cloned() else {
            // A schema whose name clashed has been reported where it stands.
            if !reference.is_some_and(|reference| reference.starts_with("#/components/schemas/")) {
                let advice = "move the schema to components.schemas and name it there";
                self.diagnostics.report(
                    node,
                    "ref-place",
                    "a schema can only be named under components.schemas",
                    advice,
                );
            }
            return None;
        };
        match self.class(target) {
            Class::Struct | Class::Enum | Class::Union => {
                let mut value = Value::new(Kind::Named(rust));
                value.nullable = target.flag("nullable");
                Some(value)
            }
            Class::Through(_) | Class::Merge | Class::Value => self.alias(node, target, &rust),
        }
    }

    /// The value of a named schema that is not a type of its own; worked out once.
    fn alias(&mut self, from: Node<'d>, target: Node<'d>, rust: &str) -> Option<Value> {
        if let Some(known) = self.aliases.get(&target.id()) {
            return known.clone();
        }
        if self.visiting.contains(&target.id()) {
            let advice = "put an object with a property between them";
            self.diagnostics.report(
                from,
                "recursive-alias",
                "this schema contains itself without an object between",
                advice,
            );
            return None;
        }
        self.visiting.push(target.id());
        let value = self.value(target, rust).map(|mut value| {
            value.alias = Some(rust.to_owned());
            value
        });
        self.visiting.pop();
        self.aliases.insert(target.id(), value.clone());
        value
    }

    /// `allOf` over plain values: all constraints together.
    fn merge(&mut self, node: Node<'d>, context: &str) -> Option<Value> {
        self.keywords(node);
        let mut merged: Option<Value> = None;
        for part in node.get("allOf").into_iter().flat_map(Node::items) {
            let bare = !part.has("type") && !part.has("$ref") && !part.has("allOf");
            let next = match (&merged, bare) {
                // A part without a type only adds constraints to what came before.
                (Some(value), true) => {
                    let kind = value.kind.clone();
                    let mut next = Value::new(kind.clone());
                    self.keywords(part);
                    next.checks = self.checks(part, &kind);
                    next
                }
                (Some(_) | None, _) => self.value(part, context)?,
            };
            merged = Some(match merged {
                None => next,
                Some(value) => match super::merge::both(value, next) {
                    Ok(value) => value,
                    Err(message) => {
                        self.diagnostics.report(part, "all-of", message, "write the schema out in one place");
                        return None;
                    }
                },
            });
        }
        let mut value = merged.or_else(|| {
            self.diagnostics.report(node, "all-of", "it is empty", "name what it is made of");
            None
        })?;
        let own = self.checks(node, &value.kind);
        value.checks = super::merge::checks(value.checks, own).ok()?;
        value.alias = None;
        Some(value)
    }

    fn plain(&mut self, node: Node<'d>, context: &str) -> Option<Value> {
        self.keywords(node);
        let format = node.text_at("format");
        let kind = match (node.get("type").map(Node::text), format) {
            (None, _) => self.untyped(node)?,
            (Some(Some("string")), Some("date-time")) => Kind::DateTime,
            (Some(Some("string")), Some("date")) => Kind::Date,
            (Some(Some("string")), Some("uuid")) => Kind::Uuid,
            (Some(Some("string")), Some("decimal")) => Kind::Decimal,
            (Some(Some("string")), Some("binary")) => {
                self.diagnostics.report(node, "format", "binary data is not JSON", "use `format: byte`");
                return None;
            }
            (Some(Some("string")), _) => Kind::Text,
            (Some(Some("integer")), Some("int32")) => Kind::I32,
            (Some(Some("integer")), _) => Kind::I64,
            (Some(Some("number")), _) => Kind::F64,
            (Some(Some("boolean")), _) => Kind::Bool,
            (Some(Some("array")), _) => {
                let Some(items) = node.get("items") else {
                    self.diagnostics.report(node, "items", "an array must say what its items are", "add `items:`");
                    return None;
                };
                Kind::List(Box::new(self.inner(items, &format!("{context}Item"))?))
            }
            (Some(Some("object")), _) => match node.get("additionalProperties") {
                Some(schema) if schema.is_map() && schema.entries().next().is_some() => {
                    Kind::Map(Box::new(self.inner(schema, &format!("{context}Value"))?))
                }
                Some(_) | None => Kind::Map(Box::new(Value::new(Kind::Any))),
            },
            (Some(other), _) => {
                let message = format!("`{}` is not a type of OpenAPI 3.0", other.unwrap_or("this"));
                self.diagnostics.report(node, "type", message, "use string, integer, number, boolean, array or object");
                return None;
            }
        };
        if node.has("enum") && !matches!(kind, Kind::I32 | Kind::I64 | Kind::F64) {
            self.diagnostics.report(
                node,
                "enum",
                "only texts and numbers can be listed",
                "leave out the enum, or its type",
            );
        }
        let checks = self.checks(node, &kind);
        Some(Value { checks, format: format.map(ToOwned::to_owned), ..Value::new(kind) })
    }

    /// What is in a list or a map.
    fn inner(&mut self, node: Node<'d>, context: &str) -> Option<Value> {
        let value = self.value(node, context)?;
        if containers(&value) >= DEEPEST {
            self.diagnostics.report(
                node,
                "nesting",
                "lists of lists of lists, without end",
                "name an object in between",
            );
            return None;
        }
        Some(value)
    }

    /// A schema without a type takes any value, unless it says more.
    fn untyped(&mut self, node: Node<'d>) -> Option<Kind> {
        let telling = node.entries().find(|(key, _)| !key.starts_with("x-") && !REMARKS.contains(key));
        match telling {
            None => Some(Kind::Any),
            Some((key, at)) => {
                let message = format!("`{key}` stands in a schema without a type");
                self.diagnostics.report(at, "type", message, "state the type");
                None
            }
        }
    }
}

/// More lists in lists than a type can say legibly; the printer would run out of stack at some hundred.
const DEEPEST: usize = 12;

fn containers(value: &Value) -> usize {
    value.kind.inner().map_or(0, |inner| 1 + containers(inner))
}

/// What a schema, a parameter or the like says about itself.
pub(super) fn doc(node: Node<'_>) -> String {
    node.text_at("description").or_else(|| node.text_at("title")).unwrap_or_default().trim().to_owned()
}
