//! Spec text in, source files out; a pure function: `load -> lint -> lower -> emit`.
//!
//! Owns the steps from a document to the files of the server side and of the Rust client. It must not know the file
//! system or the running service. The one thing a newcomer gets wrong: emitters see only the `ir`, never the document.

mod client;
mod file;
mod problem;

pub use client::client;
pub use file::{GeneratedFile, mark};
pub use problem::Problem;

/// The server side of one family: wire types, one trait per tag, the router.
///
/// # Errors
/// Everything that is wrong with the document, all at once.
pub fn family(_name: &str, _text: &str) -> Result<Vec<GeneratedFile>, Vec<Problem>> {
    Ok(Vec::new())
}
