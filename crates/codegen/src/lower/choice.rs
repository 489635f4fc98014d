//! Enums of texts, and `oneOf` with a discriminator.
//!
//! The one thing to know: the discriminator is a property of every variant, and stays one; the union only looks at it.

use crate::ir::{Kind, Shape, TypeDef, Union, UnionVariant, Variant};
use crate::load::Node;

use super::class::Class;
use super::schema::doc;
use super::{Lower, name};

impl<'d> Lower<'d> {
    pub(super) fn define_enum(&mut self, node: Node<'d>, rust: &str, schema: Option<&str>) {
        self.keywords(node);
        let mut variants: Vec<Variant> = Vec::new();
        for item in node.get("enum").into_iter().flat_map(Node::items) {
            if item.is_null() {
                continue;
            }
            let Some(text) = item.text() else {
                self.diagnostics.report(item, "enum", "a text is expected, as in the rest of the list", "quote it");
                continue;
            };
            let variant = Variant { rust: name::variant(text), wire: text.to_owned() };
            if let Some(known) = variants.iter().find(|known| known.rust == variant.rust) {
                let message = format!("`{text}` and `{}` would be one variant in Rust", known.wire);
                self.diagnostics.report(item, "name-clash", message, "rename one of them");
                continue;
            }
            variants.push(variant);
        }
        for key in ["minLength", "maxLength", "pattern", "format"] {
            if let Some(at) = node.get(key) {
                self.diagnostics.report(at, "enum", format!("`{key}` beside an enum says nothing new"), "leave it out");
            }
        }
        self.family.types.push(TypeDef {
            rust: rust.to_owned(),
            schema: schema.map(ToOwned::to_owned),
            doc: doc(node),
            deprecated: node.flag("deprecated"),
            shape: Shape::Enum(variants),
            eq: true,
            read: false,
        });
    }

    pub(super) fn define_union(&mut self, node: Node<'d>, rust: &str, schema: Option<&str>) {
        self.keywords(node);
        for key in ["properties", "allOf", "enum", "additionalProperties", "required"] {
            if let Some(at) = node.get(key) {
                let message = format!("`{key}` beside oneOf");
                self.diagnostics.report(at, "mixed", message, "put it into the variants");
            }
        }
        let Some(discriminator) = node.get("discriminator") else {
            let advice =
                "add `discriminator: {propertyName: ..}`, so that an error can name the variant that was meant";
            self.diagnostics.report(node, "one-of", "oneOf without a discriminator", advice);
            return;
        };
        let Some(property) = discriminator.text_at("propertyName") else {
            self.diagnostics.report(discriminator, "one-of", "a discriminator needs a propertyName", "add it");
            return;
        };
        let mapping = self.mapping(discriminator);
        let mut variants: Vec<UnionVariant> = Vec::new();
        for item in node.get("oneOf").into_iter().flat_map(Node::items) {
            if let Some(variant) = self.union_variant(item, &mapping) {
                if variants
                    .iter()
                    .any(|known| known.rust == variant.rust || known.tags.iter().any(|tag| variant.tags.contains(tag)))
                {
                    self.diagnostics.report(
                        item,
                        "one-of",
                        "two variants have the same name",
                        "map them to different values",
                    );
                    continue;
                }
                variants.push(variant);
            }
        }
        for (tag, target, at) in &mapping {
            if !node.get("oneOf").into_iter().flat_map(Node::items).any(|item| self.target(item) == Some(*target)) {
                let message = format!("`{tag}` is mapped to a schema that is not among oneOf");
                self.diagnostics.report(*at, "one-of", message, "add it to oneOf, or take it out");
            }
        }
        self.unions.push((node, self.family.types.len()));
        self.family.types.push(TypeDef {
            rust: rust.to_owned(),
            schema: schema.map(ToOwned::to_owned),
            doc: doc(node),
            deprecated: node.flag("deprecated"),
            shape: Shape::Union(Union { property: property.to_owned(), variants }),
            eq: false,
            read: false,
        });
    }

    fn target(&self, item: Node<'d>) -> Option<Node<'d>> {
        item.reference().and_then(|reference| item.pointer(reference))
    }

    fn mapping(&mut self, discriminator: Node<'d>) -> Vec<(&'d str, Node<'d>, Node<'d>)> {
        let mut mapping = Vec::new();
        for (tag, at) in discriminator.get("mapping").into_iter().flat_map(Node::entries) {
            let target = at
                .text()
                .and_then(|text| at.pointer(text).or_else(|| at.pointer(&format!("#/components/schemas/{text}"))));
            match target {
                Some(target) => mapping.push((tag, target, at)),
                None => self.diagnostics.report(at, "one-of", format!("`{tag}` is mapped to nothing"), "name a schema"),
            }
        }
        mapping
    }

    fn union_variant(&mut self, item: Node<'d>, mapping: &[(&'d str, Node<'d>, Node<'d>)]) -> Option<UnionVariant> {
        let Some(target) = self.target(item) else {
            let advice = "move the variant to components.schemas and $ref it";
            self.diagnostics.report(item, "one-of", "a variant must be a named schema", advice);
            return None;
        };
        let Some(rust) = self.names.get(&target.id()).cloned().filter(|_| self.class(target) == Class::Struct) else {
            self.diagnostics.report(item, "one-of", "a variant must be an object with properties", "mend the schema");
            return None;
        };
        let mut tags: Vec<String> =
            mapping.iter().filter(|(_, mapped, _)| *mapped == target).map(|(tag, ..)| (*tag).to_owned()).collect();
        if tags.is_empty() {
            tags.push(target.name().to_owned());
        }
        let variant = name::variant(tags.first().map_or("", String::as_str));
        Some(UnionVariant { rust: variant, tags, target: rust, boxed: false })
    }

    /// Every variant must have the discriminator, and admit the values that choose it.
    pub(super) fn check_unions(&mut self) {
        let unions = std::mem::take(&mut self.unions);
        let mut wrong = Vec::new();
        for (node, at) in &unions {
            let Shape::Union(union) = &self.family.types[*at].shape else { continue };
            for variant in &union.variants {
                if let Some(message) = self.variant_problem(union, variant) {
                    wrong.push((*node, message));
                }
            }
        }
        for (node, message) in wrong {
            let advice = "make it a required property, an enum of the mapped values";
            self.diagnostics.report(node, "discriminator", message, advice);
        }
    }

    fn variant_problem(&self, union: &Union, variant: &UnionVariant) -> Option<String> {
        let property = &union.property;
        let shape = |rust: &str| self.family.types.iter().find(|ty| ty.rust == rust).map(|ty| &ty.shape);
        let Some(Shape::Struct(target)) = shape(&variant.target) else { return None };
        let Some(field) = target.fields.iter().find(|field| field.wire == *property) else {
            return Some(format!("{} has no property `{property}`", variant.target));
        };
        if !field.required {
            return Some(format!("`{property}` is not required in {}", variant.target));
        }
        if field.value.kind == Kind::Text {
            return None;
        }
        let values = if let Kind::Named(rust) = &field.value.kind { shape(rust) } else { None };
        let Some(Shape::Enum(values)) = values else {
            return Some(format!("`{property}` in {} is not a text", variant.target));
        };
        let never = variant.tags.iter().find(|tag| values.iter().all(|value| value.wire != **tag));
        never.map(|tag| format!("`{property}` in {} can never be `{tag}`", variant.target))
    }
}
