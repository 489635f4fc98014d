//! The operator's word on a merchant: no more money through it, or again.

use super::{Merchant, MerchantStatus};
use crate::actor::Actor;
use crate::audit::AuditAction;
use crate::command::{Command, Context, Stop};
use crate::ids::MerchantId;
use crate::{AccountId, Key, State};

/// Harmless when the merchant is so already.
pub struct RestrictMerchant {
    pub actor: Actor,
    pub id: MerchantId,
    pub status: MerchantStatus,
}

impl Command for RestrictMerchant {
    type Output = Merchant;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Merchant(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Merchant, Stop> {
        let before = state.own_merchant(&self.actor, self.id)?;
        if before.status == self.status {
            return Ok(before);
        }
        let after = Merchant { status: self.status, updated_at: cx.now, ..before.clone() };
        state.audit(after.audit_entry(Some(&before), AuditAction::MerchantUpdated, self.actor.origin, cx));
        state.merchants.put(after.id, after.clone());
        Ok(after)
    }
}
