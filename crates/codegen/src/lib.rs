//! Spec text in, source files out; a pure function: `load -> lint -> lower -> emit`.
//!
//! Owns the steps from a document to the files of the server side and of the Rust client. It must not know the file
//! system or the running service. The one thing a newcomer gets wrong: emitters see only the `ir`, never the document.

mod client;
mod diagnostic;
mod diagnostics;
mod emit;
mod file;
mod ir;
mod lint;
mod load;
mod lower;
mod outline;

pub use client::client;
pub use diagnostic::Diagnostic;
pub use file::{GeneratedFile, mark};

/// Whose rules a description is held against, besides those of OpenAPI and of this generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LintProfile {
    /// Ours; see `lint`.
    Rules,
    /// Nobody's, for descriptions that others wrote.
    Off,
}

/// The server side of one family: wire types, one trait per tag, the router.
///
/// # Errors
/// Everything that is wrong with the document, all at once.
pub fn family(name: &str, text: &str) -> Result<Vec<GeneratedFile>, Vec<Diagnostic>> {
    server(name, text, LintProfile::Rules)
}

/// As [`family`], with the house rules or without.
///
/// # Errors
/// Everything that is wrong with the document, all at once.
pub fn server(name: &str, text: &str, profile: LintProfile) -> Result<Vec<GeneratedFile>, Vec<Diagnostic>> {
    emit::emit(&read(name, text, profile)?)
}

/// One line per operation of a description.
///
/// # Errors
/// Everything that is wrong with the document, all at once.
pub fn operations(name: &str, text: &str, profile: LintProfile) -> Result<String, Vec<Diagnostic>> {
    Ok(outline::of(&read(name, text, profile)?))
}

fn read(name: &str, text: &str, profile: LintProfile) -> Result<ir::Family, Vec<Diagnostic>> {
    let document = load::load(&format!("openapi/{name}.yaml"), text)?;
    let mut diagnostics = diagnostics::Diagnostics::default();
    if profile == LintProfile::Rules {
        lint::lint(&document, &mut diagnostics);
    }
    let (family, diagnostics) = lower::lower(name, &document, diagnostics);
    if !diagnostics.is_empty() {
        return Err(diagnostics.into_list());
    }
    load::conforms(&document)?;
    Ok(family)
}
