//! Assembling a server from its configuration and its families, and taking it down in order.
//!
//! What a newcomer looks for elsewhere is the list of families: it is here, and the platform gets to know each only as a
//! [`Family`](crate::family::Family).

mod mount;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use hedge_domain::installation::Environment;
use hedge_rails::{Absent, Rails, Sandbox};
use hedge_store::sqlite::Access;
use hedge_webhooks::{Resolver, Settings as ReceiverSettings};
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::deliveries::{self, Deliverer, Means};
use crate::family::{Families, FamilyIndex};
use crate::keyring::Keyring;
use crate::listen::{Connections, Listening};
use crate::open::{self, Opened};
use crate::operator::LedgerWatch;
use crate::platform::Platform;
use crate::shares::Shares;
use crate::signing_ring::SigningRing;
use crate::worker::Wake;
use crate::{gateway, hedge, listen, operator, pay, telemetry, worker};

/// The families that this program speaks.
#[must_use]
pub fn families() -> Families {
    Families::new(hedge::FAMILY, &[])
}

/// A server that is up.
pub struct Running {
    pub address: SocketAddr,
    /// Where the families are that listen by themselves.
    pub others: Vec<(&'static str, SocketAddr)>,
    /// The first secret key, if this was the first start.
    pub first_key: Option<String>,
    pub platform: Arc<Platform>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Opens the store, binds the address and starts to serve.
pub async fn start(config: &Config) -> Result<Running> {
    start_with(config, Resolver::system()).await
}

/// The same, where the names of webhooks' receivers are looked up somewhere else.
pub async fn start_with(config: &Config, resolver: Resolver) -> Result<Running> {
    start_families(config, resolver, families()).await
}

/// The same with other families.
pub async fn start_families(config: &Config, resolver: Resolver, families: Families) -> Result<Running> {
    let listener = bind(config.listen).await?;
    let config = &config.listening_on(listener.local_addr()?);
    let wake = Arc::new(Wake::default());
    let committed = Arc::clone(&wake);
    let mut others = Vec::new();
    for (index, family) in families.iter() {
        if let Some(address) = (family.listen)(config) {
            others.push((index, bind(address).await?));
        }
    }
    let opened = open::open(config, Access::Server, families, move |news| committed.tell(news)).await?;
    start_on(config, listener, Beginning { opened, resolver, wake, others })
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// What a server begins with.
pub struct Beginning {
    pub opened: Opened,
    /// Looks up the names of webhooks' receivers.
    pub resolver: Resolver,
    /// Is told after each batch of the store.
    pub wake: Arc<Wake>,
    /// Of the families that do not listen with the others.
    pub others: Vec<(FamilyIndex, TcpListener)>,
}

/// Serves on a store that is open already.
pub fn start_on(config: &Config, listener: TcpListener, beginning: Beginning) -> Result<Running> {
    let Beginning { opened, resolver, wake, others } = beginning;
    let Opened { store, families, secret, first_key, .. } = opened;
    let address = listener.local_addr()?;
    let addresses = others.iter().map(|(index, listener)| Ok((families.of(*index).name, listener.local_addr()?)));
    let addresses = addresses.collect::<Result<Vec<_>>>()?;
    for (family, address) in &addresses {
        tracing::info!(family, %address, "listens by itself");
    }
    let metrics = telemetry::metrics();
    operator::tell_risks(store.risks(), config.environment);

    let platform = Arc::new(Platform {
        keyring: Keyring::new(store.clone(), families.clone()),
        signing: SigningRing::new(store.clone(), Arc::clone(&secret)),
        store,
        secret,
        rails: rails(config.environment),
        clock: Arc::new(SystemClock),
        environment: config.environment,
        webhook_guard: config.webhook_guard(),
        public_url: config.listening_on(address).public_url(),
        idempotency_kept: hedge_domain::Duration::from_hours(config.idempotency_hours.into()),
        running: Mutex::new(HashSet::new()),
        shares: Shares::default(),
    });
    let deliverer = deliverer(config, &platform, families.clone(), resolver)?;
    let ledger = Arc::new(LedgerWatch::default());
    let ours = pay::router(&platform, config.rate_limits).merge(operator::router(
        Arc::clone(&platform),
        metrics,
        Arc::clone(&ledger),
    ));
    let served = mount::mount(&families, (listener, ours), others, |family| {
        gateway::router(&platform, family, config.rate_limits)
    });

    let (stop, stopping) = watch::channel(false);
    let mut tasks = vec![
        tokio::spawn(worker::run(Arc::clone(&platform), Arc::clone(&wake.jobs), stopping.clone())),
        tokio::spawn(deliveries::run(deliverer, Arc::clone(&wake.deliveries), stopping.clone())),
        tokio::spawn(worker::keep_house(Arc::clone(&platform), stopping.clone())),
        tokio::spawn(ledger.run(Arc::clone(&platform), config.ledger_check_every, stopping.clone())),
    ];
    let open = Connections::new(config.connections, config.trusted_proxies.clone());
    tasks.extend(served.into_iter().map(|(listener, router, family)| {
        let words = gateway::words(family, Arc::clone(&platform.clock));
        let listening = Listening { listener, router, words };
        tokio::spawn(listen::serve(listening, Arc::clone(&open), stopping.clone()))
    }));
    Ok(Running { address, others: addresses, first_key, platform, stop, tasks })
}

/// The sandbox is for play money only, and nothing else is built yet.
fn rails(environment: Environment) -> Rails {
    match environment {
        Environment::Sandbox => Rails { cards: Arc::new(Sandbox), payouts: Arc::new(Sandbox) },
        Environment::Production => {
            tracing::warn!("no card network and no bank is connected: payments by card are refused");
            Rails { cards: Arc::new(Absent), payouts: Arc::new(Absent) }
        }
    }
}

fn deliverer(config: &Config, platform: &Platform, families: Families, resolver: Resolver) -> Result<Arc<Deliverer>> {
    let means = Means {
        families,
        store: platform.store.clone(),
        secret: Arc::clone(&platform.secret),
        clock: Arc::clone(&platform.clock),
        environment: config.environment,
        settings: ReceiverSettings { resolver, ..ReceiverSettings::new(config.webhook_guard()) },
    };
    Ok(Arc::new(Deliverer::new(means, config.webhook_limits)?))
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
