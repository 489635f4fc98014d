//! What is measured: subjects, work, connections and how long.
//!
//! A newcomer's usual mistake is to lengthen the list: every cell is measured once per round, and the default run has
//! to end within a coffee break.

use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;

/// Whoever answers the requests, each a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Bare axum with a small JSON: what HTTP itself costs.
    Hello,
    /// The whole server over a store that does nothing.
    Noop,
    HedgeSqlite,
    /// The same work, one transaction per request, through an sqlx pool.
    NaiveSqlite,
    HedgePostgres,
    NaivePostgres,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Create a payment under an idempotency key of its own.
    Post,
    PostUnkeyed,
    /// Read one of the payments created before.
    Get,
    /// A page of twenty, anywhere among all payments.
    List,
    /// Reading while others write.
    GetBesideWriters,
    PostBesideReaders,
}

/// What is added to every fsync.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Delay {
    pub micros: u32,
}

/// One thing measured, once per round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cell {
    pub delay: Delay,
    pub subject: Subject,
    pub work: Work,
    pub connections: u16,
}

/// One go of the load generator: a cell, or the mix of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    One(Work, u16),
    /// Readers beside writers.
    Mix,
}

pub const MIX_READERS: u16 = 16;
pub const MIX_WRITERS: u16 = 64;

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Timing {
    pub warm_up: Duration,
    pub measure: Duration,
}

pub const NO_DELAY: Delay = Delay { micros: 0 };
pub const ONE_MILLISECOND: Delay = Delay { micros: 1_000 };

impl Subject {
    pub const ALL: [Self; 6] =
        [Self::Hello, Self::Noop, Self::HedgeSqlite, Self::NaiveSqlite, Self::HedgePostgres, Self::NaivePostgres];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Noop => "no-op store",
            Self::HedgeSqlite => "hedge, SQLite",
            Self::NaiveSqlite => "naive, SQLite",
            Self::HedgePostgres => "hedge, Postgres",
            Self::NaivePostgres => "naive, Postgres",
        }
    }

    pub const fn needs_postgres(self) -> bool {
        matches!(self, Self::HedgePostgres | Self::NaivePostgres)
    }

    const fn commits(self) -> bool {
        !matches!(self, Self::Hello | Self::Noop)
    }

    const fn is_ours(self) -> bool {
        matches!(self, Self::HedgeSqlite | Self::HedgePostgres)
    }
}

impl Work {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::PostUnkeyed => "POST without key",
            Self::Get => "GET",
            Self::List => "GET list",
            Self::GetBesideWriters => "GET beside writers",
            Self::PostBesideReaders => "POST beside readers",
        }
    }
}

/// Who takes part in a go. Reads do not fsync, and neither do the subjects without a database: with a delay they would
/// be measured again for nothing, except for `hello`, which the goals compare with in the same round.
pub fn takes_part(subject: Subject, go: Go, delay: Delay) -> bool {
    let delayed = delay != NO_DELAY;
    match go {
        Go::One(Work::Get, 64) => !delayed || subject == Subject::Hello,
        Go::One(Work::Get | Work::List, _) => !delayed,
        Go::One(Work::Post, _) => !delayed || subject.commits(),
        Go::One(Work::PostUnkeyed, _) => !delayed && subject != Subject::Hello,
        Go::One(Work::GetBesideWriters | Work::PostBesideReaders, _) => false,
        Go::Mix => subject.is_ours(),
    }
}

/// The goes of a round, writes first: what they create is read later.
pub fn goes(connections: &[u16]) -> Vec<Go> {
    let mut goes: Vec<_> = connections.iter().map(|&number| Go::One(Work::Post, number)).collect();
    goes.push(Go::One(Work::PostUnkeyed, 64));
    goes.extend(connections.iter().map(|&number| Go::One(Work::Get, number)));
    goes.push(Go::Mix);
    goes
}

impl Timing {
    /// The goals look at 1 and at 64 connections; the columns beside them may be told less exactly.
    pub fn of(self, go: Go) -> Self {
        match go {
            Go::One(_, 1 | 64) | Go::Mix => self,
            Go::One(..) => Self { warm_up: self.warm_up * 2 / 3, measure: self.measure * 2 / 3 },
        }
    }
}
