//! The `hedge` program as the tests run it, both those from outside and those that kill it.
//!
//! The one thing a newcomer gets wrong: a child inherits no settings from whoever runs the tests, so that a developer's
//! own `HEDGE_…` variables change nothing here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        // All packages together, and with a test of its own: what only tests depend on gives other crates features, and
        // without them cargo would build half the workspace again.
        let together = ["--workspace", "--test", "third_family"];
        let build = escargot::CargoBuild::new().manifest_path(manifest).args(together).bin("hedge");
        build.run().unwrap().path().to_owned()
    })
}

/// It, on a data folder, which is also where it runs.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HEDGE_") || name.starts_with("OTEL_")) {
        command.env_remove(name);
    }
    command.env("HEDGE_DATA_DIR", folder).current_dir(folder);
    command
}
