//! Deliveries: one event on its way to one endpoint, and every attempt at it.
//!
//! They are written in the same transaction as the event. What a newcomer gets wrong: sending again makes no second
//! delivery. An event and an endpoint have one between them, whose id follows from both, so that however often an event
//! is fanned out or sent again there is nothing to count twice.

mod cancel;
mod fan_out;
mod query;
mod record;
mod resend;
pub mod schedule;

pub use crate::ids::DeliveryId;
pub use cancel::CancelDelivery;
pub use query::DeliveryQuery;
pub use record::{RecordAttempt, Report};
pub use resend::{ResendDelivery, ResendEvents, Resent};
pub use schedule::{Contract, Next, Pace};

use crate::event_kind::EventKind;
use crate::ids::{EventId, WebhookEndpointId};
use crate::{AccountId, Duration, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub account: AccountId,
    pub endpoint: WebhookEndpointId,
    pub event: EventId,
    pub kind: EventKind,
    pub status: DeliveryStatus,
    /// How many attempts there were in all.
    pub attempts: u32,
    /// How many of them failed since it was last sent: where it is in the schedule.
    pub failures: u32,
    /// When the next attempt is due; while it is pending.
    pub due_at: Timestamp,
    /// When it stopped being pending.
    pub settled_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryStatus {
    /// It will be attempted, for the first time or again.
    Pending,
    Delivered,
    /// The last attempt of the schedule has failed.
    Failed,
    /// Its endpoint was disabled or deleted when an attempt was due.
    Canceled,
}

/// One attempt, as its endpoint's owner is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub delivery: DeliveryId,
    /// From 1.
    pub number: u32,
    /// When it ended.
    pub at: Timestamp,
    pub took: Duration,
    /// The status that was answered.
    pub status: Option<u16>,
    /// Why it failed; `None` if it did not.
    pub error: Option<AttemptError>,
    /// The beginning of the answer's body.
    pub response: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptError {
    pub code: AttemptErrorCode,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptErrorCode {
    /// The answer was not one that takes the delivery.
    Status,
    Timeout,
    Dns,
    /// The host leads to where webhooks may not be sent.
    TargetRefused,
    Connect,
    Tls,
    Closed,
    NotHttp,
    /// The fault is on our side.
    Internal,
}

/// An id's time and the counter that keeps ids of one process in order come before the bits that are random.
const RANDOM_BITS: u32 = 64;

impl DeliveryId {
    /// The one delivery of this event to this endpoint. An endpoint's deliveries sort as their events do.
    #[must_use]
    pub const fn between(event: EventId, endpoint: WebhookEndpointId) -> Self {
        // The endpoint's bits are stirred, or two ids that count up beside one another could meet.
        let mut stirred = endpoint.bits().wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        stirred ^= stirred >> 67;
        stirred = stirred.wrapping_mul(0xbf58_476d_1ce4_e5b9_94d0_49bb_1331_11eb);
        stirred ^= stirred >> 59;
        let below = (1 << RANDOM_BITS) - 1;
        Self::from_bits(event.bits() ^ (stirred & below))
    }
}

impl Delivery {
    fn new(event: EventId, endpoint: WebhookEndpointId, what: (AccountId, EventKind), now: Timestamp) -> Self {
        let (account, kind) = what;
        Self {
            id: DeliveryId::between(event, endpoint),
            account,
            endpoint,
            event,
            kind,
            status: DeliveryStatus::Pending,
            attempts: 0,
            failures: 0,
            due_at: now,
            settled_at: None,
            created_at: now,
        }
    }
}

impl DeliveryStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Canceled];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

impl AttemptErrorCode {
    pub const ALL: [Self; 9] = [
        Self::Status,
        Self::Timeout,
        Self::Dns,
        Self::TargetRefused,
        Self::Connect,
        Self::Tls,
        Self::Closed,
        Self::NotHttp,
        Self::Internal,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Timeout => "timeout",
            Self::Dns => "dns",
            Self::TargetRefused => "target_refused",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Closed => "closed",
            Self::NotHttp => "not_http",
            Self::Internal => "internal",
        }
    }
}
