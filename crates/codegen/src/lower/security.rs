//! Security schemes, and who may call an operation.

use crate::ir::{Carrier, Requirement, Scheme, Security};
use crate::load::Node;

use super::schema::doc;
use super::{Lower, name};

impl<'d> Lower<'d> {
    pub(super) fn schemes(&mut self, schemes: Node<'d>) {
        for (key, from) in schemes.entries() {
            let Some(node) = self.diagnostics.follow(from) else { continue };
            let Some(carrier) = self.carrier(node) else { continue };
            let rust = name::snake(key);
            if self.family.schemes.iter().any(|known| known.rust == rust) {
                self.diagnostics.report(node, "name-clash", "two schemes would be one method", "rename one of them");
                continue;
            }
            self.family.schemes.push(Scheme { name: key.to_owned(), rust, doc: doc(node), carrier });
        }
    }

    fn carrier(&mut self, node: Node<'d>) -> Option<Carrier> {
        match (node.text_at("type"), node.text_at("scheme"), node.text_at("in"), node.text_at("name")) {
            (Some("http"), Some(scheme), _, _) => Some(Carrier::Authorization(scheme.to_ascii_lowercase())),
            (Some("oauth2" | "openIdConnect"), ..) => Some(Carrier::Authorization("bearer".to_owned())),
            (Some("apiKey"), _, Some("header"), Some(name)) if is_header(name) => {
                Some(Carrier::Header(name.to_ascii_lowercase()))
            }
            (Some("apiKey"), _, Some("query"), Some(name)) => Some(Carrier::Query(name.to_owned())),
            (Some("apiKey"), _, Some("cookie"), _) => {
                self.diagnostics.report(node, "security-scheme", "keys in cookies are not read", "use a header");
                None
            }
            (_, _, _, _) => {
                let advice =
                    "use http (bearer, basic), apiKey (header, query), oauth2 or openIdConnect, with all they need";
                self.diagnostics.report(node, "security-scheme", "this scheme is not understood", advice);
                None
            }
        }
    }

    pub(super) fn security(&mut self, operation: Node<'d>) -> Security {
        let mut security = Security::default();
        let Some(list) = operation.get("security").or_else(|| self.root.get("security")) else { return security };
        for alternative in list.items() {
            let mut schemes = alternative.entries();
            match (schemes.next(), schemes.next()) {
                (None, _) => security.optional = true,
                (Some((scheme, scopes)), None) => {
                    let scopes = scopes.items().filter_map(Node::text).map(ToOwned::to_owned).collect();
                    match self.family.schemes.iter().position(|known| known.name == scheme) {
                        Some(scheme) => security.alternatives.push(Requirement { scheme, scopes }),
                        None => {
                            let message = format!("there is no usable scheme `{scheme}`");
                            self.diagnostics.report(
                                alternative,
                                "security",
                                message,
                                "add it to components.securitySchemes",
                            );
                        }
                    }
                }
                (Some(_), Some(_)) => {
                    let message = "several schemes at once are not supported";
                    self.diagnostics.report(
                        alternative,
                        "security-and",
                        message,
                        "make them alternatives, one item each",
                    );
                }
            }
        }
        security
    }
}

/// Whether a name can be a header's.
pub(super) fn is_header(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
