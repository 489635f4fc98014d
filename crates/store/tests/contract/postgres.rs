//! A Postgres database for one test: its own schema, gone afterwards.

use std::sync::atomic::{AtomicU64, Ordering};

use hedge_store::postgres::Postgres;
use hedge_store::{Ambient, Options, Store};
use tokio::task::JoinHandle;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, Error, NoTls};

use crate::proxy::Proxy;

/// Where one test's rows live.
pub struct PostgresHome {
    server: String,
    schema: String,
}

impl PostgresHome {
    /// A fresh one; `None` when `HEDGE_TEST_POSTGRES_URL` names no server.
    pub async fn create() -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let server = std::env::var("HEDGE_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())?;
        // The process id keeps test binaries apart that run at the same time.
        let schema = format!("hedge_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let home = Self { server, schema };
        home.execute(&format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", home.schema)).await;
        Some(home)
    }

    /// Starts a store on it; several may run at once.
    pub async fn start(&self, ambient: Ambient, options: Options) -> Store {
        Store::start(self.engine().await, ambient, options).await.unwrap()
    }

    pub async fn engine(&self) -> Postgres {
        Postgres::connect(&self.url()).await.unwrap()
    }

    pub fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}options=-c%20search_path%3D{1}&application_name={1}", self.server, self.schema)
    }

    /// An engine whose connections all go through the proxy.
    pub async fn engine_through(&self, proxy: &Proxy) -> Postgres {
        // Not encrypted: the proxy has to see when a commit comes by.
        Postgres::connect(&format!("{} sslmode=disable", self.settings_at(proxy.port))).await.unwrap()
    }

    /// The same database by way of another port of this machine.
    pub fn settings_at(&self, port: u16) -> String {
        let config = self.config();
        let (user, database) = (config.get_user().unwrap(), config.get_dbname().unwrap());
        let password = config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
        let password = password.map(|password| format!("password='{password}'")).unwrap_or_default();
        format!(
            "host=127.0.0.1 port={port} user='{user}' dbname='{database}' {password} options='-c search_path={}'",
            self.schema
        )
    }

    /// As a pooler is told of the server, and the schema that it has to set.
    pub fn behind_a_pooler(&self) -> (String, &str) {
        let config = self.config();
        let [Host::Tcp(host)] = config.get_hosts() else { panic!("a server that is reached by TCP") };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        (format!("host={host} port={port} user={}", config.get_user().unwrap()), &self.schema)
    }

    /// A proxy to this server, which must be one that is reached by TCP.
    pub async fn proxy(&self) -> Proxy {
        let config = self.config();
        let port = config.get_ports().first().copied().unwrap_or(5432);
        match config.get_hosts() {
            [Host::Tcp(host)] => Proxy::start(format!("{host}:{port}")).await,
            hosts => panic!("no proxy to {hosts:?}"),
        }
    }

    fn config(&self) -> Config {
        self.server.parse().unwrap()
    }

    /// Ends every connection of the stores, as a restart of the server would.
    pub async fn disconnect_everybody(&self) {
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()",
        )
        .await;
    }

    /// The same one without a row, as it was before anybody came: what no command may take away goes too.
    pub async fn emptied(self) -> Self {
        self.execute(
            "DO $$
             DECLARE made name;
             BEGIN
                 FOR made IN SELECT tablename FROM pg_tables
                     WHERE schemaname = current_schema() AND tablename NOT IN ('refinery_schema_history', 'migration_lease')
                 LOOP
                     EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', made);
                     EXECUTE format('DELETE FROM %I', made);
                     EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', made);
                 END LOOP;
             END $$",
        )
        .await;
        self
    }

    /// A connection beside the store's, and what drives it.
    pub async fn connect(&self) -> (Client, JoinHandle<Result<(), Error>>) {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
        (client, tokio::spawn(connection))
    }

    /// Does something to the rows behind the store's back.
    pub async fn execute(&self, sql: &str) {
        self.try_execute(sql).await.unwrap();
    }

    /// Asks the server itself.
    pub async fn query(&self, sql: &str) -> Vec<tokio_postgres::Row> {
        let (client, driver) = self.connect().await;
        let found = client.query(sql, &[]).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
        found
    }

    pub async fn try_execute(&self, sql: &str) -> Result<(), Error> {
        let (client, driver) = self.connect().await;
        let executed = client.batch_execute(&format!("SET client_min_messages = warning; {sql}")).await;
        drop(client);
        driver.await.unwrap()?;
        executed
    }
}

impl Drop for PostgresHome {
    /// On a thread with a runtime of its own, because the test's cannot be waited for in here.
    fn drop(&mut self) {
        let dropped = std::thread::scope(|scope| {
            let work = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(self.execute(&format!("DROP SCHEMA {} CASCADE", self.schema)));
            };
            scope.spawn(work).join()
        });
        assert!(dropped.is_ok() || std::thread::panicking(), "schema {} was left behind", self.schema);
    }
}
