//! The command line: `hedge serve`, which is the default, `hedge accounts`, `hedge keys`, `hedge merchants`,
//! `hedge signing-keys`, `hedge backup`, `hedge restore`, `hedge verify`.
//!
//! What a command prints on standard output is its result; logs go to standard error.

mod accounts;
mod backup;
mod keys;
mod merchants;
mod restore;
mod signing_keys;
mod verify;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use hedge_domain::installation::Environment;
use hedge_store::sqlite::Access;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{self, Config, Settings};
use crate::open::{self, Opened};
use crate::traces::Traces;
use crate::{serve, telemetry};

/// They go with every command, and would hide what is its own.
const SETTINGS: &str = "Settings";

/// Hedge: a payments platform in one binary.
#[derive(Parser)]
#[command(version, name = "hedge")]
struct Cli {
    /// The configuration file [default: hedge.toml, if there is one].
    #[arg(long, env = "HEDGE_CONFIG", global = true, help_heading = SETTINGS)]
    config: Option<PathBuf>,

    #[command(flatten, next_help_heading = SETTINGS)]
    settings: Settings,

    #[command(subcommand)]
    command: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Serve the API; this is the default.
    Serve,
    /// Make accounts, each a tenant of its own, also while a server is running.
    Accounts {
        #[command(subcommand)]
        task: accounts::AccountsTask,
        /// Print JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Look after API keys, also while a server is running.
    Keys {
        #[command(subcommand)]
        task: keys::KeysTask,
        /// Print JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Show, price, restrict and reinstate merchants, also while a server is running.
    Merchants {
        #[command(subcommand)]
        task: merchants::MerchantsTask,
        /// Print JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Look after the keys that client tokens are signed with, also while a server is running.
    SigningKeys {
        #[command(subcommand)]
        task: signing_keys::SigningKeysTask,
        /// Print JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Copy the database and the server secret into a new folder, also while a server is running. SQLite only.
    Backup {
        /// The folder to make.
        to: PathBuf,
        /// Leave the server secret out; a restore then needs it from elsewhere.
        #[arg(long)]
        without_secret: bool,
    },
    /// Put a backup into an empty data folder. SQLite only.
    Restore {
        /// The folder that `hedge backup` made.
        from: PathBuf,
    },
    /// Check that the file is whole and that everything in it adds up, also while a server is running.
    Verify {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON schema of hedge.toml.
    ConfigSchema,
}

#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _unwritable = writeln!(std::io::stderr(), "hedge: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    if let Some(Task::ConfigSchema) = cli.command {
        return print(&config::schema());
    }
    let file = Settings::from_file(cli.config.as_deref())?;
    let config = cli.settings.or(file).or(Settings::from_standard_environment()).resolve()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match cli.command {
        None | Some(Task::Serve) => {
            let traces = config.otlp_endpoint.as_ref().map(|url| Traces::start(url, runtime.handle()));
            // Dropped while the runtime is there: the last spans are sent on it.
            let _logs = telemetry::logs(config.log_format, traces.transpose()?);
            runtime.block_on(serve_until_told(&config))
        }
        Some(Task::Accounts { task, json }) => runtime.block_on(accounts::run(&config, task, json)),
        Some(Task::Keys { task, json }) => runtime.block_on(keys::run(&config, task, json)),
        Some(Task::Merchants { task, json }) => runtime.block_on(merchants::run(&config, task, json)),
        Some(Task::SigningKeys { task, json }) => runtime.block_on(signing_keys::run(&config, task, json)),
        Some(Task::Backup { to, without_secret }) => runtime.block_on(backup::run(&config, &to, without_secret)),
        Some(Task::Restore { from }) => runtime.block_on(restore::run(&config, &from)),
        Some(Task::Verify { json }) => runtime.block_on(verify::run(&config, json)),
        Some(Task::ConfigSchema) => Ok(()),
    }
}

async fn serve_until_told(config: &Config) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let running = serve::start(config).await?;
    if config.environment == Environment::Production && config.public_url.is_none() {
        tracing::warn!("public_url is not set: links to checkout pages lead to this machine only");
    }
    greet(config, &running);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    running.shutdown().await;
    Ok(())
}

/// A standard output that nobody reads, or a full disk behind it, is no reason not to take payments.
fn greet(config: &Config, running: &serve::Running) {
    let Err(error) = print(&banner(config, running)) else { return };
    tracing::warn!(%error, "standard output cannot be written to: going on without it");
    if running.first_key.is_some() {
        tracing::warn!("the first secret key could not be shown: hedge keys create makes another");
    }
}

/// The first start shows its key, this once, with a line to paste.
fn banner(config: &Config, running: &serve::Running) -> String {
    let (environment, address) = (config.environment.code(), running.address);
    let listening = format!("Hedge ({environment}) listens on http://{address}");
    let Some(key) = &running.first_key else {
        return listening;
    };
    format!(
        "{listening}\n\n\
         Your secret key, shown only this once:\n\n  {key}\n\n\
         Take a first payment:\n\n  \
         curl -X POST http://{address}/v1/payments \\\n    \
         -H \"Authorization: Bearer {key}\" \\\n    \
         -H \"Content-Type: application/json\" \\\n    \
         -d '{{\"amount\": 9999, \"currency\": \"USD\", \"customer_email\": \"customer@example.com\"}}'\n"
    )
}

/// Opens the database for a short task. If that made it, nobody would ever see its first key but here.
async fn open_for_a_task(config: &Config) -> Result<Opened> {
    let opened = open::open(config, Access::Tool, serve::families(), |_news| {}).await?;
    if let Some(key) = &opened.first_key {
        let text = format!("hedge: this database is new. Its first secret key, shown only this once: {key}");
        let _unwritable = writeln!(std::io::stderr(), "{text}");
    }
    Ok(opened)
}

/// To standard output; a closed pipe is not worth a panic.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
