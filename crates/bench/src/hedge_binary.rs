//! The server as operators run it: the `hedge` binary, built with the profile this program was built with.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");

/// Builds it and answers where it is. A benchmark of yesterday's binary would be worse than waiting.
pub fn build() -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let folder = this.parent().context("this program lies nowhere")?;
    let (target, profile) = folder.parent().zip(folder.file_name()).context("this program was not built by cargo")?;
    let profile = profile.to_str().filter(|profile| *profile != "debug").unwrap_or("dev");

    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--locked", "--package", "hedge-server", "--bin", "hedge"]);
    command.args(["--profile", profile, "--manifest-path", MANIFEST]).arg("--target-dir").arg(target);
    if !command.status().context("cannot run cargo")?.success() {
        bail!("the server does not build");
    }
    Ok(folder.join("hedge"))
}

/// How to start it on a folder of its own, with nothing of the caller's environment.
pub fn command(binary: &Path, folder: &Path, database_url: Option<&str>) -> Command {
    let mut command = Command::new(binary);
    command.arg("serve").env_clear().current_dir(folder);
    command
        .env("HEDGE_DATA_DIR", folder)
        .env("HEDGE_LISTEN", "127.0.0.1:0")
        .env("HEDGE_RATE_LIMITS", "off")
        .env("HEDGE_LOG_FORMAT", "json")
        .env("HEDGE_BOOTSTRAP_SECRET_KEY", crate::load::SECRET_KEY);
    if let Some(url) = database_url {
        command.env("HEDGE_DATABASE_URL", url);
    }
    // Lines are rendered and written as in operation; where they go to costs nothing.
    command.stderr(std::process::Stdio::null());
    command
}
