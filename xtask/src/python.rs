//! Makes the Python that the tests judge signatures with: an environment under `target/`, with the package
//! `standardwebhooks` from PyPI in it.
//!
//! The convention for tests of every crate: they read `HEDGE_TEST_PYTHON`, the interpreter to use, and without it their
//! Python part prints "not run: no Python". A newcomer's usual mistake is to be content with the crate of the same
//! name: it is by other hands than the Python package, and our users' receivers are seldom Rust.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The variable that names the interpreter of the tests.
pub const VARIABLE: &str = "HEDGE_TEST_PYTHON";

/// The judge, with its version fixed: a new one must not change what our tests say of old code.
const PACKAGE: &str = "standardwebhooks==1.1.0";
const FOLDER: &str = "python";

/// What the tests have to work with.
#[derive(Debug, PartialEq, Eq)]
pub enum Python {
    /// The developer named it; whether it has the package is for the tests to find out.
    Named(PathBuf),
    /// The environment under the target folder.
    Made(PathBuf),
    /// None, and why.
    Absent(String),
}

impl Python {
    /// The interpreter to hand to the tests.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Named(path) | Self::Made(path) => Some(path),
            Self::Absent(_) => None,
        }
    }
}

/// Takes the interpreter the environment names, else makes one under the target folder unless that is done already.
pub fn find(target: &Path) -> Python {
    if let Some(path) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        return Python::Named(path.into());
    }
    match make(&target.join(FOLDER)) {
        Ok(path) => Python::Made(path),
        Err(why) => Python::Absent(why),
    }
}

fn make(folder: &Path) -> Result<PathBuf, String> {
    let python = folder.join("bin").join("python");
    let (name, version) = PACKAGE.split_once("==").unwrap_or((PACKAGE, ""));
    let has_it = format!("import importlib.metadata as m, sys; sys.exit(m.version('{name}') != '{version}')");
    if succeeds(Command::new(&python).args(["-c", &has_it])).is_ok() {
        return Ok(python);
    }
    // What an earlier run left half done is made anew.
    succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", PACKAGE];
    succeeds(Command::new(&python).args(install))?;
    Ok(python)
}

/// Runs it in silence; what went wrong is its last words.
fn succeeds(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    Err(format!("{program}: {}", last.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_told_in_its_own_last_words() {
        let told = succeeds(Command::new("sh").args(["-c", "echo one; echo ' two ' >&2; exit 3"]));
        assert_eq!(told, Err("sh: two".to_owned()));
        assert_eq!(succeeds(Command::new("sh").args(["-c", "exit 3"])), Err("sh: it said nothing".to_owned()));
        assert!(succeeds(&mut Command::new("./no such program")).is_err());
        assert_eq!(succeeds(Command::new("sh").args(["-c", "exit 0"])), Ok(()));
    }
}
