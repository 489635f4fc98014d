//! A pooler before Postgres. Runs where `pgbouncer` is installed; elsewhere the tests say that they were not run.

use std::os::unix::fs::MetadataExt;
use std::process::Stdio;
use std::time::Duration;

use hedge_store::StoreError;
use hedge_store::postgres::Postgres;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::postgres::PostgresHome;

struct Pooler {
    port: u16,
    // Ended with the test.
    _process: Child,
    _folder: TempDir,
}

impl Pooler {
    /// `None` where there is no pooler to start.
    async fn start(home: &PostgresHome, mode: &str) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("pgbouncer.ini");
        // Set by the pooler, and again after each session, because the tables are in a schema of the test's own.
        let (server, schema) = home.behind_a_pooler();
        let text = format!(
            "[databases]\n* = {server} connect_query='SET search_path = {schema}'\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {free}\nauth_type = any\npool_mode = {mode}\nunix_socket_dir =\n\
             ignore_startup_parameters = options\nserver_reset_query = SET search_path = {schema}\n"
        );
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new("pgbouncer");
        // It refuses to be root; anybody else cannot become another user and need not.
        if std::fs::metadata(&file).unwrap().uid() == 0 {
            command.args(["-u", "nobody"]);
        }
        command.arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let Ok(process) = command.spawn() else {
            eprintln!("not run: no pgbouncer");
            return None;
        };
        let listening = async { while TcpStream::connect(("127.0.0.1", free)).await.is_err() {} };
        tokio::time::timeout(Duration::from_secs(20), listening).await.unwrap();
        Some(Self { port: free, _process: process, _folder: folder })
    }
}

/// What a start on Postgres by way of a pooler in this mode is told; `None` where it could not be tried.
async fn started_through(mode: &str) -> Option<Result<(), StoreError>> {
    let home = PostgresHome::create().await?;
    let pooler = Pooler::start(&home, mode).await?;
    let connected = Postgres::connect(&home.settings_at(pooler.port)).await.map(drop);
    drop(pooler);
    home.disconnect_everybody().await;
    Some(connected)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_in_transaction_mode_is_refused_with_the_reason() {
    let Some(told) = started_through("transaction").await else { return };
    let Err(StoreError::Unavailable(reason)) = told else { panic!("{told:?}") };
    assert!(reason.contains("transaction mode"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_in_session_mode_is_accepted() {
    let Some(told) = started_through("session").await else { return };
    assert!(told.is_ok(), "{told:?}");
}
