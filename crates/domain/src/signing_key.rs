//! Signing keys: what client tokens are signed with. They are the whole installation's; replicas share them.
//!
//! A key is published before it signs and for as long as a token of its may be in use. The private half is kept encrypted
//! under the server secret; nothing here can read it.

pub use crate::ids::SigningKeyId;

use crate::actor::Origin;
use crate::audit::{AuditAction, AuditEntry};
use crate::client_token;
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::{AccountId, Duration, Key, State, Timestamp};

/// A replica's clock may be behind by so much.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    pub id: SigningKeyId,
    pub public: [u8; 32],
    /// The private half, encrypted.
    pub sealed: Vec<u8>,
    pub created_at: Timestamp,
    /// From when on it signs, unless a newer one does.
    pub activates_at: Timestamp,
    /// From when on nothing signed with it is accepted; set when a newer key takes over.
    pub retires_at: Option<Timestamp>,
}

impl SigningKey {
    /// Whether others may need it to verify.
    #[must_use]
    pub fn is_published(&self, now: Timestamp) -> bool {
        self.retires_at.is_none_or(|end| now < end)
    }

    #[must_use]
    pub fn may_sign(&self, now: Timestamp) -> bool {
        self.activates_at <= now && self.is_published(now)
    }
}

/// The one key that signs now: of those that may, the one that came last. While none may yet, as by a clock that is
/// behind that of the replica which made the first, it is the first to come.
#[must_use]
pub fn signer(keys: &[SigningKey], now: Timestamp) -> Option<&SigningKey> {
    let order = |key: &&SigningKey| (key.activates_at, key.id);
    let active = keys.iter().filter(|key| key.may_sign(now)).max_by_key(order);
    active.or_else(|| keys.iter().filter(|key| key.is_published(now)).min_by_key(order))
}

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
