//! Rules for components: in order like the rest, and used.

use std::collections::BTreeSet;

use crate::load::Node;

use super::Lint;

impl<'d> Lint<'d, '_> {
    pub(super) fn components(&mut self) {
        let Some(components) = self.root.get("components") else { return };
        let mut used = BTreeSet::new();
        references(self.root, &mut used);
        for (kind, entries) in components.entries() {
            for (name, node) in entries.entries() {
                match kind {
                    "schemas" => self.schema(node, true),
                    "parameters" => self.parameter(node),
                    "headers" => {
                        if let Some(schema) = node.get("schema") {
                            self.schema(schema, false);
                        }
                    }
                    "responses" | "requestBodies" => {
                        self.content(node, true);
                        self.headers(node);
                    }
                    _ => {}
                }
                if kind != "securitySchemes" && !kind.starts_with("x-") && !used.contains(&pointer(kind, name)) {
                    self.diagnostics.report(
                        node,
                        "unused",
                        "nothing refers to this component",
                        "use it, or take it out",
                    );
                }
            }
        }
        self.schemes(components);
    }

    fn schemes(&mut self, components: Node<'d>) {
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let mut owners = vec![self.root];
        for (_, item) in self.root.get("paths").into_iter().flat_map(Node::entries) {
            owners.extend(item.entries().map(|(_, operation)| operation));
        }
        for owner in owners {
            for alternative in owner.get("security").into_iter().flat_map(Node::items) {
                used.extend(alternative.entries().map(|(name, _)| name));
            }
        }
        for (name, node) in components.get("securitySchemes").into_iter().flat_map(Node::entries) {
            if !used.contains(name) {
                self.diagnostics.report(node, "unused", "no operation asks for this scheme", "use it, or take it out");
            }
        }
    }
}

fn pointer(kind: &str, name: &str) -> String {
    format!("#/components/{kind}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Every `$ref`, and what a discriminator maps to.
fn references(node: Node<'_>, used: &mut BTreeSet<String>) {
    for (key, value) in node.entries() {
        match (key, value.text()) {
            ("$ref", Some(reference)) => {
                used.insert(reference.to_owned());
            }
            (_, _) => references(value, used),
        }
    }
    node.items().for_each(|item| references(item, used));
}
