//! Spec text in, source files out; a pure function: `load -> lint -> lower -> emit`.
//!
//! Owns the steps from a document to the files of the server side and of the Rust client. It must not know the file
//! system or the running service. The one thing a newcomer gets wrong: emitters see only the `ir`, never the document.

mod client;
mod emit;
mod file;
mod ir;
mod lint;
mod load;
mod lower;
mod outline;
mod problem;
mod sink;

pub use client::client;
pub use file::{GeneratedFile, mark};
pub use problem::Problem;

/// Whose rules a description is held against, besides those of OpenAPI and of this generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum House {
    /// Ours; see `lint`.
    Rules,
    /// Nobody's, for descriptions that others wrote.
    Off,
}

/// The server side of one family: wire types, one trait per tag, the router.
///
/// # Errors
/// Everything that is wrong with the document, all at once.
pub fn family(name: &str, text: &str) -> Result<Vec<GeneratedFile>, Vec<Problem>> {
    server(name, text, House::Rules)
}

/// As [`family`], with the house rules or without.
///
/// # Errors
/// Everything that is wrong with the document, all at once.
pub fn server(name: &str, text: &str, house: House) -> Result<Vec<GeneratedFile>, Vec<Problem>> {
    emit::emit(&read(name, text, house)?)
}

/// One line per operation of a description.
///
/// # Errors
/// Everything that is wrong with the document, all at once.
pub fn operations(name: &str, text: &str, house: House) -> Result<String, Vec<Problem>> {
    Ok(outline::of(&read(name, text, house)?))
}

fn read(name: &str, text: &str, house: House) -> Result<ir::Family, Vec<Problem>> {
    let document = load::load(&format!("openapi/{name}.yaml"), text)?;
    let mut sink = sink::Sink::default();
    if house == House::Rules {
        lint::lint(&document, &mut sink);
    }
    let (family, sink) = lower::lower(name, &document, sink);
    if !sink.is_empty() {
        return Err(sink.into_problems());
    }
    load::conforms(&document)?;
    Ok(family)
}
