//! Where the servers of one ordeal keep their data, and the command line to go there.
//!
//! The one thing a newcomer gets wrong: what a failed ordeal left in its folder is kept, and said where.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::program;
use crate::schema::Schema;

/// The key that the clients come with.
pub const SECRET_KEY: &str = "sk_test_crash";

pub struct Deployment {
    folder: Option<TempDir>,
    schema: Option<Schema>,
}

/// What `hedge verify` said.
pub struct Verified {
    pub sound: bool,
    pub report: String,
    pub jobs: i64,
}

impl Deployment {
    pub fn sqlite() -> Self {
        Self { folder: Some(TempDir::new().unwrap()), schema: None }
    }

    /// A schema of its own; `None` when no server is named.
    pub async fn postgres() -> Option<Self> {
        Some(Self { folder: Some(TempDir::new().unwrap()), schema: Some(Schema::create().await?) })
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
        let mut command = Command::from(program::command(self.folder()));
        command.env("HEDGE_LISTEN", "127.0.0.1:0");
        command.env("HEDGE_RATE_LIMITS", "off").env("HEDGE_BOOTSTRAP_SECRET_KEY", SECRET_KEY);
        if let Some(url) = self.postgres_url() {
            command.env("HEDGE_DATABASE_URL", url);
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
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
    /// What a failed ordeal left in its folder stays to be looked at.
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take().filter(|_| std::thread::panicking()) {
            eprintln!("the data and logs of the servers are in {}", folder.keep().display());
        }
    }
}
