//! Revoking a key.

use super::{ApiKey, administers};
use crate::actor::Actor;
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::ids::ApiKeyId;
use crate::{AccountId, Key, State};

/// Ends a key at once. Revoking twice changes nothing.
pub struct RevokeApiKey {
    pub actor: Actor,
    pub id: ApiKeyId,
}

impl Command for RevokeApiKey {
    type Output = ApiKey;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::ApiKey(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<ApiKey, Stop> {
        administers(&self.actor)?;
        let mut key = state.api_key(self.actor.account, self.id)?;
        if key.revoked_at.is_none() {
            key.revoked_at = Some(cx.real);
            state.api_keys.put(key.id, key.clone());
            let changes = vec![FieldChange::set("revoked_at", Some(cx.real.to_string()))];
            let entry = AuditEntry::new(cx, self.actor.origin, AuditAction::ApiKeyRevoked, key.id);
            state.audit(entry.of(key.account).with(changes));
        }
        Ok(key)
    }
}
