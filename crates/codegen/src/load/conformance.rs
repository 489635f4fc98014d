//! Whether a document is OpenAPI 3.0 at all, by the book of the `openapiv3` crate.
//!
//! The one thing to know: its types forget lines and unknown keywords, and say little about what did not fit, so everything
//! else reads the tree; this is the last question asked, for what no rule of ours looks at. It is asked with JSON, because
//! the crate panics on what only YAML can say, such as `.inf` for a name.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use serde_path_to_error::Segment;

use crate::Diagnostic;

use super::tree::{Document, Node, Value};

/// Reads the tree once more, by the book.
///
/// # Errors
/// Where the document is not OpenAPI 3.0.
pub fn conforms(document: &Document) -> Result<(), Vec<Diagnostic>> {
    let Some(root) = document.root() else { return Ok(()) };
    let value = json(root);
    let read = catch_unwind(AssertUnwindSafe(|| serde_path_to_error::deserialize::<_, OpenAPI>(value)));
    let (at, message) = match read {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => (place(root, error.path()), error.into_inner().to_string()),
        Err(_) => (root, "its reader broke off".to_owned()),
    };
    Err(vec![Diagnostic {
        file: document.file().to_owned(),
        line: at.line(),
        path: at.path(),
        rule: "openapi",
        message: format!("it is not as OpenAPI 3.0 has it: {message}"),
        advice: "hold it against the specification".to_owned(),
    }])
}

/// The deepest place of the tree on a path.
fn place<'d>(root: Node<'d>, path: &serde_path_to_error::Path) -> Node<'d> {
    let mut at = root;
    for segment in path.iter() {
        let next = match segment {
            Segment::Map { key } => at.get(key),
            Segment::Seq { index } => at.items().nth(*index),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        let Some(next) = next else { break };
        at = next;
    }
    at
}

fn json(node: Node<'_>) -> serde_json::Value {
    match node.value() {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        // A number that JSON's reader cannot hold is of no use to anybody.
        Value::Number(text) => serde_json::from_str(text).unwrap_or_default(),
        Value::Text(text) => text.as_str().into(),
        Value::List(_) => node.items().map(json).collect(),
        Value::Map(_) => node.entries().map(|(key, value)| (key.to_owned(), json(value))).collect(),
    }
}
