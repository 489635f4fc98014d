//! Spec text in, source files out; a pure function: `load -> lint -> lower -> emit`.
//!
//! Owns the steps from a document to the files of the server side and of the Rust client. It must not know the file
//! system or the running service. The one thing a newcomer gets wrong: emitters see only the `ir`, never the document.

mod client;
mod emit;
mod file;
mod ir;
mod load;
mod lower;
mod problem;
mod sink;

pub use client::client;
pub use file::{GeneratedFile, mark};
pub use problem::Problem;

/// The server side of one family: wire types, one trait per tag, the router.
///
/// # Errors
/// Everything that is wrong with the document, all at once.
pub fn family(name: &str, text: &str) -> Result<Vec<GeneratedFile>, Vec<Problem>> {
    let document = load::load(&format!("openapi/{name}.yaml"), text)?;
    let (family, sink) = lower::lower(name, &document, sink::Sink::default());
    if !sink.is_empty() {
        return Err(sink.into_problems());
    }
    emit::emit(&family)
}
