//! Configuration: flags win over the environment, the environment over `hedge.toml`, the file over the defaults.

use std::fmt::Display;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use hedge_domain::installation::Environment;
use hedge_webhooks::{Guard, Policy, Trusted};
use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use crate::deliveries::Limits;
use crate::listen::{self, ConnectionLimits, TrustedProxies};
use crate::public_url::PublicUrl;

/// Every setting there is, each of them optional: the same list for flags, environment and file.
#[derive(Args, Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the database and the server secret live [default: ./data].
    #[arg(long, env = "HEDGE_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,

    /// `sqlite:PATH` or `postgres://…` [default: hedge.db in the data folder].
    #[arg(long, env = "HEDGE_DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,

    /// The address to listen on; port 0 picks a free one [default: 127.0.0.1:8080].
    #[arg(long, env = "HEDGE_LISTEN", global = true)]
    pub listen: Option<Listen>,

    /// The scheme and host that payers' browsers reach this server by, such as `https://pay.example.com` [default: the address it listens on].
    #[arg(long, env = "HEDGE_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,

    /// Whether money is real [default: sandbox].
    #[arg(long, env = "HEDGE_ENVIRONMENT", global = true)]
    pub environment: Option<EnvironmentName>,

    /// `off` lifts the rate limits; in the sandbox only [default: on].
    #[arg(long, env = "HEDGE_RATE_LIMITS", global = true)]
    pub rate_limits: Option<Switch>,

    /// A given secret key for the first account, for containers and tests.
    #[arg(long, env = "HEDGE_BOOTSTRAP_SECRET_KEY", global = true, hide_env_values = true)]
    pub bootstrap_secret_key: Option<String>,

    /// What API keys are hashed under, at least 32 characters; replicas must share it [default: a file in the data folder].
    #[arg(long, env = "HEDGE_SERVER_SECRET", global = true, hide_env_values = true)]
    pub server_secret: Option<String>,

    /// How many connections may be open at a time [default: half of the files that the process may open, at most 4096].
    #[arg(long, env = "HEDGE_MAX_CONNECTIONS", global = true)]
    pub max_connections: Option<u32>,

    /// How many of them from one address, loopback aside; more for a proxy elsewhere [default: a quarter of all].
    #[arg(long, env = "HEDGE_MAX_CONNECTIONS_PER_ADDRESS", global = true)]
    pub max_connections_per_address: Option<u32>,

    /// Networks of proxies whose `X-Forwarded-For` or `Forwarded` is believed, such as `10.0.0.0/8, 192.0.2.7` [default: none].
    #[arg(long, env = "HEDGE_TRUSTED_PROXIES", global = true)]
    pub trusted_proxies: Option<String>,

    /// How many hours an idempotency key is kept, at least 24 [default: 24].
    #[arg(long, env = "HEDGE_IDEMPOTENCY_HOURS", global = true)]
    pub idempotency_hours: Option<u32>,

    /// How many webhooks may be under way at a time, from 1 to 4096 [default: 256].
    #[arg(long, env = "HEDGE_WEBHOOK_CONCURRENCY", global = true)]
    pub webhook_concurrency: Option<u32>,

    /// How many of them to one endpoint, from 1 to 256 [default: 8].
    #[arg(long, env = "HEDGE_WEBHOOK_ENDPOINT_CONCURRENCY", global = true)]
    pub webhook_endpoint_concurrency: Option<u32>,

    /// Networks and host names that webhooks may be sent to though they are not public, such as `10.0.0.0/8, shop, *.shop.internal` [default: none].
    #[arg(long, env = "HEDGE_WEBHOOK_TRUSTED_TARGETS", global = true)]
    pub webhook_trusted_targets: Option<String>,

    /// How many minutes to wait before the balances are recomputed from the journal again; 0 never does [default: 60].
    #[arg(long, env = "HEDGE_LEDGER_CHECK_MINUTES", global = true)]
    pub ledger_check_minutes: Option<u32>,

    /// Where to send traces by OTLP over HTTP, such as `http://127.0.0.1:4318` [default: `OTEL_EXPORTER_OTLP_ENDPOINT`, else nowhere].
    #[arg(long, env = "HEDGE_OTLP_ENDPOINT", global = true)]
    pub otlp_endpoint: Option<String>,

    /// How logs are written [default: text on a terminal, json elsewhere].
    #[arg(long, env = "HEDGE_LOG_FORMAT", global = true)]
    pub log_format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum EnvironmentName {
    Sandbox,
    Production,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// The settings, resolved and checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub database: Database,
    pub listen: SocketAddr,
    /// `None` goes by `listen`.
    pub public_url: Option<PublicUrl>,
    pub environment: Environment,
    pub rate_limits: bool,
    pub bootstrap_secret_key: Option<String>,
    pub server_secret: Option<String>,
    pub connections: ConnectionLimits,
    pub trusted_proxies: TrustedProxies,
    pub idempotency_hours: u32,
    pub webhook_limits: Limits,
    pub webhook_trusted: Trusted,
    /// `None` never checks.
    pub ledger_check_every: Option<Duration>,
    /// Where traces go; `None` makes none.
    pub otlp_endpoint: Option<Url>,
    pub log_format: Option<LogFormat>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

/// Read when no other file is named.
pub const DEFAULT_FILE: &str = "hedge.toml";

impl Settings {
    /// The file's settings. A named file must exist; the default one need not.
    pub fn from_file(named: Option<&Path>) -> Result<Self> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        if named.is_none() && !path.exists() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).map_err(|error| {
            // Its own display quotes the line, and a line may hold a password: only what stands before the `=` is told.
            let index = text[..error.span().map_or(0, |span| span.start.min(text.len()))].matches('\n').count();
            let name =
                text.lines().nth(index).and_then(|line| line.split_once('=')).map_or("", |(name, _)| name.trim());
            let (file, line, problem) = (path.display(), index + 1, error.message());
            anyhow::anyhow!("{file} is not a valid configuration: line {line}: {name}: {problem}")
        })
    }

    /// What is not ours to name, but is set for whatever runs here.
    #[must_use]
    pub fn from_standard_environment() -> Self {
        let given = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
        Self { otlp_endpoint: given("OTEL_EXPORTER_OTLP_ENDPOINT"), ..Self::default() }
    }

    /// These settings, and the others where these say nothing.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(others.data_dir),
            database_url: self.database_url.or(others.database_url),
            listen: self.listen.or(others.listen),
            public_url: self.public_url.or(others.public_url),
            environment: self.environment.or(others.environment),
            rate_limits: self.rate_limits.or(others.rate_limits),
            bootstrap_secret_key: self.bootstrap_secret_key.or(others.bootstrap_secret_key),
            server_secret: self.server_secret.or(others.server_secret),
            max_connections: self.max_connections.or(others.max_connections),
            max_connections_per_address: self.max_connections_per_address.or(others.max_connections_per_address),
            trusted_proxies: self.trusted_proxies.or(others.trusted_proxies),
            idempotency_hours: self.idempotency_hours.or(others.idempotency_hours),
            webhook_concurrency: self.webhook_concurrency.or(others.webhook_concurrency),
            webhook_endpoint_concurrency: self.webhook_endpoint_concurrency.or(others.webhook_endpoint_concurrency),
            webhook_trusted_targets: self.webhook_trusted_targets.or(others.webhook_trusted_targets),
            ledger_check_minutes: self.ledger_check_minutes.or(others.ledger_check_minutes),
            otlp_endpoint: self.otlp_endpoint.or(others.otlp_endpoint),
            log_format: self.log_format.or(others.log_format),
        }
    }

    /// Fills in the defaults and checks what must fit together.
    pub fn resolve(self) -> Result<Config> {
        let data_dir = at_home(self.data_dir.unwrap_or_else(|| PathBuf::from("data")))?;
        let environment = match self.environment.unwrap_or(EnvironmentName::Sandbox) {
            EnvironmentName::Sandbox => Environment::Sandbox,
            EnvironmentName::Production => Environment::Production,
        };
        let rate_limits = self.rate_limits.unwrap_or(Switch::On) == Switch::On;
        if !rate_limits && environment == Environment::Production {
            bail!("rate_limits can be switched off in the sandbox only");
        }
        let idempotency_hours = self.idempotency_hours.unwrap_or(24);
        if !(24..=24 * 365).contains(&idempotency_hours) {
            bail!("idempotency_hours must be from 24 to 8760");
        }
        let public_url = self.public_url.map(|text| PublicUrl::parse(&text, environment)).transpose()?;
        Ok(Config {
            database: Database::parse(self.database_url.as_deref(), &data_dir)?,
            data_dir,
            listen: self.listen.map_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)), |Listen(address)| address),
            public_url,
            environment,
            rate_limits,
            bootstrap_secret_key: self.bootstrap_secret_key,
            server_secret: self.server_secret,
            connections: connections(self.max_connections, self.max_connections_per_address)?,
            trusted_proxies: trusted_proxies(self.trusted_proxies.as_deref())?,
            idempotency_hours,
            webhook_limits: webhook_limits(self.webhook_concurrency, self.webhook_endpoint_concurrency)?,
            webhook_trusted: webhook_trusted(self.webhook_trusted_targets.as_deref())?,
            ledger_check_every: ledger_check_every(self.ledger_check_minutes)?,
            otlp_endpoint: self.otlp_endpoint.as_deref().map(otlp_endpoint).transpose()?,
            log_format: self.log_format,
        })
    }
}

impl Config {
    /// Where webhooks may be sent: follows from where this server stands and whom its operator trusts, never from what is
    /// asked of it.
    #[must_use]
    pub fn webhook_guard(&self) -> Guard {
        let policy = match self.environment {
            Environment::Production => Policy::Production,
            Environment::Sandbox if self.listen.ip().is_loopback() => Policy::SandboxOnLoopback,
            Environment::Sandbox => Policy::Sandbox,
        };
        Guard::new(policy, self.webhook_trusted.clone())
    }

    /// The same, once it is known which port it is: the configured one may be 0.
    #[must_use]
    pub fn listening_on(&self, address: SocketAddr) -> Self {
        Self { listen: address, ..self.clone() }
    }

    #[must_use]
    pub fn public_url(&self) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| PublicUrl::of_listener(self.listen))
    }
}

/// An address to listen on, or a name of this machine with a port.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct Listen(#[schemars(with = "String")] pub SocketAddr);

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self(address)
    }
}

impl From<([u8; 4], u16)> for Listen {
    fn from(address: ([u8; 4], u16)) -> Self {
        Self(address.into())
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse() {
            return Ok(Self(address));
        }
        let unknown =
            |error: &dyn Display| format!("{text:?} is no address with a port, such as 127.0.0.1:8080: {error}");
        let found: Vec<_> = text.to_socket_addrs().map_err(|error| unknown(&error))?.collect();
        // Of `localhost` the one that everybody means by it.
        let first = found.iter().find(|address| address.is_ipv4()).or(found.first());
        first.copied().map(Self).ok_or_else(|| unknown(&"it has none"))
    }
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// A shell leaves the `~` of `--data-dir=~/hedge` and of a quoted one as it is.
fn at_home(path: PathBuf) -> Result<PathBuf> {
    let Ok(rest) = path.strip_prefix("~") else { return Ok(path) };
    match std::env::home_dir().filter(|home| home.is_absolute()) {
        Some(home) => Ok(home.join(rest)),
        None => bail!("{} cannot be found: there is no home folder", path.display()),
    }
}

fn connections(total: Option<u32>, per_address: Option<u32>) -> Result<ConnectionLimits> {
    let total = total.unwrap_or_else(listen::default_total);
    let per_address = per_address.unwrap_or_else(|| total.div_ceil(4));
    if total == 0 {
        bail!("max_connections must be at least 1");
    }
    if per_address == 0 || per_address > total {
        bail!("max_connections_per_address must be from 1 to max_connections");
    }
    Ok(ConnectionLimits::new(total, per_address))
}

fn trusted_proxies(list: Option<&str>) -> Result<TrustedProxies> {
    TrustedProxies::parse(list.unwrap_or_default()).map_err(|unclear| {
        anyhow::anyhow!("trusted_proxies: {unclear:?} is neither an address nor a network such as 10.0.0.0/8")
    })
}

fn webhook_trusted(list: Option<&str>) -> Result<Trusted> {
    Trusted::parse(list.unwrap_or_default()).context("webhook_trusted_targets")
}

fn webhook_limits(total: Option<u32>, per_endpoint: Option<u32>) -> Result<Limits> {
    let defaults = Limits::default();
    let (total, per_endpoint) = (total.unwrap_or(defaults.total), per_endpoint.unwrap_or(defaults.per_endpoint));
    if !(1..=4096).contains(&total) {
        bail!("webhook_concurrency must be from 1 to 4096");
    }
    if !(1..=256).contains(&per_endpoint) {
        bail!("webhook_endpoint_concurrency must be from 1 to 256");
    }
    Ok(Limits { total, per_endpoint, per_failing: defaults.per_failing.min(per_endpoint) })
}

fn ledger_check_every(minutes: Option<u32>) -> Result<Option<Duration>> {
    match minutes.unwrap_or(60) {
        0 => Ok(None),
        minutes @ 1..=10_080 => Ok(Some(Duration::from_mins(minutes.into()))),
        10_081.. => bail!("ledger_check_minutes must be at most 10080, which is a week"),
    }
}

/// The collector's base, as the standard variable has it, with the path that traces go to.
fn otlp_endpoint(base: &str) -> Result<Url> {
    let url = format!("{}/v1/traces", base.trim_end_matches('/')).parse::<Url>();
    match url {
        Ok(url) if url.scheme() == "http" && url.has_host() && url.query().is_none() => Ok(url),
        // The text is not repeated: it may hold a password.
        Ok(_) | Err(_) => bail!("otlp_endpoint must be an http:// URL, such as that of a collector on this machine"),
    }
}

impl Database {
    fn parse(url: Option<&str>, data_dir: &Path) -> Result<Self> {
        let Some(url) = url else {
            return Ok(Self::Sqlite(data_dir.join("hedge.db")));
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite:") {
            // Both `sqlite:PATH` and `sqlite://PATH` are in use elsewhere.
            Some(path) => sqlite_file(path.strip_prefix("//").unwrap_or(path)),
            None => bail!("database_url must begin with sqlite: or postgres://"),
        }
    }
}

/// SQLite takes some names for databases that are gone with their connection: money must not be kept in one.
fn sqlite_file(path: &str) -> Result<Database> {
    if path.is_empty() || path.starts_with(':') || path.starts_with("file:") {
        bail!("database_url must name a file after sqlite:");
    }
    Ok(Database::Sqlite(PathBuf::from(path)))
}

/// The JSON schema of `hedge.toml`, for editors.
#[must_use]
pub fn schema() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(Settings)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_would_not_be_kept_is_refused() {
        for url in ["sqlite:", "sqlite://", "sqlite::memory:", "sqlite://:memory:", "sqlite:file::memory:?cache=shared"]
        {
            assert!(sqlite_file(url.trim_start_matches("sqlite:").trim_start_matches("//")).is_err(), "{url}");
        }
        assert!(sqlite_file("data/hedge.db").is_ok());
    }

    fn settings(text: &str) -> Result<Config> {
        toml::from_str::<Settings>(text)?.resolve()
    }

    #[test]
    fn the_defaults_start_a_sandbox_here() {
        let config = settings("").expect("valid");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.database, Database::Sqlite(PathBuf::from("data/hedge.db")));
        assert_eq!(config.environment, Environment::Sandbox);
        assert!(config.rate_limits);
    }

    #[test]
    fn a_home_folder_and_a_name_of_this_machine_are_understood() {
        let config = settings("listen = 'localhost:8081'\ndata_dir = '~/hedge'").expect("valid");
        assert_eq!((config.listen.ip().is_loopback(), config.listen.port()), (true, 8081));
        assert!(config.data_dir.is_absolute() && config.data_dir.ends_with("hedge"), "{:?}", config.data_dir);
        assert_eq!(settings("data_dir = '~other/x'").expect("valid").data_dir, PathBuf::from("~other/x"));
        for listen in ["localhost", "8080", "nowhere.invalid:1"] {
            assert!(settings(&format!("listen = '{listen}'")).is_err(), "{listen}");
        }
    }

    #[test]
    fn the_first_to_say_something_wins() {
        let flags = Settings { data_dir: Some(PathBuf::from("flag")), ..Settings::default() };
        let file = toml::from_str("data_dir = 'file'\nlisten = '127.0.0.1:1'").expect("valid");
        let config = flags.or(file).resolve().expect("valid");
        assert_eq!((config.data_dir, config.listen.port()), (PathBuf::from("flag"), 1));
    }

    #[test]
    fn webhooks_may_go_to_this_machine_only_where_nobody_else_can_ask_for_it() {
        let table = [
            ("", Policy::SandboxOnLoopback),
            ("listen = '[::1]:80'", Policy::SandboxOnLoopback),
            ("listen = '0.0.0.0:80'", Policy::Sandbox),
            ("environment = 'production'", Policy::Production),
            ("environment = 'production'\nlisten = '0.0.0.0:80'", Policy::Production),
        ];
        for (text, policy) in table {
            assert_eq!(settings(text).expect("valid").webhook_guard(), policy.into(), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let table = [
            ("rate_limits = 'off'\nenvironment = 'production'", "sandbox only"),
            ("idempotency_hours = 23", "from 24"),
            ("max_connections = 0", "at least 1"),
            ("max_connections = 8\nmax_connections_per_address = 9", "from 1 to max_connections"),
            ("trusted_proxies = 'proxy'", "neither an address nor a network"),
            ("webhook_trusted_targets = '10.0.0.0/33'", "neither a network"),
            ("webhook_concurrency = 0", "from 1 to 4096"),
            ("webhook_endpoint_concurrency = 257", "from 1 to 256"),
            ("ledger_check_minutes = 10081", "at most 10080"),
            ("otlp_endpoint = 'https://collector:4318'", "an http:// URL"),
            ("otlp_endpoint = 'collector'", "an http:// URL"),
            ("database_url = 'mysql://x'", "must begin with"),
            ("listen_on = 'x'", "unknown field"),
        ];
        for (text, told) in table {
            let error = format!("{:#}", settings(text).expect_err(text));
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn traces_go_to_their_path_at_the_collector() {
        for base in ["http://collector:4318", "http://collector:4318/"] {
            let url = settings(&format!("otlp_endpoint = '{base}'")).expect("valid").otlp_endpoint.expect("given");
            assert_eq!(url.as_str(), "http://collector:4318/v1/traces");
        }
    }

    #[test]
    fn a_mistake_in_the_file_is_told_without_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("hedge.toml");
        std::fs::write(&file, "listen = '127.0.0.1:1'\ndatabase_url = \"postgres://me:hunter2@db/x").expect("written");
        let told = format!("{:#}", Settings::from_file(Some(&file)).expect_err("it is no TOML"));
        assert!(told.contains("line 2") && !told.contains("hunter2"), "{told}");
    }

    #[test]
    fn the_schema_of_the_file_is_published() {
        insta::assert_snapshot!(schema());
    }
}
