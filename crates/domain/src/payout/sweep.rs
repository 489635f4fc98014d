//! Paying out by the merchant's schedule.

use super::draft::Draft;
use crate::command::{Command, Context, Stop};
use crate::ids::MerchantId;
use crate::merchant::{Merchant, MerchantStatus};
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
        merchant.next_payout_at = merchant.settlement.next_payout_after(cx.now);
        state.merchants.put(merchant.id, merchant.clone());
        match merchant.status {
            MerchantStatus::Active => pay_out(merchant, state, cx)?,
            MerchantStatus::Restricted => {}
        }
        Ok(true)
    }
}

/// What there is, as far as it is worth it. What the merchant's method does not take goes by the other one.
fn pay_out(mut merchant: Merchant, state: &mut State, cx: &Context<'_>) -> Result<(), Stop> {
    let settlement = merchant.settlement.clone();
    for destination in settlement.swept_to() {
        let method = destination.method();
        let available = state.available(&merchant, Currency::Usd)?;
        let amount = if method == settlement.method { available.by(method) } else { available.usdc_only() };
        if amount.minor() >= method.terms().minimum.minor() {
            let (description, metadata) = (None, Metadata::default());
            let draft = Draft { amount, available, destination, automatic: true, description, metadata };
            draft.make(&mut merchant, state, cx);
        }
    }
    Ok(())
}
