//! The Postgres engine: several replicas may share one database.
//!
//! Knows nothing of who else writes. Nothing is locked while a batch is decided: rows carry versions, a write names the
//! version it was decided on, and a batch that finds another one runs again. A newcomer's usual mistake is to add a
//! `SELECT … FOR UPDATE`; the versions make it needless.

mod audit;
mod audit_log;
mod checkout;
mod customers;
mod due;
mod failure;
mod fields;
mod jobs;
mod lane;
mod load;
mod merchants;
mod migrate;
mod payments;
mod prune;
mod readers;
mod reads;
mod rows;
mod search;
mod session;
mod statement;
mod webhooks;
mod write;

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_postgres::Config;

use crate::error::StoreError;
use crate::lane::Worker;
use failure::Failure;
use lane::PostgresLane;
use readers::Readers;
use session::Session;

/// While one lane waits for its commit, the other one decides and writes.
const LANES: usize = 2;

pub struct Postgres {
    config: Arc<Config>,
    readers: Readers,
    lanes: Mutex<JoinSet<()>>,
}

impl Postgres {
    /// Connects, and brings the schema up to date. The URL is as libpq has it; tables go where its
    /// `options=-c search_path=…` says, if it does.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let mut config: Config = url.parse().map_err(Failure::Postgres)?;
        if config.get_application_name().is_none() {
            config.application_name("hedge");
        }
        migrate::migrate(&config).await?;
        let config = Arc::new(config);
        let readers = Readers::new(Arc::clone(&config));
        Ok(Self { config, readers, lanes: Mutex::default() })
    }

    async fn start_lanes(&self, worker: Worker) -> Result<(), StoreError> {
        let mut lanes = self.lanes.lock().await;
        for _lane in 0..LANES {
            let session = Session::open(&self.config).await?;
            let lane = PostgresLane::new(Arc::clone(&self.config), session);
            lanes.spawn(worker.clone().run(lane));
        }
        Ok(())
    }

    async fn lanes_ended(&self) {
        let mut lanes = self.lanes.lock().await;
        while let Some(ended) = lanes.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a writer ended early");
            }
        }
    }
}
