//! Where specs and generated files live in the tree.
//!
//! Generated code is only in folders named `generated` and files named `generated.rs` below `crates/*/src/`, and its
//! first line carries the mark. A newcomer's usual mistake is to put a hand-written file there: it has no mark, so it
//! is never deleted, but the structure test refuses it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What the first line of every generated file begins with.
pub const MARK: &str = "// @generated";

/// The specs, as family name and text, in the order of their names.
pub fn specs(root: &Path) -> Result<Vec<(String, String)>> {
    let mut specs = Vec::new();
    for path in entries(&root.join("openapi"))? {
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.file_stem().unwrap_or_default();
            specs.push((name.to_string_lossy().into_owned(), read(&path)?));
        }
    }
    Ok(specs)
}

/// The generated files that are in the tree now, by their path relative to the root.
pub fn generated(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for package in entries(&root.join("crates"))? {
        collect(root, &package.join("src"), &mut files)?;
    }
    Ok(files)
}

/// Whether a file at this path, relative to the root, is where generated code belongs.
pub fn is_generated_place(path: &str) -> bool {
    let mut folders: Vec<_> = path.split('/').collect();
    let name = folders.pop().unwrap_or_default();
    folders.contains(&"src") && (name == "generated.rs" || folders.contains(&"generated"))
}

/// A path relative to the root, with `/` between its parts on every system.
pub fn relative(root: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(root).unwrap_or(path).components();
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// What a folder holds, sorted; nothing when there is no such folder.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let failed = || format!("cannot list {}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(failed)? {
        paths.push(entry.with_context(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            collect(root, &path, files)?;
            continue;
        }
        let relative = relative(root, &path);
        if is_generated_place(&relative) {
            let text = read(&path)?;
            if text.starts_with(MARK) {
                files.insert(relative, text);
            }
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_places_are_recognised() {
        let generated = [
            "crates/api/src/hedge/generated/types.rs",
            "crates/api/src/generated/a/b.rs",
            "crates/client/src/hedge/generated.rs",
        ];
        for path in generated {
            assert!(is_generated_place(path), "{path}");
        }
        let others = ["crates/api/src/types.rs", "crates/api/src/generated_by_hand.rs", "generated/notes.md"];
        for path in others {
            assert!(!is_generated_place(path), "{path}");
        }
    }
}
