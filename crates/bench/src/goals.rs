//! The goals, and how far this run is from each.
//!
//! A miss is something to explain, never a failure. Where a goal does not name its delay, it is judged with fsync a
//! millisecond slower, for only that is the same on every disk.

#![expect(clippy::float_arithmetic, reason = "statistics of measurements, far from money")]

use serde::Serialize;

use crate::figures::{Figures, MemorySample, Sample, Spread};
use crate::growth::Growth;
use crate::micro::Micro;
use crate::plan::{Cell, Delay, MIX_READERS, NO_DELAY, ONE_MILLISECOND, Subject, Work};

#[derive(Clone, Debug, Serialize)]
pub struct Goal {
    pub number: u8,
    pub what: &'static str,
    pub bound: Bound,
    /// With the extremes, where rounds were compared.
    pub got: Option<Spread>,
    pub unit: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
    /// Told for comparison.
    None,
}

impl Goal {
    pub fn is_reached(&self) -> Option<bool> {
        let median = self.got?.median;
        match self.bound {
            Bound::AtLeast(bound) => Some(median >= bound),
            Bound::AtMost(bound) => Some(median <= bound),
            Bound::None => None,
        }
    }
}

use Bound::{AtLeast, AtMost};

const CONNECTIONS: u16 = 64;

/// Reads the figures the goals are made of.
struct Book<'a> {
    figures: &'a Figures,
}

const fn cell(delay: Delay, subject: Subject, work: Work) -> Cell {
    Cell { delay, subject, work, connections: CONNECTIONS }
}

const fn rate(sample: &Sample) -> f64 {
    sample.per_second
}

const fn cpu(sample: &Sample) -> f64 {
    sample.cpu_micros
}

impl Book<'_> {
    /// The server's writes against the bare hello: a GET, the cheapest request there is.
    fn to_hello(&self, delay: Delay, work: Work, of: fn(&Sample) -> f64) -> Option<Spread> {
        let hello = cell(delay, Subject::Hello, Work::Get);
        self.figures.ratio(cell(delay, Subject::HedgeSqlite, work), hello, of)
    }

    fn between(&self, delay: Delay, one: Subject, other: Subject, of: fn(&Sample) -> f64) -> Option<Spread> {
        self.figures.ratio(cell(delay, one, Work::Post), cell(delay, other, Work::Post), of)
    }

    /// A latency in units of one fdatasync.
    fn in_fsyncs(&self, delay: Delay, connections: u16, of: fn(&Sample) -> f64) -> Option<Spread> {
        self.figures.in_fdatasyncs(Cell { connections, ..cell(delay, Subject::HedgeSqlite, Work::Post) }, of)
    }

    fn beside_writers(&self, delay: Delay) -> Option<Spread> {
        let cell = Cell { connections: MIX_READERS, ..cell(delay, Subject::HedgeSqlite, Work::GetBesideWriters) };
        self.figures.spread(cell, |sample| sample.p99_micros / 1_000.0)
    }

    fn megabytes(&self, of: fn(&MemorySample) -> u64) -> Option<Spread> {
        self.figures.megabytes(Subject::HedgeSqlite, of).map(exactly)
    }
}

const fn exactly(value: f64) -> Spread {
    Spread { median: value, least: value, most: value }
}

fn goal(number: u8, what: &'static str, bound: Bound, got: Option<Spread>) -> Goal {
    Goal { number, what, bound, got, unit: "×" }
}

pub fn goals(figures: &Figures, growth: Option<&Growth>, micro: Option<Micro>) -> Vec<Goal> {
    let book = Book { figures };
    let mut goals = writing(&book);
    goals.extend(latency(&book));
    goals.extend(reading(&book));
    goals.extend(growing(growth));
    goals.extend(postgres(&book));
    goals.extend(micro.map(small).unwrap_or_default());
    goals
}

fn writing(book: &Book<'_>) -> Vec<Goal> {
    use Subject::{HedgeSqlite, NaiveSqlite, Noop};
    vec![
        goal(1, "POST, 64: of hello, fsync + 0", AtLeast(0.18), book.to_hello(NO_DELAY, Work::Post, rate)),
        goal(1, "POST, 64: of hello, fsync + 1 ms", AtLeast(0.12), book.to_hello(ONE_MILLISECOND, Work::Post, rate)),
        goal(
            2,
            "of the sqlx pool, fsync + 1 ms",
            AtLeast(14.0),
            book.between(ONE_MILLISECOND, HedgeSqlite, NaiveSqlite, rate),
        ),
        goal(2, "of the sqlx pool, fsync + 0", AtLeast(5.0), book.between(NO_DELAY, HedgeSqlite, NaiveSqlite, rate)),
        goal(3, "CPU of a POST, of hello", AtMost(7.0), book.to_hello(NO_DELAY, Work::Post, cpu)),
        goal(3, "CPU of a POST, of the no-op store", AtMost(4.0), book.between(NO_DELAY, HedgeSqlite, Noop, cpu)),
    ]
}

fn latency(book: &Book<'_>) -> Vec<Goal> {
    let p50: fn(&Sample) -> f64 = |sample| sample.p50_micros;
    let p99: fn(&Sample) -> f64 = |sample| sample.p99_micros;
    vec![
        goal(4, "POST, 1: p50 of an fdatasync, + 1 ms", AtMost(1.3), book.in_fsyncs(ONE_MILLISECOND, 1, p50)),
        goal(4, "  the same, + 0", Bound::None, book.in_fsyncs(NO_DELAY, 1, p50)),
        goal(4, "POST, 64: p99 of an fdatasync, + 1 ms", AtMost(14.0), book.in_fsyncs(ONE_MILLISECOND, 64, p99)),
        goal(4, "  the same, + 0", Bound::None, book.in_fsyncs(NO_DELAY, 64, p99)),
    ]
}

fn reading(book: &Book<'_>) -> Vec<Goal> {
    let in_ms = |goal: Goal| Goal { unit: "ms", ..goal };
    let in_mb = |goal: Goal| Goal { unit: "MB", ..goal };
    vec![
        goal(5, "GET, 64: of hello", AtLeast(0.65), book.to_hello(NO_DELAY, Work::Get, rate)),
        goal(5, "CPU of a GET, of hello", AtMost(2.2), book.to_hello(NO_DELAY, Work::Get, cpu)),
        in_ms(goal(5, "GET beside 64 writers: p99, fsync + 1 ms", AtMost(3.0), book.beside_writers(ONE_MILLISECOND))),
        in_ms(goal(5, "  the same, fsync + 0", Bound::None, book.beside_writers(NO_DELAY))),
        in_mb(goal(6, "memory, at most, after 256 connections", AtMost(40.0), book.megabytes(|memory| memory.peak))),
        in_mb(goal(6, "memory after start", AtMost(15.0), book.megabytes(|memory| memory.at_start))),
    ]
}

fn growing(growth: Option<&Growth>) -> Vec<Goal> {
    let time = |work| growth?.costs.iter().find(|cost| cost.work == work)?.time;
    vec![
        goal(7, "growth (--growth): create", AtMost(1.1), time(Work::Post)),
        goal(7, "  list", AtMost(1.1), time(Work::List)),
        goal(7, "  get", AtMost(1.5), time(Work::Get)),
    ]
}

fn postgres(book: &Book<'_>) -> Vec<Goal> {
    use Subject::{HedgePostgres, NaivePostgres};
    let between = |delay, of| book.between(delay, HedgePostgres, NaivePostgres, of);
    vec![
        goal(8, "Postgres, of five statements, fsync + 1 ms", AtLeast(3.5), between(ONE_MILLISECOND, rate)),
        goal(8, "  CPU with Postgres's", AtMost(0.2), between(ONE_MILLISECOND, cpu)),
        goal(8, "  the same, fsync + 0", Bound::None, between(NO_DELAY, rate)),
        goal(8, "  CPU with Postgres's, fsync + 0", Bound::None, between(NO_DELAY, cpu)),
    ]
}

fn small(micro: Micro) -> Vec<Goal> {
    let micros =
        |what, bound, nanos: f64| Goal { unit: "µs", ..goal(10, what, bound, Some(exactly(nanos / 1_000.0))) };
    vec![
        micros("log, per request", AtMost(5.0), micro.log),
        micros("  a request that gets its line", Bound::None, micro.log_line),
        micros("rate limit", AtMost(1.0), micro.rate_limit),
        micros("headers", AtMost(3.0), micro.headers),
        micros("authentication", AtMost(2.0), micro.authentication),
    ]
}
