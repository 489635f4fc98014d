//! Updating an endpoint: what the change mentions is set or cleared, the rest stays.

use super::{Disabled, DisabledReason, Wanted, WebhookEndpoint};
use crate::actor::Origin;
use crate::audit::AuditAction;
use crate::command::{Command, Context, Stop};
use crate::ids::WebhookEndpointId;
use crate::metadata::MetadataChange;
use crate::{AccountId, Key, State};

pub struct UpdateWebhookEndpoint {
    pub account: AccountId,
    pub id: WebhookEndpointId,
    pub change: EndpointChange,
    pub origin: Origin,
}

/// `None` leaves a field as it is; where a field may be empty, `Some(None)` clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointChange {
    pub url: Option<String>,
    pub wanted: Option<Wanted>,
    pub description: Option<Option<String>>,
    /// Turning it on again forgets how it failed.
    pub enabled: Option<bool>,
    pub metadata: MetadataChange,
}

impl Command for UpdateWebhookEndpoint {
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
        let change = self.change.clone();
        let metadata = change.metadata.applied_to(&before.metadata)?;
        let disabled = match change.enabled {
            None => before.disabled,
            Some(true) => None,
            Some(false) => Some(before.disabled.unwrap_or(Disabled { at: cx.now, reason: DisabledReason::Requested })),
        };
        // Another address, or another chance: what was remembered against the endpoint no longer counts.
        let starts_anew = (before.disabled.is_some() && disabled.is_none())
            || change.url.as_ref().is_some_and(|url| *url != before.url);
        let after = WebhookEndpoint {
            url: change.url.unwrap_or_else(|| before.url.clone()),
            wanted: change.wanted.unwrap_or_else(|| before.wanted.clone()),
            description: change.description.unwrap_or_else(|| before.description.clone()),
            metadata,
            disabled,
            streak: if starts_anew { None } else { before.streak },
            ..before.clone()
        };
        if after == before {
            return Ok(before);
        }
        let after = WebhookEndpoint { updated_at: cx.now, ..after };
        state.audit(after.audit_entry(Some(&before), AuditAction::WebhookEndpointUpdated, self.origin, cx));
        subscriptions.put(&after);
        state.subscriptions.put(self.account, subscriptions);
        state.webhook_endpoints.put(after.id, after.clone());
        Ok(after)
    }
}
