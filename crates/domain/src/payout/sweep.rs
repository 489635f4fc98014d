//! Paying out by the merchant's schedule.

use super::draft::Draft;
use crate::command::{Command, Context, Stop};
use crate::ids::MerchantId;
use crate::merchant::MerchantStatus;
use crate::metadata::Metadata;
use crate::{AccountId, Currency, Key, State};

/// The worker's finding that a merchant's payout may be due; harmless when it is not, or no longer.
pub struct SweepMerchant {
    pub id: MerchantId,
}

impl Command for SweepMerchant {
    /// Whether it was due, be there something to pay out or not.
    type Output = bool;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.merchants.find(self.id, Key::Merchant)?.map(|merchant| merchant.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Merchant(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<bool, Stop> {
        let found = state.merchants.find(self.id, Key::Merchant)?;
        let due = found.filter(|merchant| merchant.next_payout_at.is_some_and(|at| at <= cx.now));
        let Some(mut merchant) = due else {
            return Ok(false);
        };
        let available = state.available(&merchant, Currency::Usd)?;
        merchant.next_payout_at = merchant.settlement.next_payout_after(cx.now);
        state.merchants.put(merchant.id, merchant.clone());
        let method = merchant.settlement.method;
        let (amount, minimum) = (available.by(method), method.terms().minimum);
        let worth_it = amount.minor() >= minimum.minor();
        match (merchant.status, merchant.settlement.destination()) {
            (MerchantStatus::Active, Some(destination)) if worth_it => {
                let (description, metadata) = (None, Metadata::default());
                let draft = Draft { amount, available, destination, automatic: true, description, metadata };
                draft.make(merchant, state, cx);
            }
            (MerchantStatus::Active | MerchantStatus::Restricted, _) => {}
        }
        Ok(true)
    }
}
