//! Events: what happened, written in the same transaction as the happening. The outbox of webhooks.
//!
//! An event carries a snapshot of its object, so what a receiver reads is what was true then, not now.

use std::collections::BTreeSet;

pub use crate::event_kind::EventKind;
pub use crate::ids::EventId;

use crate::checkout_session::CheckoutSession;
use crate::ids::WebhookEndpointId;
use crate::payment::Payment;
use crate::payout::Payout;
use crate::webhook_endpoint::WebhookEndpoint;
use crate::{AccountId, State, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub account: AccountId,
    pub kind: EventKind,
    /// Counts the events of one object from 1, so that a receiver can order them and see a gap; 0 in a test event, which
    /// is about no object.
    pub sequence: u32,
    pub subject: Subject,
    pub recipients: Recipients,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    Payment(Box<Payment>),
    CheckoutSession(Box<CheckoutSession>),
    Payout(Box<Payout>),
    WebhookEndpoint(Box<WebhookEndpoint>),
    /// What a test event pretends to be about.
    Test {
        object: u128,
        /// JSON, which is not looked into here.
        data: String,
    },
}

/// Which of the account's endpoints are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// Those that want events of this kind.
    Subscribers,
    /// This one, whatever it wants.
    Only(WebhookEndpointId),
}

/// An object with events of its own.
pub trait Announced {
    fn account(&self) -> AccountId;
    /// How many events it has had.
    fn sequence(&mut self) -> &mut u32;
    /// What a receiver is shown of it by an event of this kind.
    fn subject(&self, kind: EventKind) -> Subject;
    /// Stages the object, so that its count is kept.
    fn keep(&self, state: &mut State);
}

impl Announced for Payment {
    fn account(&self) -> AccountId {
        self.account
    }

    fn sequence(&mut self) -> &mut u32 {
        &mut self.sequence
    }

    /// Of refunds only the one that it is about: events are kept, and each with all of them would grow with their square.
    fn subject(&self, kind: EventKind) -> Subject {
        let is_of_refund = matches!(kind, EventKind::PaymentRefunded | EventKind::PaymentPartiallyRefunded);
        let refunds = self.refunds.last().filter(|_| is_of_refund).cloned().into_iter().collect();
        Subject::Payment(Box::new(self.with_refunds(refunds)))
    }

    fn keep(&self, state: &mut State) {
        state.payments.put(self.id, self.clone());
    }
}

impl Announced for CheckoutSession {
    fn account(&self) -> AccountId {
        self.account
    }

    fn sequence(&mut self) -> &mut u32 {
        &mut self.sequence
    }

    fn subject(&self, _kind: EventKind) -> Subject {
        Subject::CheckoutSession(Box::new(self.clone()))
    }

    fn keep(&self, state: &mut State) {
        state.checkout_sessions.put(self.id, self.clone());
    }
}

impl Announced for Payout {
    fn account(&self) -> AccountId {
        self.account
    }

    fn sequence(&mut self) -> &mut u32 {
        &mut self.sequence
    }

    fn subject(&self, _kind: EventKind) -> Subject {
        Subject::Payout(Box::new(self.clone()))
    }

    fn keep(&self, state: &mut State) {
        state.payouts.put(self.id, self.clone());
    }
}

impl Announced for WebhookEndpoint {
    fn account(&self) -> AccountId {
        self.account
    }

    fn sequence(&mut self) -> &mut u32 {
        &mut self.sequence
    }

    fn subject(&self, _kind: EventKind) -> Subject {
        Subject::WebhookEndpoint(Box::new(self.clone()))
    }

    fn keep(&self, state: &mut State) {
        state.webhook_endpoints.put(self.id, self.clone());
    }
}

impl Subject {
    /// The bits of the object's id, by which its events are found.
    #[must_use]
    pub const fn object(&self) -> u128 {
        match self {
            Self::Payment(payment) => payment.id.bits(),
            Self::CheckoutSession(session) => session.id.bits(),
            Self::Payout(payout) => payout.id.bits(),
            Self::WebhookEndpoint(endpoint) => endpoint.id.bits(),
            Self::Test { object, .. } => *object,
        }
    }
}

/// What a list of an account's events is asked with. The store answers it; nothing here reads.
#[derive(Clone, Debug)]
pub struct EventQuery {
    pub account: AccountId,
    /// Any of these; `None` is every kind.
    pub kinds: Option<BTreeSet<EventKind>>,
    /// The bits of the id of the object they are about.
    pub object: Option<u128>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_until: Option<Timestamp>,
    pub order: Order,
    /// The last event of the page before.
    pub after: Option<EventId>,
    pub limit: u32,
}

/// Which way a list of events goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    NewestFirst,
    OldestFirst,
}
