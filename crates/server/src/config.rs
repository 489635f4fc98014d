//! Configuration: flags win over the environment, the environment over `hedge.toml`, the file over the defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use hedge_domain::installation::Environment;
use schemars::JsonSchema;
use serde::Deserialize;

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
    pub listen: Option<SocketAddr>,

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

    /// How many hours an idempotency key is kept, at least 24 [default: 24].
    #[arg(long, env = "HEDGE_IDEMPOTENCY_HOURS", global = true)]
    pub idempotency_hours: Option<u32>,

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
    pub environment: Environment,
    pub rate_limits: bool,
    pub bootstrap_secret_key: Option<String>,
    pub server_secret: Option<String>,
    pub idempotency_hours: u32,
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

    /// These settings, and the others where these say nothing.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(others.data_dir),
            database_url: self.database_url.or(others.database_url),
            listen: self.listen.or(others.listen),
            environment: self.environment.or(others.environment),
            rate_limits: self.rate_limits.or(others.rate_limits),
            bootstrap_secret_key: self.bootstrap_secret_key.or(others.bootstrap_secret_key),
            server_secret: self.server_secret.or(others.server_secret),
            idempotency_hours: self.idempotency_hours.or(others.idempotency_hours),
            log_format: self.log_format.or(others.log_format),
        }
    }

    /// Fills in the defaults and checks what must fit together.
    pub fn resolve(self) -> Result<Config> {
        let data_dir = self.data_dir.unwrap_or_else(|| PathBuf::from("data"));
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
        Ok(Config {
            database: Database::parse(self.database_url.as_deref(), &data_dir)?,
            data_dir,
            listen: self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            environment,
            rate_limits,
            bootstrap_secret_key: self.bootstrap_secret_key,
            server_secret: self.server_secret,
            idempotency_hours,
            log_format: self.log_format,
        })
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
    fn the_first_to_say_something_wins() {
        let flags = Settings { data_dir: Some(PathBuf::from("flag")), ..Settings::default() };
        let file = toml::from_str("data_dir = 'file'\nlisten = '127.0.0.1:1'").expect("valid");
        let config = flags.or(file).resolve().expect("valid");
        assert_eq!((config.data_dir, config.listen.port()), (PathBuf::from("flag"), 1));
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let table = [
            ("rate_limits = 'off'\nenvironment = 'production'", "sandbox only"),
            ("idempotency_hours = 23", "from 24"),
            ("database_url = 'mysql://x'", "must begin with"),
            ("listen_on = 'x'", "unknown field"),
        ];
        for (text, told) in table {
            let error = format!("{:#}", settings(text).expect_err(text));
            assert!(error.contains(told), "{text}: {error}");
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
