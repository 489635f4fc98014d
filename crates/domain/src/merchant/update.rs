//! Updating a merchant: what the change mentions is set or cleared, the rest stays.
//!
//! What is on its way goes as it was begun: payments know when they settle, payouts where they go.

use super::{Branding, Color, Merchant, PayoutSchedule, Settlement, SettlementMethod};
use crate::actor::Actor;
use crate::audit::AuditAction;
use crate::bank_account::BankAccount;
use crate::command::{Command, Context, Stop};
use crate::ids::MerchantId;
use crate::metadata::MetadataChange;
use crate::{AccountId, Currency, Key, Refusal, State};

pub struct UpdateMerchant {
    pub actor: Actor,
    pub id: MerchantId,
    pub change: MerchantChange,
}

/// `None` leaves a field as it is; where a field may be empty, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct MerchantChange {
    pub name: Option<String>,
    pub email: Option<Option<String>>,
    pub country: Option<Option<String>>,
    pub default_currency: Option<Currency>,
    pub statement_descriptor: Option<String>,
    pub time_zone: Option<String>,
    pub settlement: SettlementChange,
    pub branding: BrandingChange,
    pub metadata: MetadataChange,
}

#[derive(Clone, Debug, Default)]
pub struct SettlementChange {
    pub method: Option<SettlementMethod>,
    pub solana_wallet: Option<Option<String>>,
    pub auto_settle: Option<bool>,
    pub bank_account: Option<Option<BankAccount>>,
    pub schedule: Option<PayoutSchedule>,
}

#[derive(Clone, Debug, Default)]
pub struct BrandingChange {
    pub logo_url: Option<Option<String>>,
    pub primary_color: Option<Option<Color>>,
    pub secondary_color: Option<Option<Color>>,
}

impl SettlementChange {
    #[must_use]
    pub fn applied_to(self, before: &Settlement) -> Settlement {
        Settlement {
            method: self.method.unwrap_or(before.method),
            solana_wallet: self.solana_wallet.unwrap_or_else(|| before.solana_wallet.clone()),
            auto_settle: self.auto_settle.unwrap_or(before.auto_settle),
            bank_account: self.bank_account.unwrap_or_else(|| before.bank_account.clone()),
            schedule: self.schedule.unwrap_or(before.schedule),
        }
    }
}

impl BrandingChange {
    #[must_use]
    pub fn applied_to(self, before: &Branding) -> Branding {
        Branding {
            logo_url: self.logo_url.unwrap_or_else(|| before.logo_url.clone()),
            primary_color: self.primary_color.unwrap_or(before.primary_color),
            secondary_color: self.secondary_color.unwrap_or(before.secondary_color),
        }
    }
}

impl Command for UpdateMerchant {
    type Output = Merchant;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Merchant(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Merchant, Stop> {
        let before = state.own_merchant(&self.actor, self.id)?;
        let after = self.change.clone().applied_to(&before)?;
        if let Some(method) = self.change.settlement.method
            && after.settlement.destination().is_none()
        {
            return Err(Refusal::SettlementIncomplete(method).into());
        }
        if after == before {
            return Ok(before);
        }
        let next_payout_at = if after.settlement == before.settlement {
            before.next_payout_at
        } else {
            after.settlement.next_payout_after(cx.now)
        };
        let after = Merchant { next_payout_at, updated_at: cx.now, ..after };
        state.audit(after.audit_entry(Some(&before), AuditAction::MerchantUpdated, self.actor.origin, cx));
        state.merchants.put(after.id, after.clone());
        Ok(after)
    }
}

impl MerchantChange {
    fn applied_to(self, before: &Merchant) -> Result<Merchant, Stop> {
        let metadata = self.metadata.applied_to(&before.metadata)?;
        Ok(Merchant {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            email: self.email.unwrap_or_else(|| before.email.clone()),
            country: self.country.unwrap_or_else(|| before.country.clone()),
            default_currency: self.default_currency.unwrap_or(before.default_currency),
            statement_descriptor: self.statement_descriptor.unwrap_or_else(|| before.statement_descriptor.clone()),
            time_zone: self.time_zone.unwrap_or_else(|| before.time_zone.clone()),
            settlement: self.settlement.applied_to(&before.settlement),
            branding: self.branding.applied_to(&before.branding),
            metadata,
            ..before.clone()
        })
    }
}
