//! Installs what tests need beside Rust, from Debian's packages.
//!
//! A newcomer's usual mistake is to call it on a developer's machine: it is for those where `CI=true` says that they are
//! there for nothing else.

use std::process::Command;

/// As root on a Debian; elsewhere apt-get says itself what it lacks.
pub fn install(packages: &[&str]) -> Result<(), String> {
    let arguments = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    // The lists of a fresh image are empty or old, so they are fetched only when the first try fails.
    apt_get(&arguments).or_else(|_| apt_get(&["update"]).and_then(|()| apt_get(&arguments)))
}

fn apt_get(arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new("apt-get");
    command.arg("--quiet").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    let output = command.output().map_err(|error| format!("apt-get: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    Err(format!("apt-get: {}", last.trim()))
}
