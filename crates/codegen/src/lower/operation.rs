//! Operations: a method on a path, with everything that hangs on it.

use crate::ir::{Operation, RateLimit};
use crate::load::Node;

use super::path::Template;
use super::{Lower, name};

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const BESIDE_METHODS: &[&str] = &["parameters", "summary", "description", "servers", "$ref"];

impl<'d> Lower<'d> {
    pub(super) fn paths(&mut self) {
        let Some(paths) = self.root.get("paths") else {
            self.diagnostics.report(self.root, "paths", "`paths` is missing", "add it");
            return;
        };
        let mut routes: Vec<(String, &str)> = Vec::new();
        for (path, from) in paths.entries() {
            if path.starts_with("x-") {
                continue;
            }
            let Some(item) = self.diagnostics.follow(from) else { continue };
            let Some(template) = self.template(from, path) else { continue };
            if let Some((_, other)) = routes.iter().find(|(route, _)| *route == template.route) {
                self.diagnostics.report(from, "path", format!("it is the same path as {other}"), "put both into one");
                continue;
            }
            routes.push((template.route.clone(), path));
            for (key, node) in item.entries() {
                if METHODS.contains(&key) {
                    self.operation(&Found { path, template: &template, item, node, method: key });
                } else if !BESIDE_METHODS.contains(&key) && !key.starts_with("x-") {
                    self.diagnostics.report(node, "method", format!("`{key}` is not a method"), "mend the name");
                }
            }
        }
    }

    fn operation(&mut self, found: &Found<'d, '_>) {
        let node = found.node;
        let id = match node.text_at("operationId") {
            Some(id) => id.to_owned(),
            None => format!("{} {}", found.method, found.path),
        };
        let (rust, pascal) = (name::snake(&id), name::pascal(&id));
        if let Some(other) = self.family.operations.iter().find(|other| other.rust == rust || other.pascal == pascal) {
            let message = format!("the operation would be called {rust}, as {} {}", other.method, other.path);
            self.diagnostics.report(node, "operation-id", message, "give it an operationId of its own");
            return;
        }
        let tag = node.get("tags").into_iter().flat_map(Node::items).find_map(Node::text).unwrap_or("default");
        let Some(tag) = self.tag(node, tag) else { return };
        if let Some(callbacks) = node.get("callbacks") {
            self.diagnostics.report(callbacks, "callbacks", "callbacks are not generated", "describe them in prose");
        }
        let security = self.security(node);
        let parameters = self.parameters(found.item, node, &found.template.parameters, &pascal);
        let body = self.body(node, &pascal);
        let (successes, errors) = self.responses(node, &pascal);
        let text = |key: &str| node.text_at(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let doc = [text("summary"), text("description")].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
        let operation = Operation {
            rust,
            pascal,
            method: found.method.to_ascii_uppercase(),
            path: found.path.to_owned(),
            route: found.template.route.clone(),
            tag,
            doc,
            deprecated: node.flag("deprecated"),
            idempotent: self.idempotent(node),
            rate_limit: self.rate_limit(node),
            security,
            parameters,
            body,
            successes,
            errors,
            id,
        };
        self.family.operations.push(operation);
    }

    fn idempotent(&mut self, node: Node<'d>) -> bool {
        let Some(at) = node.get("x-idempotent") else { return false };
        at.bool().unwrap_or_else(|| {
            self.diagnostics.report(at, "x-idempotent", "it must be true or false", "mend the value");
            false
        })
    }

    fn rate_limit(&mut self, node: Node<'d>) -> Option<RateLimit> {
        let at = node.get("x-rate-limit").or_else(|| self.root.get("x-rate-limit"))?;
        let number =
            |key: &str| at.get(key).and_then(Node::number).and_then(|text| text.parse::<u32>().ok()).filter(|n| *n > 0);
        match (number("requests"), number("per_seconds")) {
            (Some(requests), Some(per_seconds)) => Some(RateLimit { requests, per_seconds }),
            (_, _) => {
                let advice = "write `x-rate-limit: {requests: 100, per_seconds: 60}`";
                self.diagnostics.report(at, "x-rate-limit", "it is not understood", advice);
                None
            }
        }
    }
}

/// An operation where it was found.
struct Found<'d, 't> {
    path: &'d str,
    template: &'t Template,
    item: Node<'d>,
    node: Node<'d>,
    method: &'d str,
}
