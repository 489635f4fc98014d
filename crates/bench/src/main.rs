//! Measures the server against baselines on the same work, and prints the table of goals.
//!
//! What counts are ratios inside one run, taken in alternating rounds; absolute figures are the machine's. It is for
//! engineering and never gates a test run. A newcomer's usual mistake is to compare the figures of two runs.

mod accounting;
mod arena;
mod cluster;
mod fairness;
mod figures;
mod goals;
mod growth;
mod hedge_binary;
mod load;
mod machine;
mod micro;
mod plan;
mod process;
mod report;
mod rounds;
mod shim;
mod subject;
mod webhooks;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::{Args, Parser, Subcommand};

use figures::Figures;
use plan::{Delay, Subject, Timing};
use report::Report;
use rounds::Rounds;

/// Measures the server against baselines on the same work.
#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// What a delivered webhook costs, and how many are delivered in a second.
    Webhooks(webhooks::Options),
    /// What a quiet tenant feels of a hostile one.
    Fairness(fairness::Options),
    #[command(hide = true)]
    Subject {
        #[command(subcommand)]
        name: subject::Name,
    },
}

#[derive(Args)]
struct Options {
    /// One short round: to see that everything works; the figures mean little.
    #[arg(long)]
    quick: bool,
    /// How many rounds; ratios are medians over them. 0 leaves them out.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each measurement takes, after a fifth of that for warming up.
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// Numbers of connections.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
    connections: Vec<u16>,
    /// Only these subjects.
    #[arg(long, value_delimiter = ',', value_enum)]
    subjects: Vec<Subject>,
    /// Microseconds added to every fsync, one set of rounds for each.
    #[arg(long, value_delimiter = ',', default_values_t = [0, 1_000])]
    delays: Vec<u32>,
    /// Also measure what growth costs: from a hundred thousand payments to this many.
    #[arg(long, num_args = 0..=1, default_missing_value = "1000000", value_name = "PAYMENTS")]
    growth: Option<u32>,
    /// Leave out the costs of single functions.
    #[arg(long)]
    no_micro: bool,
    /// Where databases are made: a disk, for in memory an fsync costs nothing [default: the folder for temporary files].
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Measure this server instead of building one.
    #[arg(long)]
    hedge: Option<PathBuf>,
    /// Also write every figure to this file.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    match cli.task {
        Some(Task::Subject { name }) => subject::run(name),
        Some(Task::Fairness(options)) => say(&fairness::run(&options)?),
        Some(Task::Webhooks(options)) => say(&webhooks::run(&options)?),
        None => benchmark(cli.options),
    }
}

fn benchmark(options: Options) -> Result<()> {
    ensure!((0.05..=60.0).contains(&options.seconds), "--seconds must be from 0.05 to 60");
    ensure!(options.rounds <= 100, "--rounds must be at most 100");
    ensure!(options.connections.iter().all(|number| (1..=1_000).contains(number)), "--connections: from 1 to 1000");

    let machine = machine::Machine::now();
    let sizes = growth::SMALL..=growth::MOST;
    ensure!(options.growth.is_none_or(|to| sizes.contains(&to)), "--growth must be from 100000 to 5000000");

    let parent = options.folder.clone().unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new().prefix("hedge-bench-").tempdir_in(parent)?;
    let mut figures = Figures::default();
    let rounds = options.rounds(folder.path().to_owned())?;
    if rounds.number > 0 {
        rounds.run(&mut figures)?;
    }
    let micro = if options.no_micro { None } else { Some(micro::measure_apart()?) };

    let growth = options.growth(&rounds).as_ref().map(growth::measure).transpose()?;

    let goals = goals::goals(&figures, growth.as_ref(), micro);
    let rounds = rounds.number;
    let report = Report { figures: &figures, growth: growth.as_ref(), micro, goals: &goals, rounds, machine: &machine };
    say(&report.text())?;
    if let Some(path) = &options.json {
        std::fs::write(path, report.json()?)?;
    }
    Ok(())
}

impl Options {
    fn rounds(&self, folder: PathBuf) -> Result<Rounds> {
        let measure = Duration::from_secs_f64(if self.quick { 0.4 } else { self.seconds });
        let all = || Subject::ALL.to_vec();
        Ok(Rounds {
            folder,
            hedge: self.hedge.clone().map_or_else(hedge_binary::build, |path| Ok(path.canonicalize()?))?,
            subjects: if self.subjects.is_empty() { all() } else { self.subjects.clone() },
            connections: self.connections.clone(),
            delays: self.delays.iter().map(|&micros| Delay { micros }).collect(),
            number: if self.quick { self.rounds.min(1) } else { self.rounds },
            timing: Timing { warm_up: measure / 5, measure },
        })
    }
}

impl Options {
    fn growth(&self, rounds: &Rounds) -> Option<growth::Plan> {
        let (folder, hedge) = (rounds.folder.clone(), rounds.hedge.clone());
        // Without rounds of the other kind there is no number to go by.
        let number = if rounds.number == 0 { 5 } else { rounds.number };
        self.growth.map(|payments| growth::Plan { folder, hedge, payments, rounds: number, timing: rounds.timing })
    }
}

fn say(text: &str) -> Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{text}")?;
    Ok(out.flush()?)
}
