//! Read-only connections, opened when all others are busy, and kept.

use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use rusqlite::Connection;

use super::connection;

/// Reads run inline, so there are never more at once than threads; what is beyond this is closed after use.
const KEPT: usize = 16;

pub(super) struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::default() }
    }

    /// Runs a read on an idle connection. One that failed is not used again.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let idle = self.idle.lock().pop();
        let connection = idle.map_or_else(|| connection::reader(&self.path), Ok)?;
        let found = read(&connection)?;
        let mut idle = self.idle.lock();
        if idle.len() < KEPT {
            idle.push(connection);
        }
        Ok(found)
    }
}
