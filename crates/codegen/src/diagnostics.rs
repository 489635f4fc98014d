//! Where problems are collected while the work goes on.

use crate::Diagnostic;
use crate::load::Node;

/// The problems so far.
#[derive(Default)]
pub struct Diagnostics {
    diagnostics: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn report(&mut self, node: Node<'_>, rule: &'static str, message: impl Into<String>, advice: &str) {
        self.diagnostics.push(Diagnostic {
            file: node.document().file().to_owned(),
            line: node.line(),
            path: node.path(),
            rule,
            message: message.into(),
            advice: advice.to_owned(),
        });
    }

    /// All problems, in the order of the document, each once.
    pub fn into_list(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics;
        diagnostics.sort_by(|a, b| (a.line, &a.path, a.rule, &a.message).cmp(&(b.line, &b.path, b.rule, &b.message)));
        diagnostics.dedup();
        diagnostics
    }

    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Follows references to where they lead; reports those that lead nowhere.
    pub fn follow<'d>(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        let mut at = node;
        for _ in 0..32 {
            let Some(reference) = at.reference() else { return Some(at) };
            match at.pointer(reference) {
                Some(target) => at = target,
                None if reference.starts_with('#') => {
                    self.report(node, "ref-missing", format!("{reference} names nothing"), "add it, or mend the name");
                    return None;
                }
                None => {
                    let message = format!("{reference} is outside of this document");
                    self.report(node, "ref-external", message, "copy it into components");
                    return None;
                }
            }
        }
        self.report(node, "ref-circle", "these references lead in a circle", "let one of them be a schema");
        None
    }
}
