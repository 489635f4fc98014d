//! Rotating the signing keys: a new one comes, and the others have an end.

use super::SigningKey;
use crate::actor::Origin;
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::ids::SigningKeyId;
use crate::{AccountId, Duration, Key, State, client_token};

/// A replica's clock may be behind by so much.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// Brings in a new key that takes over after a while, and sets an end to the others.
pub struct RotateSigningKeys {
    pub public: [u8; 32],
    pub sealed: Vec<u8>,
    /// How long the new key is published before it signs.
    pub after: Duration,
    /// The keys there are. One that another rotation adds meanwhile is ended by the next rotation.
    pub others: Vec<SigningKeyId>,
    pub origin: Origin,
}

impl Command for RotateSigningKeys {
    type Output = SigningKey;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(None)
    }

    fn wants(&self) -> Vec<Key> {
        self.others.iter().copied().map(Key::SigningKey).collect()
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<SigningKey, Stop> {
        let activates_at = cx.now.plus(self.after);
        // The last token is signed just before the new key takes over.
        let end = activates_at.plus(client_token::LIFETIME).plus(CLOCK_SKEW);
        for &id in &self.others {
            if let Some(mut key) = state.signing_keys.find(id, Key::SigningKey)?
                && key.retires_at.is_none()
            {
                key.retires_at = Some(end);
                state.signing_keys.put(id, key);
            }
        }
        let key = SigningKey {
            id: cx.id(),
            public: self.public,
            sealed: self.sealed.clone(),
            created_at: cx.now,
            activates_at,
            retires_at: None,
        };
        state.signing_keys.put(key.id, key.clone());
        let activates_at = Some(activates_at.to_string());
        let changes = vec![FieldChange::secret("private_key"), FieldChange::set("activates_at", activates_at)];
        // Nobody's in particular: the tokens of all accounts are signed with it.
        state.audit(AuditEntry::new(cx, self.origin, AuditAction::SigningKeyRotated, key.id).with(changes));
        Ok(key)
    }
}
