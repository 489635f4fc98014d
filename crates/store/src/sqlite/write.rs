//! Writing the rows of one table: new ones are inserted, known ones updated if they are still as they were loaded.

use hedge_domain::state::{Change, Version};
use rusqlite::{CachedStatement, Connection};

use super::lane::Written;
use crate::error::EngineError;

/// Both statements take the same parameters: `?1` is the id, `?2` the version as it becomes.
pub(super) struct Table {
    pub insert: &'static str,
    pub update: &'static str,
}

pub(super) fn rows<I, E>(
    connection: &Connection,
    table: &Table,
    changes: &[Change<I, E>],
    execute: impl Fn(&mut CachedStatement<'_>, &E, Version) -> rusqlite::Result<usize>,
) -> Written {
    let mut insert = None;
    let mut update = None;
    for change in changes {
        let (slot, sql, version) = match &change.before {
            None => (&mut insert, table.insert, 1),
            Some((_, version)) => (&mut update, table.update, version + 1),
        };
        let statement = match slot {
            Some(statement) => statement,
            None => slot.insert(connection.prepare_cached(sql)?),
        };
        if execute(statement, &change.after, version)? != 1 {
            return Err(EngineError::Conflict);
        }
    }
    Ok(())
}
