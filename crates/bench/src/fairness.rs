//! What a quiet tenant feels of a hostile one: `cargo xtask bench fairness`.
//!
//! The hostile tenant has a large history and does its worst within the published limits, one attack after the other; an
//! outsider adds connections that read nothing. Beside each the quiet tenant makes and reads payments at a steady pace,
//! and before it alone, on the same server. What counts is the ratio of its 99th percentile. A newcomer's usual mistake is to
//! measure a tenant that is loud itself: then it waits for its own.

#![expect(clippy::float_arithmetic, reason = "statistics of measurements, far from money")]

mod attack;
mod tenants;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::cluster::Cluster;
use crate::hedge_binary;
use crate::machine::Machine;
use crate::process::Process;
use attack::Attack;
use tenants::{Caller, Tenants};

#[derive(Args)]
pub struct Options {
    /// How long the quiet tenant is watched, alone and beside each attack.
    #[arg(long, default_value_t = 8.0)]
    seconds: f64,
    /// How many payments the hostile tenant has made before.
    #[arg(long, default_value_t = 20_000)]
    payments: u32,
    /// A short run over a small history: to see that everything works; the figures mean little.
    #[arg(long)]
    quick: bool,
    /// On SQLite only.
    #[arg(long)]
    no_postgres: bool,
    /// Only these attacks.
    #[arg(long, value_delimiter = ',', value_enum)]
    attacks: Vec<Attack>,
    /// Where databases are made [default: the folder for temporary files].
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Measure this server instead of building one.
    #[arg(long)]
    hedge: Option<PathBuf>,
}

/// Times of the quiet tenant's requests, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Felt {
    half: f64,
    most: f64,
    refused: usize,
}

struct Row {
    database: &'static str,
    attack: Attack,
    alone: Felt,
    beside: Felt,
    /// By how much the server's memory has grown, in megabytes.
    grown: f64,
}

const MOST_RATIO: f64 = 2.0;
const MOST_GROWN: f64 = 100.0;
/// Below this a ratio is noise of the machine.
const FLOOR_MILLIS: f64 = 5.0;
/// Within the limits of an account: a thousand a minute.
const PACE: Duration = Duration::from_millis(75);

pub fn run(options: &Options) -> Result<String> {
    ensure!((1.0..=120.0).contains(&options.seconds), "--seconds must be from 1 to 120");
    let machine = Machine::now();
    let hedge = options.hedge.clone().map_or_else(hedge_binary::build, |path| Ok(path.canonicalize()?))?;
    let parent = options.folder.clone().unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new().prefix("hedge-bench-").tempdir_in(parent)?;
    let runtime = Runtime::new()?;
    let mut rows = Vec::new();
    let sqlite = folder.path().join("sqlite");
    rows.extend(runtime.block_on(measure(options, &hedge, ("SQLite", &sqlite, None)))?);
    if !options.no_postgres {
        let cluster = Cluster::start(&folder.path().join("cluster"), &[])?;
        let url = cluster.fresh_database("fairness")?;
        let data = folder.path().join("postgres");
        rows.extend(runtime.block_on(measure(options, &hedge, ("Postgres", &data, Some(&url))))?);
    }
    report(&rows, &machine)
}

async fn measure(
    options: &Options,
    hedge: &Path,
    (database, folder, url): (&'static str, &Path, Option<&str>),
) -> Result<Vec<Row>> {
    std::fs::create_dir_all(folder)?;
    let payments = if options.quick { 500 } else { options.payments };
    let watched = Duration::from_secs_f64(if options.quick { 1.5 } else { options.seconds });
    let start =
        |limits: &str| Process::start(hedge_binary::command(hedge, folder, url).env("HEDGE_RATE_LIMITS", limits));
    eprintln!("fairness on {database}: {payments} payments of the hostile tenant");
    let tenants = {
        let server = start("off")?;
        Tenants::make(server.address, payments, || tenants::quiet_account(hedge, folder, url)).await?
    };
    let all = [Attack::Lists, Attack::Unread, Attack::Connections, Attack::Keys, Attack::Receivers, Attack::Clock];
    let wanted = |attack: &Attack| options.attacks.is_empty() || options.attacks.contains(attack);
    let mut rows = Vec::new();
    for attack in all.into_iter().filter(wanted) {
        // With limits, as in operation; afresh, so that no attack is felt in the next one's figures.
        let server = start("on")?;
        let alone = feel(&tenants.quiet(server.address), watched).await?;
        let before = server.memory()?.resident;
        let (stop, stopped) = watch::channel(false);
        let under_way = tokio::spawn(attack::carry_out(attack, Arc::new(tenants.hostile(server.address)), stopped));
        tokio::time::sleep(Duration::from_millis(300)).await;
        let beside = feel(&tenants.quiet(server.address), watched).await?;
        let grown = server.memory()?.resident.saturating_sub(before);
        stop.send_replace(true);
        under_way.await??;
        let grown = crate::figures::number(grown) / (1024.0 * 1024.0);
        eprintln!("fairness on {database}, {}: p99 {:.1} -> {:.1} ms", attack.name(), alone.most, beside.most);
        rows.push(Row { database, attack, alone, beside, grown });
    }
    Ok(rows)
}

/// The quiet tenant makes a payment, reads it, and waits a moment, again and again.
async fn feel(quiet: &[Caller], watched: Duration) -> Result<Felt> {
    let (mut times, mut refused, began) = (Vec::new(), 0, Instant::now());
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for caller in quiet.iter().cycle() {
        if began.elapsed() > watched {
            break;
        }
        pace.tick().await;
        let asked = Instant::now();
        let status = caller.pay().await?;
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
        refused += usize::from(status != 201);
        let asked = Instant::now();
        refused += usize::from(caller.get("/v1/payments?limit=1").await? != 200);
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
    }
    ensure!(times.len() >= 10, "the quiet tenant was hardly answered: {} times", times.len());
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    Ok(Felt { half: at(50), most: at(99), refused })
}

fn report(rows: &[Row], machine: &Machine) -> Result<String> {
    let mut text = String::new();
    writeln!(text, "{machine}; a quiet tenant beside a hostile one, in ms")?;
    writeln!(
        text,
        "{:<9} {:<12} {:>8} {:>8} {:>8} {:>8} {:>6} {:>8} {:>9}  goal",
        "", "attack", "p50", "beside", "p99", "beside", "ratio", "refused", "memory"
    )?;
    for Row { database, attack, alone, beside, grown } in rows {
        let ratio = beside.most / alone.most.max(FLOOR_MILLIS / MOST_RATIO);
        let reached = ratio <= MOST_RATIO && *grown <= MOST_GROWN && beside.refused == 0;
        writeln!(
            text,
            "{database:<9} {:<12} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {ratio:>6.2} {:>8} {grown:>6.0} MB  {}",
            attack.name(),
            alone.half,
            beside.half,
            alone.most,
            beside.most,
            beside.refused,
            if reached { "reached" } else { "missed" }
        )?;
    }
    writeln!(
        text,
        "goal: p99 within {MOST_RATIO}×, or below {FLOOR_MILLIS} ms, none refused, memory within {MOST_GROWN} MB"
    )?;
    Ok(text)
}
