//! How many modules of the domain know each other in a circle.
//!
//! A file knows what it imports and what it names, followed through re-exports to the file that says it; a `pub use` alone
//! is a noun's face and no knowledge. Circles are found file by file, so that a verb's file is not its noun's, and counted
//! by top-level module, so that a module and its parts are one. A newcomer's usual mistake is to raise the number: what
//! two modules both need is a leaf (`ids.rs`, `actor.rs`, `event_kind.rs`), and what needs the state is a verb with a file
//! of its own.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

use super::{Finding, Workspace};

const FOLDER: &str = "crates/domain/src/";
/// A command works on the state, and the state keeps what commands announce and note: `audit`, `command`, `event`, `state`.
const LARGEST: usize = 4;
/// Re-exports of re-exports are followed so far.
const DEEPEST: usize = 8;

/// `payment::cancel` as its two names; the crate's root has none.
type Module = Vec<String>;

/// The circles that are too large.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let large = circles(workspace).into_iter().filter(|circle| circle.len() > LARGEST);
    let finding = |circle: BTreeSet<String>| {
        let names = circle.into_iter().collect::<Vec<_>>();
        let what = format!("{} modules know each other in a circle: {}", names.len(), names.join(", "));
        let advice = format!(
            "at most {LARGEST} may, for whoever reads one of a circle has to read them all: say what both sides need in a \
             leaf, and give a verb that needs the state its own file"
        );
        Finding::new(FOLDER, what, advice)
    };
    large.map(finding).collect()
}

/// The sets of two or more top-level modules whose files lead to one another and back.
fn circles(workspace: &Workspace) -> BTreeSet<BTreeSet<String>> {
    let graph = Graph::read(workspace);
    let reached: BTreeMap<_, _> = graph.modules.keys().map(|module| (module, graph.reached_from(module))).collect();
    let circle_of = |module: &Module| -> BTreeSet<String> {
        let others = reached.iter().filter(|(other, back)| reached[module].contains(**other) && back.contains(module));
        others.filter_map(|(other, _)| other.first().cloned()).collect()
    };
    graph.modules.keys().map(circle_of).filter(|circle| circle.len() > 1).collect()
}

#[derive(Default)]
struct Graph {
    modules: BTreeMap<Module, Names>,
}

/// What one file says of other modules.
#[derive(Default)]
struct Names {
    module: Module,
    /// What a name that a `use` brings in stands for, from the crate's root.
    imported: BTreeMap<String, Vec<String>>,
    /// Every path it reads, as written.
    named: Vec<Vec<String>>,
}

impl Graph {
    fn read(workspace: &Workspace) -> Self {
        let mut graph = Self::default();
        for (file, syntax) in workspace.rust(|file| file.path.starts_with(FOLDER)) {
            let path = file.path.trim_start_matches(FOLDER).trim_end_matches(".rs");
            let module: Module = path.split('/').filter(|&name| name != "lib").map(str::to_owned).collect();
            let mut names = Names { module: module.clone(), ..Names::default() };
            names.visit_file(syntax);
            graph.modules.insert(module, names);
        }
        graph
    }

    /// What the module knows at first hand. The root only lists the others, so it knows none.
    fn known_to(&self, module: &Module) -> BTreeSet<Module> {
        let Some(names) = self.modules.get(module).filter(|_| !module.is_empty()) else { return BTreeSet::new() };
        let targets = names.named.iter().filter_map(|path| self.absolute(names, path));
        targets.map(|path| self.owner(&path, DEEPEST)).filter(|owner| !owner.is_empty() && owner != module).collect()
    }

    fn reached_from(&self, module: &Module) -> BTreeSet<Module> {
        let mut reached = BTreeSet::new();
        let mut open = vec![module.clone()];
        while let Some(next) = open.pop() {
            open.extend(self.known_to(&next).into_iter().filter(|known| reached.insert(known.clone())));
        }
        reached
    }

    /// The path from the crate's root; `None` if it leads out of the crate or to something local.
    fn absolute(&self, names: &Names, path: &[String]) -> Option<Vec<String>> {
        if let Some(path) = from_root(&names.module, path) {
            return Some(path);
        }
        let (first, rest) = path.split_first()?;
        let child = [names.module.as_slice(), std::slice::from_ref(first)].concat();
        let start =
            names.imported.get(first).cloned().or_else(|| self.modules.contains_key(&child).then_some(child))?;
        Some([start.as_slice(), rest].concat())
    }

    /// The file that says what the path stands for.
    fn owner(&self, path: &[String], depth: usize) -> Module {
        let mut module = Module::new();
        for (index, name) in path.iter().enumerate() {
            let child = [module.as_slice(), std::slice::from_ref(name)].concat();
            if self.modules.contains_key(&child) {
                module = child;
                continue;
            }
            let names = self.modules.get(&module);
            let elsewhere = names.and_then(|names| self.absolute(names, std::slice::from_ref(name)));
            return match elsewhere.filter(|_| depth > 0) {
                Some(start) => self.owner(&[start.as_slice(), &path[index.saturating_add(1)..]].concat(), depth - 1),
                None => module,
            };
        }
        module
    }
}

/// What `crate::`, `self::` and `super::` stand for in this module.
fn from_root(module: &Module, path: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some([module.as_slice(), rest].concat()),
        "super" => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            let parent = module.len().checked_sub(ups)?;
            Some([&module[..parent], &path[ups..]].concat())
        }
        _ => None,
    }
}

impl Names {
    fn import(&mut self, prefix: &[String], tree: &syn::UseTree, named: bool) {
        let join = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
        let (path, name) = match tree {
            syn::UseTree::Path(path) => return self.import(&join(&path.ident), &path.tree, named),
            syn::UseTree::Group(group) => {
                return group.items.iter().for_each(|item| self.import(prefix, item, named));
            }
            syn::UseTree::Glob(_) => (prefix.to_vec(), None),
            syn::UseTree::Name(name) if name.ident == "self" => (prefix.to_vec(), prefix.last().cloned()),
            syn::UseTree::Name(name) => (join(&name.ident), Some(name.ident.to_string())),
            syn::UseTree::Rename(rename) => (join(&rename.ident), Some(rename.rename.to_string())),
        };
        // The children that a noun re-exports are written as seen from it: `pub use create::CreatePayment`.
        let from_here = || [self.module.as_slice(), path.as_slice()].concat();
        let absolute = from_root(&self.module, &path).unwrap_or_else(from_here);
        self.imported.extend(name.map(|name| (name, absolute)));
        if named {
            self.named.push(path);
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&[], &item.tree, matches!(item.vis, syn::Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.named.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    /// Unit tests stand in the same file and are not the module.
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Files<'a> = &'a [(&'a str, &'a str)];

    fn found(files: Files<'_>) -> Vec<String> {
        let paths: Vec<_> = files.iter().map(|(path, text)| (format!("{FOLDER}{path}.rs"), *text)).collect();
        let files: Vec<_> = paths.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let circles = circles(&Workspace::of(&files));
        circles.into_iter().map(|circle| circle.into_iter().collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn circles_are_found_however_they_are_written() {
        let table: [(&str, Files<'_>, &[&str]); 9] = [
            ("two imports", &[("a", "use crate::b::B;"), ("b", "use crate::{a::{self, A}, c};")], &["a b"]),
            ("a line", &[("a", "use crate::b::B;"), ("b", "use crate::c;"), ("c", "")], &[]),
            ("a path in the code", &[("a", "fn f() { crate::b::g(); }"), ("b", "use crate::a::f;")], &["a b"]),
            ("through the root", &[("lib", "pub use b::B;"), ("a", "use crate::B;"), ("b", "use crate::a;")], &["a b"]),
            (
                "a noun and its verb",
                &[
                    ("a", "mod do_it; pub use do_it::DoIt;"),
                    ("a/do_it", "use super::A; use crate::b::B;"),
                    ("b", "use crate::a::A;"),
                ],
                &[],
            ),
            (
                "a verb behind a noun's face",
                &[("a", "mod do_it; pub use do_it::DoIt;"), ("a/do_it", "use crate::b;"), ("b", "use crate::a::DoIt;")],
                &["a b"],
            ),
            ("a module and its part", &[("a", "mod part; use part::Part;"), ("a/part", "use super::A;")], &[]),
            (
                "a noun that needs what it re-exports",
                &[
                    ("a", "mod part; pub use part::Part; struct A(Part);"),
                    ("a/part", "use crate::b::B;"),
                    ("b", "use crate::a::A;"),
                ],
                &["a b"],
            ),
            ("unit tests", &[("a", "mod tests { use crate::b; }"), ("b", "use crate::a;")], &[]),
        ];
        for (name, files, circles) in table {
            assert_eq!(found(files), circles, "{name}");
        }
    }

    #[test]
    fn a_circle_of_five_is_too_large() {
        let names = ["a", "b", "c", "d", "e"];
        let files: Vec<_> = (0..5)
            .map(|at| (format!("{FOLDER}{}.rs", names[at]), format!("use crate::{};", names[(at + 1) % names.len()])))
            .collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let said = check(&Workspace::of(&files));
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].what, "5 modules know each other in a circle: a, b, c, d, e");
        assert!(check(&Workspace::of(&files[..4])).is_empty());
    }
}
