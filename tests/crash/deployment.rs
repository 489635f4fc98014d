//! Where the servers of one ordeal keep their data, and the command line to go there.
//!
//! The one thing a newcomer gets wrong: a child inherits no `HEDGE_…` settings from whoever runs the tests.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

/// The key that the clients come with.
pub const SECRET_KEY: &str = "sk_test_crash";

/// Names a Postgres server for tests.
const POSTGRES: &str = "HEDGE_TEST_POSTGRES_URL";

pub struct Deployment {
    folder: Option<TempDir>,
    schema: Option<Schema>,
}

/// A schema of a Postgres database.
struct Schema {
    server: String,
    name: String,
}

/// What `hedge verify` said.
pub struct Verified {
    pub sound: bool,
    pub report: String,
    pub jobs: i64,
}

fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        // All packages together, so that the dependencies are the ones that the tests were built with.
        let build = escargot::CargoBuild::new().manifest_path(manifest).arg("--workspace").bin("hedge");
        build.run().unwrap().path().to_owned()
    })
}

impl Deployment {
    pub fn sqlite() -> Self {
        Self { folder: Some(TempDir::new().unwrap()), schema: None }
    }

    /// A schema of its own; `None` when no server is named.
    pub async fn postgres(name: &str) -> Option<Self> {
        let server = std::env::var(POSTGRES).ok().filter(|url| !url.is_empty())?;
        // The process id keeps test runs apart that go on at the same time.
        let schema = Schema { server, name: format!("hedge_crash_{}_{name}", std::process::id()) };
        schema.execute(&format!("CREATE SCHEMA {}", schema.name)).await;
        Some(Self { folder: Some(TempDir::new().unwrap()), schema: Some(schema) })
    }

    fn folder(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    /// The file of the database, if it is one.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        self.schema.is_none().then(|| self.folder().join("hedge.db"))
    }

    pub fn postgres_url(&self) -> Option<String> {
        self.schema.as_ref().map(Schema::url)
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HEDGE_")) {
            command.env_remove(name);
        }
        command.env("HEDGE_DATA_DIR", self.folder()).env("HEDGE_LISTEN", "127.0.0.1:0");
        command.env("HEDGE_RATE_LIMITS", "off").env("HEDGE_BOOTSTRAP_SECRET_KEY", SECRET_KEY);
        if let Some(url) = self.postgres_url() {
            command.env("HEDGE_DATABASE_URL", url);
        }
        command.current_dir(self.folder()).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    fn log_path(&self) -> PathBuf {
        self.folder().join("servers.log")
    }

    /// All servers of the ordeal append to it.
    pub fn log(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.log_path()).unwrap()
    }

    /// What the servers complained about.
    pub fn complaints(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log_path()).unwrap();
        let bad = |line: &&str| line.contains("ERROR") || line.contains("panicked") || line.starts_with("hedge:");
        log.lines().filter(bad).map(str::to_owned).collect()
    }

    /// Runs `hedge verify`.
    pub async fn verify(&self) -> Verified {
        let output = self.command().args(["verify", "--json"]).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let report: Value = serde_json::from_str(&said).unwrap_or_default();
        Verified {
            sound: output.status.success() && report["ok"] == true,
            jobs: report["rows"]["jobs"].as_i64().unwrap_or(-1),
            report: format!("{said}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }
}

impl Drop for Deployment {
    /// The schema goes, on a thread with a runtime of its own, because the test's cannot be waited for in here. What a
    /// failed ordeal left in its folder stays to be looked at.
    fn drop(&mut self) {
        let Some(folder) = self.folder.take() else {
            return;
        };
        if std::thread::panicking() {
            eprintln!("the data and logs of the servers are in {}", folder.keep().display());
        }
        let Some(schema) = self.schema.take() else {
            return;
        };
        let drop_it = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(schema.execute(&format!("DROP SCHEMA {} CASCADE", schema.name)));
        };
        let dropped = std::thread::scope(|scope| scope.spawn(drop_it).join());
        assert!(dropped.is_ok() || std::thread::panicking(), "schema {} was left behind", schema.name);
    }
}

impl Schema {
    fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}options=-c%20search_path%3D{}", self.server, self.name)
    }

    async fn execute(&self, sql: &str) {
        let (client, connection) = tokio_postgres::connect(&self.server, tokio_postgres::NoTls).await.unwrap();
        let driver = tokio::spawn(connection);
        client.batch_execute(&format!("SET client_min_messages = warning; {sql}")).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
    }
}
