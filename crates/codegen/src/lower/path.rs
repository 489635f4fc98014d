//! Path templates.
//!
//! The one thing to know: routes name their parameters by position (`{p0}`), because a router wants the same name at the
//! same place in every path, and descriptions do not care.

use crate::load::Node;

use super::Lower;

/// A template taken apart.
pub struct Template {
    /// As the router wants it.
    pub route: String,
    pub parameters: Vec<String>,
}

impl<'d> Lower<'d> {
    pub(super) fn template(&mut self, node: Node<'d>, path: &str) -> Option<Template> {
        let refuse = |lower: &mut Self, message: &str, advice: &str| {
            lower.diagnostics.report(node, "path", message, advice);
            None
        };
        let Some(rest) = path.strip_prefix('/') else {
            return refuse(self, "a path must begin with a slash", "add it");
        };
        let mut template = Template { route: String::new(), parameters: Vec::new() };
        for segment in rest.split('/') {
            template.route.push('/');
            let named = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
            match named {
                Some("") => {
                    return refuse(self, "a parameter in the path has no name", "write it as /{id}");
                }
                Some(name) if name.contains(['{', '}']) => {
                    return refuse(self, "a parameter is only a part of its segment", "give it a segment of its own");
                }
                Some(name) if template.parameters.iter().any(|known| known == name) => {
                    return refuse(self, "a parameter is in the path twice", "rename one of them");
                }
                Some(name) => {
                    template.route.push_str(&format!("{{p{}}}", template.parameters.len()));
                    template.parameters.push(name.to_owned());
                }
                None if segment.contains(['{', '}']) => {
                    return refuse(self, "a parameter is only a part of its segment", "give it a segment of its own");
                }
                None if !segment.chars().all(|c| c.is_ascii_graphic() && !"*?#\\\"<>^`|".contains(c))
                    || segment.starts_with(':') =>
                {
                    return refuse(self, "the path has a character that no request can have", "percent-encode it");
                }
                None => template.route.push_str(segment),
            }
        }
        Some(template)
    }
}
