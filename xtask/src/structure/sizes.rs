//! How long files and functions may get, and how many arguments a function may take.
//!
//! Exempt are generated code; for the length of a function, tables: a function whose body is one `match` whose arms
//! are single expressions is read by row, not from top to bottom; for arguments, methods of a trait implementation,
//! whose signature was chosen elsewhere. Files have no exemption: a long table is split.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::{Finding, Workspace};

const FILE_LINES: usize = 600;
const FILE_LINES_WORTH_A_LOOK: usize = 400;
const FUNCTION_LINES: usize = 70;
const ARGUMENTS: usize = 4;

/// Files, functions and argument lists over the limit.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, syntax) in workspace.rust(|_| true) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES {
            let advice = "split it along what it owns";
            findings.push(Finding::new(&file.path, format!("has {lines} lines (at most {FILE_LINES})"), advice));
        }
        let mut functions = Functions { path: &file.path, in_trait_impl: false, findings: &mut findings };
        functions.visit_file(syntax);
    }
    findings
}

/// Files that are not too long yet, and longer than most.
pub fn worth_a_look(workspace: &Workspace) -> Vec<String> {
    let long = |lines: &usize| (FILE_LINES_WORTH_A_LOOK..=FILE_LINES).contains(lines);
    let files = workspace.files.iter().filter(|file| file.is_handwritten());
    let files = files.map(|file| (&file.path, file.text.lines().count()));
    files.filter(|(_, lines)| long(lines)).map(|(path, lines)| format!("{path} has {lines} lines")).collect()
}

struct Functions<'a> {
    path: &'a str,
    in_trait_impl: bool,
    findings: &'a mut Vec<Finding>,
}

impl Functions<'_> {
    fn signature(&mut self, signature: &syn::Signature) {
        let arguments = signature.inputs.iter().filter(|input| matches!(input, syn::FnArg::Typed(_))).count();
        if arguments > ARGUMENTS && !self.in_trait_impl {
            let what = format!("`{}` takes {arguments} arguments (at most {ARGUMENTS})", signature.ident);
            self.find(signature, what, "give the arguments that belong together a struct with a name");
        }
    }

    fn body(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let first = signature.span().start().line;
        let lines = body.span().end().line.saturating_sub(first).saturating_add(1);
        if lines > FUNCTION_LINES && !is_table(body) {
            let what = format!("`{}` has {lines} lines (at most {FUNCTION_LINES})", signature.ident);
            self.find(signature, what, "give its steps names and functions of their own");
        }
    }

    fn find(&mut self, signature: &syn::Signature, what: String, advice: &str) {
        self.findings.push(Finding::new(self.path, what, advice).at(signature.span().start().line));
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.signature(&function.sig);
        self.body(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.signature(&function.sig);
        self.body(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.signature(&function.sig);
        if let Some(body) = &function.default {
            self.body(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let outer = std::mem::replace(&mut self.in_trait_impl, item.trait_.is_some());
        visit::visit_item_impl(self, item);
        self.in_trait_impl = outer;
    }
}

/// Whether a body is one `match` whose arms are single expressions. `use` lines before it do not count.
fn is_table(body: &syn::Block) -> bool {
    let mut statements = body.stmts.iter().filter(|statement| !matches!(statement, syn::Stmt::Item(syn::Item::Use(_))));
    match (statements.next(), statements.next()) {
        (Some(syn::Stmt::Expr(syn::Expr::Match(table), None)), None) => table.arms.iter().all(|arm| is_row(&arm.body)),
        _ => false,
    }
}

fn is_row(expression: &syn::Expr) -> bool {
    let syn::Expr::Block(block) = expression else {
        return true;
    };
    matches!(block.block.stmts.as_slice(), [] | [syn::Stmt::Expr(_, None)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        check(&Workspace::of(&[("crates/api/src/a.rs", text)])).into_iter().map(|finding| finding.what).collect()
    }

    fn function(lines: usize) -> String {
        format!("fn f() {{\n{}}}\n", "    g();\n".repeat(lines - 2))
    }

    #[test]
    fn the_limits_themselves_are_accepted() {
        assert_eq!(said(&"\n".repeat(FILE_LINES)), [""; 0]);
        assert_eq!(said(&function(FUNCTION_LINES)), [""; 0]);
        assert_eq!(said("fn f(a: u8, b: u8, c: u8, d: u8) {}"), [""; 0]);
        assert_eq!(said("impl A { fn f(&self, a: u8, b: u8, c: u8, d: u8) {} }"), [""; 0]);
    }

    #[test]
    fn one_more_than_the_limit_is_found() {
        assert_eq!(said(&"\n".repeat(FILE_LINES + 1)), ["has 601 lines (at most 600)"]);
        assert_eq!(said(&function(FUNCTION_LINES + 1)), ["`f` has 71 lines (at most 70)"]);
        let arguments = "a: u8, b: u8, c: u8, d: u8, e: u8";
        for text in [
            format!("fn f({arguments}) {{}}"),
            format!("impl A {{ fn f(&self, {arguments}) {{}} }}"),
            format!("trait A {{ fn f(&self, {arguments}); }}"),
            format!("mod m {{ fn g() {{ fn f({arguments}) {{}} }} }}"),
        ] {
            assert_eq!(said(&text), ["`f` takes 5 arguments (at most 4)"], "{text}");
        }
    }

    #[test]
    fn attributes_and_comments_above_a_function_do_not_count() {
        let text = format!("{}{}", "/// Why.\n".repeat(80), function(10));
        assert_eq!(said(&text), [""; 0]);
    }

    #[test]
    fn arguments_of_a_trait_implementation_are_not_its_choice() {
        assert_eq!(said("impl T for A { fn f(a: u8, b: u8, c: u8, d: u8, e: u8) {} }"), [""; 0]);
    }

    #[test]
    fn a_long_match_is_a_table_only_while_its_arms_are_single_expressions() {
        let rows = "        1 => 2,\n".repeat(80);
        assert_eq!(said(&format!("fn f(a: u8) -> u8 {{\n    match a {{\n{rows}    }}\n}}\n")), [""; 0]);
        let rows = "        1 => { g(); 2 }\n".repeat(80);
        assert_eq!(said(&format!("fn f(a: u8) -> u8 {{\n    match a {{\n{rows}    }}\n}}\n")).len(), 1);
    }

    #[test]
    fn long_files_are_worth_a_look_before_they_are_too_long() {
        let text = format!("//! A.\n{}", "\n".repeat(450));
        let workspace = Workspace::of(&[("crates/api/src/a.rs", &text)]);
        assert_eq!(worth_a_look(&workspace), ["crates/api/src/a.rs has 451 lines"]);
    }
}
