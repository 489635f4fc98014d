//! The document as a tree in which every value knows its line and its path.
//!
//! The one thing to know: a [`Node`] is a cursor, cheap to copy; it can always say where it is, so a problem can always be
//! placed.

/// A value of the tree. Children are positions in the document's list of entries.
#[derive(Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// In JSON's syntax.
    Number(String),
    Text(String),
    List(Vec<usize>),
    Map(Vec<(String, usize)>),
}

/// How a value hangs in its parent.
#[derive(Debug)]
pub enum Step {
    /// Under a key, with the key's line.
    Key(String, usize),
    /// As the next item of a list.
    Item,
}

#[derive(Debug)]
struct Entry {
    parent: Option<usize>,
    name: String,
    line: usize,
    value: Value,
}

/// A whole description.
#[derive(Debug)]
pub struct Document {
    file: String,
    entries: Vec<Entry>,
}

impl Document {
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), entries: Vec::new() }
    }

    pub fn file(&self) -> &str {
        &self.file
    }

    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn root(&self) -> Option<Node<'_>> {
        (!self.entries.is_empty()).then_some(Node { document: self, id: 0 })
    }

    pub fn is_map(&self, id: usize) -> bool {
        matches!(self.entries[id].value, Value::Map(_))
    }

    pub fn add(&mut self, place: Option<(usize, Step)>, value: Value, line: usize) -> usize {
        let id = self.entries.len();
        let mut entry = Entry { parent: None, name: String::new(), line, value };
        if let Some((parent, step)) = place {
            entry.parent = Some(parent);
            match (step, &mut self.entries[parent].value) {
                (Step::Key(name, line), Value::Map(children)) => {
                    children.push((name.clone(), id));
                    entry.name = name;
                    entry.line = line;
                }
                (Step::Item, Value::List(children)) => {
                    entry.name = children.len().to_string();
                    children.push(id);
                }
                // The builder adds keys to maps and items to lists; anything else would be lost, not wrong.
                (Step::Key(..) | Step::Item, _) => {}
            }
        }
        self.entries.push(entry);
        id
    }

    pub fn path(&self, id: usize) -> String {
        let mut names = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let entry = &self.entries[id];
            at = entry.parent;
            if at.is_some() {
                names.push(entry.name.as_str());
            }
        }
        names.reverse();
        names.join(".")
    }
}

/// A place in a document.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document,
    id: usize,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<'d> Node<'d> {
    fn entry(self) -> &'d Entry {
        &self.document.entries[self.id]
    }

    fn at(self, id: usize) -> Self {
        Node { document: self.document, id }
    }

    pub const fn id(self) -> usize {
        self.id
    }

    pub const fn document(self) -> &'d Document {
        self.document
    }

    pub fn line(self) -> usize {
        self.entry().line
    }

    pub fn path(self) -> String {
        self.document.path(self.id)
    }

    /// The key or index under which it hangs.
    pub fn name(self) -> &'d str {
        &self.entry().name
    }

    pub fn value(self) -> &'d Value {
        &self.entry().value
    }

    pub fn is_map(self) -> bool {
        matches!(self.value(), Value::Map(_))
    }

    pub fn is_list(self) -> bool {
        matches!(self.value(), Value::List(_))
    }

    pub fn is_null(self) -> bool {
        matches!(self.value(), Value::Null)
    }

    pub fn get(self, key: &str) -> Option<Self> {
        match self.value() {
            Value::Map(children) => children.iter().find(|(name, _)| name == key).map(|(_, id)| self.at(*id)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => None,
        }
    }

    pub fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The entries of a map; none for anything else.
    pub fn entries(self) -> impl Iterator<Item = (&'d str, Self)> {
        let children: &'d [(String, usize)] = match self.value() {
            Value::Map(children) => children,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => &[],
        };
        children.iter().map(move |(name, id)| (name.as_str(), self.at(*id)))
    }

    /// The items of a list; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let children: &'d [usize] = match self.value() {
            Value::List(children) => children,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => &[],
        };
        children.iter().map(move |id| self.at(*id))
    }

    pub fn text(self) -> Option<&'d str> {
        match self.value() {
            Value::Text(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    pub fn number(self) -> Option<&'d str> {
        match self.value() {
            Value::Number(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    pub fn bool(self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(*value),
            Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The text under a key.
    pub fn text_at(self, key: &str) -> Option<&'d str> {
        self.get(key)?.text()
    }

    /// True when the key holds `true`.
    pub fn flag(self, key: &str) -> bool {
        self.get(key).and_then(Self::bool).unwrap_or(false)
    }

    /// What a `$ref` says, if there is one.
    pub fn reference(self) -> Option<&'d str> {
        self.text_at("$ref")
    }

    /// The place a local pointer names, such as `#/components/schemas/Payment`.
    pub fn pointer(self, pointer: &str) -> Option<Self> {
        let mut at = self.document.root()?;
        for step in pointer.strip_prefix("#/")?.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            at = match at.value() {
                Value::List(children) => at.at(*children.get(step.parse::<usize>().ok()?)?),
                Value::Map(_) => at.get(&step)?,
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => return None,
            };
        }
        Some(at)
    }
}
