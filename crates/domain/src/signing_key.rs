//! Signing keys: what client tokens are signed with. They are the whole installation's; replicas share them.
//!
//! A key is published before it signs and for as long as a token of its may be in use. The private half is kept encrypted
//! under the server secret; nothing here can read it.

mod rotate;

pub use crate::ids::SigningKeyId;
pub use rotate::RotateSigningKeys;

use crate::Timestamp;

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
