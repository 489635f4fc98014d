//! Two replicas on one Postgres database, in a schema of the test's own that is gone afterwards.
//!
//! Without `HEDGE_TEST_POSTGRES_URL` there is nothing to run on, and the test says so.

use std::sync::atomic::{AtomicU64, Ordering};

use hedge_client::hedge::Client;
use hedge_server::checkout::CheckoutError;
use hedge_server::config::Switch;
use hedge_server::{Running, Settings};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use super::server::{VISA, client, pay_session};

/// Two servers that share a database and the server secret.
pub struct Replicas {
    pub urls: [String; 2],
    pub key: String,
    running: [Running; 2],
    _folder: TempDir,
    _schema: Schema,
}

/// A schema of the test's own. It goes with its owner, also when the test fails.
pub struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub async fn create() -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let Some(server) = std::env::var("HEDGE_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) else {
            eprintln!("not run: no Postgres");
            return None;
        };
        // The process id keeps test binaries apart that run at the same time.
        let name = format!("hedge_it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        execute(&server, &format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")).await;
        Some(Self { server, name })
    }

    /// What a server is given to work in it.
    pub fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}options=-c%20search_path%3D{}", self.server, self.name)
    }
}

impl Drop for Schema {
    /// On a thread with a runtime of its own, because the test's cannot be waited for in here.
    fn drop(&mut self) {
        let sql = format!("DROP SCHEMA {} CASCADE", self.name);
        let dropped = std::thread::scope(|scope| {
            let work = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(execute(&self.server, &sql));
            };
            scope.spawn(work).join()
        });
        assert!(dropped.is_ok() || std::thread::panicking(), "schema {} was left behind", self.name);
    }
}

impl Replicas {
    pub async fn start() -> Option<Self> {
        let schema = Schema::create().await?;
        let url = schema.url();
        let folder = TempDir::new().unwrap();
        let first = replica(&url, &folder).await;
        let second = replica(&url, &folder).await;
        assert_eq!(second.first_key, None, "the second replica finds what the first has made");
        let key = first.first_key.clone().expect("the first start makes a key");
        let urls = [&first, &second].map(|running| format!("http://{}", running.address));
        Some(Self { urls, key, running: [first, second], _folder: folder, _schema: schema })
    }

    /// A payer's form, as the hosted page of one replica takes it.
    pub async fn pay_session(&self, at: usize, session: &str, nonce: &str) -> Result<String, CheckoutError> {
        pay_session(&self.running[at], session, VISA, nonce).await
    }

    pub fn clients(&self) -> [Client; 2] {
        [0, 1].map(|index: usize| client(&self.urls[index], &self.key))
    }

    /// Takes both down in order; the schema goes with them.
    pub async fn end(self) {
        for running in self.running {
            running.shutdown().await;
        }
    }
}

async fn replica(url: &str, folder: &TempDir) -> Running {
    let settings = Settings {
        data_dir: Some(folder.path().to_owned()),
        database_url: Some(url.to_owned()),
        listen: Some(([127, 0, 0, 1], 0).into()),
        rate_limits: Some(Switch::Off),
        server_secret: Some("a secret that both replicas share, for tests".to_owned()),
        ..Settings::default()
    };
    hedge_server::start(&settings.resolve().unwrap()).await.unwrap()
}

async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    client.batch_execute(&format!("SET client_min_messages = warning; {sql}")).await.unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
}
