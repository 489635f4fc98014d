//! Two replicas on one Postgres database, in a schema of the test's own that is gone afterwards.
//!
//! What a newcomer gets wrong: without a Postgres there are none, and the test has nothing to say.

use hedge_client::hedge::Client;
use hedge_server::checkout::CheckoutError;
use hedge_server::config::Switch;
use hedge_server::{Running, Settings};
use tempfile::TempDir;

use super::server::{VISA, client, pay_session};
use crate::schema::Schema;

/// Two servers that share a database and the server secret.
pub struct Replicas {
    pub urls: [String; 2],
    pub key: String,
    running: [Running; 2],
    _folder: TempDir,
    _schema: Schema,
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
