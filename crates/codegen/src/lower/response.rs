//! Bodies and responses.

use crate::ir::{Body, Header, Response, Value};
use crate::load::Node;

use super::security::is_header;
use super::{Lower, name};

/// The statuses a handler may choose, and what their variants are called.
const SUCCESSES: &[(u16, &str)] = &[
    (200, "Ok"),
    (201, "Created"),
    (202, "Accepted"),
    (203, "NonAuthoritativeInformation"),
    (204, "NoContent"),
    (205, "ResetContent"),
    (206, "PartialContent"),
    (207, "MultiStatus"),
    (208, "AlreadyReported"),
    (226, "ImUsed"),
    (300, "MultipleChoices"),
    (301, "MovedPermanently"),
    (302, "Found"),
    (303, "SeeOther"),
    (304, "NotModified"),
    (307, "TemporaryRedirect"),
    (308, "PermanentRedirect"),
];

/// Statuses that HTTP sends without a body.
const BODILESS: &[u16] = &[204, 205, 304];

impl<'d> Lower<'d> {
    pub(super) fn body(&mut self, operation: Node<'d>, pascal: &str) -> Option<Body> {
        let node = self.diagnostics.follow(operation.get("requestBody")?)?;
        let value = self.content(node, &format!("{pascal}Body"));
        if value.is_none() && !node.has("content") {
            self.diagnostics.report(node, "body", "a body must have content", "add `content: application/json:`");
        }
        Some(Body { required: node.flag("required"), value: value? })
    }

    /// The one JSON schema of a body or a response.
    fn content(&mut self, node: Node<'d>, context: &str) -> Option<Value> {
        let content = node.get("content")?;
        let mut value = None;
        for (media, at) in content.entries() {
            let essence = media.split(';').next().unwrap_or_default().trim();
            if essence != "application/json" {
                self.diagnostics.report(at, "media-type", format!("`{media}` is not read"), "use application/json");
                continue;
            }
            if value.is_some() {
                self.diagnostics.report(at, "media-type", "JSON is there twice", "keep one of them");
                continue;
            }
            value = match at.get("schema") {
                Some(schema) => self.value(schema, context),
                None => {
                    self.diagnostics.report(at, "media-type", "it has no schema", "add `schema:`");
                    None
                }
            };
        }
        value
    }

    /// The answers of an operation: those a handler chooses, and the errors.
    pub(super) fn responses(&mut self, operation: Node<'d>, pascal: &str) -> (Vec<Response>, Vec<Response>) {
        let (mut successes, mut errors) = (Vec::new(), Vec::new());
        for (key, from) in operation.get("responses").into_iter().flat_map(Node::entries) {
            if key.starts_with("x-") {
                continue;
            }
            let Some(node) = self.diagnostics.follow(from) else { continue };
            let Some(status) = key.parse::<u16>().ok().filter(|status| (200..600).contains(status) && key.len() == 3)
            else {
                let message = format!("`{key}` is not a status from 200 to 599");
                self.diagnostics.report(from, "status", message, "list each status by its number");
                continue;
            };
            let Some(response) = self.response(node, status, pascal) else { continue };
            if status < 400 { successes.push(response) } else { errors.push(response) }
        }
        successes.sort_by_key(|response| response.status);
        errors.sort_by_key(|response| response.status);
        if successes.is_empty() {
            let at = operation.get("responses").unwrap_or(operation);
            self.diagnostics.report(at, "status", "no success is described", "add a 2xx response");
        }
        (successes, errors)
    }

    fn response(&mut self, node: Node<'d>, status: u16, pascal: &str) -> Option<Response> {
        let variant = match SUCCESSES.iter().find(|(known, _)| *known == status) {
            Some((_, variant)) => (*variant).to_owned(),
            None if status >= 400 => String::new(),
            None => {
                self.diagnostics.report(
                    node,
                    "status",
                    format!("the status {status} has no name"),
                    "use a standard one",
                );
                return None;
            }
        };
        if BODILESS.contains(&status) && node.has("content") {
            self.diagnostics.report(node, "status", format!("a {status} has no body"), "leave out the content");
            return None;
        }
        let suffix = if status < 400 { variant.clone() } else { format!("Error{status}") };
        let body = self.content(node, &format!("{pascal}{suffix}"));
        let headers = self.headers(node, &format!("{pascal}{suffix}"));
        let description = node.text_at("description").unwrap_or_default().to_owned();
        Some(Response { status, variant, description, body, headers })
    }

    fn headers(&mut self, response: Node<'d>, context: &str) -> Vec<Header> {
        let mut headers: Vec<Header> = Vec::new();
        for (wire, from) in response.get("headers").into_iter().flat_map(Node::entries) {
            let Some(node) = self.diagnostics.follow(from) else { continue };
            if wire.eq_ignore_ascii_case("content-type") {
                self.diagnostics.report(from, "header", "Content-Type follows from the content", "leave it out");
                continue;
            }
            let rust = name::snake(wire);
            if !is_header(wire) || headers.iter().any(|known| known.rust == rust) {
                self.diagnostics.report(from, "header", format!("`{wire}` cannot be a header here"), "rename it");
                continue;
            }
            let by_middleware = match node.get("x-set-by").map(Node::text) {
                None => false,
                Some(Some("middleware")) => true,
                Some(_) => {
                    self.diagnostics.report(
                        node,
                        "x-set-by",
                        "it knows one value only",
                        "write `x-set-by: middleware`",
                    );
                    true
                }
            };
            let Some(schema) = node.get("schema") else {
                self.diagnostics.report(node, "header", "a header must have a schema", "add `schema:`");
                continue;
            };
            let Some(value) = self.value(schema, &format!("{context}{}", name::pascal(wire))) else { continue };
            if !self.fits(&value, true) {
                self.diagnostics.report(
                    schema,
                    "header",
                    "a header cannot hold this",
                    "use a text, a number or the like",
                );
                continue;
            }
            headers.push(Header {
                name: wire.to_owned(),
                rust,
                description: node.text_at("description").map(ToOwned::to_owned),
                required: node.flag("required"),
                by_middleware,
                value,
            });
        }
        headers
    }
}
