//! Databases that are unfit, or are so for a while. Each test has a database of its own on the server, because what it
//! changes holds for all of a database.

use std::time::Duration;

use hedge_domain::payment::Payment;
use hedge_store::StoreError;
use hedge_store::postgres::Postgres;
use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

use crate::harness::{Harness, Home};
use crate::sample::{create, first_tenant};

struct Database {
    server: Config,
    name: String,
}

impl Database {
    /// `None` when `HEDGE_TEST_POSTGRES_URL` names no server. One that a broken test left behind goes first.
    async fn create(name: &str, encoding: &str) -> Option<Self> {
        let Some(url) = std::env::var("HEDGE_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) else {
            eprintln!("not run: no Postgres");
            return None;
        };
        let database = Self { server: url.parse().unwrap(), name: format!("hedge_fitness_{name}") };
        database.drop().await;
        let settings = format!("ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        database.execute(&format!("CREATE DATABASE {} {settings}", database.name)).await;
        Some(database)
    }

    /// On the server's other database.
    async fn execute(&self, sql: &str) {
        let (client, connection) = self.server.connect(NoTls).await.unwrap();
        let driver = tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
    }

    async fn drop(&self) {
        self.execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await;
    }

    async fn disconnect_everybody(&self) {
        let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
        self.execute(&format!("{ended} = '{}'", self.name)).await;
    }

    fn settings(&self) -> String {
        let [Host::Tcp(host)] = self.server.get_hosts() else { panic!("a server that is reached by TCP") };
        let port = self.server.get_ports().first().copied().unwrap_or(5432);
        let password = self.server.get_password().map(|text| String::from_utf8_lossy(text).into_owned());
        let password = password.map(|password| format!("password='{password}'")).unwrap_or_default();
        let user = self.server.get_user().unwrap();
        format!("host={host} port={port} user='{user}' dbname={} {password}", self.name)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_in_another_encoding_than_utf8_is_refused_with_the_reason() {
    let Some(database) = Database::create("latin1", "LATIN1").await else { return };
    let refused = Postgres::connect(&database.settings()).await.err();
    database.drop().await;
    let Some(StoreError::Unavailable(reason)) = refused else { panic!("{refused:?}") };
    assert!(reason.contains("LATIN1") && reason.contains("UTF8"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_read_only_is_refused_at_the_start() {
    let Some(database) = Database::create("standby", "UTF8").await else { return };
    database.execute(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name)).await;
    let refused = Postgres::connect(&database.settings()).await.err();
    database.drop().await;
    // And not only by the first thing that is written.
    let Some(StoreError::Unavailable(reason)) = refused else { panic!("{refused:?}") };
    assert!(reason.contains("does not allow writes"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_read_only_takes_payments_again_and_readiness_tells_of_both() {
    let Some(database) = Database::create("read_only", "UTF8").await else { return };
    let mut harness = Harness::open(Home::memory().await.unwrap()).await;
    let engine = Postgres::connect(&database.settings()).await.unwrap();
    harness.store = harness.store_on(engine).await;
    let (tenant, _) = first_tenant(&harness).await;
    let payment = harness.run(create(&tenant, 100)).await;

    database.execute(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name)).await;
    database.disconnect_everybody().await;
    for _writer in 0..4 {
        let told = harness.store.run(create(&tenant, 100)).await;
        assert!(matches!(told, Err(StoreError::Unavailable(_))), "{told:?}");
    }
    assert!(harness.store.ping().await.is_err());
    // What is only read goes on.
    assert_eq!(harness.store.get::<Payment>(payment.id).await.unwrap(), Some(payment));

    database.execute(&format!("ALTER DATABASE {} RESET default_transaction_read_only", database.name)).await;
    for minor in 1..=4 {
        harness.run(create(&tenant, minor)).await;
    }
    // An answer is kept for a moment, so that whoever asks often costs no connections.
    let ready = async { while harness.store.ping().await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(10), ready).await.unwrap();
    drop(harness);
    database.drop().await;
}
