//! The payout's state machine.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PayoutStatus {
    Pending,
    /// The rail has it, or is about to.
    InTransit,
    Paid,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutStep {
    Send,
    Arrive,
    Fail,
}

impl PayoutStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::InTransit, Self::Paid, Self::Failed];

    /// Where the step leads; `None` when it cannot be taken from here.
    #[must_use]
    pub const fn after(self, step: PayoutStep) -> Option<Self> {
        match (self, step) {
            (Self::Pending, PayoutStep::Send) => Some(Self::InTransit),
            (Self::InTransit, PayoutStep::Arrive) => Some(Self::Paid),
            (Self::InTransit, PayoutStep::Fail) => Some(Self::Failed),
            (Self::Pending, PayoutStep::Arrive | PayoutStep::Fail)
            | (Self::InTransit, PayoutStep::Send)
            | (Self::Paid | Self::Failed, PayoutStep::Send | PayoutStep::Arrive | PayoutStep::Fail) => None,
        }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InTransit => "in_transit",
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }
}

impl PayoutStep {
    pub const ALL: [Self; 3] = [Self::Send, Self::Arrive, Self::Fail];
}
