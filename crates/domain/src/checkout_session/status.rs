//! The session's state machine: it ends once, one way or the other.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckoutStatus {
    Open,
    Complete,
    Expired,
}

/// What can happen to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckoutStep {
    Complete,
    Expire,
}

impl CheckoutStatus {
    pub const ALL: [Self; 3] = [Self::Open, Self::Complete, Self::Expired];

    /// Where the step leads; `None` when it cannot be taken from here.
    #[must_use]
    pub const fn after(self, step: CheckoutStep) -> Option<Self> {
        match (self, step) {
            (Self::Open, CheckoutStep::Complete) => Some(Self::Complete),
            (Self::Open, CheckoutStep::Expire) => Some(Self::Expired),
            (Self::Complete | Self::Expired, CheckoutStep::Complete | CheckoutStep::Expire) => None,
        }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Expired => "expired",
        }
    }
}

impl CheckoutStep {
    pub const ALL: [Self; 2] = [Self::Complete, Self::Expire];
}
