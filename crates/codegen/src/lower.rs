//! From the tree to the [`ir`](crate::ir): references followed, names given, everything decided.
//!
//! Owns what the generator can handle at all. The house's own taste is `lint`'s. The one thing a newcomer gets wrong: a
//! function that cannot lower something reports it and returns nothing; it never stops the others.

mod choice;
mod class;
mod constraint;
mod default;
pub mod facts;
mod merge;
pub mod name;
mod object;
mod operation;
mod parameter;
mod path;
mod pattern;
mod response;
mod schema;
mod security;

use std::collections::{BTreeMap, HashMap};

use crate::diagnostics::Diagnostics;
use crate::ir::{Family, Tag, Value};
use crate::load::{Document, Node};

/// More steps than the largest public descriptions take, by far.
const BUDGET: usize = 50_000;

/// Lowers a document as far as it can be lowered; what cannot is in the diagnostics.
pub fn lower(name: &str, document: &Document, diagnostics: Diagnostics) -> (Family, Diagnostics) {
    let Some(root) = document.root() else { return (Family::default(), diagnostics) };
    let mut lower = Lower {
        diagnostics,
        root,
        family: Family { name: name.to_owned(), ..Family::default() },
        names: BTreeMap::new(),
        claimed: HashMap::new(),
        aliases: HashMap::new(),
        visiting: Vec::new(),
        unions: Vec::new(),
        spent: 0,
    };
    lower.run();
    (lower.family, lower.diagnostics)
}

struct Lower<'d> {
    diagnostics: Diagnostics,
    root: Node<'d>,
    family: Family,
    /// The Rust names of the schemas under `components.schemas`, by position.
    names: BTreeMap<usize, String>,
    /// Every Rust type name, with the place that has it.
    claimed: HashMap<String, String>,
    /// The values of named schemas that are not types of their own.
    aliases: HashMap<usize, Option<Value>>,
    visiting: Vec<usize>,
    /// Unions still to be checked against their variants.
    unions: Vec<(Node<'d>, usize)>,
    spent: usize,
}

impl<'d> Lower<'d> {
    fn run(&mut self) {
        match self.root.text_at("openapi") {
            Some(version) if version == "3.0" || version.starts_with("3.0.") => {}
            Some(version) => {
                let at = self.root.get("openapi").unwrap_or(self.root);
                self.diagnostics.report(at, "version", format!("OpenAPI {version} is not read"), "use 3.0.3");
            }
            None => {
                self.diagnostics.report(self.root, "version", "`openapi` is missing", "begin with `openapi: 3.0.3`")
            }
        }
        if let Some(info) = self.root.get("info") {
            self.family.title = info.text_at("title").unwrap_or_default().to_owned();
            self.family.version = info.text_at("version").unwrap_or_default().to_owned();
        }
        let components = self.root.get("components");
        if let Some(schemas) = components.and_then(|components| components.get("schemas")) {
            self.components(schemas);
        }
        if let Some(schemes) = components.and_then(|components| components.get("securitySchemes")) {
            self.schemes(schemes);
        }
        self.paths();
        self.check_unions();
        self.check_root();
        if self.spent < BUDGET {
            facts::find(&mut self.family);
        }
    }

    /// Traits, inputs and outputs are exported side by side.
    fn check_root(&mut self) {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut clashes = Vec::new();
        let tags = self.family.tags.iter().map(|tag| (tag.trait_name.clone(), format!("the tag {}", tag.name)));
        let operations = self.family.operations.iter().flat_map(|operation| {
            let headers = operation.successes.iter().map(|response| format!("{}Headers", response.variant));
            let suffixes = ["Input".to_owned(), "Output".to_owned()].into_iter().chain(headers);
            suffixes.map(|suffix| (format!("{}{suffix}", operation.pascal), format!("the operation {}", operation.id)))
        });
        for (name, owner) in tags.chain(operations) {
            if let Some(other) = seen.insert(name.clone(), owner.clone()) {
                clashes.push(format!("{name} would be made for {other} and for {owner}"));
            }
        }
        for message in clashes {
            self.diagnostics.report(self.root, "name-clash", message, "rename one of them");
        }
    }

    /// Takes a type name; false when it is taken.
    fn claim(&mut self, node: Node<'d>, rust: &str) -> bool {
        if let Some(other) = self.claimed.get(rust) {
            let message = format!("its type would be called {rust}, as that of {other}");
            self.diagnostics.report(node, "name-clash", message, "rename one, or move it to components.schemas");
            return false;
        }
        self.claimed.insert(rust.to_owned(), node.path());
        true
    }

    /// Counts a step of work; none when there were too many.
    fn spend(&mut self, node: Node<'d>) -> Option<()> {
        self.spent += 1;
        if self.spent == BUDGET {
            self.diagnostics.report(node, "too-large", "the schemas unfold without end", "use $ref to named schemas");
        }
        (self.spent < BUDGET).then_some(())
    }

    /// The position of a tag, which is made when it is new.
    fn tag(&mut self, node: Node<'d>, wanted: &str) -> Option<usize> {
        if let Some(at) = self.family.tags.iter().position(|tag| tag.name == wanted) {
            return Some(at);
        }
        let (module, trait_name) = (name::module(wanted), name::trait_name(wanted));
        let clash = self.family.tags.iter().find(|tag| tag.module == module || tag.trait_name == trait_name);
        if let Some(other) = clash {
            let message = format!("the tags `{wanted}` and `{}` would be one module", other.name);
            self.diagnostics.report(node, "name-clash", message, "rename one of them");
            return None;
        }
        let listed = self.root.get("tags").into_iter().flat_map(Node::items);
        let doc = listed.filter(|tag| tag.text_at("name") == Some(wanted)).find_map(|tag| tag.text_at("description"));
        let doc = doc.unwrap_or_default().trim().to_owned();
        self.family.tags.push(Tag { name: wanted.to_owned(), module, trait_name, doc });
        Some(self.family.tags.len() - 1)
    }
}
