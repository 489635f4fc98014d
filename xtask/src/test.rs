//! `cargo xtask test`: every test there is, with a Rust toolchain and nothing else.
//!
//! A newcomer's usual mistake is to read a green run as "Postgres works": the last lines say whether those tests ran.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::postgres::{self, Postgres};
use crate::{cargo, terminal};

mod tally;

use tally::Tally;

/// Runs every test and ends with a summary.
pub fn run() -> Result<()> {
    let started = Instant::now();
    let postgres = postgres::find();
    terminal::say(&announcement(&postgres));
    let mut tally = Tally::default();
    let mut failed = Vec::new();
    for line in command_lines()? {
        terminal::say(&format!("> cargo {}", line.join(" ")));
        if !stream(&line, postgres.url(), &mut tally)? {
            failed.push(format!("cargo {}", line.join(" ")));
        }
    }
    terminal::say(&format!("\n{}", announcement(&postgres)));
    terminal::say(&format!("tests: {tally}, in {:.0?}", started.elapsed()));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join("; "));
    }
    Ok(())
}

fn announcement(postgres: &Postgres) -> String {
    match postgres {
        Postgres::Named(url) => format!("Postgres tests: run on {url} ({})", postgres::VARIABLE),
        Postgres::Found(url) => format!("Postgres tests: run on {url} (found)"),
        Postgres::Absent(why) => format!(
            "Postgres tests: NOT RUN, there is no Postgres to use ({why}); set {} to run them",
            postgres::VARIABLE
        ),
    }
}

/// One run for everything, and one for each test that needs a feature. `--workspace` on each keeps the features of
/// the dependencies the same, so that none is compiled a second time.
fn command_lines() -> Result<Vec<Vec<String>>> {
    let everything = "test --workspace --no-fail-fast";
    let mut lines = vec![words(everything)];
    let metadata = MetadataCommand::new().current_dir(cargo::root()).no_deps().exec()?;
    for package in metadata.packages {
        for target in package.targets.iter().filter(|target| target.is_test()) {
            let features = target.required_features.iter();
            let features: Vec<_> = features.map(|name| format!("{}/{name}", package.name)).collect();
            if !features.is_empty() {
                let features = features.join(",");
                lines.push(words(&format!("{everything} --features {features} --test {}", target.name)));
            }
        }
    }
    Ok(lines)
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// Runs cargo, passes its output on as it comes, and counts what the tests report.
fn stream(line: &[String], postgres: Option<&str>, tally: &mut Tally) -> Result<bool> {
    let arguments: Vec<_> = line.iter().map(String::as_str).collect();
    let mut command = cargo::command(&arguments);
    if let Some(url) = postgres {
        command.env(postgres::VARIABLE, url);
    }
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;
    for text in BufReader::new(output).split(b'\n') {
        let text = text.context("cannot read what cargo says")?;
        let text = String::from_utf8_lossy(&text);
        tally.read(&text);
        terminal::say(&text);
    }
    Ok(child.wait().context("cargo is gone")?.success())
}
