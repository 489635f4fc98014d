//! Deleting an endpoint. Nothing is written for it any more, and what still waits is canceled when it falls due.

use super::{SealedSecret, WebhookEndpoint};
use crate::actor::Origin;
use crate::audit::AuditAction;
use crate::command::{Command, Context, Stop};
use crate::ids::WebhookEndpointId;
use crate::{AccountId, Key, State};

pub struct DeleteWebhookEndpoint {
    pub account: AccountId,
    pub id: WebhookEndpointId,
    pub origin: Origin,
}

impl Command for DeleteWebhookEndpoint {
    type Output = WebhookEndpoint;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::WebhookEndpoint(self.id), Key::Subscriptions(self.account)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<WebhookEndpoint, Stop> {
        let before = state.webhook_endpoint(self.account, self.id)?;
        let mut subscriptions = state.subscriptions(self.account)?;
        subscriptions.list.retain(|one| one.endpoint != self.id);
        let deleted = WebhookEndpoint {
            secret: SealedSecret::default(),
            previous: None,
            deleted_at: Some(cx.now),
            updated_at: cx.now,
            ..before.clone()
        };
        state.audit(deleted.audit_entry(Some(&before), AuditAction::WebhookEndpointDeleted, self.origin, cx));
        state.subscriptions.put(self.account, subscriptions);
        state.webhook_endpoints.put(deleted.id, deleted.clone());
        Ok(deleted)
    }
}
