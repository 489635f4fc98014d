//! Read-only connections, opened when all others are busy, and kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

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

    /// The same, ended when it takes longer than this.
    pub(super) fn within<T>(
        &self,
        limit: Duration,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.with(|connection| connection::within(connection, limit, read))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ErrorCode;

    use super::*;

    #[test]
    fn a_read_that_takes_too_long_is_ended_and_the_next_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hedge.db");
        drop(connection::writer(&path).expect("opens"));
        let pool = Pool::new(&path);
        let endless = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let read = |sql: &'static str, limit| {
            pool.within(limit, |connection| connection.query_row(sql, [], |row| row.get::<_, i64>(0)))
        };
        let ended = read(endless, Duration::from_millis(10)).expect_err("it has no end");
        assert_eq!(ended.sqlite_error_code(), Some(ErrorCode::OperationInterrupted));
        assert_eq!(read("SELECT 1", Duration::from_secs(60)), Ok(1));
    }
}
