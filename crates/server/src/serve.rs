//! Assembling a server from its configuration, and taking it down in order.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use hedge_rails::Sandbox;
use hedge_store::sqlite::Access;
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::keyring::Keyring;
use crate::open::{self, Opened};
use crate::platform::Platform;
use crate::signing_ring::SigningRing;
use crate::{hedge, listen, operator, telemetry, worker};

/// A server that is up.
pub struct Running {
    pub address: SocketAddr,
    /// The first secret key, if this was the first start.
    pub first_key: Option<String>,
    pub platform: Arc<Platform>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Opens the store, binds the address and starts to serve.
pub async fn start(config: &Config) -> Result<Running> {
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let wake = Arc::new(Notify::new());
    let committed = Arc::clone(&wake);
    let opened = open::open(config, Access::Server, move || committed.notify_one()).await?;
    start_on(config, listener, opened, wake)
}

/// Serves on a store that is open already; `wake` is told after each of its batches.
pub fn start_on(config: &Config, listener: TcpListener, opened: Opened, wake: Arc<Notify>) -> Result<Running> {
    let Opened { store, secret, first_key, .. } = opened;
    let address = listener.local_addr()?;
    let metrics = telemetry::metrics();

    let platform = Arc::new(Platform {
        keyring: Keyring::new(store.clone()),
        signing: SigningRing::new(store.clone(), Arc::clone(&secret)),
        store,
        secret,
        cards: Arc::new(Sandbox),
        clock: Arc::new(SystemClock),
        environment: config.environment,
        idempotency_kept: hedge_domain::Duration::from_hours(config.idempotency_hours.into()),
        running: Mutex::new(HashSet::new()),
    });
    let router = hedge::router(&platform, config.rate_limits).merge(operator::router(Arc::clone(&platform), metrics));

    let (stop, stopping) = watch::channel(false);
    let tasks = vec![
        tokio::spawn(listen::serve(listener, router, stopping.clone())),
        tokio::spawn(worker::run(Arc::clone(&platform), wake, stopping.clone())),
        tokio::spawn(worker::keep_house(Arc::clone(&platform), stopping)),
    ];
    Ok(Running { address, first_key, platform, stop, tasks })
}

/// How long the writers may take for what is still queued.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(30);

impl Running {
    /// Stops accepting, finishes what was accepted, and closes the store.
    pub async fn shutdown(self) {
        let Self { platform, stop, tasks, .. } = self;
        stop.send_replace(true);
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task ended badly");
            }
        }
        match Arc::try_unwrap(platform) {
            Ok(platform) => {
                let Platform { store, keyring, signing, .. } = platform;
                drop((keyring, signing));
                if tokio::time::timeout(CLOSE_TIMEOUT, store.close()).await.is_err() {
                    tracing::warn!("the writers did not finish in time");
                }
            }
            // A connection that outlived its time limit still holds on; what it queued is committed before the process ends.
            Err(_shared) => tracing::warn!("a request is still running"),
        }
    }
}
