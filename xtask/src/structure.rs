//! The rules this repository's structure is held to: who may know whom, how long things get, what they are called.
//!
//! Each rule is a pure function from the workspace, read once, to findings; `cargo test` and `cargo xtask tidy` run the
//! same list. A newcomer's usual mistake is to make room in a rule for one file: move the file, or change the rule's
//! table for everybody and say why beside it.

use std::fmt;

pub mod circle;
pub mod families;
pub mod floats;
pub mod graph;
pub mod ignored;
pub mod layout;
pub mod manifests;
pub mod marks;
pub mod modules;
pub mod portable;
pub mod sizes;
pub mod sql;
pub mod walls;
mod workspace;

pub use workspace::{Dependency, Member, SourceFile, Workspace};

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, or another thing with a name.
    pub place: String,
    /// Its line, where one can be given.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub advice: String,
}

impl Finding {
    /// A finding about a file or another thing as a whole.
    pub fn new(place: &str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { place: place.to_owned(), line: None, what: what.into(), advice: advice.into() }
    }

    /// The same, at a line.
    #[must_use]
    pub fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}; {}", self.what, self.advice)
    }
}

/// A rule and the words it is known by.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// A short name, for the output of `tidy`.
    pub name: &'static str,
    /// Finds the places that break the rule.
    pub check: fn(&Workspace) -> Vec<Finding>,
}

/// Every rule.
pub const RULES: &[Rule] = &[
    Rule { name: "crate graph", check: graph::check },
    Rule { name: "circles", check: circle::check },
    Rule { name: "manifests", check: manifests::check },
    Rule { name: "third-party crates", check: manifests::third_party },
    Rule { name: "walls", check: walls::check },
    Rule { name: "families", check: families::check },
    Rule { name: "sql", check: sql::check },
    Rule { name: "portable sql", check: portable::check },
    Rule { name: "floats", check: floats::check },
    Rule { name: "sizes", check: sizes::check },
    Rule { name: "modules", check: modules::check },
    Rule { name: "generated marks", check: marks::check },
    Rule { name: "ignored tests", check: ignored::check },
    Rule { name: "top level", check: layout::top_level },
    Rule { name: "machine paths", check: layout::machine_paths },
    Rule { name: "syntax", check: workspace::unparsed },
];
