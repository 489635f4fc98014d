//! Test clocks: an account of the sandbox can stop its time and move it forward.
//!
//! A command of such an account sees the clock's time as `cx.now`, so everything timed follows without knowing why.
//! Time never goes back: what has happened would otherwise be yet to come.

mod move_clock;

pub use move_clock::{ClockMove, MoveClock};

use crate::{AccountId, Duration, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestClock {
    pub account: AccountId,
    pub reading: Reading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It stands still.
    Frozen(Timestamp),
    /// It runs, so much ahead of real time (or behind, if it stood for a while).
    Shifted(Duration),
}

impl TestClock {
    #[must_use]
    pub const fn read(&self, real: Timestamp) -> Timestamp {
        match self.reading {
            Reading::Frozen(at) => at,
            Reading::Shifted(by) => real.plus(by),
        }
    }

    #[must_use]
    pub const fn stands(&self) -> bool {
        matches!(self.reading, Reading::Frozen(_))
    }

    /// As it is shown; an account without a clock goes by `real` time.
    #[must_use]
    pub const fn status(&self) -> &'static str {
        match self.reading {
            Reading::Frozen(_) => "frozen",
            Reading::Shifted(_) => "running",
        }
    }
}
