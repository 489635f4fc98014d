//! Whether a document is OpenAPI 3.0 at all, by the book of the `openapiv3` crate.
//!
//! The one thing to know: its types forget lines and unknown keywords, and say little about what did not fit, so everything
//! else reads the tree; this is the last question asked, for what no rule of ours looks at.

use openapiv3::OpenAPI;

use crate::Problem;

use super::tree::Document;

/// Reads the text once more, by the book.
///
/// # Errors
/// Where the document is not OpenAPI 3.0.
pub fn conforms(document: &Document, text: &str) -> Result<(), Vec<Problem>> {
    let Err(error) = serde_yaml_ng::from_str::<OpenAPI>(text) else { return Ok(()) };
    let line = error.location().map_or(0, |location| location.line());
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let (path, message) = message.split_once(": ").unwrap_or(("", message));
    Err(vec![Problem {
        file: document.file().to_owned(),
        line,
        path: path.to_owned(),
        rule: "openapi",
        message: format!("it is not as OpenAPI 3.0 has it: {message}"),
        advice: "hold it against the specification".to_owned(),
    }])
}
