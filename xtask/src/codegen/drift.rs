//! How the generated files differ from what the specs want. Pure: two maps in, a list out.

use std::collections::BTreeMap;

use similar::TextDiff;

/// How much of a difference is shown before it is cut: enough to recognise the change, not to read it.
const SHOWN_LINES: usize = 24;

/// One generated file that is not what the specs want.
#[derive(Debug, PartialEq, Eq)]
pub enum Drift {
    /// A spec produces it, and it is not there.
    Missing { path: String, content: String },
    /// It is there with other content.
    Stale { path: String, content: String, found: String },
    /// It carries the generated mark, and no spec produces it.
    Orphaned { path: String },
}

/// Compares files by path: what the specs want with what was found.
pub fn between(wanted: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> Vec<Drift> {
    let mut drifts = Vec::new();
    for (path, content) in wanted {
        let (path, content) = (path.clone(), content.clone());
        match found.get(&path) {
            None => drifts.push(Drift::Missing { path, content }),
            Some(now) if *now != content => {
                let found = now.clone();
                drifts.push(Drift::Stale { path, content, found });
            }
            Some(_) => {}
        }
    }
    let orphans = found.keys().filter(|path| !wanted.contains_key(*path));
    drifts.extend(orphans.map(|path| Drift::Orphaned { path: path.clone() }));
    drifts
}

impl Drift {
    /// Where the file is or should be, relative to the root.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path, .. } | Self::Stale { path, .. } | Self::Orphaned { path } => path,
        }
    }

    /// One line for when the difference has been removed.
    pub fn done(&self) -> String {
        let verb = match self {
            Self::Missing { .. } => "created",
            Self::Stale { .. } => "updated",
            Self::Orphaned { .. } => "deleted",
        };
        format!("{verb}  {}", self.path())
    }

    /// What is wrong, with a short diff where there is one.
    pub fn explained(&self) -> String {
        match self {
            Self::Missing { path, .. } => format!("missing   {path}"),
            Self::Orphaned { path } => format!("orphaned  {path} (no spec produces it)"),
            Self::Stale { path, content, found } => {
                format!("stale     {path}\n{}", shortened(found, content))
            }
        }
    }
}

fn shortened(found: &str, wanted: &str) -> String {
    let diff = TextDiff::from_lines(found, wanted);
    let text = diff.unified_diff().context_radius(1).header("in the tree", "from the spec").to_string();
    let mut lines: Vec<_> = text.lines().take(SHOWN_LINES).map(|line| format!("    {line}")).collect();
    let rest = text.lines().count().saturating_sub(lines.len());
    if rest > 0 {
        lines.push(format!("    ... {rest} more lines"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(path, content): &(&str, &str)| ((*path).to_owned(), (*content).to_owned());
        files.iter().map(owned).collect()
    }

    #[test]
    fn equal_files_have_no_drift() {
        let same = files(&[("a.rs", "1"), ("b.rs", "2")]);
        assert_eq!(between(&same, &same), []);
    }

    #[test]
    fn missing_stale_and_orphaned_files_are_told_apart() {
        let wanted = files(&[("new.rs", "1"), ("old.rs", "2"), ("same.rs", "3")]);
        let found = files(&[("gone.rs", "0"), ("old.rs", "1"), ("same.rs", "3")]);
        let said: Vec<_> = between(&wanted, &found).iter().map(Drift::done).collect();
        assert_eq!(said, ["created  new.rs", "updated  old.rs", "deleted  gone.rs"]);
    }

    fn stale(found: &str, content: &str) -> String {
        let (content, found) = (content.to_owned(), found.to_owned());
        Drift::Stale { path: "a.rs".to_owned(), content, found }.explained()
    }

    #[test]
    fn a_stale_file_is_explained_by_its_changed_lines() {
        let explained = stale("one\n2\n", "one\ntwo\n");
        assert!(explained.contains("-2") && explained.contains("+two"), "{explained}");
    }

    #[test]
    fn a_long_difference_is_cut() {
        let explained = stale(&"old\n".repeat(500), "");
        assert!(explained.lines().count() <= SHOWN_LINES + 2, "{explained}");
        assert!(explained.contains("more lines"), "{explained}");
    }
}
