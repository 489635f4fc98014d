//! Webhook endpoints: where an account wants to be told of events, and of which.
//!
//! What a newcomer gets wrong: which endpoints an event goes to is not read from these rows but from the account's
//! [`Subscriptions`], one small row beside them. It is changed together with them, and it is what their number is bounded by.

mod audit;
mod create;
mod delete;
pub mod health;
mod rotate;
mod test;
mod update;

use std::collections::BTreeSet;

pub use crate::ids::WebhookEndpointId;
pub use create::CreateWebhookEndpoint;
pub use delete::DeleteWebhookEndpoint;
pub use health::{Streak, Verdict};
pub use rotate::RotateWebhookSecret;
pub use test::SendTestEvent;
pub use update::{EndpointChange, UpdateWebhookEndpoint};

use crate::event_kind::EventKind;
use crate::metadata::Metadata;
use crate::{AccountId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEndpoint {
    pub id: WebhookEndpointId,
    pub account: AccountId,
    pub url: String,
    pub wanted: Wanted,
    pub description: Option<String>,
    pub metadata: Metadata,
    /// Encrypted under the server secret; nothing here can read it.
    pub secret: SealedSecret,
    /// The one before, while it still signs.
    pub previous: Option<PreviousSecret>,
    /// Since when it has been failing without a success between.
    pub streak: Option<Streak>,
    /// `None` while it is called.
    pub disabled: Option<Disabled>,
    /// Deleted ones stay, without their secrets, for what was delivered names them.
    pub deleted_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub sequence: u32,
}

/// A signing secret that only the server can open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedSecret(pub Vec<u8>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousSecret {
    pub secret: SealedSecret,
    pub until: Timestamp,
}

/// Which events an endpoint is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Also of kinds that are yet to come.
    All,
    Kinds(BTreeSet<EventKind>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disabled {
    pub at: Timestamp,
    pub reason: DisabledReason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledReason {
    /// Its owner turned it off.
    Requested,
    /// It failed for too long.
    Failing,
}

/// The endpoints of one account: what it takes to know whom an event goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriptions {
    pub account: AccountId,
    /// In order of making; deleted ones are gone.
    pub list: Vec<Subscription>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub endpoint: WebhookEndpointId,
    pub enabled: bool,
    pub wanted: Wanted,
}

impl Wanted {
    #[must_use]
    pub fn includes(&self, kind: EventKind) -> bool {
        match self {
            Self::All => true,
            Self::Kinds(kinds) => kinds.contains(&kind),
        }
    }
}

impl DisabledReason {
    pub const ALL: [Self; 2] = [Self::Requested, Self::Failing];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Failing => "failing",
        }
    }
}

impl WebhookEndpoint {
    /// Whether deliveries to it are attempted.
    #[must_use]
    pub const fn is_called(&self) -> bool {
        self.disabled.is_none() && self.deleted_at.is_none()
    }

    /// The secret before, if it still signs at this time of the account.
    #[must_use]
    pub fn previous_secret(&self, now: Timestamp) -> Option<&SealedSecret> {
        self.previous.as_ref().filter(|previous| now < previous.until).map(|previous| &previous.secret)
    }

    fn subscription(&self) -> Subscription {
        Subscription { endpoint: self.id, enabled: self.disabled.is_none(), wanted: self.wanted.clone() }
    }
}

impl Subscriptions {
    /// More than any account needs; every event is written once for each of them.
    pub const MOST: usize = 16;

    #[must_use]
    pub const fn of(account: AccountId) -> Self {
        Self { account, list: Vec::new() }
    }

    /// Whom an event of this kind goes to.
    pub fn subscribers(&self, kind: EventKind) -> impl Iterator<Item = WebhookEndpointId> {
        let called = self.list.iter().filter(|one| one.enabled);
        called.filter(move |one| one.wanted.includes(kind)).map(|one| one.endpoint)
    }

    /// Takes over what has become of an endpoint.
    pub(crate) fn put(&mut self, endpoint: &WebhookEndpoint) {
        match self.list.iter_mut().find(|one| one.endpoint == endpoint.id) {
            Some(known) => *known = endpoint.subscription(),
            None => self.list.push(endpoint.subscription()),
        }
    }
}
