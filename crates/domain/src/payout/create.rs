//! Paying out when the merchant asks for it.

use super::Payout;
use super::draft::Draft;
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::ids::MerchantId;
use crate::merchant::SettlementMethod;
use crate::metadata::Metadata;
use crate::{AccountId, Currency, Key, Money, Refusal, State};

pub struct CreatePayout {
    pub actor: Actor,
    pub merchant: MerchantId,
    /// `None` is the merchant's own. Both are offered, for what settled at once leaves by one only.
    pub method: Option<SettlementMethod>,
    /// `None` pays out all that is available by the method.
    pub amount: Option<i64>,
    pub currency: Currency,
    pub description: Option<String>,
    pub metadata: Metadata,
}

impl Command for CreatePayout {
    type Output = Payout;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        // Not the balance: it is to be read after the merchant.
        vec![Key::Merchant(self.merchant)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Payout, Stop> {
        let mut merchant = state.merchant(&self.actor, self.merchant)?;
        merchant.must_be_active()?;
        match self.currency {
            Currency::Usd => {}
            Currency::Eur | Currency::Gbp | Currency::Brl => {
                return Err(Refusal::PayoutCurrencyUnavailable(self.currency).into());
            }
        }
        let method = self.method.unwrap_or(merchant.settlement.method);
        let destination = merchant
            .settlement
            .destination_by(method)
            .ok_or(Refusal::PayoutDestinationMissing { merchant: merchant.id, method })?;
        let funds = state.available(&merchant, self.currency)?;
        let available = funds.by(method);
        let amount = self.amount.map_or(available, |minor| Money::new(minor, self.currency));
        let minimum = method.terms().minimum;
        if self.amount.is_some() && amount.minor() < minimum.minor() {
            return Err(Refusal::PayoutBelowMinimum { minimum, requested: amount }.into());
        }
        if amount.minor() > available.minor() || available.minor() < minimum.minor() {
            return Err(Refusal::BalanceInsufficient {
                available,
                requested: if self.amount.is_some() { amount } else { minimum },
                usdc_only: match method {
                    SettlementMethod::Usdc => 0,
                    SettlementMethod::Usd => funds.usdc_only().minor(),
                },
            }
            .into());
        }
        let draft = Draft {
            amount,
            available: funds,
            destination,
            automatic: false,
            description: self.description.clone(),
            metadata: self.metadata.clone(),
        };
        Ok(draft.make(&mut merchant, state, cx))
    }
}
