//! Creating a merchant beside the account's default one.

use super::{Branding, Merchant, MerchantStatus, Prices, Settlement};
use crate::actor::Actor;
use crate::audit::AuditAction;
use crate::command::{Command, Context, Stop};
use crate::ids::MerchantId;
use crate::metadata::Metadata;
use crate::{AccountId, Currency, Refusal, State, Timestamp};

/// Whoever asks has checked what only a catalogue can tell: the country, the time zone, the wallet's letters.
pub struct CreateMerchant {
    pub actor: Actor,
    pub merchant: NewMerchant,
}

#[derive(Clone, Debug)]
pub struct NewMerchant {
    pub name: String,
    pub email: Option<String>,
    pub country: Option<String>,
    pub default_currency: Currency,
    pub statement_descriptor: String,
    pub time_zone: String,
    pub settlement: Settlement,
    pub branding: Branding,
    pub metadata: Metadata,
}

impl NewMerchant {
    /// A merchant of this name with nothing else said about it.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            email: None,
            country: None,
            default_currency: Currency::Usd,
            statement_descriptor: "HEDGE PAYMENTS".to_owned(),
            time_zone: "UTC".to_owned(),
            settlement: Settlement::default(),
            branding: Branding::default(),
            metadata: Metadata::default(),
        }
    }

    /// The merchant as it begins.
    #[must_use]
    pub fn made(self, id: MerchantId, account: AccountId, now: Timestamp) -> Merchant {
        Merchant {
            id,
            account,
            name: self.name,
            email: self.email,
            country: self.country,
            default_currency: self.default_currency,
            statement_descriptor: self.statement_descriptor,
            time_zone: self.time_zone,
            next_payout_at: self.settlement.next_payout_after(now),
            settlement: self.settlement,
            branding: self.branding,
            prices: Prices::STANDARD,
            status: MerchantStatus::Active,
            metadata: self.metadata,
            payouts: 0,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Command for CreateMerchant {
    type Output = Merchant;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Merchant, Stop> {
        // It could not see what it made.
        if self.actor.merchants.is_some() {
            return Err(Refusal::MerchantsLimited.into());
        }
        let settlement = &self.merchant.settlement;
        let merchant = self.merchant.clone().made(cx.id(), self.actor.account, cx.now);
        let names_details = settlement.method != Settlement::default().method;
        if names_details && settlement.destination().is_none() {
            return Err(Refusal::SettlementIncomplete(settlement.method).into());
        }
        state.audit(merchant.audit_entry(None, AuditAction::MerchantCreated, self.actor.origin, cx));
        state.merchants.put(merchant.id, merchant.clone());
        Ok(merchant)
    }
}
