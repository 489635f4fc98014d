//! Creating a key.

use std::collections::BTreeSet;

use super::{ApiKey, KeyKind, SecretDigest, administers};
use crate::actor::{Actor, Origin};
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::ids::MerchantId;
use crate::{AccountId, Key, Refusal, State};

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
