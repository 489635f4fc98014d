//! One connection to Postgres, with its limits, its prepared statements and its end.
//!
//! Every wait ends: the server cancels what takes too long, and should the server not answer at all, so do we.
//! A session that failed to answer in time is not used again: what it was asked for may still happen.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, NoTls, Statement};

use super::failure::Failure;

/// How long to wait for a connection before callers are told that the database is away.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// Longer than the server's own limits, so that it is the server which gives up, and says why.
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// The settings of every session. `synchronous_commit` is only ever raised: whoever acknowledges a payment must not
/// lose it, but a cluster that waits for its standbys keeps doing so. All statements find their rows by index, and in
/// the index's order; the planner is kept from preferring anything else while a table is young and its statistics are
/// not, because it would stay with that for the life of the prepared statement.
const SETTINGS: &str = "
    SET statement_timeout = '5s';
    SET lock_timeout = '1s';
    SET idle_in_transaction_session_timeout = '8s';
    SET default_transaction_isolation = 'read committed';
    SET client_min_messages = warning;
    SET jit = off;
    SET plan_cache_mode = force_generic_plan;
    SET enable_seqscan = off;
    SET enable_bitmapscan = off;
    SET enable_sort = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
";

pub(super) struct Session {
    pub client: Client,
    statements: Mutex<HashMap<String, Statement>>,
    driver: JoinHandle<()>,
}

impl Session {
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        let session = Self::open_plain(config).await?;
        within(session.client.batch_execute(SETTINGS)).await?;
        Ok(session)
    }

    /// Without settings, for work that is slow by nature.
    pub async fn open_plain(config: &Config) -> Result<Self, Failure> {
        let connected = tokio::time::timeout(CONNECT_PATIENCE, config.connect(NoTls)).await;
        let (client, connection) = connected.map_err(|_elapsed| Failure::Silent)??;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "connection to Postgres ended");
            }
        });
        Ok(Self { client, statements: Mutex::default(), driver })
    }

    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// The prepared statement for this text, made at its first use on this connection.
    pub async fn prepared(&self, sql: &str) -> Result<Statement, Failure> {
        if let Some(statement) = self.statements.lock().get(sql) {
            return Ok(statement.clone());
        }
        let statement = within(self.client.prepare(sql)).await?;
        self.statements.lock().insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Drop for Session {
    /// A connection whose server is silent would otherwise live on until the network gives it up.
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// The answer, or the finding that there will be none.
pub(super) async fn within<T>(
    answer: impl Future<Output = Result<T, tokio_postgres::Error>> + Send,
) -> Result<T, Failure> {
    match tokio::time::timeout(ANSWER_PATIENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_elapsed) => Err(Failure::Silent),
    }
}
