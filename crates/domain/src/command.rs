//! Commands: plain structs that decide, purely, what an operation changes.
//!
//! `decide` may be called several times for one request: when it asks for something that is not loaded it stops with
//! [`Stop::Missing`], the store loads it, and the command starts again. So all checks come first, then the changes.

use std::fmt;

use crate::id::{Id, IdSource};
use crate::{AccountId, Key, Refusal, State, Timestamp};

pub trait Command: Send + 'static {
    type Output: Send + 'static;

    /// The account whose time it is; `None` for what runs by real time.
    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop>;

    /// Keys the command is sure to need: a hint that saves a second pass, never a promise.
    fn wants(&self) -> Vec<Key> {
        Vec::new()
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Self::Output, Stop>;
}

/// Everything ambient: the same command, state and context give the same result.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The account's time: its test clock's, if it has one.
    pub now: Timestamp,
    /// The time outside, which only what concerns this process and its keys goes by.
    pub real: Timestamp,
    pub ids: &'a dyn IdSource,
}

impl Context<'_> {
    #[must_use]
    pub fn id<K>(&self) -> Id<K> {
        // By real time: one account's test clock must not push everybody's ids into the future.
        Id::from_bits(self.ids.next(self.real))
    }
}

/// Why a command did not finish. Either way it leaves no change behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Load this and run me again.
    Missing(Key),
    /// A rule says no.
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(key) => write!(f, "{key:?} is not loaded"),
            Self::Refused(refusal) => write!(f, "{refusal}"),
        }
    }
}
