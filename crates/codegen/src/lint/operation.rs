//! Rules for operations: named, tagged, summed up, secured, with an example, and of a shape a client can express.

use crate::load::Node;
use crate::lower::name::is_lower_camel;

use super::Lint;

impl<'d> Lint<'d, '_> {
    pub(super) fn operation(&mut self, node: Node<'d>) {
        self.identity(node);
        if node.text_at("summary").is_none_or(|summary| summary.trim().is_empty()) {
            self.diagnostics.report(node, "summary", "the operation has no summary", "say in a few words what it does");
        }
        if !node.get("security").is_some_and(Node::is_list) {
            let advice = "add `security:`; write `security: []` if anybody may call it";
            self.diagnostics.report(node, "security", "the operation does not say who may call it", advice);
        }
        self.parameters(node);
        if let Some(body) = node.get("requestBody")
            && !body.has("$ref")
        {
            self.content(body, true);
        }
        self.responses(node);
    }

    fn identity(&mut self, node: Node<'d>) {
        match node.text_at("operationId") {
            None => self.diagnostics.report(
                node,
                "operation-id",
                "the operation has no operationId",
                "name it, as in createPayment",
            ),
            Some(id) => {
                let at = node.get("operationId").unwrap_or(node);
                if !is_lower_camel(id) {
                    self.diagnostics.report(
                        at,
                        "operation-id",
                        format!("`{id}` is not lowerCamel"),
                        "write it as in createPayment",
                    );
                }
                if self.ids.contains(&id) {
                    self.diagnostics.report(at, "operation-id", format!("`{id}` is there twice"), "rename one of them");
                }
                self.ids.push(id);
            }
        }
        let tags: Vec<Node<'d>> = node.get("tags").into_iter().flat_map(Node::items).collect();
        match tags.as_slice() {
            [tag] => {
                let mut listed = self.root.get("tags").into_iter().flat_map(Node::items);
                if !listed.any(|known| known.text_at("name") == tag.text()) {
                    let advice = "add it under the top-level `tags:`, with a description";
                    self.diagnostics.report(*tag, "tag", "the tag is not listed", advice);
                }
            }
            _ => {
                self.diagnostics.report(node, "tag", "an operation has exactly one tag", "name the trait it belongs to")
            }
        }
    }

    pub(super) fn parameters(&mut self, owner: Node<'d>) {
        for parameter in owner.get("parameters").into_iter().flat_map(Node::items) {
            if !parameter.has("$ref") {
                self.parameter(parameter);
            }
        }
    }

    pub(super) fn parameter(&mut self, parameter: Node<'d>) {
        if let Some(schema) = parameter.get("schema") {
            self.schema(schema, false);
        }
        if parameter.text_at("description").is_none_or(|text| text.trim().is_empty()) {
            self.diagnostics.report(parameter, "description", "the parameter is not described", "say what it does");
        }
    }

    /// A body or a response: one JSON schema with a name, and an example.
    pub(super) fn content(&mut self, node: Node<'d>, wants_example: bool) {
        let Some(content) = node.get("content") else { return };
        if content.entries().count() != 1 {
            self.diagnostics.report(content, "media-type", "one media type is expected", "keep application/json");
        }
        for (media, at) in content.entries() {
            if media != "application/json" {
                self.diagnostics.report(at, "media-type", format!("`{media}` is not JSON"), "use application/json");
            }
            if let Some(schema) = at.get("schema") {
                if !schema.has("$ref") {
                    let advice = "move it to components.schemas and $ref it";
                    self.diagnostics.report(schema, "named-schema", "a body has a schema with a name", advice);
                    self.schema(schema, false);
                }
                self.examples(at, schema);
            }
            if wants_example && !at.has("example") && !at.has("examples") {
                self.diagnostics.report(at, "example", "there is no example", "add one that could be pasted");
            }
        }
    }

    fn responses(&mut self, operation: Node<'d>) {
        let Some(responses) = operation.get("responses") else { return };
        let mut successes: Vec<Option<&str>> = Vec::new();
        let mut errors: Vec<Option<&str>> = Vec::new();
        for (status, from) in responses.entries() {
            if status == "default" {
                self.diagnostics.report(from, "status", "`default` hides which errors there are", "list each status");
            }
            let Some(response) = self.diagnostics.follow(from) else { continue };
            if !from.has("$ref") {
                self.content(response, true);
                self.headers(response);
            }
            let schema = response
                .get("content")
                .and_then(|content| content.get("application/json"))
                .and_then(|media| media.get("schema"))
                .and_then(Node::reference);
            let seen = if status.starts_with(['4', '5']) { &mut errors } else { &mut successes };
            if !seen.contains(&schema) {
                seen.push(schema);
            }
        }
        if successes.len() > 1 {
            let advice = "answer every success with one schema; the client cannot tell two apart";
            self.diagnostics.report(responses, "one-success", "the successes have different schemas", advice);
        }
        if errors.len() > 1 || errors.first() == Some(&None) {
            let advice = "answer every error with the family's one envelope";
            self.diagnostics.report(responses, "one-error", "the errors have different schemas, or none", advice);
        }
    }

    pub(super) fn headers(&mut self, response: Node<'d>) {
        for (_, header) in response.get("headers").into_iter().flat_map(Node::entries) {
            if let Some(schema) = header.get("schema") {
                self.schema(schema, false);
            }
        }
    }
}
