//! A merchant's prices over time: those that count, and perhaps those that will from some moment on.
//!
//! A payment costs what counts when it succeeds. What a newcomer misses is a job that puts new prices into force: there
//! is none, because both stand here and whoever asks says when.

use crate::Timestamp;
use crate::fee::{FeePlan, FeeSchedule};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Until the next ones take over.
    pub current: FeePlan,
    pub next: Option<NextPrices>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextPrices {
    pub plan: FeePlan,
    pub from: Timestamp,
}

impl Prices {
    pub const STANDARD: Self = Self { current: FeePlan::STANDARD, next: None };

    #[must_use]
    pub fn at(&self, now: Timestamp) -> FeePlan {
        self.next.filter(|next| next.from <= now).map_or(self.current, |next| next.plan)
    }

    /// What is still to come.
    #[must_use]
    pub fn ahead(&self, now: Timestamp) -> Option<NextPrices> {
        self.next.filter(|next| next.from > now)
    }
}

/// What an operator asks of each price; `None` leaves it as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PriceChange {
    pub card: Option<FeeSchedule>,
    pub ach: Option<FeeSchedule>,
    pub crypto: Option<FeeSchedule>,
}

impl PriceChange {
    pub(super) fn on(self, plan: FeePlan) -> FeePlan {
        FeePlan {
            card: self.card.unwrap_or(plan.card),
            ach: self.ach.unwrap_or(plan.ach),
            crypto: self.crypto.unwrap_or(plan.crypto),
        }
    }
}

impl NextPrices {
    /// What was to change still does; what was to stay as it was follows what it is now.
    pub(super) fn following(self, before: FeePlan, after: FeePlan) -> Self {
        let follow = |next, before, after| if next == before { after } else { next };
        let plan = FeePlan {
            card: follow(self.plan.card, before.card, after.card),
            ach: follow(self.plan.ach, before.ach, after.ach),
            crypto: follow(self.plan.crypto, before.crypto, after.crypto),
        };
        Self { plan, ..self }
    }
}
