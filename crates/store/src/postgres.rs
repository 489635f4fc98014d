//! The Postgres engine: several replicas may share one database.
//!
//! Knows nothing of who else writes. Nothing is locked while a batch is decided: rows carry versions, a write names the
//! version it was decided on, and a batch that finds another one runs again. A newcomer's usual mistake is to add a
//! `SELECT … FOR UPDATE`; the versions make it needless.

mod audit;
mod clocks;
mod counts;
mod due;
mod failure;
mod find;
mod fitness;
mod jobs;
mod list;
mod migrate;
mod prune;
mod readers;
mod readiness;
mod reads;
mod record;
mod session;
mod statement;
mod target;
mod tls;
mod write;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_postgres::config::TargetSessionAttrs;

use crate::batcher::Batcher;
use crate::error::StoreError;
use readers::Readers;
use readiness::Readiness;
use session::Session;
use target::Target;
use writer::PostgresWriter;

/// While one writer waits for its commit, the other one decides and writes.
const WRITERS: usize = 2;

/// Of several hosts one that is gone without a word must leave time for the next.
const HOST_PATIENCE: Duration = Duration::from_secs(1);

pub struct Postgres {
    target: Arc<Target>,
    readers: Readers,
    risks: Vec<&'static str>,
    writers: Mutex<JoinSet<()>>,
    readiness: Readiness,
}

impl Postgres {
    /// Connects, and brings the schema up to date. The URL is as libpq has it, `sslmode` included; tables go where its
    /// `options=-c search_path=…` says, if it does. Of several hosts it is the writable one that is used. With one host,
    /// reads go on while it is read only.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let mut reading = Target::parse(url)?;
        let config = &mut reading.config;
        if config.get_application_name().is_none() {
            config.application_name("hedge");
        }
        if config.get_hosts().len() > 1 && config.get_connect_timeout().is_none() {
            config.connect_timeout(HOST_PATIENCE);
        }
        let many = config.get_hosts().len() > 1;
        let mut writable = reading.clone();
        writable.config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        let risks = fitness::check(&writable).await?;
        migrate::migrate(&writable).await?;
        let reading = if many { writable.clone() } else { reading };
        let (target, readers) = (Arc::new(writable), Readers::new(Arc::new(reading)));
        Ok(Self { target, readers, risks, writers: Mutex::default(), readiness: Readiness::default() })
    }

    async fn start_writers(&self, batcher: Batcher) -> Result<(), StoreError> {
        let mut writers = self.writers.lock().await;
        for _writer in 0..WRITERS {
            let session = Session::open(&self.target).await?;
            let writer = PostgresWriter::new(Arc::clone(&self.target), session);
            writers.spawn(batcher.clone().run(writer));
        }
        Ok(())
    }

    async fn writers_ended(&self) {
        let mut writers = self.writers.lock().await;
        while let Some(ended) = writers.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a writer ended early");
            }
        }
    }
}
