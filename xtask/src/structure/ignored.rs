//! No test is switched off. One that cannot run here says so in its output and passes; one that is wrong is mended.

use syn::visit::{self, Visit};

use super::{Finding, Workspace};

/// `#[ignore]` on a test, also behind `cfg_attr`, and code in documentation that is not compiled.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, syntax) in workspace.rust(|_| true) {
        let mut attributes = Attributes::default();
        attributes.visit_file(syntax);
        for line in attributes.lines {
            let advice = "mend the test, or let it say why it has nothing to do and pass";
            findings.push(Finding::new(&file.path, "ignores a test", advice).at(line));
        }
        for (index, text) in file.text.lines().enumerate() {
            let comment = text.trim_start().trim_start_matches(['/', '!']).trim_start();
            if text.trim_start().starts_with("//") && comment.starts_with("```ignore") {
                let advice = "let it compile, or mark it as `text`";
                findings.push(Finding::new(&file.path, "ignores an example", advice).at(index.saturating_add(1)));
            }
        }
    }
    findings
}

#[derive(Default)]
struct Attributes {
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for Attributes {
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let list = attribute.meta.require_list().ok();
        let conditional = list.filter(|list| list.path.is_ident("cfg_attr"));
        let mut tokens = conditional.map(|list| list.tokens.clone()).into_iter().flatten();
        if attribute.path().is_ident("ignore") || tokens.any(|token| token.to_string() == "ignore") {
            self.lines.push(attribute.pound_token.span.start().line);
        }
        visit::visit_attribute(self, attribute);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_tests_and_examples_are_found() {
        let table = [
            ("#[test]\nfn t() {}\n", None),
            ("#[serde(skip)]\nstruct A;\n", None),
            ("#[test]\n#[ignore]\nfn t() {}\n", Some(2)),
            ("#[test]\n#[ignore = \"slow\"]\nfn t() {}\n", Some(2)),
            ("#[test]\n#[cfg_attr(not(unix), ignore)]\nfn t() {}\n", Some(2)),
            ("/// ```ignore\n/// f()\n/// ```\nfn t() {}\n", Some(1)),
        ];
        for (text, line) in table {
            let found = check(&Workspace::of(&[("tests/it/a.rs", text)]));
            assert_eq!(found.first().and_then(|finding| finding.line), line, "{text}");
        }
    }
}
