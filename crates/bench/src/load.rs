//! The load generator: keep-alive connections that send prebuilt requests and look at status and length only.
//!
//! It shares the machine with the subject, so what it spends is taken from the subject's rate. It runs on threads of
//! its own, one runtime each, and keeps raw latencies: nothing is shared or aggregated while measuring.

mod request;
mod strand;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::accounting::Meter;
use crate::plan::Timing;
pub use request::{Requests, SECRET_KEY, create};
use strand::Strand;
pub use wire::first_answer;

/// Connections that do the same.
pub struct Group {
    pub connections: u16,
    pub requests: Requests,
}

/// What a group saw while it was measured.
#[derive(Default)]
pub struct Tally {
    /// In microseconds, in no order.
    pub latencies: Vec<u32>,
    /// Answers other than 2xx, and broken connections.
    pub failures: u64,
    /// The first thing that failed, in its own words.
    pub complaint: Option<String>,
    /// Of payments that were created.
    pub ids: Vec<String>,
}

pub struct Outcome {
    pub tallies: Vec<Tally>,
    pub elapsed: Duration,
    /// Microseconds of processor time that the subject spent meanwhile.
    pub metered: u64,
    /// The same of everybody else on the machine.
    pub foreign: u64,
}

const THREADS: usize = 2;
/// The longest that requests under way may still take when the time is up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Before this the connections warm up, at 0.
const MEASURE: u8 = 1;
const OVER: u8 = 2;

/// What the connections look at to know where the run is.
#[derive(Default)]
struct Phase(AtomicU8);

impl Phase {
    fn is_measured(&self) -> bool {
        self.0.load(Ordering::Relaxed) == MEASURE
    }

    fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed) == OVER
    }
}

/// Runs all groups at once; the meter is read at both ends of the measured time.
pub fn run(target: SocketAddr, groups: &[Group], timing: Timing, meter: &Meter) -> Result<Outcome> {
    let phase = Arc::new(Phase::default());
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let strands = share(target, groups, thread, &phase);
            thread::spawn(move || drive(strands, timing))
        })
        .collect();

    thread::sleep(timing.warm_up);
    let before = meter.read();
    let started = Instant::now();
    phase.0.store(MEASURE, Ordering::Relaxed);
    thread::sleep(timing.measure);
    phase.0.store(OVER, Ordering::Relaxed);
    let elapsed = started.elapsed();
    let after = meter.read();

    let mut tallies: Vec<_> = groups.iter().map(|_| Tally::default()).collect();
    for thread in threads {
        let shares = thread.join().map_err(|_panic| anyhow!("the load generator panicked"))??;
        for (tally, share) in tallies.iter_mut().zip(shares) {
            tally.add(share);
        }
    }
    let (before, after) = (before?, after?);
    let (metered, foreign) = (after.subject.saturating_sub(before.subject), after.foreign_since(&before));
    Ok(Outcome { tallies, elapsed, metered, foreign })
}

/// One thread's connections, by group.
fn share(target: SocketAddr, groups: &[Group], thread: usize, phase: &Arc<Phase>) -> Vec<Vec<Strand>> {
    let of_group = |group: &Group| {
        let mine = (0..usize::from(group.connections)).filter(|index| index % THREADS == thread);
        mine.map(|index| Strand::new(target, group.requests.stream(index), Arc::clone(phase))).collect()
    };
    groups.iter().map(of_group).collect()
}

fn drive(groups: Vec<Vec<Strand>>, timing: Timing) -> Result<Vec<Tally>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let all = async {
        let spawned: Vec<Vec<_>> = groups
            .into_iter()
            .map(|strands| strands.into_iter().map(|strand| tokio::spawn(strand.run())).collect())
            .collect();
        let mut tallies = Vec::new();
        for strands in spawned {
            let mut tally = Tally::default();
            for strand in strands {
                tally.add(strand.await?);
            }
            tallies.push(tally);
        }
        anyhow::Ok(tallies)
    };
    let limit = timing.warm_up + timing.measure + PATIENCE;
    let bounded = async { tokio::time::timeout(limit, all).await };
    let done = runtime.block_on(bounded).context("requests were still under way long after the time was up")?;
    runtime.shutdown_background();
    done
}

impl Outcome {
    /// Whether others took so much of the machine that the figures are about them, too: more than a tenth of a processor.
    pub fn is_disturbed(&self) -> bool {
        u128::from(self.foreign) * 10 > self.elapsed.as_micros()
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.failures = self.failures.saturating_add(other.failures);
        self.complaint = self.complaint.take().or(other.complaint);
        self.ids.extend(other.ids);
    }

    pub fn answered(&self) -> u32 {
        u32::try_from(self.latencies.len()).unwrap_or(u32::MAX)
    }

    /// A rate of refusals is not worth a figure.
    pub fn check(&self) -> Result<()> {
        if self.failures > 0 {
            bail!("{} requests failed: {}", self.failures, self.complaint.as_deref().unwrap_or("no reason"));
        }
        if self.latencies.is_empty() {
            bail!("no request was answered in time");
        }
        Ok(())
    }
}
