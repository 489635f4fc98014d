//! What is wrong with a document, said so that its author can put it right.
//!
//! Owns the wording of a problem's place. The one thing to know: problems are values that are collected, all of them at
//! once; nothing in this crate stops at the first one or panics.

use std::fmt;

/// One thing about a document that keeps it from being generated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The document, relative to the workspace root.
    pub file: String,
    /// Counted from one; zero where no line can be named.
    pub line: usize,
    /// The place inside the document, as keys joined by dots.
    pub path: String,
    /// A short, stable name for the kind of problem.
    pub rule: &'static str,
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, path, rule, message, advice } = self;
        write!(f, "{file}:{line}: ")?;
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        write!(f, "{rule}: {message}")?;
        if !advice.is_empty() {
            write!(f, "; {advice}")?;
        }
        Ok(())
    }
}
