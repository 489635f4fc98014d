//! Which files of the server may know an API family, and what a family may not ask of the store.
//!
//! The platform takes a family as a `Family` and names none, so that one can come or go without a change to it. A
//! newcomer's usual mistake is to reach for a family's conversion from the platform: hand it in as a field instead.

use syn::visit::{self, Visit};

use super::walls::{Paths, is_inside};
use super::{Finding, Workspace};

const FAMILIES: &[&str] = &["hedge"];
const SOURCES: &str = "crates/server/src/";
/// Who lists the families there are, and the command line, which prints as a family shows.
const ALLOWED: &[&str] = &["serve.rs", "cli/"];

/// Paths of the platform that lead into a family.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, syntax) in workspace.rust(|file| is_platform(&file.path)) {
        let mut paths = Paths::default();
        paths.visit_file(syntax);
        for (line, path) in paths.found {
            if FAMILIES.iter().any(|family| is_inside(&path, &format!("crate::{family}"))) {
                let advice =
                    "the platform knows no family: let each hand in what differs, in crates/server/src/family.rs";
                findings.push(Finding::new(&file.path, format!("names `{path}`"), advice).at(line));
            }
        }
    }
    for (file, syntax) in workspace.rust(|file| file.path.starts_with(SOURCES) && !is_platform(&file.path)) {
        let mut reads = Reads::default();
        reads.visit_file(syntax);
        for line in reads.found {
            let advice = "ask the platform for it: what passes many rows is read when it is its account's turn";
            findings.push(Finding::new(&file.path, "asks the store for a list".to_owned(), advice).at(line));
        }
    }
    findings
}

/// Calls of `….store.list(…)` and `….store.statement(…)`.
#[derive(Default)]
struct Reads {
    found: Vec<usize>,
}

impl<'ast> Visit<'ast> for Reads {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let named = matches!(&*call.receiver, syn::Expr::Path(path) if path.path.is_ident("store"));
        let of_field = |field: &syn::ExprField| matches!(&field.member, syn::Member::Named(name) if name == "store");
        let of_store = named || matches!(&*call.receiver, syn::Expr::Field(field) if of_field(field));
        if of_store && (call.method == "list" || call.method == "statement") {
            self.found.push(call.method.span().start().line);
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn is_platform(path: &str) -> bool {
    let Some(path) = path.strip_prefix(SOURCES) else { return false };
    let of_family = |family: &&str| path == format!("{family}.rs") || path.starts_with(&format!("{family}/"));
    !FAMILIES.iter().any(of_family) && !ALLOWED.iter().any(|allowed| path.starts_with(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_knows_no_family_and_a_family_takes_its_turn() {
        let table = [
            ("hedge/payments.rs", "fn f() { self.platform.store.list(&query); }", 1),
            ("hedge/merchants/export.rs", "fn f() { store.statement(&query); }", 1),
            ("hedge/payments.rs", "fn f() { self.platform.list(account, &query); self.platform.store.get(id); }", 0),
            ("platform.rs", "fn f() { self.store.list(query); }", 0),
            ("gateway.rs", "use crate::hedge::Error;", 1),
            ("gateway.rs", "use crate::{gateway, hedge};", 1),
            ("deliveries/running.rs", "fn f() { crate::hedge::event::render(); }", 1),
            ("gateway.rs", "use crate::family::Family; use hedge_domain::Money;", 0),
            ("hedge/payments.rs", "use crate::hedge::Error;", 0),
            ("hedge.rs", "use crate::hedge::Error;", 0),
            ("serve.rs", "use crate::hedge;", 0),
            ("cli/keys.rs", "use crate::hedge::convert;", 0),
        ];
        for (path, text, count) in table {
            let path = format!("{SOURCES}{path}");
            assert_eq!(check(&Workspace::of(&[(&path, text)])).len(), count, "{path}: {text}");
        }
    }
}
