//! Opening the file: settings, the schema, and the lock that keeps a second server out.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;

mod migrations {
    refinery::embed_migrations!("migrations/sqlite");
}

/// How long to wait for another process (a tool beside the server) to finish its transaction.
const PATIENCE: Duration = Duration::from_secs(5);
/// More statements than there are, so that none is ever prepared twice.
const STATEMENTS: usize = 96;

/// Foreign keys stay off: rows are only ever written by commands, which have seen what they refer to.
const WRITER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -8192;
    PRAGMA temp_store = MEMORY;
";

const READER: &str = "
    PRAGMA cache_size = -1024;
    PRAGMA temp_store = MEMORY;
";

pub(super) fn unavailable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Refuses to be the second server on one file.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = OsString::from(path);
    name.push(".lock");
    let name = PathBuf::from(name);
    let file = File::create(&name).map_err(|error| unavailable(format!("{}: {error}", name.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(StoreError::Unavailable(format!("another server has {} open", path.display())))
        }
        Err(TryLockError::Error(error)) => Err(unavailable(format!("{}: {error}", name.display()))),
    }
}

/// The first connection, with the schema up to date.
pub(super) fn prepare(path: &Path) -> Result<Connection, StoreError> {
    // A server and a tool may both find a new file; the slower one fails on the other's tables, and then finds them.
    migrated(path).or_else(|_| migrated(path)).map_err(|error| unavailable(format!("{}: {error}", path.display())))
}

fn migrated(path: &Path) -> Result<Connection, Box<dyn std::error::Error>> {
    let mut connection = writer(path)?;
    // In one transaction: else a start that is cut short could leave tables that no later start knows it has made.
    migrations::migrations::runner().set_grouped(true).run(&mut connection)?;
    Ok(connection)
}

pub(super) fn writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(WRITER)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(READER)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}
