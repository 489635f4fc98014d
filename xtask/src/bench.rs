//! `cargo xtask bench`: the benchmark, built the way operators build the server.

use anyhow::Result;

use crate::cargo;

/// Builds and runs the benchmark with `arguments`.
pub fn run(arguments: &[String]) -> Result<()> {
    let mut line = vec!["run", "--profile", "dist", "--package", "hedge-bench", "--"];
    line.extend(arguments.iter().map(String::as_str));
    cargo::run(&line)
}
