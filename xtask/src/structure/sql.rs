//! SQL is in `crates/store` and nowhere else.
//!
//! Found by its look: a string that begins with an SQL verb in capitals and goes on like a statement. The benchmark's
//! baseline and the outside tests have databases of their own to talk to.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::{Finding, SourceFile, Workspace};

const ALLOWED: &[&str] = &["crates/store/", "crates/bench/"];

/// First words of a statement, and a word that must follow; in capitals, so that prose is not meant.
const STATEMENTS: &[(&str, &[&str])] = &[
    ("SELECT", &["FROM", "COUNT", "pg_"]),
    ("INSERT", &["INTO"]),
    ("UPDATE", &["SET"]),
    ("DELETE", &["FROM"]),
    ("CREATE", &["TABLE", "INDEX", "SCHEMA", "DATABASE"]),
    ("ALTER", &["TABLE"]),
    ("DROP", &["TABLE", "SCHEMA", "DATABASE"]),
    ("PRAGMA", &[""]),
    ("WITH", &["SELECT"]),
];

/// Statements outside the store.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    let outside = |file: &SourceFile| {
        file.path.starts_with("crates/") && !ALLOWED.iter().any(|folder| file.path.starts_with(folder))
    };
    for (file, syntax) in workspace.rust(outside) {
        let mut strings = Strings::default();
        strings.visit_file(syntax);
        for (line, text) in strings.found.iter().filter(|(_, text)| is_statement(text)) {
            let what = format!("holds SQL (`{}`)", text.chars().take(40).collect::<String>());
            let advice = "add a command or a query to hedge-store and call that";
            findings.push(Finding::new(&file.path, what, advice).at(*line));
        }
    }
    findings
}

fn is_statement(text: &str) -> bool {
    let text = text.trim_start();
    STATEMENTS.iter().any(|(verb, followers)| {
        let rest = text.strip_prefix(verb).filter(|rest| rest.starts_with(char::is_whitespace));
        rest.is_some_and(|rest| followers.iter().any(|follower| rest.contains(follower)))
    })
}

#[derive(Default)]
pub(super) struct Strings {
    pub found: Vec<(usize, String)>,
}

impl Strings {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.visit_lit_str(&text);
                    }
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Strings {
    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.found.push((text.span().start().line, text.value()));
    }

    /// Documentation is an attribute with a string in it.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_macro(&mut self, macro_call: &'ast syn::Macro) {
        self.tokens(macro_call.tokens.clone());
        visit::visit_macro(self, macro_call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_found_outside_the_store_only() {
        let table = [
            ("crates/server/src/a.rs", r#"fn f() { q("SELECT id FROM payments"); }"#, 1),
            ("crates/server/src/a.rs", r#"fn f() { q(&format!("  INSERT INTO {}", t)); }"#, 1),
            ("crates/rails/src/a.rs", r#"const A: &str = "PRAGMA synchronous = FULL";"#, 1),
            ("crates/store/src/a.rs", r#"const A: &str = "SELECT id FROM payments";"#, 0),
            ("tests/it/a.rs", r#"const A: &str = "DROP SCHEMA a";"#, 0),
            (
                "crates/server/src/a.rs",
                r#"const A: &str = "SELECT one of these"; /// SELECT a FROM b
                fn f() {}"#,
                0,
            ),
        ];
        for (path, text, count) in table {
            assert_eq!(check(&Workspace::of(&[(path, text)])).len(), count, "{path}: {text}");
        }
    }
}
