//! Default values, checked against the schema they belong to.

use crate::ir::{Checks, Kind, Literal, Shape, Value};
use crate::load::Node;

use super::Lower;

impl<'d> Lower<'d> {
    /// The default a schema states, itself or through a `$ref`.
    pub(super) fn default(&mut self, node: Node<'d>, value: &Value) -> Option<Literal> {
        let at = stated(node, 0)?;
        let literal = self.literal(at, value);
        if literal.is_none() {
            let advice = "mend the default; those of objects, dates and ids cannot be expressed";
            self.diagnostics.report(at, "default", "it is not a value of its schema", advice);
        }
        literal
    }

    fn literal(&mut self, at: Node<'d>, value: &Value) -> Option<Literal> {
        if at.is_null() {
            return value.nullable.then_some(Literal::Null);
        }
        let literal = match &value.kind {
            Kind::Bool => Literal::Bool(at.bool()?),
            Kind::I32 => Literal::Number(at.number().filter(|text| text.parse::<i32>().is_ok())?.to_owned()),
            Kind::I64 => Literal::Number(at.number().filter(|text| text.parse::<i64>().is_ok())?.to_owned()),
            Kind::F64 => {
                Literal::Number(at.number().filter(|text| text.parse::<f64>().is_ok_and(f64::is_finite))?.to_owned())
            }
            Kind::Text => Literal::Text(at.text()?.to_owned()),
            Kind::Decimal => Literal::Decimal(at.text().filter(|text| is_decimal(text))?.to_owned()),
            Kind::List(items) => {
                if !at.is_list() {
                    return None;
                }
                let items = items.as_ref().clone();
                Literal::List(at.items().map(|item| self.literal(item, &items)).collect::<Option<_>>()?)
            }
            Kind::Map(_) => (at.is_map() && at.entries().next().is_none()).then_some(Literal::EmptyMap)?,
            Kind::Named(rust) => self.variant(rust, at.text()?)?,
            Kind::Any | Kind::DateTime | Kind::Date | Kind::Uuid => return None,
        };
        conforms(&literal, &value.checks).then_some(literal)
    }

    fn variant(&self, rust: &str, text: &str) -> Option<Literal> {
        // Types are defined in the order of the document, so an enum further down has to be read from its schema.
        let wire = text.to_owned();
        let found = self.family.types.iter().find(|ty| ty.rust == rust);
        if let Some(found) = found {
            let Shape::Enum(variants) = &found.shape else { return None };
            return variants.iter().any(|variant| variant.wire == text).then_some(Literal::Variant { wire });
        }
        let (id, _) = self.names.iter().find(|(_, name)| *name == rust)?;
        let schema = self.root.get("components")?.get("schemas")?.entries().find(|(_, node)| node.id() == *id)?.1;
        let listed = schema.get("enum")?.items().any(|item| item.text() == Some(text));
        listed.then_some(Literal::Variant { wire })
    }
}

fn stated(node: Node<'_>, depth: usize) -> Option<Node<'_>> {
    if depth > 32 {
        return None;
    }
    if let Some(reference) = node.reference() {
        return stated(node.pointer(reference)?, depth + 1);
    }
    if let Some(default) = node.get("default") {
        return Some(default);
    }
    node.get("allOf")?.items().find_map(|part| stated(part, depth + 1))
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(part) && whole.len() + part.len() <= 27
}

/// Whether a default keeps the limits of its own schema.
fn conforms(literal: &Literal, checks: &Checks) -> bool {
    match literal {
        Literal::Number(text) => {
            let number = text.parse::<f64>().unwrap_or_default();
            let limit =
                |bound: &Option<crate::ir::Bound>| bound.as_ref().and_then(|bound| bound.limit.parse::<f64>().ok());
            limit(&checks.minimum).is_none_or(|limit| number >= limit)
                && limit(&checks.maximum).is_none_or(|limit| number <= limit)
                && (checks.allowed.is_empty() || checks.allowed.contains(text))
        }
        Literal::Text(text) => {
            let length = text.chars().count();
            let matches = |pattern: &crate::ir::Pattern| {
                regex::Regex::new(&pattern.regex).is_ok_and(|regex| regex.is_match(text))
            };
            checks.min_length.is_none_or(|limit| length >= limit)
                && checks.max_length.is_none_or(|limit| length <= limit)
                && checks.pattern.as_ref().is_none_or(matches)
        }
        Literal::List(items) => {
            checks.min_items.is_none_or(|limit| items.len() >= limit)
                && checks.max_items.is_none_or(|limit| items.len() <= limit)
        }
        Literal::EmptyMap => checks.min_properties.is_none_or(|limit| limit == 0),
        Literal::Null | Literal::Bool(_) | Literal::Decimal(_) | Literal::Variant { .. } => true,
    }
}
