//! The payment's state machine: eight states, and every move between them in one `match`.

/// A state of a payment, as the API reference lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentStatus {
    Pending,
    Initiated,
    Processing,
    Succeeded,
    Failed,
    Canceled,
    Refunded,
    PartiallyRefunded,
}

/// What can happen to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Submit,
    Process,
    Succeed,
    Fail,
    /// The payer could not be authenticated, so the rail was never asked.
    FailChallenge,
    Cancel,
    Expire,
    RefundPart,
    RefundRest,
    /// The bank took an ACH debit back.
    Return,
}

impl PaymentStatus {
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Initiated,
        Self::Processing,
        Self::Succeeded,
        Self::Failed,
        Self::Canceled,
        Self::Refunded,
        Self::PartiallyRefunded,
    ];

    /// Where the step leads; `None` when it cannot be taken from here.
    #[must_use]
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Pending, Step::Submit) => Some(Self::Initiated),
            (Self::Initiated, Step::Process) => Some(Self::Processing),
            (Self::Processing, Step::Succeed) => Some(Self::Succeeded),
            (Self::Processing, Step::Fail) | (Self::Pending, Step::FailChallenge) => Some(Self::Failed),
            (Self::Pending | Self::Initiated, Step::Cancel) | (Self::Pending, Step::Expire) => Some(Self::Canceled),
            (Self::Succeeded | Self::PartiallyRefunded, Step::RefundPart) => Some(Self::PartiallyRefunded),
            (Self::Succeeded | Self::PartiallyRefunded, Step::RefundRest) => Some(Self::Refunded),
            (Self::Succeeded, Step::Return) => Some(Self::Failed),
            (
                Self::Pending
                | Self::Initiated
                | Self::Processing
                | Self::Succeeded
                | Self::Failed
                | Self::Canceled
                | Self::Refunded
                | Self::PartiallyRefunded,
                Step::Submit
                | Step::Process
                | Step::Succeed
                | Step::Fail
                | Step::FailChallenge
                | Step::Cancel
                | Step::Expire
                | Step::RefundPart
                | Step::RefundRest
                | Step::Return,
            ) => None,
        }
    }

    /// Whether the rail has it, or is about to: what comes of it is not ours to say.
    #[must_use]
    pub const fn is_in_flight(self) -> bool {
        match self {
            Self::Initiated | Self::Processing => true,
            Self::Pending
            | Self::Succeeded
            | Self::Failed
            | Self::Canceled
            | Self::Refunded
            | Self::PartiallyRefunded => false,
        }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Initiated => "initiated",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Refunded => "refunded",
            Self::PartiallyRefunded => "partially_refunded",
        }
    }
}

impl Step {
    pub const ALL: [Self; 10] = [
        Self::Submit,
        Self::Process,
        Self::Succeed,
        Self::Fail,
        Self::FailChallenge,
        Self::Cancel,
        Self::Expire,
        Self::RefundPart,
        Self::RefundRest,
        Self::Return,
    ];
}
