//! API keys: who may call, as which account, for how much. The secret itself is never here, only its keyed hash.

mod create;
mod record_use;
mod revoke;
mod roll;

use std::collections::BTreeSet;

pub use crate::ids::ApiKeyId;
pub use create::{CreateApiKey, NewKey};
pub use record_use::RecordKeyUse;
pub use revoke::RevokeApiKey;
pub use roll::{RollApiKey, Rolled};

use crate::actor::{Actor, Agent, Origin};
use crate::ids::MerchantId;
use crate::{AccountId, Refusal, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub account: AccountId,
    pub name: Option<String>,
    pub kind: KeyKind,
    pub secret: SecretDigest,
    pub livemode: bool,
    pub read_only: bool,
    /// `None` is every merchant of the account.
    pub merchants: Option<BTreeSet<MerchantId>>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// To within some minutes: uses are recorded now and then, not one by one.
    pub last_used_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Secret,
    Publishable,
}

/// What is kept of a secret: enough to recognise it and to show which one it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretDigest {
    pub hash: [u8; 32],
    pub prefix: String,
    pub last4: String,
}

impl KeyKind {
    pub const ALL: [Self; 2] = [Self::Secret, Self::Publishable];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Publishable => "publishable",
        }
    }
}

impl ApiKey {
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        let origin = Origin::of(Agent::ApiKey(self.id));
        Actor { account: self.account, merchants: self.merchants.clone(), customer: None, origin }
    }
}

/// A key limited to some merchants must not make, replace or end keys: it could give itself the rest.
fn administers(actor: &Actor) -> Result<(), Refusal> {
    if actor.merchants.is_some() { Err(Refusal::KeyLimited) } else { Ok(()) }
}
