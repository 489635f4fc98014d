//! The subjects that live in this program, each started as `hedge-bench subject NAME`.
//!
//! Servers print the address they listen on and end when their standard input does, so that none outlives the benchmark.

mod hello;
mod naive;
pub mod noop;
pub mod post;
mod probe;
mod receiver;

use std::io::{Read, Write};
use std::path::PathBuf;

use anyhow::Result;
use axum::Router;
use clap::Subcommand;
use tokio::net::TcpListener;

use crate::micro;

#[derive(Subcommand)]
pub enum Name {
    Hello,
    Noop,
    NaiveSqlite {
        folder: PathBuf,
    },
    NaivePostgres {
        url: String,
    },
    /// Not a server: prints the microseconds of one fdatasync in this folder.
    Probe {
        folder: PathBuf,
    },
    /// Takes webhooks.
    Receiver,
    /// Not a server: posts something very often and prints what that took.
    Post(post::Posting),
    /// Not a server: prints the costs of single functions as JSON.
    Micro,
}

pub fn run(name: Name) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match name {
        Name::Hello => runtime.block_on(serve(hello::router())),
        Name::Noop => runtime.block_on(noop()),
        Name::NaiveSqlite { folder } => runtime.block_on(async { serve(naive::sqlite(&folder).await?).await }),
        Name::NaivePostgres { url } => runtime.block_on(async { serve(naive::postgres(&url).await?).await }),
        Name::Probe { folder } => say(&probe::median_fdatasync(&folder)?.to_string()),
        Name::Receiver => runtime.block_on(serve(receiver::router())),
        Name::Post(posting) => say(&serde_json::to_string(&runtime.block_on(post::run(posting))?)?),
        Name::Micro => say(&serde_json::to_string(&micro::measure()?)?),
    }
}

async fn serve(router: Router) -> Result<()> {
    end_with_input();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    say(&format!("listens on http://{}", listener.local_addr()?))?;
    axum::serve(listener, router).await?;
    Ok(())
}

/// Whoever started us holds the other end, and lets go of it however it ends.
fn end_with_input() {
    std::thread::spawn(|| {
        let _ended = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
}

/// The real server, accept loop and all.
async fn noop() -> Result<()> {
    end_with_input();
    let _logs = noop::logs();
    let running = noop::start().await?;
    say(&format!("listens on http://{}", running.address))?;
    std::future::pending().await
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
