//! What the code of a member may not reach for, even where its dependencies would allow it.
//!
//! Dependencies are held by `graph` and `manifests`; this is about the standard library, which everybody has. A
//! newcomer's usual mistake is to read the clock where it is handy: time is an argument (`clippy.toml` says so too).

use syn::visit::{self, Visit};

use super::{Finding, Workspace};

const IO: &[&str] = &["std::env", "std::fs", "std::net", "std::os", "std::process", "std::thread"];
const CLOCK: &[&str] = &["std::time::Instant", "std::time::SystemTime"];

/// A member, what its sources may not name, and what to do instead. Its tests may.
const WALLS: &[(&str, &[&[&str]], &str)] = &[
    ("domain", &[IO, CLOCK], "the domain does no IO and has no clock; take what it yields as an argument"),
    ("codegen", &[IO, CLOCK], "codegen is text in, text out; let xtask read and write"),
    ("api", &[IO], "the wire side only converts; let the server do it"),
];

/// Paths that go through a wall.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (member, forbidden, advice) in WALLS {
        for (file, syntax) in workspace.rust(|file| file.is_source_of(member)) {
            let mut paths = Paths::default();
            paths.visit_file(syntax);
            for (line, path) in paths.found {
                if forbidden.iter().flat_map(|group| group.iter()).any(|wall| is_inside(&path, wall)) {
                    findings.push(Finding::new(&file.path, format!("names `{path}`"), *advice).at(line));
                }
            }
        }
    }
    findings
}

pub(super) fn is_inside(path: &str, wall: &str) -> bool {
    path.strip_prefix(wall).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Collects every path a file names, with `use` trees written out.
#[derive(Default)]
pub(super) struct Paths {
    pub found: Vec<(usize, String)>,
}

impl Paths {
    fn tree(&mut self, prefix: &str, tree: &syn::UseTree) {
        let join = |name: &syn::Ident| if prefix.is_empty() { name.to_string() } else { format!("{prefix}::{name}") };
        match tree {
            syn::UseTree::Path(path) => self.tree(&join(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.leaf(&name.ident, join(&name.ident)),
            syn::UseTree::Rename(rename) => self.leaf(&rename.ident, join(&rename.ident)),
            // `use std::fs::*` names what is in it; `use std::*` would name every wall, and nobody does that.
            syn::UseTree::Glob(glob) => self.found.push((glob.star_token.span.start().line, prefix.to_owned())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(prefix, item)),
        }
    }

    fn leaf(&mut self, ident: &syn::Ident, path: String) {
        let path = path.strip_suffix("::self").map_or(path.clone(), str::to_owned);
        self.found.push((ident.span().start().line, path));
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree("", &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let Some(first) = path.segments.first() {
            self.found.push((first.ident.span().start().line, names.join("::")));
        }
        visit::visit_path(self, path);
    }

    /// Unit tests stand in the same file and are not the member.
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_library_behind_a_wall_is_found() {
        let table = [
            ("crates/codegen/src/a.rs", "use std::fs;", 1),
            ("crates/codegen/src/a.rs", "use std::{collections::BTreeMap, fs::{self, File}};", 2),
            ("crates/codegen/src/a.rs", "fn f() { std::fs::read(\"a\"); }", 1),
            ("crates/domain/src/a.rs", "fn f(at: std::time::SystemTime) {}", 1),
            ("crates/domain/src/a.rs", "use std::thread::*;", 1),
            ("crates/domain/src/a.rs", "use std::time::Duration; use std::fmt;", 0),
            ("crates/domain/src/a.rs", "mod tests { use std::fs; }", 0),
            ("crates/codegen/tests/a.rs", "use std::fs;", 0),
            ("crates/store/src/a.rs", "use std::fs;", 0),
        ];
        for (path, text, count) in table {
            assert_eq!(check(&Workspace::of(&[(path, text)])).len(), count, "{path}: {text}");
        }
    }
}
