//! What was measured, round by round, and the few statistics made of it.
//!
//! A ratio is taken inside each round and the median over the rounds: the machine may change its mind between rounds,
//! and both sides of a ratio should meet the same mood.

#![expect(clippy::float_arithmetic, reason = "statistics of measurements, far from money")]

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::load::Outcome;
use crate::plan::{Cell, Delay, Subject};

/// One cell in one round.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sample {
    pub per_second: f64,
    pub p50_micros: f64,
    pub p99_micros: f64,
    pub cpu_micros: f64,
}

/// Memory in kilobytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MemorySample {
    pub at_start: u64,
    pub peak: u64,
}

#[derive(Default)]
pub struct Figures {
    /// By cell, the rounds in order; a round that failed is `None`, so that the others still meet their partners.
    samples: BTreeMap<Cell, Vec<Option<Sample>>>,
    memory: BTreeMap<Subject, Vec<MemorySample>>,
    /// One fdatasync, in microseconds, as it was in each round.
    fdatasync: BTreeMap<Delay, Vec<f64>>,
    /// How many measurements there are, how many of them others disturbed in the end, and how many were repeated.
    measurements: usize,
    disturbed: usize,
    repeats: usize,
    /// What could not be measured and why, each once.
    pub gaps: Vec<String>,
}

/// The median over the rounds, with the extremes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

/// Some three minutes of them.
const MOST_REPEATS: usize = 120;
/// Latencies beyond two minutes count as two minutes.
const LONGEST: u64 = 120_000_000;

impl Sample {
    /// One group of an outcome. Processor time is shared out over the requests of all groups: it cannot be told apart.
    pub fn of(outcome: &Outcome, group: usize) -> Option<Self> {
        let tally = outcome.tallies.get(group)?;
        let mut histogram = Histogram::<u64>::new_with_max(LONGEST, 3).ok()?;
        for &micros in &tally.latencies {
            histogram.saturating_record(micros.into());
        }
        let requests = number(histogram.len());
        let all: f64 = outcome.tallies.iter().map(|tally| f64::from(tally.answered())).sum();
        (requests > 0.0).then(|| Self {
            per_second: requests / outcome.elapsed.as_secs_f64(),
            p50_micros: number(histogram.value_at_quantile(0.5)),
            p99_micros: number(histogram.value_at_quantile(0.99)),
            cpu_micros: number(outcome.metered) / all,
        })
    }
}

impl Figures {
    pub fn add(&mut self, cell: Cell, sample: Option<Sample>) {
        self.samples.entry(cell).or_default().push(sample);
    }

    pub fn add_memory(&mut self, subject: Subject, sample: MemorySample) {
        self.memory.entry(subject).or_default().push(sample);
    }

    pub fn add_fdatasync(&mut self, delay: Delay, micros: f64) {
        self.fdatasync.entry(delay).or_default().push(micros);
    }

    pub fn fdatasyncs(&self) -> impl Iterator<Item = (Delay, &[f64])> {
        self.fdatasync.iter().map(|(&delay, rounds)| (delay, rounds.as_slice()))
    }

    /// Repeating is bounded, too: a busy machine must not keep the benchmark for ever.
    pub const fn may_repeat(&mut self) -> bool {
        let may = self.repeats < MOST_REPEATS;
        if may {
            self.repeats += 1;
        }
        may
    }

    pub fn count_measurement(&mut self, is_disturbed: bool) {
        self.measurements += 1;
        self.disturbed += usize::from(is_disturbed);
    }

    /// How many of how many measurements others disturbed.
    pub const fn disturbed(&self) -> (usize, usize) {
        (self.disturbed, self.measurements)
    }

    pub fn gap(&mut self, gap: String) {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    pub fn cells(&self) -> impl Iterator<Item = (Cell, &[Option<Sample>])> {
        self.samples.iter().map(|(&cell, samples)| (cell, samples.as_slice()))
    }

    pub fn spread(&self, cell: Cell, of: impl Fn(&Sample) -> f64) -> Option<Spread> {
        let samples = self.samples.get(&cell)?;
        spread(samples.iter().flatten().map(of).collect())
    }

    /// `one` divided by `other`, round by round.
    pub fn ratio(&self, one: Cell, other: Cell, of: impl Fn(&Sample) -> f64) -> Option<Spread> {
        let pairs = self.samples.get(&one)?.iter().zip(self.samples.get(&other)?);
        spread(pairs.filter_map(|(one, other)| Some(of(one.as_ref()?) / of(other.as_ref()?))).collect())
    }

    /// A latency in units of one fdatasync of the same round.
    pub fn in_fdatasyncs(&self, cell: Cell, of: impl Fn(&Sample) -> f64) -> Option<Spread> {
        let pairs = self.samples.get(&cell)?.iter().zip(self.fdatasync.get(&cell.delay)?);
        spread(pairs.filter_map(|(sample, fdatasync)| Some(of(sample.as_ref()?) / fdatasync)).collect())
    }

    /// The most over the rounds, in megabytes.
    pub fn megabytes(&self, subject: Subject, of: impl Fn(&MemorySample) -> u64) -> Option<f64> {
        let most = self.memory.get(&subject)?.iter().map(of).max()?;
        Some(number(most) / 1_024.0)
    }
}

pub fn spread(mut values: Vec<f64>) -> Option<Spread> {
    values.sort_by(f64::total_cmp);
    let (&least, &most) = values.first().zip(values.last())?;
    let middle = values.len() / 2;
    let median = if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
    Some(Spread { median, least, most })
}

#[expect(clippy::as_conversions, reason = "counts of a benchmark are far below what a float holds exactly")]
pub const fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{NO_DELAY, Work};

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        let spread = |values: &[f64]| spread(values.to_vec()).map(|spread| spread.median);
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn a_round_that_failed_is_left_out_of_ratios_together_with_its_partner() {
        let cell = |subject| Cell { delay: NO_DELAY, subject, work: Work::Post, connections: 64 };
        let sample = |per_second| Some(Sample { per_second, p50_micros: 1.0, p99_micros: 1.0, cpu_micros: 1.0 });
        let (one, other) = (cell(Subject::HedgeSqlite), cell(Subject::Hello));
        let mut figures = Figures::default();
        for (left, right) in [(sample(10.0), sample(5.0)), (None, sample(1.0)), (sample(40.0), sample(10.0))] {
            figures.add(one, left);
            figures.add(other, right);
        }
        let ratio = figures.ratio(one, other, |sample| sample.per_second).unwrap();
        assert_eq!((ratio.median, ratio.least, ratio.most), (3.0, 2.0, 4.0));
    }
}
