//! Parameters of the path, the query and the headers.

use crate::ir::{Kind, Location, Parameter, Shape, Style, Value};
use crate::load::Node;

use super::schema::doc;
use super::security::is_header;
use super::{Lower, name};

impl<'d> Lower<'d> {
    /// The parameters of an operation, those of its path item included.
    pub(super) fn parameters(
        &mut self,
        item: Node<'d>,
        operation: Node<'d>,
        path: &[String],
        pascal: &str,
    ) -> Vec<Parameter> {
        let mut nodes: Vec<Node<'d>> = Vec::new();
        for owner in [item, operation] {
            let mut own: Vec<Node<'d>> = Vec::new();
            for from in owner.get("parameters").into_iter().flat_map(Node::items) {
                let Some(node) = self.diagnostics.follow(from) else { continue };
                if own.iter().any(|known| key(*known) == key(node)) {
                    self.diagnostics.report(from, "parameter", "this parameter is there twice", "keep one of them");
                    continue;
                }
                own.push(node);
            }
            // The operation's own parameters stand in for those of the path item.
            nodes.retain(|known| own.iter().all(|node| key(*node) != key(*known)));
            nodes.extend(own);
        }
        let mut parameters: Vec<Parameter> = Vec::new();
        for node in nodes {
            let Some(mut parameter) = self.parameter(node, path, pascal) else { continue };
            if parameter.rust == "body" || parameters.iter().any(|known| known.rust == parameter.rust) {
                let location = match parameter.location {
                    Location::Path(_) => "path",
                    Location::Query => "query",
                    Location::Header => "header",
                };
                parameter.rust = format!("{}_{location}", parameter.rust);
            }
            if parameters.iter().any(|known| known.rust == parameter.rust) {
                self.diagnostics.report(node, "name-clash", "two parameters would be one field", "rename one of them");
                continue;
            }
            parameters.push(parameter);
        }
        for wanted in path {
            if !parameters.iter().any(|known| matches!(known.location, Location::Path(_)) && known.name == *wanted) {
                let message = format!("the path has `{{{wanted}}}`, which is not described");
                self.diagnostics.report(operation, "path-parameter", message, "add the parameter, `in: path`");
            }
        }
        parameters
    }

    fn parameter(&mut self, node: Node<'d>, path: &[String], pascal: &str) -> Option<Parameter> {
        let Some(wire) = node.text_at("name") else {
            self.diagnostics.report(node, "parameter", "a parameter must have a name", "add `name:`");
            return None;
        };
        let location = self.location(node, wire, path)?;
        let Some(schema) = node.get("schema") else {
            self.diagnostics.report(
                node,
                "parameter",
                "a parameter must have a schema",
                "add `schema:`; `content:` is not read",
            );
            return None;
        };
        let style = self.style(node, location)?;
        let value = self.value(schema, &format!("{pascal}{}", name::pascal(wire)))?;
        if !self.fits(&value, true) {
            let advice = "use a text, a number, a boolean, an enum, or a list of those";
            self.diagnostics.report(schema, "parameter", "a parameter cannot hold this", advice);
            return None;
        }
        let required = matches!(location, Location::Path(_)) || node.flag("required");
        let default = if required { None } else { self.default(schema, &value) };
        let fingerprint = location != Location::Header || !wire.to_ascii_lowercase().ends_with("idempotency-key");
        Some(Parameter {
            name: wire.to_owned(),
            rust: name::snake(wire),
            doc: doc(node),
            deprecated: node.flag("deprecated"),
            location,
            style,
            required,
            value,
            default,
            fingerprint,
        })
    }

    fn location(&mut self, node: Node<'d>, wire: &str, path: &[String]) -> Option<Location> {
        match node.text_at("in") {
            Some("path") => {
                let location = path.iter().position(|known| known == wire).map(Location::Path);
                if location.is_none() {
                    self.diagnostics.report(
                        node,
                        "path-parameter",
                        format!("the path has no `{{{wire}}}`"),
                        "mend the name",
                    );
                } else if !node.flag("required") {
                    self.diagnostics.report(node, "path-parameter", "it must be required", "add `required: true`");
                }
                location
            }
            Some("query") => Some(Location::Query),
            Some("header")
                if ["accept", "content-type", "authorization"].contains(&wire.to_ascii_lowercase().as_str()) =>
            {
                self.diagnostics.report(node, "header", "this header is described elsewhere", "leave it out");
                None
            }
            Some("header") if is_header(wire) => Some(Location::Header),
            Some("header") => {
                self.diagnostics.report(node, "header", "no header can have this name", "mend the name");
                None
            }
            Some("cookie") => {
                self.diagnostics.report(node, "cookie", "cookies are not read", "use a header");
                None
            }
            Some(_) | None => {
                self.diagnostics.report(
                    node,
                    "parameter",
                    "it must say where it is",
                    "add `in: path`, `query` or `header`",
                );
                None
            }
        }
    }

    fn style(&mut self, node: Node<'d>, location: Location) -> Option<Style> {
        let explode = node.get("explode").and_then(Node::bool);
        match (location, node.text_at("style")) {
            (Location::Query, None | Some("form")) => {
                Some(if explode.unwrap_or(true) { Style::Repeated } else { Style::Joined(",") })
            }
            (Location::Path(_) | Location::Header, None | Some("simple")) => Some(Style::Joined(",")),
            (Location::Path(_) | Location::Query | Location::Header, Some(style)) => {
                let message = format!("the style `{style}` is not read here");
                self.diagnostics.report(node, "style", message, "use `form` in the query, `simple` elsewhere");
                None
            }
        }
    }

    /// Whether a text can hold the value.
    pub(super) fn fits(&self, value: &Value, list: bool) -> bool {
        match &value.kind {
            Kind::Bool
            | Kind::I32
            | Kind::I64
            | Kind::F64
            | Kind::Text
            | Kind::Decimal
            | Kind::DateTime
            | Kind::Date
            | Kind::Uuid => !value.nullable,
            Kind::List(items) => list && !value.nullable && self.fits(items, false),
            Kind::Named(rust) => {
                let shape = self.family.types.iter().find(|ty| ty.rust == *rust).map(|ty| &ty.shape);
                !value.nullable && matches!(shape, Some(Shape::Enum(_)))
            }
            Kind::Any | Kind::Map(_) => false,
        }
    }
}

fn key(node: Node<'_>) -> (Option<&str>, Option<&str>) {
    (node.text_at("name"), node.text_at("in"))
}
