//! Events: what happened, written in the same transaction as the happening. The outbox of webhooks.
//!
//! An event carries a snapshot of its object, so what a receiver reads is what was true then, not now.

use crate::id::{Id, Prefixed};
use crate::payment::Payment;
use crate::{AccountId, Timestamp};

pub type EventId = Id<Event>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub account: AccountId,
    pub kind: EventKind,
    /// Counts the events of one object from 1, so that a receiver can order them and see a gap.
    pub sequence: u32,
    pub subject: Subject,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    Payment(Box<Payment>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    PaymentCreated,
    PaymentInitiated,
    PaymentProcessing,
    PaymentSucceeded,
    PaymentFailed,
    PaymentCanceled,
    PaymentRefunded,
    PaymentPartiallyRefunded,
}

impl Prefixed for Event {
    const PREFIX: &'static str = "evt_";
}

impl Subject {
    /// The bits of the object's id, by which its events are found.
    #[must_use]
    pub const fn object(&self) -> u128 {
        match self {
            Self::Payment(payment) => payment.id.bits(),
        }
    }
}

impl EventKind {
    pub const ALL: [Self; 8] = [
        Self::PaymentCreated,
        Self::PaymentInitiated,
        Self::PaymentProcessing,
        Self::PaymentSucceeded,
        Self::PaymentFailed,
        Self::PaymentCanceled,
        Self::PaymentRefunded,
        Self::PaymentPartiallyRefunded,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PaymentCreated => "payment.created",
            Self::PaymentInitiated => "payment.initiated",
            Self::PaymentProcessing => "payment.processing",
            Self::PaymentSucceeded => "payment.succeeded",
            Self::PaymentFailed => "payment.failed",
            Self::PaymentCanceled => "payment.canceled",
            Self::PaymentRefunded => "payment.refunded",
            Self::PaymentPartiallyRefunded => "payment.partially_refunded",
        }
    }
}
