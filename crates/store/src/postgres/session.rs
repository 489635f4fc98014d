//! One connection to Postgres, with its limits, its prepared statements and its end.
//!
//! Every wait ends: the server cancels what takes too long, and should the server not answer at all, so do we.
//! A session that failed to answer in time is not used again: what it was asked for may still happen.

use std::collections::HashMap;
use std::sync::Once;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Statement};

use super::failure::Failure;
use super::target::Target;

/// How long to wait for a connection before callers are told that the database is away.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// Longer than the server's own limits, so that it is the server which gives up, and says why.
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// The settings of every session. `synchronous_commit` is only ever raised: whoever acknowledges a payment must not
/// lose it, but a cluster that waits for its standbys keeps doing so.
const SETTINGS: &str = "
    SET statement_timeout = '5s';
    SET lock_timeout = '1s';
    SET idle_in_transaction_session_timeout = '8s';
    SET default_transaction_isolation = 'read committed';
    SET client_min_messages = warning;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
";

/// All statements find their rows by index, and in the index's order; the planner is kept from preferring anything else
/// while a table is young and its statistics are not, because it would stay with that for the life of the prepared
/// statement. A server with another planner than Postgres's own need not know these.
const PLANNER: [&str; 7] = [
    "SET jit = off",
    "SET plan_cache_mode = force_generic_plan",
    "SET enable_seqscan = off",
    "SET enable_bitmapscan = off",
    "SET enable_sort = off",
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
];

pub(super) struct Session {
    pub client: Client,
    statements: Mutex<HashMap<String, Statement>>,
    driver: JoinHandle<()>,
}

impl Session {
    pub async fn open(target: &Target) -> Result<Self, Failure> {
        let session = Self::open_plain(target).await?;
        within(session.client.batch_execute(SETTINGS)).await?;
        session.wish(&PLANNER).await?;
        Ok(session)
    }

    /// Sets what this server knows of these, all at once if it knows them all.
    async fn wish(&self, settings: &[&str]) -> Result<(), Failure> {
        static TOLD: Once = Once::new();
        if within(self.client.batch_execute(&settings.join(";"))).await.is_ok() {
            return Ok(());
        }
        for setting in settings {
            match within(self.client.batch_execute(setting)).await {
                Ok(()) => {}
                Err(failure) if failure.is_unknown_setting() => {
                    TOLD.call_once(|| tracing::warn!(setting, "this server's planner does not take all our settings"));
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    /// Without settings, for work that is slow by nature.
    pub async fn open_plain(target: &Target) -> Result<Self, Failure> {
        let connected = tokio::time::timeout(CONNECT_PATIENCE, target.config.connect(target.tls.clone())).await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_setting_that_the_server_does_not_know_is_left_out_and_the_others_hold() {
        let Ok(url) = std::env::var("HEDGE_TEST_POSTGRES_URL") else {
            return eprintln!("not run: HEDGE_TEST_POSTGRES_URL is not set");
        };
        let session = Session::open_plain(&Target::parse(&url).expect("a URL")).await.expect("connects");
        let wishes = ["SET enable_teleport = on", "SET jit = sideways", "SET enable_sort = off"];
        session.wish(&wishes).await.expect("tolerated");
        let row = session.client.query_one("SHOW enable_sort", &[]).await.expect("the session is whole");
        assert_eq!(row.get::<_, &str>(0), "off");
    }
}
