//! What lies in the root folder, and what no file may speak of.

use super::{Finding, Workspace};

/// Everything that may lie in the root, beside files whose name begins with a dot.
const TOP_LEVEL: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "STYLE.md",
    "clippy.toml",
    "crates",
    "docs",
    "hedge.example.toml",
    "openapi",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "sdks",
    "tests",
    "xtask",
];

/// Folders that exist on one machine only. In two pieces each, so that this file does not break its own rule.
const MACHINE: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/tmp/bash", "_jobs"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Entries of the root that have no business there.
pub fn top_level(workspace: &Workspace) -> Vec<Finding> {
    let names = workspace.top_level.iter();
    let strange = names.filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(&name.as_str()));
    let advice = "move it to the crate it belongs to, or add it to the list in xtask/src/structure/layout.rs";
    strange.map(|name| Finding::new(name, "is not one of the things that lie in the root", advice)).collect()
}

/// Files that name a folder of the machine they were written on.
pub fn machine_paths(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &workspace.files {
        for (index, line) in file.text.lines().enumerate() {
            for folder in MACHINE.iter().filter(|folder| names(line, folder)) {
                let advice = "use a path relative to the repository, or an invented one";
                let finding = Finding::new(&file.path, format!("names {folder}"), advice);
                findings.push(finding.at(index.saturating_add(1)));
            }
        }
    }
    findings
}

/// Whether the line holds this path from its root: `https://host/work/` is another thing.
fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|character| character.is_alphanumeric() || "/.-_}".contains(character))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strange_things_in_the_root_are_found() {
        let top_level_of = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            top_level(&Workspace { top_level: names, ..Workspace::default() }).len()
        };
        assert_eq!(top_level_of(&["Cargo.toml", "crates", ".gitignore"]), 0);
        assert_eq!(top_level_of(&["notes.txt", "scripts"]), 2);
    }

    #[test]
    fn machine_paths_are_found_and_others_are_not() {
        let folder = MACHINE[0];
        let table = [
            (format!("cd {folder}main"), 1),
            (format!("{folder}main"), 1),
            (format!("(see `{folder}x`)"), 1),
            (format!("https://example.com{folder}x"), 0),
            (format!("openapi{folder}x"), 0),
        ];
        for (text, count) in table {
            assert_eq!(machine_paths(&Workspace::of(&[("README.md", &text)])).len(), count, "{text}");
        }
    }
}
