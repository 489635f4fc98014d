//! Rolling a key: its secret is replaced, and the old one goes on for a while.

use super::{ApiKey, SecretDigest, administers};
use crate::actor::Actor;
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::ids::ApiKeyId;
use crate::{AccountId, Duration, Key, Refusal, State};

/// Replaces a key's secret: a new key with the same rights, and the old one valid until the overlap ends.
pub struct RollApiKey {
    pub actor: Actor,
    pub id: ApiKeyId,
    pub secret: SecretDigest,
    pub overlap: Duration,
}

/// The new key, and the old one with its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rolled {
    pub new: ApiKey,
    pub old: ApiKey,
}

impl Command for RollApiKey {
    type Output = Rolled;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::ApiKey(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Rolled, Stop> {
        administers(&self.actor)?;
        let mut old = state.api_key(self.actor.account, self.id)?;
        if !old.is_active(cx.real) {
            return Err(Refusal::ApiKeyInactive(self.id).into());
        }
        let end = cx.real.plus(self.overlap);
        let new =
            ApiKey { id: cx.id(), secret: self.secret.clone(), created_at: cx.real, expires_at: None, ..old.clone() };
        let before = old.expires_at;
        old.expires_at = Some(before.map_or(end, |sooner| sooner.min(end)));
        state.api_keys.put(old.id, old.clone());
        state.api_keys.put(new.id, new.clone());
        let changes = vec![
            FieldChange::secret("secret"),
            FieldChange::set("replaced_by", Some(new.id.to_string())),
            FieldChange {
                field: "expires_at".to_owned(),
                before: before.map(|at| at.to_string()),
                after: old.expires_at.map(|at| at.to_string()),
            },
        ];
        let entry = AuditEntry::new(cx, self.actor.origin, AuditAction::ApiKeyRolled, old.id);
        state.audit(entry.of(old.account).with(changes));
        Ok(Rolled { new, old })
    }
}
