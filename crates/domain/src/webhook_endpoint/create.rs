//! Creating an endpoint.

use super::{SealedSecret, Subscriptions, Wanted, WebhookEndpoint};
use crate::actor::Origin;
use crate::audit::AuditAction;
use crate::command::{Command, Context, Stop};
use crate::metadata::Metadata;
use crate::{AccountId, Key, Refusal, State};

/// The URL was checked by whoever knows which addresses may be called.
pub struct CreateWebhookEndpoint {
    pub account: AccountId,
    pub url: String,
    pub wanted: Wanted,
    pub description: Option<String>,
    pub metadata: Metadata,
    pub secret: SealedSecret,
    pub origin: Origin,
}

impl Command for CreateWebhookEndpoint {
    type Output = WebhookEndpoint;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Subscriptions(self.account)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<WebhookEndpoint, Stop> {
        let mut subscriptions = state.subscriptions(self.account)?;
        if subscriptions.list.len() >= Subscriptions::MOST {
            return Err(Refusal::WebhookEndpointLimit { most: Subscriptions::MOST }.into());
        }
        let endpoint = WebhookEndpoint {
            id: cx.id(),
            account: self.account,
            url: self.url.clone(),
            wanted: self.wanted.clone(),
            description: self.description.clone(),
            metadata: self.metadata.clone(),
            secret: self.secret.clone(),
            previous: None,
            streak: None,
            disabled: None,
            deleted_at: None,
            created_at: cx.now,
            updated_at: cx.now,
            sequence: 0,
        };
        state.audit(endpoint.audit_entry(None, AuditAction::WebhookEndpointCreated, self.origin, cx));
        subscriptions.put(&endpoint);
        state.subscriptions.put(self.account, subscriptions);
        state.webhook_endpoints.put(endpoint.id, endpoint.clone());
        Ok(endpoint)
    }
}
