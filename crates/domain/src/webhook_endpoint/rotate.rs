//! Replacing an endpoint's signing secret: for a while both sign.

use super::{PreviousSecret, SealedSecret, WebhookEndpoint};
use crate::actor::Origin;
use crate::audit::AuditAction;
use crate::command::{Command, Context, Stop};
use crate::ids::WebhookEndpointId;
use crate::{AccountId, Duration, Key, State};

pub struct RotateWebhookSecret {
    pub account: AccountId,
    pub id: WebhookEndpointId,
    pub secret: SealedSecret,
    pub overlap: Duration,
    pub origin: Origin,
}

impl Command for RotateWebhookSecret {
    type Output = WebhookEndpoint;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::WebhookEndpoint(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<WebhookEndpoint, Stop> {
        let before = state.webhook_endpoint(self.account, self.id)?;
        let previous = PreviousSecret { secret: before.secret.clone(), until: cx.now.plus(self.overlap) };
        let after = WebhookEndpoint {
            secret: self.secret.clone(),
            previous: Some(previous).filter(|_| self.overlap > Duration::ZERO),
            updated_at: cx.now,
            ..before.clone()
        };
        state.audit(after.audit_entry(Some(&before), AuditAction::WebhookEndpointSecretRotated, self.origin, cx));
        state.webhook_endpoints.put(after.id, after.clone());
        Ok(after)
    }
}
