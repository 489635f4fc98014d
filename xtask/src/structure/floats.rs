//! No floating point near money: `crates/domain` and `crates/store` do not name `f32` or `f64`, nor write `1.5`.
//!
//! Clippy's `float_arithmetic` refuses to calculate with them; this refuses to have them.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::{Finding, SourceFile, Workspace};

const MEMBERS: &[&str] = &["crates/domain/", "crates/store/"];

/// Floating-point types and literals in those members, their tests included.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    let near_money = |file: &SourceFile| MEMBERS.iter().any(|member| file.path.starts_with(member));
    for (file, syntax) in workspace.rust(near_money) {
        let mut floats = Floats::default();
        floats.visit_file(syntax);
        for (line, what) in floats.found {
            let advice = "use integer minor units, or an exact decimal as a scaled integer";
            findings.push(Finding::new(&file.path, format!("uses `{what}`"), advice).at(line));
        }
    }
    findings
}

#[derive(Default)]
struct Floats {
    found: Vec<(usize, String)>,
}

impl Floats {
    fn ident(&mut self, ident: &proc_macro2::Ident) {
        if ident == "f32" || ident == "f64" {
            self.found.push((ident.span().start().line, ident.to_string()));
        }
    }

    /// The arguments of a macro are not syntax yet. Only names are looked for: `a.0.1` has a float for a token too.
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => self.ident(&ident),
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Floats {
    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        self.ident(ident);
    }

    fn visit_lit_float(&mut self, literal: &'ast syn::LitFloat) {
        self.found.push((literal.span().start().line, literal.to_string()));
    }

    fn visit_macro(&mut self, macro_call: &'ast syn::Macro) {
        self.tokens(macro_call.tokens.clone());
        visit::visit_macro(self, macro_call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_found_near_money_only() {
        let table = [
            ("crates/domain/src/a.rs", "fn f(a: f64) {}", 1),
            ("crates/store/src/a.rs", "fn f() { let a = f32::from(1u8); }", 1),
            ("crates/domain/tests/a.rs", "fn f() { let a = 1.5; }", 1),
            ("crates/domain/src/a.rs", "fn f() { println!(\"{}\", 1 as f64); }", 1),
            ("crates/domain/src/a.rs", "/// Not an f64.\nfn f(a: ((u8, u8),)) -> u8 { assert!(a.0.1 > 0); a.0.1 }", 0),
            ("crates/bench/src/a.rs", "fn f(a: f64) {}", 0),
        ];
        for (path, text, count) in table {
            assert_eq!(check(&Workspace::of(&[(path, text)])).len(), count, "{path}: {text}");
        }
    }
}
