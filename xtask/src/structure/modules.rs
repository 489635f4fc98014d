//! Names and headers of modules.
//!
//! A header says what the module owns, what it must not know, and the one thing a newcomer gets wrong. Only its
//! presence is checked here; its worth is for the reader of the change.

use syn::visit::{self, Visit};

use super::{Finding, Workspace};

/// Names under which anything could be filed, so that nothing is found.
const VAGUE: &[&str] = &["common", "core", "helper", "helpers", "misc", "shared", "util", "utils"];

/// Missing headers, `mod.rs` files and vague names.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.files.iter().filter(|file| file.is_handwritten()) {
        if !file.text.starts_with("//! ") {
            let advice = "begin with `//!`: what it owns, what it must not know, what a newcomer gets wrong";
            findings.push(Finding::new(&file.path, "has no module header", advice).at(1));
        }
        let parts = file.path.trim_end_matches(".rs").split('/');
        for part in parts.filter(|part| VAGUE.contains(part)) {
            findings.push(vague(&file.path, part));
        }
        if file.path.ends_with("/mod.rs") {
            let advice = "name it after the folder and put it beside it: foo.rs and foo/bar.rs";
            findings.push(Finding::new(&file.path, "is a mod.rs", advice));
        }
    }
    for (file, syntax) in workspace.rust(|_| true) {
        let mut inline = Inline { path: &file.path, findings: &mut findings };
        inline.visit_file(syntax);
    }
    findings
}

fn vague(path: &str, name: &str) -> Finding {
    let advice = "name it after what it owns, or move its pieces to where they are used";
    Finding::new(path, format!("calls a module `{name}`"), advice)
}

/// Looks at modules written inside a file.
struct Inline<'a> {
    path: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl<'ast> Visit<'ast> for Inline<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let name = module.ident.to_string();
        if module.content.is_some() && VAGUE.contains(&name.as_str()) {
            self.findings.push(vague(self.path, &name).at(module.ident.span().start().line));
        }
        visit::visit_item_mod(self, module);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<String> {
        check(&Workspace::of(&[(path, text)])).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_module_with_a_header_is_accepted() {
        assert_eq!(said("crates/api/src/answer.rs", "//! What goes out.\nmod tests {}\n"), [""; 0]);
    }

    #[test]
    fn missing_headers_and_bad_names_are_found() {
        let table = [
            ("crates/api/src/a.rs", "fn f() {}\n", "has no module header"),
            ("crates/api/src/a.rs", "//!\n", "has no module header"),
            ("crates/api/src/a/mod.rs", "//! A.\n", "is a mod.rs"),
            ("crates/api/src/utils.rs", "//! A.\n", "calls a module `utils`"),
            ("crates/api/src/common/a.rs", "//! A.\n", "calls a module `common`"),
            ("tests/it/a.rs", "//! A.\nmod b { mod helpers {} }\n", "calls a module `helpers`"),
        ];
        for (path, text, what) in table {
            assert_eq!(said(path, text), [what], "{path}");
        }
    }

    #[test]
    fn generated_modules_need_no_header() {
        assert_eq!(said("crates/api/src/hedge/generated/types.rs", "// @generated\n"), [""; 0]);
    }
}
