//! The workspace as the rules see it: its text files, its top-level entries, and the dependencies cargo sees.
//!
//! Read from the disk, not from git, so that the rules hold in an unpacked archive and for a file not yet added.

use std::cell::OnceCell;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

use super::Finding;
use crate::codegen::tree;

/// Folders that hold other people's or the build's files, wherever they are.
const FOREIGN: &[&str] = &[".git", "node_modules", ".venv", "__pycache__"];

/// Longer files are data, not text that somebody wrote.
const LONGEST_TEXT: u64 = 4 * 1024 * 1024;

/// Everything a rule may look at.
#[derive(Default)]
pub struct Workspace {
    /// The names in the root folder, without what `.gitignore` keeps out.
    pub top_level: Vec<String>,
    /// Every text file.
    pub files: Vec<SourceFile>,
    /// Every member, in the order cargo gives them.
    pub members: Vec<Member>,
}

/// A text file.
pub struct SourceFile {
    /// Relative to the root, with `/` on every system.
    pub path: String,
    pub text: String,
    /// Parsed when a rule first asks: most look at few files, and parsing is what takes their time.
    syntax: OnceCell<syn::Result<syn::File>>,
}

/// A package of this workspace.
#[derive(Debug, Default)]
pub struct Member {
    pub name: String,
    /// Relative to the root: `crates/api`.
    pub folder: String,
    pub dependencies: Vec<Dependency>,
}

/// One line of a `[dependencies]` table, as cargo understands it.
#[derive(Debug)]
pub struct Dependency {
    /// The package it names.
    pub name: String,
    /// Whether only tests see it.
    pub for_tests: bool,
    /// Whether it is a folder of this workspace.
    pub local: bool,
}

impl Workspace {
    /// Reads the workspace in `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
        let mut workspace = Self { members: members(root)?, ..Self::default() };
        for path in tree::entries(root)? {
            let name = tree::relative(root, &path);
            if FOREIGN.contains(&name.as_str()) || is_ignored(&ignored, &name) {
                continue;
            }
            workspace.collect(root, &path)?;
            workspace.top_level.push(name);
        }
        Ok(workspace)
    }

    /// A workspace of these files only, for the tests of the rules.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        Self { files, ..Self::default() }
    }

    /// The file at this path.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The hand-written Rust files a rule wants to see, and their syntax.
    pub fn rust(&self, wanted: impl Fn(&SourceFile) -> bool) -> impl Iterator<Item = (&SourceFile, &syn::File)> {
        let files = self.files.iter().filter(move |file| wanted(file));
        files.filter_map(|file| Some((file, file.syntax()?.as_ref().ok()?)))
    }

    fn collect(&mut self, root: &Path, path: &Path) -> Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_symlink() || FOREIGN.contains(&name.as_ref()) {
            return Ok(());
        }
        if path.is_dir() {
            return tree::entries(path)?.iter().try_for_each(|entry| self.collect(root, entry));
        }
        let failed = || format!("cannot read {}", path.display());
        if fs::metadata(path).with_context(failed)?.len() <= LONGEST_TEXT {
            let bytes = fs::read(path).with_context(failed)?;
            if let Ok(text) = String::from_utf8(bytes) {
                self.files.push(SourceFile::new(&tree::relative(root, path), &text));
            }
        }
        Ok(())
    }
}

impl SourceFile {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), syntax: OnceCell::new() }
    }

    /// Whether a person wrote it, in Rust.
    pub fn is_handwritten(&self) -> bool {
        // What a snapshot pins was printed by the generator too.
        let snapshot = self.path.ends_with(".snap.rs");
        self.path.ends_with(".rs") && !snapshot && !tree::is_generated_place(&self.path)
    }

    fn syntax(&self) -> Option<&syn::Result<syn::File>> {
        self.is_handwritten().then(|| self.syntax.get_or_init(|| syn::parse_file(&self.text)))
    }

    /// Whether it is part of the library or program of this member, not of its tests.
    pub fn is_source_of(&self, member: &str) -> bool {
        let path = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        path.strip_prefix(member).is_some_and(|rest| rest.starts_with("/src/"))
    }
}

/// Files the other rules could not look into.
pub fn unparsed(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &workspace.files {
        if let Some(Err(error)) = file.syntax() {
            let finding = Finding::new(&file.path, error.to_string(), "the rules cannot read it; make it compile");
            findings.push(finding.at(error.span().start().line));
        }
    }
    findings
}

fn members(root: &Path) -> Result<Vec<Member>> {
    let metadata = MetadataCommand::new().current_dir(root).no_deps().exec().context("cargo metadata")?;
    let member = |package: cargo_metadata::Package| Member {
        name: package.name.to_string(),
        folder: package
            .manifest_path
            .parent()
            .map_or_else(String::new, |folder| tree::relative(root, folder.as_std_path())),
        dependencies: package.dependencies.into_iter().map(dependency).collect(),
    };
    Ok(metadata.packages.into_iter().map(member).collect())
}

fn dependency(dependency: cargo_metadata::Dependency) -> Dependency {
    Dependency {
        name: dependency.name,
        for_tests: dependency.kind == DependencyKind::Development,
        local: dependency.path.is_some(),
    }
}

/// Whether one of the lines of `.gitignore` that begin with `/` keeps this top-level entry out.
fn is_ignored(gitignore: &str, name: &str) -> bool {
    gitignore.lines().filter_map(|line| line.strip_prefix('/')).any(|pattern| {
        let pattern = pattern.trim_end_matches('/');
        match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == pattern,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_top_level_entries_are_recognised() {
        let gitignore = "/target*/\n/data/\n*.snap.new\n";
        assert!(is_ignored(gitignore, "target") && is_ignored(gitignore, "target-ci") && is_ignored(gitignore, "data"));
        assert!(!is_ignored(gitignore, "crates") && !is_ignored(gitignore, "database"));
    }

    #[test]
    fn sources_are_told_from_tests() {
        let source = SourceFile::new("crates/api/src/lib.rs", "");
        assert!(source.is_source_of("api") && !source.is_source_of("a"));
        assert!(!SourceFile::new("crates/api/tests/it.rs", "").is_source_of("api"));
        assert!(SourceFile::new("xtask/src/lib.rs", "").is_source_of("xtask"));
    }

    #[test]
    fn a_file_that_does_not_parse_is_found_with_its_line() {
        let found = unparsed(&Workspace::of(&[("a.rs", "//! A.\nfn f( {}\n"), ("b.rs", "//! B.\n")]));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [Some(2)]);
    }
}
