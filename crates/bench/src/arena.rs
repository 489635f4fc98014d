//! The subjects of one round, started on empty databases and ended with the round.
//!
//! All of them are up at once, so that they can be measured in turn; whoever is not asked costs next to nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use crate::accounting::Meter;
use crate::cluster::Cluster;
use crate::figures::{Figures, MemorySample, Sample};
use crate::hedge_binary;
use crate::load::{self, Group, Outcome, Requests};
use crate::plan::{Cell, Delay, Go, MIX_READERS, MIX_WRITERS, Subject, Timing, Work};
use crate::process::Process;

/// What every round has in common.
pub struct Ground {
    pub folder: PathBuf,
    pub hedge: PathBuf,
    pub delay: Delay,
    /// The shim's, for whoever writes to a disk.
    pub environment: Vec<(String, String)>,
    pub cluster: Option<Arc<Cluster>>,
}

pub struct Arena {
    delay: Delay,
    contenders: BTreeMap<Subject, Contender>,
}

struct Contender {
    process: Process,
    meter: Meter,
    /// Payments it has made, for reading them.
    ids: Vec<String>,
}

/// More would only make the list of requests outgrow the caches.
const MOST_IDS: usize = 4_000;
/// Of one measurement.
const MOST_REPEATS: usize = 2;
const PROBES: usize = 3;

impl Arena {
    pub fn open(ground: &Ground, subjects: &[Subject]) -> Result<Self> {
        let mut contenders = BTreeMap::new();
        for &subject in subjects {
            let contender = ground.start(subject).with_context(|| format!("{} does not start", subject.name()))?;
            contenders.insert(subject, contender);
        }
        Ok(Self { delay: ground.delay, contenders })
    }

    /// Measures one subject; what goes wrong is a gap in the figures, not the end of the run.
    pub fn measure(&mut self, subject: Subject, go: Go, timing: Timing, figures: &mut Figures) {
        let Some(contender) = self.contenders.get_mut(&subject) else {
            return;
        };
        let outcome = contender.run_undisturbed(go, timing, figures);
        if let Err(error) = &outcome {
            figures.gap(format!("{}, {}: {error:#}", subject.name(), describe(go)));
        }
        let outcome = outcome.ok();
        let parts: &[(Work, u16)] = match go {
            Go::One(work, connections) => &[(work, connections)],
            Go::Mix => &[(Work::GetBesideWriters, MIX_READERS), (Work::PostBesideReaders, MIX_WRITERS)],
        };
        for (index, &(work, connections)) in parts.iter().enumerate() {
            let cell = Cell { delay: self.delay, subject, work, connections };
            let sample = outcome.as_ref().and_then(|outcome| Sample::of(outcome, index));
            figures.add(cell, sample);
        }
    }

    pub fn note_memory(&self, figures: &mut Figures) -> Result<()> {
        for (&subject, contender) in &self.contenders {
            let (at_start, peak) = (contender.process.at_start.resident, contender.process.memory()?.peak);
            figures.add_memory(subject, MemorySample { at_start, peak });
        }
        Ok(())
    }
}

pub fn describe(go: Go) -> String {
    match go {
        Go::One(work, connections) => format!("{} at {connections}", work.name()),
        Go::Mix => format!("{MIX_READERS} readers beside {MIX_WRITERS} writers"),
    }
}

impl Contender {
    /// Measures again what others disturbed, a few times at most; then takes it as it is.
    fn run_undisturbed(&mut self, go: Go, timing: Timing, figures: &mut Figures) -> Result<Outcome> {
        let mut best = self.run(go, timing)?;
        for _again in 0..MOST_REPEATS {
            if !best.is_disturbed() || !figures.may_repeat() {
                break;
            }
            let outcome = self.run(go, timing)?;
            if outcome.foreign < best.foreign {
                best = outcome;
            }
        }
        figures.count_measurement(best.is_disturbed());
        Ok(best)
    }

    fn run(&mut self, go: Go, timing: Timing) -> Result<Outcome> {
        let group = |work, connections| Group { connections, requests: self.requests(work) };
        let groups = match go {
            Go::One(work, connections) => vec![group(work, connections)],
            Go::Mix => {
                vec![group(Work::GetBesideWriters, MIX_READERS), group(Work::PostBesideReaders, MIX_WRITERS)]
            }
        };
        let mut outcome = load::run(self.process.address, &groups, timing, &self.meter)?;
        for tally in &mut outcome.tallies {
            let room = MOST_IDS.saturating_sub(self.ids.len());
            self.ids.extend(std::mem::take(&mut tally.ids).into_iter().take(room));
            tally.check()?;
        }
        Ok(outcome)
    }

    fn requests(&self, work: Work) -> Requests {
        match work {
            Work::Post | Work::PostBesideReaders => Requests::Create { keyed: true },
            Work::PostUnkeyed => Requests::Create { keyed: false },
            Work::Get | Work::GetBesideWriters => Requests::payments(&self.ids),
            Work::List => Requests::lists(&self.ids),
        }
    }
}

impl Ground {
    fn start(&self, subject: Subject) -> Result<Contender> {
        let folder = self.folder.join(format!("{subject:?}"));
        let mut command = self.command(subject, &folder)?;
        command.envs(self.environment.iter().cloned());
        let process = Process::start(&mut command)?;
        let family = subject.needs_postgres().then(|| self.cluster.as_ref().map(|cluster| cluster.process)).flatten();
        let meter = Meter { process: process.id(), family };

        let (status, body) = load::first_answer(process.address, &load::create(false).0)?;
        if status != 201 {
            bail!("it answers a payment with {status}: {body}");
        }
        Ok(Contender { process, meter, ids: Vec::new() })
    }

    fn command(&self, subject: Subject, folder: &Path) -> Result<Command> {
        // Of the round before, which has ended.
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir(folder)?;
        let database = |name: &str| {
            let cluster = self.cluster.as_ref().context("there is no Postgres")?;
            cluster.fresh_database(name)
        };
        let command = match subject {
            Subject::Hello => own(["hello"])?,
            Subject::Noop => own(["noop"])?,
            Subject::NaiveSqlite => own(["naive-sqlite", &folder.display().to_string()])?,
            Subject::NaivePostgres => own(["naive-postgres", &database("naive")?])?,
            Subject::HedgeSqlite => hedge_binary::command(&self.hedge, folder, None),
            Subject::HedgePostgres => hedge_binary::command(&self.hedge, folder, Some(&database("hedge")?)),
        };
        Ok(command)
    }

    /// One fdatasync here, in microseconds: the least of a few medians, for only others can make it longer.
    pub fn fdatasync(&self) -> Result<f64> {
        let probes: Result<Vec<f64>> = (0..PROBES).map(|_| self.probe()).collect();
        probes?.into_iter().min_by(f64::total_cmp).context("no probe")
    }

    fn probe(&self) -> Result<f64> {
        let mut command = own(["probe", &self.folder.display().to_string()])?;
        let output = command.envs(self.environment.iter().cloned()).stdin(Stdio::null()).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.trim().parse().with_context(|| format!("the probe said {text:?}"))
    }
}

/// One of the subjects in this program.
fn own<const N: usize>(arguments: [&str; N]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("subject").args(arguments).stderr(Stdio::null());
    Ok(command)
}
