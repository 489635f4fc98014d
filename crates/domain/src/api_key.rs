//! API keys: who may call, as which account, for how much. The secret itself is never here, only its keyed hash.

use std::collections::BTreeSet;

pub use crate::ids::ApiKeyId;

use crate::actor::{Actor, Agent, Origin};
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::ids::MerchantId;
use crate::{AccountId, Duration, Key, Refusal, State, Timestamp};

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

/// What a key is made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    pub name: Option<String>,
    pub kind: KeyKind,
    pub secret: SecretDigest,
    pub livemode: bool,
    pub read_only: bool,
    pub merchants: Option<BTreeSet<MerchantId>>,
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
    pub fn new(account: AccountId, new: &NewKey, cx: &Context<'_>) -> Self {
        Self {
            id: cx.id(),
            account,
            name: new.name.clone(),
            kind: new.kind,
            secret: new.secret.clone(),
            livemode: new.livemode,
            read_only: new.read_only,
            merchants: new.merchants.clone(),
            created_at: cx.real,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        }
    }

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

impl ApiKey {
    /// What the audit log says of a new key.
    #[must_use]
    pub fn made(&self, origin: Origin, cx: &Context<'_>) -> AuditEntry {
        let some = |ids: &BTreeSet<MerchantId>| ids.iter().map(MerchantId::to_string).collect::<Vec<_>>().join(",");
        let changes = vec![
            FieldChange::secret("secret"),
            FieldChange::set("type", Some(self.kind.code().to_owned())),
            FieldChange::set("name", self.name.clone()),
            FieldChange::set("read_only", Some(self.read_only.to_string())),
            FieldChange::set("merchant_ids", self.merchants.as_ref().map(some)),
        ];
        AuditEntry::new(cx, origin, AuditAction::ApiKeyCreated, self.id).of(self.account).with(changes)
    }
}

/// A key limited to some merchants must not make, replace or end keys: it could give itself the rest.
fn administers(actor: &Actor) -> Result<(), Refusal> {
    if actor.merchants.is_some() { Err(Refusal::KeyLimited) } else { Ok(()) }
}

pub struct CreateApiKey {
    pub actor: Actor,
    pub key: NewKey,
}

impl Command for CreateApiKey {
    type Output = ApiKey;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        self.key.merchants.iter().flatten().copied().map(Key::Merchant).collect()
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<ApiKey, Stop> {
        administers(&self.actor)?;
        for &id in self.key.merchants.iter().flatten() {
            let found = state.merchants.find(id, Key::Merchant)?;
            if !found.is_some_and(|merchant| self.actor.reaches(merchant.account, id)) {
                return Err(Refusal::KeyMerchantUnknown(id).into());
            }
        }
        let key = ApiKey::new(self.actor.account, &self.key, cx);
        state.api_keys.put(key.id, key.clone());
        state.audit(key.made(self.actor.origin, cx));
        Ok(key)
    }
}

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

/// Notes when a key was last used.
pub struct RecordKeyUse {
    pub id: ApiKeyId,
    pub at: Timestamp,
}

impl Command for RecordKeyUse {
    type Output = ();

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(None)
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::ApiKey(self.id)]
    }

    fn decide(&self, state: &mut State, _cx: &Context<'_>) -> Result<(), Stop> {
        if let Some(mut key) = state.api_keys.find(self.id, Key::ApiKey)?
            && key.last_used_at < Some(self.at)
        {
            key.last_used_at = Some(self.at);
            state.api_keys.put(key.id, key);
        }
        Ok(())
    }
}
