//! What growth costs: the same requests on a small database and on one many times its size, in turn.
//!
//! Both are filled through the store's own batches, in this process, because filling them over HTTP would take longer
//! than measuring. Costs are what a request takes of the time, so a ratio of 1 is no growth at all.

#![expect(clippy::float_arithmetic, reason = "statistics of measurements, far from money")]

mod fill;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::accounting::Meter;
use crate::figures::{Sample, Spread, spread};
use crate::hedge_binary;
use crate::load::{self, Group, Requests};
use crate::plan::{Timing, Work};
use crate::process::Process;

pub const SMALL: u32 = 100_000;
pub const MOST: u32 = 5_000_000;

pub struct Plan {
    pub folder: PathBuf,
    pub hedge: PathBuf,
    pub payments: u32,
    pub rounds: usize,
    pub timing: Timing,
}

#[derive(Clone, Debug, Serialize)]
pub struct Growth {
    pub from: u32,
    pub to: u32,
    pub costs: Vec<Cost>,
}

/// Of one kind of request, on the small database and on the large one.
#[derive(Clone, Debug, Serialize)]
pub struct Cost {
    pub work: Work,
    pub connections: u16,
    pub small: Vec<Sample>,
    pub large: Vec<Sample>,
    /// Of the time a request takes when as many are made as can be.
    pub time: Option<Spread>,
    pub cpu: Option<Spread>,
}

const WORKS: [(Work, u16); 3] = [(Work::Post, 64), (Work::List, 16), (Work::Get, 64)];

struct Side {
    process: Process,
    ids: Vec<String>,
}

pub fn measure(plan: &Plan) -> Result<Growth> {
    let (small, large) = (plan.folder.join("small"), plan.folder.join("large"));
    std::fs::create_dir(&small)?;
    let mut ids = fill::fill(&small, SMALL)?;
    copy(&small, &large)?;
    let small = Side::start(plan, &small, ids.clone())?;
    ids.extend(fill::fill(&large, plan.payments.saturating_sub(SMALL))?);
    let large = Side::start(plan, &large, ids)?;

    let mut costs: Vec<_> = WORKS.iter().map(|&(work, connections)| Cost::new(work, connections)).collect();
    for round in 1..=plan.rounds {
        eprintln!("growth, round {round} of {}", plan.rounds);
        for cost in &mut costs {
            // The other way about in every other round.
            if round % 2 == 1 {
                cost.small.push(small.ask(cost, plan.timing)?);
                cost.large.push(large.ask(cost, plan.timing)?);
            } else {
                cost.large.push(large.ask(cost, plan.timing)?);
                cost.small.push(small.ask(cost, plan.timing)?);
            }
        }
    }
    costs.iter_mut().for_each(Cost::compare);
    Ok(Growth { from: SMALL, to: plan.payments, costs })
}

impl Side {
    fn start(plan: &Plan, folder: &Path, ids: Vec<String>) -> Result<Self> {
        let process = Process::start(&mut hedge_binary::command(&plan.hedge, folder, None))?;
        Ok(Self { process, ids })
    }

    fn ask(&self, cost: &Cost, timing: Timing) -> Result<Sample> {
        let requests = match cost.work {
            Work::Get => Requests::payments(&self.ids),
            Work::List => Requests::lists(&self.ids),
            Work::Post | Work::PostUnkeyed | Work::GetBesideWriters | Work::PostBesideReaders => {
                Requests::Create { keyed: true }
            }
        };
        let groups = [Group { connections: cost.connections, requests }];
        let meter = Meter { process: self.process.id(), family: None };
        let outcome = load::run(self.process.address, &groups, timing, &meter)?;
        outcome.tallies.iter().try_for_each(load::Tally::check)?;
        Sample::of(&outcome, 0).context("no request was answered")
    }
}

impl Cost {
    const fn new(work: Work, connections: u16) -> Self {
        Self { work, connections, small: Vec::new(), large: Vec::new(), time: None, cpu: None }
    }

    fn compare(&mut self) {
        let pairs = || self.small.iter().zip(&self.large);
        self.time = spread(pairs().map(|(small, large)| small.per_second / large.per_second).collect());
        self.cpu = spread(pairs().map(|(small, large)| large.cpu_micros / small.cpu_micros).collect());
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if !Command::new("cp").arg("-r").arg(from).arg(to).status()?.success() {
        bail!("cannot copy {}", from.display());
    }
    Ok(())
}
