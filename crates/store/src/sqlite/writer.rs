//! The one writer: a batch is a transaction on a connection that nobody else uses.
//!
//! `BEGIN IMMEDIATE`, because a tool may write to the same file: whoever began first is waited for here, not at commit.

use std::collections::BTreeSet;
use std::future::{Future, ready};
use std::path::PathBuf;
use std::sync::Arc;

use hedge_domain::delivery::DeliveryId;
use hedge_domain::job::JobId;
use hedge_domain::state::Changes;
use hedge_domain::{Key, State};
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::connection;
use super::due::DeliveryLeases;
use super::failure::{self, Damage};
use super::find::Finder;
use super::jobs::JobLeases;
use super::leases::Held;
use super::write::Writing;
use crate::engine::{OutboxRow, Writer};
use crate::error::EngineError;
pub(super) use crate::records::Written;
use crate::records::{self, Batch};

/// Whose turn it is to write, within this process. Between processes SQLite itself decides, but it does so by trying
/// again and again, and a busy writer would starve the other side.
pub(super) type Gate = Mutex<()>;

/// What the one writer and the readers of a file have in common.
#[derive(Clone, Default)]
pub(super) struct Shared {
    pub(super) leases: Arc<JobLeases>,
    pub(super) delivery_leases: Arc<DeliveryLeases>,
    pub(super) gate: Arc<Gate>,
    pub(super) damage: Arc<Damage>,
}

pub(super) struct SqliteWriter {
    path: PathBuf,
    /// `None` after trouble; the next `begin` opens another.
    connection: Option<Connection>,
    shared: Shared,
    /// Held during a batch.
    turn: Option<OwnedMutexGuard<()>>,
    /// Leases on what this batch changes, which are over once it is committed.
    settled: Held<JobId>,
    settled_deliveries: Held<DeliveryId>,
}

impl From<rusqlite::Error> for EngineError {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error().map(|inner| (inner.code, inner.extended_code));
        match code {
            Some((
                ErrorCode::ConstraintViolation,
                rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY | rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
            )) => Self::Conflict,
            Some((ErrorCode::ConstraintViolation, _)) => Self::Rejected(error.to_string()),
            Some(_) | None if failure::is_damage(&error) => Self::Damaged(failure::told(&error)),
            Some(_) | None => Self::Failed(failure::told(&error)),
        }
    }
}

impl SqliteWriter {
    pub(super) fn new(path: PathBuf, connection: Option<Connection>, shared: Shared) -> Self {
        Self { path, connection, shared, turn: None, settled: Vec::new(), settled_deliveries: Vec::new() }
    }

    fn noted(&self, written: Written) -> Written {
        written.inspect_err(|error| {
            if let EngineError::Damaged(told) = error {
                self.shared.damage.note(told);
            }
        })
    }

    fn open(&self) -> Result<&Connection, EngineError> {
        self.connection.as_ref().ok_or_else(|| EngineError::failed("no connection"))
    }

    async fn start(&mut self) -> Written {
        self.shared.damage.none().map_err(EngineError::failed)?;
        self.turn = Some(Arc::clone(&self.shared.gate).lock_owned().await);
        self.settled.clear();
        self.settled_deliveries.clear();
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connection::writer(&self.path)?,
        };
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        // On an error above the connection is gone: whatever ails it, the next batch opens another.
        self.connection = Some(connection);
        Ok(())
    }

    fn supply(&self, keys: &BTreeSet<Key>, state: &mut State) -> Written {
        let mut finder = Finder { connection: self.open()?, state };
        Ok(keys.iter().try_for_each(|&key| records::find(key, &mut finder))?)
    }

    fn write(&mut self, changes: &Changes, outbox: &[OutboxRow]) -> Written {
        Batch::of(changes, outbox).write(&mut Writing(self.open()?))?;
        let jobs = changes.jobs.iter().map(|change| change.id).chain(changes.finished_jobs.iter().copied());
        self.settled = self.shared.leases.held(jobs);
        self.settled_deliveries = self.shared.delivery_leases.held(changes.deliveries.iter().map(|change| change.id));
        Ok(())
    }

    fn end(&mut self) -> Written {
        let committed = self.open()?.prepare_cached("COMMIT").and_then(|mut statement| statement.execute([]).map(drop));
        match committed {
            Ok(()) => {
                self.turn = None;
                self.shared.leases.release(&self.settled);
                self.shared.delivery_leases.release(&self.settled_deliveries);
                Ok(())
            }
            // The disk is full before the log has the frame that makes it a commit; the rollback that follows is sure.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => Err(error.into()),
            Err(error) => {
                // An fsync that failed once may "succeed" when tried again, without the data: never try again.
                self.connection = None;
                self.turn = None;
                Err(EngineError::CommitUnknown(self.shared.damage.told(&error)))
            }
        }
    }

    fn undo(&mut self) {
        let _turn = self.turn.take();
        let clean = self.connection.as_ref().is_some_and(|connection| {
            connection.is_autocommit()
                || connection.prepare_cached("ROLLBACK").and_then(|mut undo| undo.execute([])).is_ok()
        });
        if !clean {
            self.connection = None;
        }
    }
}

impl Drop for SqliteWriter {
    /// Moves the log into the file, so that a stopped server leaves one file with everything in it.
    fn drop(&mut self) {
        if let Some(connection) = &self.connection
            && let Err(error) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        {
            tracing::warn!(%error, "the write-ahead log stays beside the file");
        }
    }
}

impl Writer for SqliteWriter {
    const ENGINE: &'static str = "sqlite";

    async fn begin(&mut self) -> Written {
        let begun = self.start().await;
        self.noted(begun)
    }

    fn load(&mut self, keys: &BTreeSet<Key>, state: &mut State) -> impl Future<Output = Written> + Send {
        ready(self.noted(self.supply(keys, state)))
    }

    fn persist(&mut self, changes: &Changes, outbox: &[OutboxRow]) -> impl Future<Output = Written> + Send {
        let written = self.write(changes, outbox);
        ready(self.noted(written))
    }

    fn commit(&mut self) -> impl Future<Output = Written> + Send {
        ready(self.end())
    }

    fn rollback(&mut self) -> impl Future<Output = ()> + Send {
        self.undo();
        ready(())
    }
}
