//! The audit log: who changed what an account is governed by, kept in the transaction that changed it, never altered.
//!
//! What a newcomer gets wrong: it is not the list of events. An event says what happened to money and is sent to
//! receivers; an entry says who turned a key, and stays here. Entries go by real time, whatever a test clock reads.

mod query;

pub use crate::actor::{Agent, Origin};
pub use crate::field_change::FieldChange;
pub use crate::ids::{AuditId, RequestId};
pub use query::AuditQuery;

use crate::command::Context;
use crate::id::{Id, Prefixed};
use crate::{AccountId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub id: AuditId,
    /// `None` is the whole installation's.
    pub account: Option<AccountId>,
    pub origin: Origin,
    pub action: AuditAction,
    /// The id of what was acted on, as it is shown.
    pub object: String,
    pub changes: Vec<FieldChange>,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditAction {
    AccountCreated,
    ApiKeyCreated,
    ApiKeyRolled,
    ApiKeyRevoked,
    SigningKeyRotated,
    TestClockMoved,
    MerchantCreated,
    MerchantUpdated,
    WebhookEndpointCreated,
    WebhookEndpointUpdated,
    WebhookEndpointDeleted,
    WebhookEndpointSecretRotated,
}

impl AuditEntry {
    /// An entry about an object of an account.
    #[must_use]
    pub fn new<K: Prefixed>(cx: &Context<'_>, origin: Origin, action: AuditAction, object: Id<K>) -> Self {
        let object = object.to_string();
        Self { id: cx.id(), account: None, origin, action, object, changes: Vec::new(), at: cx.real }
    }

    #[must_use]
    pub fn of(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    #[must_use]
    pub fn with(self, changes: Vec<FieldChange>) -> Self {
        Self { changes, ..self }
    }
}

impl AuditAction {
    pub const ALL: [Self; 12] = [
        Self::AccountCreated,
        Self::ApiKeyCreated,
        Self::ApiKeyRolled,
        Self::ApiKeyRevoked,
        Self::SigningKeyRotated,
        Self::TestClockMoved,
        Self::MerchantCreated,
        Self::MerchantUpdated,
        Self::WebhookEndpointCreated,
        Self::WebhookEndpointUpdated,
        Self::WebhookEndpointDeleted,
        Self::WebhookEndpointSecretRotated,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AccountCreated => "account.created",
            Self::ApiKeyCreated => "api_key.created",
            Self::ApiKeyRolled => "api_key.rolled",
            Self::ApiKeyRevoked => "api_key.revoked",
            Self::SigningKeyRotated => "signing_key.rotated",
            Self::TestClockMoved => "test_clock.moved",
            Self::MerchantCreated => "merchant.created",
            Self::MerchantUpdated => "merchant.updated",
            Self::WebhookEndpointCreated => "webhook_endpoint.created",
            Self::WebhookEndpointUpdated => "webhook_endpoint.updated",
            Self::WebhookEndpointDeleted => "webhook_endpoint.deleted",
            Self::WebhookEndpointSecretRotated => "webhook_endpoint.secret_rotated",
        }
    }
}
