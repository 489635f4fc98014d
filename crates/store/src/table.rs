//! A table's columns, said once, and the statements of both databases that follow from them.
//!
//! What a newcomer gets wrong: the list is in the order of `put` and `get`, not of the database, whose columns have come
//! one after the other. The key stands first; behind the last column comes `version`, which the engines keep.

use std::sync::OnceLock;

use crate::record::Kind;

/// What there is to say of a table.
#[derive(Clone, Copy)]
pub struct Definition {
    pub name: &'static str,
    /// As in its definition on Postgres: `id uuid, name text`.
    pub columns: &'static str,
    /// How many columns, from the first on, are its key.
    pub key: usize,
    /// Whether rows are changed one version at a time, or only ever added.
    pub versioned: bool,
    /// What never changes: a change of it is refused, and an update need not look at the indices over it.
    pub fixed: &'static str,
    /// The table whose rows are parts of this one's, read and written along with them; its key begins with this one's.
    pub parts: Option<&'static Table>,
    /// What else an update sets, on SQLite and on Postgres.
    pub also: [&'static str; 2],
}

impl Definition {
    /// Of a table whose rows are entities.
    pub const fn of(name: &'static str, columns: &'static str) -> Self {
        Self { name, columns, key: 1, versioned: true, fixed: "", parts: None, also: ["", ""] }
    }

    /// Of a table that is only ever added to.
    pub const fn log(name: &'static str, columns: &'static str) -> Self {
        Self { versioned: false, ..Self::of(name, columns) }
    }

    pub const fn table(self) -> Table {
        Table { definition: self, facts: OnceLock::new(), sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }
}

pub struct Table {
    definition: Definition,
    facts: OnceLock<Facts>,
    sqlite: OnceLock<Statements>,
    postgres: OnceLock<Statements>,
}

/// What every row that is written asks for.
struct Facts {
    kinds: Vec<Kind>,
    /// The places of the columns that never change.
    fixed: Vec<usize>,
}

/// In one dialect.
pub struct Statements {
    /// A row, with its version, by its key. With its parts on Postgres.
    pub by_key: String,
    /// The same of all rows with any of an array of keys, which only Postgres has.
    pub by_keys: String,
    pub insert: String,
    /// Passes over a row that has another version by now.
    pub update: String,
    /// An insert that changes the row where there is one.
    pub upsert: String,
}

/// A column's place from 1 on, its name, and its type on Postgres.
type Each = (usize, &'static str, &'static str);

impl Table {
    pub const fn name(&self) -> &'static str {
        self.definition.name
    }

    pub const fn key_columns(&self) -> usize {
        self.definition.key
    }

    pub const fn is_versioned(&self) -> bool {
        self.definition.versioned
    }

    pub const fn parts(&self) -> Option<&'static Self> {
        self.definition.parts
    }

    pub fn each(&self) -> impl Iterator<Item = Each> {
        let version = self.definition.versioned.then_some("version bigint");
        let columns = self.definition.columns.split(", ").chain(version);
        (1..).zip(columns.filter_map(|column| column.split_once(' '))).map(|(place, (name, kind))| (place, name, kind))
    }

    /// The columns that a caller names and the version, with commas between.
    pub fn names(&self) -> String {
        self.list(", ", |(_, name, _)| name.to_owned())
    }

    /// The same of a table that goes by another name, and then of its parts if they are joined as `r`.
    pub fn names_of(&self, alias: &str) -> String {
        self.list(", ", |(_, name, _)| format!("{alias}.{name}"))
    }

    pub fn key(&self) -> &'static str {
        self.each().next().map_or("id", |(_, name, _)| name)
    }

    fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| {
            let fixed = self.each().filter(|(_, name, _)| self.is_fixed(name)).map(|(place, ..)| place - 1);
            Facts { kinds: self.each().map(|(_, _, kind)| kind_of(kind)).collect(), fixed: fixed.collect() }
        })
    }

    /// The places of the columns that never change.
    pub fn fixed(&self) -> &[usize] {
        &self.facts().fixed
    }

    /// Where a column stands, from 0 on.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.each().find(|(_, name, _)| *name == column).map(|(place, ..)| place - 1)
    }

    pub fn kinds(&self) -> &[Kind] {
        &self.facts().kinds
    }

    pub fn kind(&self, column: &str) -> &'static str {
        self.each().find(|(_, name, _)| *name == column).map_or("uuid", |(_, _, kind)| kind)
    }

    /// Their names.
    pub fn fixed_columns(&self) -> impl Iterator<Item = &'static str> {
        self.definition.fixed.split(", ")
    }

    fn is_fixed(&self, name: &str) -> bool {
        self.fixed_columns().any(|fixed| fixed == name)
    }

    fn list(&self, separator: &str, item: impl Fn(Each) -> String) -> String {
        self.each().map(item).collect::<Vec<_>>().join(separator)
    }

    /// What an update sets: neither the key nor what never changes.
    fn set(&self, item: impl Fn(Each) -> String) -> String {
        let changing = self.each().skip(self.definition.key).filter(|(_, name, _)| !self.is_fixed(name));
        changing.map(|it| format!("{} = {}", it.1, item(it))).collect::<Vec<_>>().join(", ")
    }

    fn on_conflict(&self) -> String {
        let keys: Vec<_> = self.each().take(self.definition.key).map(|(_, name, _)| name).collect();
        format!("ON CONFLICT ({}) DO UPDATE SET {}", keys.join(", "), self.set(|it| format!("excluded.{}", it.1)))
    }

    pub fn sqlite(&self) -> &Statements {
        self.sqlite.get_or_init(|| {
            let (table, key, names, last) = (self.name(), self.key(), self.names(), self.each().count());
            let (values, set) = (self.list(", ", |it| format!("?{}", it.0)), self.set(|it| format!("?{}", it.0)));
            let also = self.definition.also[0];
            let insert = format!("INSERT INTO {table} ({names}) VALUES ({values})");
            Statements {
                by_key: format!("SELECT {names} FROM {table} WHERE {key} = ?1"),
                by_keys: String::new(),
                update: format!("UPDATE {table} SET {set}{also} WHERE {key} = ?1 AND version = ?{last} - 1"),
                upsert: format!("{insert} {}", self.on_conflict()),
                insert,
            }
        })
    }

    pub fn postgres(&self) -> &Statements {
        self.postgres.get_or_init(|| {
            let (table, key, names) = (self.name(), self.key(), self.names());
            let arrays = self.list(", ", |(place, _, kind)| format!("${place}::{}[]", element(kind)));
            let rows = format!("UNNEST({arrays}) AS u({names})");
            let (values, set) = (self.list(", ", value), self.set(value));
            let also = self.definition.also[1];
            let insert = format!("INSERT INTO {table} ({names}) SELECT {values} FROM {rows}");
            Statements {
                by_key: self.select(&format!("SELECT * FROM {table} WHERE {key} = $1")),
                by_keys: self.select(&format!("SELECT * FROM {table} WHERE {key} = ANY($1)")),
                update: format!(
                    "UPDATE {table} t SET {set}{also} FROM {rows} WHERE t.{key} = u.{key} AND t.version = u.version - 1"
                ),
                upsert: format!("{insert} {}", self.on_conflict()),
                insert,
            }
        })
    }

    /// The rows that a query on Postgres selects, in no order: with parts, one for each part and one without any. They
    /// are read in one statement, hence of one moment: one after the other, a part could be there that its row does not
    /// know of yet.
    pub fn select(&self, selection: &str) -> String {
        let columns = self.names_of("p");
        match self.parts() {
            None => format!("SELECT {columns} FROM ({selection}) p"),
            Some(parts) => format!(
                "SELECT {columns}, {} FROM ({selection}) p LEFT JOIN {} r ON r.{} = p.{}",
                parts.names_of("r"),
                parts.name(),
                parts.key(),
                self.key()
            ),
        }
    }
}

fn value((_, name, kind): Each) -> String {
    if kind == element(kind) { format!("u.{name}") } else { format!("u.{name}::{kind}") }
}

/// UNNEST flattens an array of arrays, so arrays travel as their text.
fn element(kind: &str) -> &str {
    if kind.ends_with("[]") { "text" } else { kind }
}

pub(crate) fn kind_of(kind: &str) -> Kind {
    match kind {
        "uuid" => Kind::Uuid,
        "bigint" => Kind::Int,
        "bytea" => Kind::Bytes,
        "boolean" => Kind::Flag,
        "uuid[]" => Kind::Uuids,
        _ => Kind::Text,
    }
}
