//! The servers: started, killed, started again on the same data; and the roster that tells the clients which are up.
//!
//! A newcomer's usual mistake is to take a dead server off the roster before it is killed: the clients must be at it
//! with full force at that moment.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout};
use tokio::sync::watch;

use crate::deployment::Deployment;
use crate::figures::Figures;

/// A dev build on a busy machine takes its time.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// One slot for a server; it is counted how many it has had.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    pub generation: u64,
    pub url: Option<String>,
}

pub type Roster = Vec<Slot>;

pub struct Fleet {
    deployment: Arc<Deployment>,
    figures: Arc<Figures>,
    servers: Vec<Option<Server>>,
    roster: watch::Sender<Roster>,
}

struct Server {
    child: Child,
    /// Kept open: a server must not find its output closed.
    _out: BufReader<ChildStdout>,
}

impl Fleet {
    pub fn new(deployment: Arc<Deployment>, figures: Arc<Figures>, size: usize) -> Self {
        let servers = (0..size).map(|_| None).collect();
        let roster = watch::Sender::new(vec![Slot::default(); size]);
        Self { deployment, figures, servers, roster }
    }

    pub fn size(&self) -> usize {
        self.servers.len()
    }

    pub fn roster(&self) -> watch::Receiver<Roster> {
        self.roster.subscribe()
    }

    fn spawn(&self) -> Child {
        let log = self.deployment.log();
        self.deployment.command().stdout(Stdio::piped()).stderr(log).spawn().unwrap()
    }

    /// Starts a server and waits until it listens. The clients are not told yet.
    pub async fn start(&mut self, slot: usize) -> String {
        let mut child = self.spawn();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let read = tokio::time::timeout(START_PATIENCE, out.read_line(&mut line)).await;
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        let complaints = || self.deployment.complaints().join("\n");
        assert!(read.is_ok() && url.starts_with("http://"), "a server did not start: {line:?}\n{}", complaints());
        self.servers[slot] = Some(Server { child, _out: out });
        url
    }

    /// Lets the clients come.
    pub fn publish(&self, slot: usize, url: String) {
        self.roster.send_modify(|roster| roster[slot].url = Some(url));
    }

    /// Kills a server, as `kill -9` does.
    pub async fn kill(&mut self, slot: usize) {
        let Some(mut server) = self.servers[slot].take() else {
            return;
        };
        server.child.start_kill().unwrap();
        server.child.wait().await.unwrap();
        self.figures.kills.up();
        self.roster.send_modify(|roster| {
            roster[slot].url = None;
            roster[slot].generation += 1;
        });
    }

    /// Starts a server and kills it so soon that it hardly listens.
    pub async fn kill_while_starting(&self, after: Duration) {
        let mut child = self.spawn();
        let mut out = child.stdout.take().unwrap();
        let ended = tokio::time::timeout(after, child.wait()).await;
        assert!(ended.is_err(), "a server ended by itself: {}", self.deployment.complaints().join("\n"));
        child.start_kill().unwrap();
        child.wait().await.unwrap();
        let mut said = String::new();
        out.read_to_string(&mut said).await.unwrap();
        if said.is_empty() {
            self.figures.early_kills.up();
        }
    }
}
