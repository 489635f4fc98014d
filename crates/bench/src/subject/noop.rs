//! The whole server over a store that does nothing: what our own code costs, without any database.

mod engine;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use hedge_domain::installation::{Environment, Installation};
use hedge_server::clock::SystemClock;
use hedge_server::config::{Config, Switch};
use hedge_server::family::Surroundings;
use hedge_server::hedge::event;
use hedge_server::ids::RandomIds;
use hedge_server::listen::ConnectionLimits;
use hedge_server::open::Opened;
use hedge_server::secret::ServerSecret;
use hedge_server::serve::Beginning;
use hedge_server::worker::Wake;
use hedge_server::{Resolver, Running, Settings, serve, telemetry};
use hedge_store::{Ambient, Options, Store, Wakeups};
use tokio::net::TcpListener;

use engine::Nothing;

/// Serves until the process ends; answers where.
pub async fn start() -> Result<Running> {
    let wake = Arc::new(Wake::default());
    let committed = Arc::clone(&wake);
    let store = store(move |news| committed.tell(news)).await?;
    let installation = Installation {
        environment: Environment::Sandbox,
        secret_check: [0; 32],
        first_account: engine::account().id,
        created_at: engine::BEGINNING,
    };
    let secret = Arc::new(ServerSecret::new(&[7; 32]));
    let opened = Opened { store, families: serve::families(), secret, installation, first_key: None };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    serve::start_on(&config(), listener, Beginning { opened, resolver: Resolver::system(), wake, others: Vec::new() })
}

/// The logs of the real binary, rendered and thrown away as there.
pub fn logs() -> telemetry::Logs {
    telemetry::logs(Some(hedge_server::config::LogFormat::Json), None)
}

/// Also what the small costs are measured on.
pub async fn store(committed: impl Fn(Wakeups) + Send + Sync + 'static) -> Result<Store> {
    let ambient = Ambient {
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds::default()),
        render_event: Box::new(|event| event::render(event, &surroundings())),
        committed: Box::new(committed),
    };
    Ok(Store::start(Nothing, ambient, Options::default()).await?)
}

fn surroundings() -> Surroundings {
    Surroundings { environment: Environment::Sandbox, public_url: config().public_url() }
}

fn config() -> Config {
    let settings = Settings {
        listen: Some(SocketAddr::from(([127, 0, 0, 1], 0)).into()),
        rate_limits: Some(Switch::Off),
        ledger_check_minutes: Some(0),
        ..Settings::default()
    };
    let resolved = settings.resolve().expect("what is set fits together");
    Config { connections: ConnectionLimits::new(4096, 4096), ..resolved }
}
