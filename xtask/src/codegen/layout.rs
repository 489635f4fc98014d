//! Generated code in the layout of the house, so that `cargo fmt` and the generator never disagree.
//!
//! The one thing to know: rustfmt reads a family from its root file and follows the modules, so one run of it does for all
//! files; they are written into a folder of their own for that.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// Where the files are that are laid out; the client's are progenitor's own, and left as they are.
const PLACE: &str = "crates/api/";
/// The root file of a family.
const ROOT: &str = "/generated.rs";

/// The files, with those of the server side laid out.
pub fn formatted(mut files: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let folder = TempDir::new().context("cannot make a folder for rustfmt")?;
    let ours = || files.iter().filter(|(path, _)| path.starts_with(PLACE));
    for (path, text) in ours() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let roots = ours().filter(|(path, _)| path.ends_with(ROOT)).map(|(path, _)| folder.path().join(path));
    let rules = crate::cargo::root().join("rustfmt.toml");
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024", "--config-path"]).arg(rules).args(roots);
    let output = command.output().context("cannot run rustfmt; install it with `rustup component add rustfmt`")?;
    ensure!(
        output.status.success(),
        "rustfmt does not take what was generated:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for (path, text) in files.iter_mut().filter(|(path, _)| path.starts_with(PLACE)) {
        *text = read(&folder.path().join(path))?;
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
