//! How the figures are told: tables for people, JSON for whoever compares runs.

use std::fmt::Write;

use serde::Serialize;

use crate::figures::{Figures, Sample, Spread, spread};
use crate::goals::{Bound, Goal};
use crate::growth::Growth;
use crate::machine::Machine;
use crate::micro::Micro;
use crate::plan::{Cell, Delay, Subject, Work};

pub struct Report<'a> {
    pub figures: &'a Figures,
    pub growth: Option<&'a Growth>,
    pub micro: Option<Micro>,
    pub goals: &'a [Goal],
    pub rounds: usize,
    pub machine: &'a Machine,
}

const WORKS: [Work; 6] =
    [Work::Post, Work::PostUnkeyed, Work::Get, Work::List, Work::GetBesideWriters, Work::PostBesideReaders];

impl Report<'_> {
    pub fn text(&self) -> String {
        let mut text = String::new();
        let (disturbed, all) = self.figures.disturbed();
        put(&mut text, format_args!("{}", self.machine));
        put(
            &mut text,
            format_args!("{disturbed} of {all} measurements were disturbed by others in spite of repeating\n"),
        );
        for (delay, fdatasyncs) in self.figures.fdatasyncs() {
            for work in WORKS {
                self.table(&mut text, delay, work);
            }
            let Spread { median, least, most } = spread(fdatasyncs.to_vec()).unwrap_or_default();
            let plus = delay.micros;
            put(&mut text, format_args!("One fdatasync here + {plus} µs: {median:.0} µs ({least:.0} – {most:.0})\n"));
        }
        self.memory(&mut text);
        if let Some(growth) = self.growth {
            grown(&mut text, growth);
        }
        self.goal_table(&mut text);
        self.misses(&mut text);
        if !self.figures.gaps.is_empty() {
            put(&mut text, format_args!("Not measured:"));
            self.figures.gaps.iter().for_each(|gap| put(&mut text, format_args!("  {gap}")));
        }
        text
    }

    fn table(&self, text: &mut String, delay: Delay, work: Work) {
        let cells: Vec<_> = self.figures.cells().map(|(cell, _)| cell).collect();
        let mut cells: Vec<_> = cells.into_iter().filter(|cell| cell.delay == delay && cell.work == work).collect();
        if cells.is_empty() {
            return;
        }
        cells.sort_by_key(|cell| (cell.connections, cell.subject));
        put(text, format_args!("{}, fsync + {} µs; the median of {} rounds", work.name(), delay.micros, self.rounds));
        put(
            text,
            format_args!(
                "{:>5}  {:<16} {:>10}  {:<19} {:>9} {:>9} {:>9}",
                "conns", "subject", "requests/s", "(least – most)", "p50 ms", "p99 ms", "CPU µs"
            ),
        );
        for cell in cells {
            self.row(text, cell);
        }
        put(text, format_args!(""));
    }

    fn row(&self, text: &mut String, cell: Cell) {
        let (connections, name) = (cell.connections, cell.subject.name());
        let spread = |of: fn(&Sample) -> f64| self.figures.spread(cell, of);
        let Some(rate) = spread(|sample| sample.per_second) else {
            put(text, format_args!("{connections:>5}  {name:<16} {:>10}", "–"));
            return;
        };
        let median = |of: fn(&Sample) -> f64| spread(of).map_or(0.0, |spread| spread.median);
        let (p50, p99) = (median(|sample| sample.p50_micros), median(|sample| sample.p99_micros));
        let cpu = median(|sample| sample.cpu_micros);
        let range = format!("({:.0} – {:.0})", rate.least, rate.most);
        put(
            text,
            format_args!(
                "{connections:>5}  {name:<16} {:>10.0}  {range:<19} {:>9} {:>9} {cpu:>9.1}",
                rate.median,
                millis(p50),
                millis(p99)
            ),
        );
    }

    fn memory(&self, text: &mut String) {
        put(text, format_args!("Memory, MB             after start      at most"));
        for subject in Subject::ALL {
            let start = self.figures.megabytes(subject, |memory| memory.at_start);
            let peak = self.figures.megabytes(subject, |memory| memory.peak);
            if let Some((start, peak)) = start.zip(peak) {
                put(text, format_args!("  {:<20} {start:>11.1}  {peak:>11.1}", subject.name()));
            }
        }
        put(text, format_args!(""));
    }

    fn goal_table(&self, text: &mut String) {
        put(text, format_args!("  #  {:<44} {:>8} {:>8}    {:<17} reached", "goal", "wanted", "got", "(least – most)"));
        for goal in self.goals {
            let bound = match goal.bound {
                Bound::AtLeast(bound) => format!("≥ {bound}"),
                Bound::AtMost(bound) => format!("≤ {bound}"),
                Bound::None => String::new(),
            };
            let (got, range) = goal.got.map_or((String::from("–"), String::new()), told);
            let reached = match (goal.is_reached(), goal.got) {
                (Some(true), _) => "yes",
                (Some(false), _) => "NO",
                (None, Some(_)) => "",
                (None, None) => "not measured",
            };
            let (number, what, unit) = (goal.number, goal.what, goal.unit);
            put(text, format_args!(" {number:>2}  {what:<44} {bound:>8} {got:>8} {unit:<2} {range:<17} {reached}"));
        }
        put(text, format_args!(""));
    }

    /// Room for what the one who measures finds out.
    fn misses(&self, text: &mut String) {
        let missed: Vec<_> = self.goals.iter().filter(|goal| goal.is_reached() == Some(false)).collect();
        if !missed.is_empty() {
            put(text, format_args!("Missed, each to be explained:"));
            missed.iter().for_each(|goal| put(text, format_args!("  {} {}: because …", goal.number, goal.what)));
            put(text, format_args!(""));
        }
    }

    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&Written {
            rounds: self.rounds,
            machine: self.machine,
            disturbed: self.figures.disturbed(),
            fdatasync_micros: self.figures.fdatasyncs().collect(),
            cells: self.figures.cells().map(|(cell, samples)| WrittenCell { cell, samples }).collect(),
            growth: self.growth,
            micro_nanos: self.micro,
            goals: self.goals,
            gaps: &self.figures.gaps,
        })
    }
}

#[derive(Serialize)]
struct Written<'a> {
    rounds: usize,
    machine: &'a Machine,
    disturbed: (usize, usize),
    fdatasync_micros: Vec<(Delay, &'a [f64])>,
    cells: Vec<WrittenCell<'a>>,
    growth: Option<&'a Growth>,
    micro_nanos: Option<Micro>,
    goals: &'a [Goal],
    gaps: &'a [String],
}

#[derive(Serialize)]
struct WrittenCell<'a> {
    #[serde(flatten)]
    cell: Cell,
    samples: &'a [Option<Sample>],
}

fn grown(text: &mut String, growth: &Growth) {
    let Growth { from, to, costs } = growth;
    put(text, format_args!("Growth from {from} to {to} payments: what a request costs then, of what it cost before"));
    for cost in costs {
        let told = |spread: Option<Spread>| spread.map(told).unwrap_or_default();
        let ((time, range), (cpu, _)) = (told(cost.time), told(cost.cpu));
        let (work, connections) = (cost.work.name(), cost.connections);
        put(text, format_args!("  {work:<10} at {connections:<3} time {time} × {range:<17} CPU {cpu} ×"));
        for (size, samples) in [(from, &cost.small), (to, &cost.large)] {
            let median =
                |of: fn(&Sample) -> f64| spread(samples.iter().map(of).collect()).map_or(0.0, |all| all.median);
            let (rate, cpu) = (median(|sample| sample.per_second), median(|sample| sample.cpu_micros));
            let (p50, p99) = (millis(median(|sample| sample.p50_micros)), millis(median(|sample| sample.p99_micros)));
            put(text, format_args!("    {size:>8}: {rate:>7.0}/s, p50 {p50} ms, p99 {p99} ms, CPU {cpu:.1} µs"));
        }
    }
    put(text, format_args!(""));
}

fn told(spread: Spread) -> (String, String) {
    let digits = if spread.median < 10.0 { 2 } else { 1 };
    let Spread { median, least, most } = spread;
    let range = if least < most { format!("({least:.digits$} – {most:.digits$})") } else { String::new() };
    (format!("{median:.digits$}"), range)
}

#[expect(clippy::float_arithmetic, reason = "a unit for people to read")]
fn millis(micros: f64) -> String {
    format!("{:.2}", micros / 1_000.0)
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A String takes everything.
    let _written = writeln!(text, "{line}");
}
