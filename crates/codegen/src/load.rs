//! Text to tree: YAML (or JSON, which is YAML) with the line of everything.
//!
//! Owns what is said about text that is not a document. The one thing a newcomer gets wrong: the tree is built from
//! parser events with a stack of its own, so that hostile nesting ends in a problem and not in a stack overflow.

mod conformance;
mod scalar;
mod tree;

use std::collections::HashSet;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

pub use conformance::conforms;
pub use tree::{Document, Node, Step, Value};

use crate::Diagnostic;

/// Deeper than any description has a reason to be.
const DEEPEST: usize = 100;

/// Larger than any description has a reason to be.
const MOST_NODES: usize = 2_000_000;

/// Reads a text.
///
/// # Errors
/// Where the text is not YAML, or uses what a description has no need of.
pub fn load(file: &str, text: &str) -> Result<Document, Vec<Diagnostic>> {
    let mut builder = Builder::new(file);
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                if !builder.take(event, span) {
                    break;
                }
            }
            Err(error) => {
                builder.refuse(error.marker().line(), "yaml", error.info(), "mend the syntax");
                break;
            }
        }
    }
    builder.finish()
}

/// A list or a map that is still being read.
struct Open {
    id: usize,
    /// The key whose value comes next, with its line; only in maps.
    key: Option<(String, usize)>,
    keys: HashSet<String>,
}

struct Builder {
    document: Document,
    open: Vec<Open>,
    documents: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Builder {
    fn new(file: &str) -> Self {
        Self { document: Document::new(file), open: Vec::new(), documents: 0, diagnostics: Vec::new() }
    }

    fn refuse(&mut self, line: usize, rule: &'static str, message: &str, advice: &str) {
        let path = self.open.last().map(|open| self.document.path(open.id)).unwrap_or_default();
        self.diagnostics.push(Diagnostic {
            file: self.document.file().to_owned(),
            line,
            path,
            rule,
            message: message.to_owned(),
            advice: advice.to_owned(),
        });
    }

    /// Takes one event; false when there is no sense in going on.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        let line = span.start.line();
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => true,
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.refuse(line, "yaml", "a second document begins", "keep one document in a file");
                }
                self.documents == 1
            }
            Event::Alias(_) => {
                self.refuse(line, "yaml-alias", "aliases are not read", "write it out, or use $ref");
                false
            }
            Event::Scalar(text, style, _, tag) => {
                if self.expects_key() {
                    return self.key(text.into_owned(), line);
                }
                let plain = matches!(style, ScalarStyle::Plain) && tag.is_none();
                let value = if plain { scalar::plain(&text) } else { Value::Text(text.into_owned()) };
                self.add(value, line).is_some()
            }
            Event::SequenceStart(..) => self.begin(Value::List(Vec::new()), line),
            Event::MappingStart(..) => self.begin(Value::Map(Vec::new()), line),
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                true
            }
        }
    }

    /// True inside a map, where a key comes next.
    fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.key.is_none() && self.document.is_map(open.id))
    }

    fn key(&mut self, key: String, line: usize) -> bool {
        let Some(open) = self.open.last_mut() else { return false };
        if !open.keys.insert(key.clone()) {
            let message = format!("the key `{key}` is there twice");
            self.refuse(line, "yaml-duplicate", &message, "keep one of them");
            return false;
        }
        open.key = Some((key, line));
        true
    }

    fn begin(&mut self, value: Value, line: usize) -> bool {
        if self.expects_key() {
            self.refuse(line, "yaml", "a key is a list or a map", "use a text as key");
            return false;
        }
        if self.open.len() >= DEEPEST {
            self.refuse(
                line,
                "yaml-depth",
                "the nesting is too deep",
                "move inner schemas to components and $ref them",
            );
            return false;
        }
        match self.add(value, line) {
            Some(id) => {
                self.open.push(Open { id, key: None, keys: HashSet::new() });
                true
            }
            None => false,
        }
    }

    fn add(&mut self, value: Value, line: usize) -> Option<usize> {
        if self.document.len() >= MOST_NODES {
            self.refuse(line, "yaml-size", "the document is too large", "split it");
            return None;
        }
        let place = match self.open.last_mut() {
            None => None,
            Some(open) => {
                let step = open.key.take().map_or(Step::Item, |(key, line)| Step::Key(key, line));
                Some((open.id, step))
            }
        };
        Some(self.document.add(place, value, line))
    }

    fn finish(mut self) -> Result<Document, Vec<Diagnostic>> {
        if self.diagnostics.is_empty() && self.document.root().is_none_or(|root| !root.is_map()) {
            self.refuse(1, "yaml", "there is no map at the top", "begin with `openapi: 3.0.3`");
        }
        if self.diagnostics.is_empty() { Ok(self.document) } else { Err(self.diagnostics) }
    }
}
