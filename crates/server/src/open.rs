//! Opening the store, for the server and for the command line alike, and the installation inside it.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use hedge_domain::api_key::{ApiKey, CreateApiKey, KeyKind, NewKey};
use hedge_domain::command::Command;
use hedge_domain::installation::{Environment, Install, Installation};
use hedge_domain::{Actor, Refusal};
use hedge_store::postgres::Postgres;
use hedge_store::sqlite::{Access, Sqlite, backup};
use hedge_store::{Ambient, ApiKeyByHash, Done, Options, RenderEvent, Store, Wakeups};

use crate::clock::SystemClock;
use crate::config::{Config, Database};
use crate::family::{Families, Surroundings};
use crate::ids::RandomIds;
use crate::secret::{self, ServerSecret};

pub(crate) const SECRET_FILE: &str = "server.secret";

/// An open store, and what it belongs to.
pub struct Opened {
    pub store: Store,
    /// Those that its events are rendered by.
    pub families: Families,
    pub secret: Arc<ServerSecret>,
    pub installation: Installation,
    /// The first secret key, if this was the first start and made it: the only time it can be shown.
    pub first_key: Option<String>,
}

/// Opens the configured database, making the installation if there is none yet.
pub async fn open(
    config: &Config,
    access: Access,
    families: Families,
    committed: impl Fn(Wakeups) + Send + Sync + 'static,
) -> Result<Opened> {
    let secret = Arc::new(server_secret(config)?);
    let store = start_store(config, access, renderer(config, &families), Box::new(committed)).await?;

    let prefix = secret::prefix(KeyKind::Secret, config.environment);
    let given = config.bootstrap_secret_key.as_deref();
    if let Some(key) = given {
        check_given(key, prefix)?;
    }
    let key = given.map_or_else(|| secret::new_key(prefix), str::to_owned);
    let first_key = new_key(&secret, &key, config.environment);
    let install =
        Install { environment: config.environment, secret_check: secret.check(), first_key: first_key.clone() };
    let installed = run(&store, install).await?;
    check(&installed.installation, config, &secret)?;
    if given.is_some() && installed.key.is_none() {
        ensure_key(&store, &installed.installation, first_key).await?;
    }
    // Whoever gave a key has it already, and what is printed often ends up in a log.
    let first_key = installed.key.filter(|_made| given.is_none()).map(|_made| key);
    Ok(Opened { store, families, secret, installation: installed.installation, first_key })
}

/// Opens a database that is there, for looking at its rows: makes nothing, and needs no server secret.
pub async fn existing(config: &Config, families: &Families) -> Result<Store> {
    if let Database::Sqlite(path) = &config.database
        && !path.exists()
    {
        bail!("there is no database at {}", path.display());
    }
    if let Database::Sqlite(path) = &config.database {
        backup::check(path, None).with_context(|| path.display().to_string())?;
    }
    let store = start_store(config, Access::Tool, renderer(config, families), Box::new(|_news| {})).await?;
    if store.get::<Installation>(()).await?.is_none() {
        bail!("no server has ever started on this database");
    }
    Ok(store)
}

/// Runs a command that the program itself gives, outside any request.
pub async fn run<C: Command>(store: &Store, command: C) -> Result<C::Output> {
    match store.run(command).await? {
        Done::Fresh { result, .. } => result.map_err(|refusal: Refusal| anyhow::anyhow!("{refusal}")),
        Done::Replayed(_) => bail!("a command without an idempotency key was replayed"),
    }
}

/// Each event reads as its family has it.
fn renderer(config: &Config, families: &Families) -> RenderEvent {
    let surroundings = Surroundings { environment: config.environment, public_url: config.public_url() };
    let families = families.clone();
    Box::new(move |event| (families.announcing(event.kind).render)(event, &surroundings))
}

async fn start_store(
    config: &Config,
    access: Access,
    render_event: RenderEvent,
    committed: Box<dyn Fn(Wakeups) + Send + Sync>,
) -> Result<Store> {
    let ambient =
        Ambient { clock: Arc::new(SystemClock), ids: Arc::new(RandomIds::default()), render_event, committed };
    let store = match &config.database {
        Database::Sqlite(path) => {
            if let Some(folder) = path.parent() {
                create_folder(folder)?;
            }
            let engine = Sqlite::open(path, access).with_context(|| format!("cannot open {}", path.display()))?;
            Store::start(engine, ambient, Options::default()).await?
        }
        Database::Postgres(url) => {
            let engine = Postgres::connect(url).await.context("cannot open the Postgres database")?;
            Store::start(engine, ambient, Options::default()).await?
        }
    };
    Ok(store)
}

fn server_secret(config: &Config) -> Result<ServerSecret> {
    match &config.server_secret {
        Some(text) => ServerSecret::from_text(text),
        None => {
            create_folder(&config.data_dir)?;
            ServerSecret::load_or_create(&config.data_dir.join(SECRET_FILE))
        }
    }
}

pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    // It will hold customers' data, and is nobody else's to read. A folder that is there already is left as it is.
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("cannot create {}", folder.display()))
}

fn new_key(secret: &ServerSecret, key: &str, environment: Environment) -> NewKey {
    NewKey {
        name: None,
        kind: KeyKind::Secret,
        secret: secret.digest(key, secret::prefix(KeyKind::Secret, environment)),
        livemode: environment.livemode(),
        read_only: false,
        merchants: None,
    }
}

fn check_given(key: &str, prefix: &str) -> Result<()> {
    let rest =
        key.strip_prefix(prefix).with_context(|| format!("the bootstrap secret key must begin with {prefix}"))?;
    if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        bail!("the bootstrap secret key must go on with letters, digits or underscores after {prefix}");
    }
    Ok(())
}

/// A sandbox is never opened as production, nor with another secret than its keys were hashed under.
fn check(installation: &Installation, config: &Config, secret: &ServerSecret) -> Result<()> {
    if installation.environment != config.environment {
        let (is, asked) = (installation.environment.code(), config.environment.code());
        bail!("this database belongs to the {is} environment and cannot be opened as {asked}");
    }
    if installation.secret_check != secret.check() {
        bail!(
            "the server secret is not the one this database was made with; without it no API key would be recognised"
        );
    }
    Ok(())
}

/// A given key that the database does not know yet is added to the first account.
async fn ensure_key(store: &Store, installation: &Installation, key: NewKey) -> Result<()> {
    let known: Option<ApiKey> = store.first(&ApiKeyByHash(key.secret.hash)).await?;
    if known.is_none() {
        run(store, CreateApiKey { actor: Actor::of(installation.first_account), key }).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_data_folder_is_kept_from_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("data");
        create_folder(&path).expect("made");
        create_folder(&path).expect("there already");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o700);
    }
}
