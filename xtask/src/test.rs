//! `cargo xtask test`: every test there is, with a Rust toolchain and nothing else.
//!
//! A newcomer's usual mistake is to read a green run as "Postgres works": the last lines say whether those tests ran, and
//! the same of Python and of the browser.

use std::io::{BufRead, BufReader};
use std::num::NonZero;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::browser::{self, Browser};
use crate::postgres::{self, Postgres};
use crate::python::{self, Python};
use crate::{cargo, debian, terminal};

mod tally;

use tally::Tally;

/// How many tests run at a time, to whoever built the tests with the standard harness.
const THREADS: &str = "RUST_TEST_THREADS";
/// Many wait rather than work: for the lease of a server that is gone to end, for a disk, for a browser.
const THREADS_PER_PROCESSOR: usize = 2;

/// Runs every test and ends with a summary.
pub fn run() -> Result<()> {
    let started = Instant::now();
    let metadata = MetadataCommand::new().current_dir(cargo::root()).no_deps().exec()?;
    let on_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let company = Company {
        postgres: postgres::find(),
        python: python::find(metadata.target_directory.as_std_path()),
        browser: browser::find(on_ci),
    };
    terminal::say(&company.announcement());
    let mut tally = Tally::default();
    let mut failed = Vec::new();
    // The contract suite tries a pooler before Postgres, and says so where there is none.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_pooler = browser::in_path(&path, &["pgbouncer"]).is_some();
    if on_ci
        && !has_pooler
        && let Err(why) = debian::install(&["pgbouncer"])
    {
        failed.push(format!("there is no pooler to put before Postgres ({why})"));
    }
    for line in command_lines(&metadata) {
        terminal::say(&format!("> cargo {}", line.join(" ")));
        if !stream(&line, &company, &mut tally)? {
            failed.push(format!("cargo {}", line.join(" ")));
        }
    }
    terminal::say(&format!("\n{}", company.announcement()));
    terminal::say(&format!("tests: {tally}, in {:.0?}", started.elapsed()));
    // There they are certain to be installable, so their absence means that nobody has checked signatures or pages.
    if on_ci {
        if let Python::Absent(why) = &company.python {
            failed.push(format!("there is no Python to check signatures with ({why})"));
        }
        if let Browser::Absent(why) = &company.browser {
            failed.push(format!("there is no browser to open the hosted page in ({why})"));
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join("; "));
    }
    Ok(())
}

/// What the tests need beside a Rust toolchain, as far as it is there.
struct Company {
    postgres: Postgres,
    python: Python,
    browser: Browser,
}

impl Company {
    fn announcement(&self) -> String {
        let parts = [of_postgres(&self.postgres), of_python(&self.python), of_browser(&self.browser)];
        parts.join("\n")
    }
}

fn of_python(python: &Python) -> String {
    match python {
        Python::Named(path) => format!("Python tests: run with {} ({})", path.display(), python::VARIABLE),
        Python::Made(path) => format!("Python tests: run with {}", path.display()),
        Python::Absent(why) => {
            format!("Python tests: NOT RUN, there is no Python to use ({why}); set {} to run them", python::VARIABLE)
        }
    }
}

fn of_browser(browser: &Browser) -> String {
    match browser {
        Browser::Found { chromium, chromedriver } => {
            format!("Browser tests: run with {} and {}", chromium.display(), chromedriver.display())
        }
        Browser::Absent(why) => {
            let [chromium, chromedriver] = browser::VARIABLES;
            format!(
                "Browser tests: NOT RUN, there is no browser to use ({why}); set {chromium} and {chromedriver} to run them"
            )
        }
    }
}

fn of_postgres(postgres: &Postgres) -> String {
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
fn command_lines(metadata: &Metadata) -> Vec<Vec<String>> {
    let everything = "test --workspace --no-fail-fast";
    let mut lines = vec![words(everything)];
    for package in &metadata.packages {
        for target in package.targets.iter().filter(|target| target.is_test()) {
            let features = target.required_features.iter();
            let features: Vec<_> = features.map(|name| format!("{}/{name}", package.name)).collect();
            if !features.is_empty() {
                let features = features.join(",");
                lines.push(words(&format!("{everything} --features {features} --test {}", target.name)));
            }
        }
    }
    lines
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// Runs cargo, passes its output on as it comes, and counts what the tests report.
fn stream(line: &[String], company: &Company, tally: &mut Tally) -> Result<bool> {
    let arguments: Vec<_> = line.iter().map(String::as_str).collect();
    let mut command = cargo::command(&arguments);
    if std::env::var_os(THREADS).is_none() {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        command.env(THREADS, (processors * THREADS_PER_PROCESSOR).to_string());
    }
    if let Some(url) = company.postgres.url() {
        command.env(postgres::VARIABLE, url);
    }
    if let Some(path) = company.python.path() {
        command.env(python::VARIABLE, path);
    }
    if let Some(paths) = company.browser.paths() {
        command.envs(browser::VARIABLES.into_iter().zip(paths));
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
