//! The SQLite engine: one writer on its own thread, readers inline on whoever asks.
//!
//! A read costs microseconds, less than handing it to another thread; so every read's future is ready at once. What
//! a newcomer gets wrong: a commit error does not mean that nothing was written, so the connection is thrown away.

mod audit;
pub mod backup;
mod clocks;
mod connection;
mod counts;
mod due;
mod failure;
mod find;
mod jobs;
mod journal;
mod leases;
mod list;
mod pool;
mod prune;
mod reads;
mod record;
mod statement;
mod write;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::watch;

use crate::batcher::Batcher;
use crate::error::StoreError;
use pool::Pool;
use writer::{Shared, SqliteWriter};

/// How long a start may look at the file. It takes a second for some hundred megabytes; a server of a file of many gigabytes must
/// not be away for minutes at each start, so that what a torn copy shows beyond this is left to `hedge verify`.
const LOOK: Duration = Duration::from_secs(5);

/// Who opens the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The one server of this file; a second is refused, for job leases live in its memory.
    Server,
    /// A short-lived tool that may work beside the server and claims no jobs.
    Tool,
}

pub struct Sqlite {
    path: PathBuf,
    readers: Pool,
    shared: Shared,
    /// The connection that brought the schema up to date, until the writer takes it.
    first: Mutex<Option<Connection>>,
    /// The writer thread; gone when it has ended.
    writer: Mutex<Option<watch::Receiver<()>>>,
    /// Held as long as the engine and its writer live.
    lock: Option<Arc<File>>,
}

impl Sqlite {
    /// Opens the file, creating it if need be, and brings its schema up to date.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let lock = match access {
            Access::Server => Some(Arc::new(connection::lock(path)?)),
            Access::Tool => None,
        };
        if access == Access::Server && path.exists() {
            backup::check(path, Some(LOOK))?;
        }
        let first = connection::prepare(path)?;
        Ok(Self {
            path: path.to_owned(),
            readers: Pool::new(path),
            shared: Shared::default(),
            first: Mutex::new(Some(first)),
            writer: Mutex::new(None),
            lock,
        })
    }

    fn start_writer(&self, batcher: Batcher) -> Result<(), StoreError> {
        let (ended, running) = watch::channel(());
        *self.writer.lock() = Some(running);
        let writer = SqliteWriter::new(self.path.clone(), self.first.lock().take(), self.shared.clone());
        let lock = self.lock.clone();
        let run = move || {
            futures::executor::block_on(batcher.run(writer));
            drop(lock);
            drop(ended);
        };
        let spawned = std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(run);
        spawned.map(drop).map_err(|error| StoreError::Unavailable(format!("no writer thread: {error}")))
    }

    fn writer_ended(&self) -> BoxFuture<'_, ()> {
        let running = self.writer.lock().clone();
        Box::pin(async move {
            if let Some(mut running) = running {
                // Nothing is ever sent: an error is the writer's end.
                while running.changed().await.is_ok() {}
            }
        })
    }
}
