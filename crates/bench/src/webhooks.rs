//! What a delivered event costs the server, and how many it delivers: `cargo xtask bench webhooks`.
//!
//! Each round starts two fresh servers, one without and one with webhook endpoints, gives both the same load of payments,
//! and waits until everything has been delivered to a receiver in another process. A bare loop then posts the same
//! bytes to the same receiver. A newcomer's usual mistake is to take the rate under load for the rate of delivery: then
//! payments and deliveries share the processors. So the rate is that of the backlog, when the load is over.

#![expect(clippy::float_arithmetic, reason = "statistics of measurements, far from money")]

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::accounting::Meter;
use crate::figures::{Spread, number, spread};
use crate::hedge_binary;
use crate::load::{self, Group, Requests, SECRET_KEY, Tally, first_answer};
use crate::machine::Machine;
use crate::plan::Timing;
use crate::process::Process;
use crate::subject::post::Posted;

#[derive(Args)]
pub struct Options {
    /// How many rounds; figures are medians over them.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many endpoints each event goes to.
    #[arg(long, default_value_t = 1)]
    endpoints: u16,
    /// How long payments are made in each round.
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// From how many connections.
    #[arg(long, default_value_t = 16)]
    connections: u16,
    /// Where databases are made [default: the folder for temporary files].
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Measure this server instead of building one.
    #[arg(long)]
    hedge: Option<PathBuf>,
}

/// One round; processor time in microseconds.
#[derive(Clone, Copy, Debug)]
struct Sample {
    /// Delivered events in a second, of a backlog.
    per_second: f64,
    /// Of the server for each delivery out of the backlog.
    cpu: f64,
    /// The same with what it costs to write it down while payments are made.
    whole_cpu: f64,
    bare_per_second: f64,
    bare_cpu: f64,
    /// How much of the machine others took.
    foreign: f64,
}

const MOST_CPU_MICROS: f64 = 700.0;
const LEAST_PER_SECOND: f64 = 1_500.0;
/// As many at once as the server has under way to one endpoint.
const AT_ONCE: u32 = 8;
const BARE_POSTS: u64 = 20_000;
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How long nothing must have come for the backlog to be over.
const SILENCE: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(300);

/// Measures, and answers the report.
pub fn run(options: &Options) -> Result<String> {
    ensure!((0.05..=60.0).contains(&options.seconds), "--seconds must be from 0.05 to 60");
    ensure!((1..=100).contains(&options.rounds), "--rounds must be from 1 to 100");
    ensure!((1..=16).contains(&options.endpoints), "--endpoints must be from 1 to 16");
    let machine = Machine::now();
    let hedge = options.hedge.clone().map_or_else(hedge_binary::build, |path| Ok(path.canonicalize()?))?;
    let parent = options.folder.clone().unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new().prefix("hedge-bench-").tempdir_in(parent)?;
    let mut samples = Vec::new();
    for number in 1..=options.rounds {
        eprintln!("webhooks, round {number} of {}", options.rounds);
        let round = Round { options, hedge: &hedge, folder: folder.path().join(number.to_string()) };
        samples.push(round.measure()?);
    }
    report(options, &samples, &machine)
}

struct Round<'a> {
    options: &'a Options,
    hedge: &'a Path,
    folder: PathBuf,
}

impl Round<'_> {
    fn measure(&self) -> Result<Sample> {
        let plain = self.server("plain")?;
        let (payments, cpu) = self.pay(&plain)?;
        let payment = number(cpu) / number(payments);
        drop(plain);

        let receiver = Process::start(Command::new(std::env::current_exe()?).args(["subject", "receiver"]))?;
        let server = self.server("webhooks")?;
        for endpoint in 0..self.options.endpoints {
            let url = format!("http://{}/hook{endpoint}", receiver.address);
            create_endpoint(server.address, &url)?;
        }
        let meter = Meter { process: server.id(), family: None };
        let before = meter.read()?;
        self.pay(&server)?;
        let (loaded, early, since) = (meter.read()?, count(receiver.address)?, Instant::now());
        let (all, took) = silence(receiver.address, since)?;
        let after = meter.read()?;
        all_were_taken(server.address, all)?;
        ensure!(all > early, "there was no backlog: payments have to be made faster");

        let written = payment * number(all) / f64::from(self.options.endpoints);
        let bare = self.bare(&receiver)?;
        let foreign = number(after.foreign_since(&before)) / number(micros(since.elapsed())?);
        Ok(Sample {
            per_second: number(all - early) / took.as_secs_f64(),
            cpu: number(after.subject.saturating_sub(loaded.subject)) / number(all - early),
            whole_cpu: (number(after.subject.saturating_sub(before.subject)) - written) / number(all),
            bare_per_second: number(BARE_POSTS) * 1e6 / number(bare.took),
            bare_cpu: number(bare.cpu) / number(BARE_POSTS),
            foreign,
        })
    }

    fn server(&self, name: &str) -> Result<Process> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        Process::start(&mut hedge_binary::command(self.hedge, &folder, None))
    }

    /// Makes payments for a while: how many, and the processor time of the server.
    fn pay(&self, server: &Process) -> Result<(u64, u64)> {
        let groups = [Group { connections: self.options.connections, requests: Requests::Create { keyed: false } }];
        let measure = Duration::from_secs_f64(self.options.seconds);
        let timing = Timing { warm_up: measure / 10, measure };
        let meter = Meter { process: server.id(), family: None };
        let outcome = load::run(server.address, &groups, timing, &meter)?;
        outcome.tallies.iter().try_for_each(Tally::check)?;
        let made = outcome.tallies.iter().map(|tally| u64::from(tally.answered())).sum();
        Ok((made, outcome.metered))
    }

    fn bare(&self, receiver: &Process) -> Result<Posted> {
        let body = self.folder.join("body");
        std::fs::write(&body, ask(receiver.address, "GET", "/last", "")?)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["subject", "post"]).arg(format!("http://{}/bare", receiver.address)).arg(&body);
        let at_once = AT_ONCE * u32::from(self.options.endpoints);
        let output = command.args([BARE_POSTS.to_string(), at_once.to_string()]).output()?;
        ensure!(output.status.success(), "the bare loop failed: {}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// One small request, and the body of its answer.
fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Result<String> {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {SECRET_KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (status, answer) = first_answer(address, request.as_bytes())?;
    if !(200..300).contains(&status) {
        bail!("{method} {path} was answered {status}: {answer}");
    }
    Ok(answer)
}

fn create_endpoint(server: SocketAddr, url: &str) -> Result<()> {
    let body = serde_json::json!({ "url": url, "events": ["*"] }).to_string();
    ask(server, "POST", "/v1/webhooks/endpoints", &body).map(drop)
}

fn count(receiver: SocketAddr) -> Result<u64> {
    Ok(ask(receiver, "GET", "/count", "")?.parse()?)
}

fn micros(duration: Duration) -> Result<u64> {
    Ok(u64::try_from(duration.as_micros())?)
}

/// Waits until nothing more comes: how much has come, and how long that took.
fn silence(receiver: SocketAddr, since: Instant) -> Result<(u64, Duration)> {
    let (mut seen, mut at) = (count(receiver)?, since.elapsed());
    while since.elapsed() < at + SILENCE {
        ensure!(since.elapsed() < PATIENCE, "deliveries do not end");
        thread::sleep(LOOK_EVERY);
        let now = count(receiver)?;
        if now > seen {
            (seen, at) = (now, since.elapsed());
        }
    }
    Ok((seen, at))
}

/// A rate of failures, or of half the events, is not worth a figure.
fn all_were_taken(server: SocketAddr, came: u64) -> Result<()> {
    let metrics = ask(server, "GET", "/metrics", "")?;
    let value = |name: &str| metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let waiting = value("hedge_webhook_deliveries_waiting").context("no such metric")?;
    let delivered = value("hedge_webhook_attempts_total{outcome=\"delivered\"}").context("no such metric")?;
    let attempts = metrics.lines().filter(|line| line.starts_with("hedge_webhook_attempts_total{")).count();
    ensure!(waiting == "0" && attempts == 1, "some were not taken: {metrics}");
    ensure!(delivered == came.to_string(), "{came} came and {delivered} were counted as delivered");
    Ok(())
}

fn report(options: &Options, samples: &[Sample], machine: &Machine) -> Result<String> {
    let median = |of: fn(&Sample) -> f64| -> Spread { spread(samples.iter().map(of).collect()).unwrap_or_default() };
    let (rate, cpu) = (median(|sample| sample.per_second), median(|sample| sample.cpu));
    let whole = median(|sample| sample.whole_cpu);
    let (bare_rate, bare_cpu) = (median(|sample| sample.bare_per_second), median(|sample| sample.bare_cpu));
    let ratio = median(|sample| sample.whole_cpu / sample.bare_cpu);
    let foreign = median(|sample| sample.foreign);
    let verdict = |reached: bool| if reached { "reached" } else { "missed" };
    let mut text = String::new();
    writeln!(text, "{machine}; {} rounds, {} endpoints, medians (least – most)", samples.len(), options.endpoints)?;
    let mut line = |name: &str, rate: Spread, cpu: Spread| {
        let rate = format!("{:.0} ({:.0} – {:.0})", rate.median, rate.least, rate.most);
        writeln!(text, "{name:<46} {rate:>24}/s {:>7.0} µs ({:.0} – {:.0})", cpu.median, cpu.least, cpu.most)
    };
    line("delivered events, of a backlog", rate, cpu)?;
    line("  with their fan-out, while payments are made", rate, whole)?;
    line("a bare reqwest loop, the same bytes, signed", bare_rate, bare_cpu)?;
    writeln!(
        text,
        "CPU of an event, of the bare loop's: {:.2} ({:.2} – {:.2})",
        ratio.median, ratio.least, ratio.most
    )?;
    writeln!(text, "goal: CPU of a delivered event ≤ 0.7 ms: {}", verdict(whole.median <= MOST_CPU_MICROS))?;
    writeln!(text, "goal: ≥ 1 500 delivered events/s: {}", verdict(rate.median >= LEAST_PER_SECOND))?;
    writeln!(
        text,
        "others took {:.2} of a processor meanwhile: trust the CPU, not the rates, unless it is next to 0",
        foreign.median
    )?;
    Ok(text)
}
