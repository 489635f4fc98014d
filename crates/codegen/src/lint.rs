//! The house rules for descriptions.
//!
//! Owns taste, and the limits of progenitor, which makes the client. It must not decide what can be generated: that is
//! `lower`'s, which also reads descriptions that others wrote by other rules. The one thing to know: a rule reports where
//! something stands, not where it is used, so a shared component is reported once.

mod components;
mod examples;
mod operation;
mod schema;

use crate::diagnostics::Diagnostics;
use crate::load::{Document, Node};

/// Extensions that mean something here.
const EXTENSIONS: &[&str] = &["x-rate-limit", "x-idempotent", "x-sdk", "x-set-by"];

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Holds a document against the house rules.
pub fn lint(document: &Document, diagnostics: &mut Diagnostics) {
    let Some(root) = document.root() else { return };
    if root.text_at("openapi").is_some_and(|version| version != "3.0.3") {
        let at = root.get("openapi").unwrap_or(root);
        diagnostics.report(at, "version", "our descriptions are OpenAPI 3.0.3", "write `openapi: 3.0.3`");
    }
    let mut lint = Lint { diagnostics, root, ids: Vec::new() };
    for (_, item) in root.get("paths").into_iter().flat_map(Node::entries) {
        lint.parameters(item);
        for (method, operation) in item.entries() {
            if METHODS.contains(&method) {
                lint.operation(operation);
            }
        }
    }
    lint.components();
    lint.extensions(root, 0);
}

struct Lint<'d, 's> {
    diagnostics: &'s mut Diagnostics,
    root: Node<'d>,
    ids: Vec<&'d str>,
}

impl<'d> Lint<'d, '_> {
    /// A misspelt extension would be ignored in silence.
    fn extensions(&mut self, node: Node<'d>, depth: usize) {
        for (key, value) in node.entries() {
            if ["example", "examples", "default", "enum", "properties"].contains(&key) && depth > 0 {
                if key == "properties" {
                    value.entries().for_each(|(_, property)| self.extensions(property, depth + 1));
                }
                continue;
            }
            if key.starts_with("x-") && value.path().split('.').all(|step| step != "headers" && step != "mapping") {
                if !EXTENSIONS.contains(&key) {
                    let message = format!("nothing here reads `{key}`");
                    self.diagnostics.report(value, "extension", message, "mend the name, or leave it out");
                }
                continue;
            }
            self.extensions(value, depth + 1);
        }
        for item in node.items() {
            self.extensions(item, depth + 1);
        }
    }
}
