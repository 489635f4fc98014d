//! One kind of entity within a batch: what was loaded, what became of it, and what the running command has staged.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::Key;
use crate::command::Stop;

/// Counts the writes of a row, so that an engine with several writers can see that it changed underneath.
pub type Version = i64;

#[derive(Debug)]
pub struct Table<I, E> {
    rows: HashMap<I, Row<E>>,
    staged: BTreeMap<I, E>,
}

#[derive(Debug)]
struct Row<E> {
    /// The row as stored; `None` if there is none.
    stored: Option<(E, Version)>,
    /// The row as this batch has changed it; `None` if it has not.
    changed: Option<E>,
}

/// What a batch did to one row. Without a `before` it is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<I, E> {
    pub id: I,
    pub before: Option<(E, Version)>,
    pub after: E,
}

impl<I, E> Default for Table<I, E> {
    fn default() -> Self {
        Self { rows: HashMap::new(), staged: BTreeMap::new() }
    }
}

impl<I: Copy + Eq + Hash + Ord, E: Clone> Table<I, E> {
    /// The row as the running command sees it. Stops when the store has not said yet whether there is one.
    pub fn find(&self, id: I, key: impl Fn(I) -> Key) -> Result<Option<E>, Stop> {
        if let Some(staged) = self.staged.get(&id) {
            return Ok(Some(staged.clone()));
        }
        let row = self.rows.get(&id).ok_or_else(|| Stop::Missing(key(id)))?;
        let current = row.changed.as_ref().or(row.stored.as_ref().map(|(entity, _)| entity));
        Ok(current.cloned())
    }

    /// The row as the commands that succeeded so far left it; `None` also when it was never asked for.
    #[must_use]
    pub fn kept(&self, id: I) -> Option<&E> {
        let row = self.rows.get(&id)?;
        row.changed.as_ref().or(row.stored.as_ref().map(|(entity, _)| entity))
    }

    /// Stages a new or changed row.
    pub fn put(&mut self, id: I, entity: E) {
        self.staged.insert(id, entity);
    }

    /// The store's answer to [`Stop::Missing`].
    pub fn supply(&mut self, id: I, stored: Option<(E, Version)>) {
        self.rows.entry(id).or_insert(Row { stored, changed: None });
    }

    #[must_use]
    pub fn is_loaded(&self, id: I) -> bool {
        self.rows.contains_key(&id)
    }

    pub(super) fn keep(&mut self) {
        while let Some((id, entity)) = self.staged.pop_first() {
            self.rows.entry(id).or_insert(Row { stored: None, changed: None }).changed = Some(entity);
        }
    }

    pub(super) fn discard(&mut self) {
        self.staged.clear();
    }

    pub(super) fn has_changed(&self) -> bool {
        self.rows.values().any(|row| row.changed.is_some())
    }

    /// In order of id, so that every writer takes its locks in the same order.
    pub(super) fn into_changes(self) -> Vec<Change<I, E>> {
        let changed = self.rows.into_iter().filter_map(|(id, row)| {
            let after = row.changed?;
            Some(Change { id, before: row.stored, after })
        });
        let mut changes: Vec<_> = changed.collect();
        changes.sort_by_key(|change| change.id);
        changes
    }
}
