//! Canceling the prices that were to come.

use super::audit::{EFFECTIVE_AT, price_changes};
use super::set_prices::write;
use super::{Merchant, MerchantId, Prices};
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::{AccountId, Key, State};

/// The operator's word that prices stay as they are: what was to come does not.
pub struct CancelNextPrices {
    pub actor: Actor,
    pub id: MerchantId,
}

impl Command for CancelNextPrices {
    type Output = Merchant;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Merchant(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Merchant, Stop> {
        let before = state.own_merchant(&self.actor, self.id)?;
        let Some(next) = before.prices.ahead(cx.now) else { return Ok(before) };
        let current = before.prices.at(cx.now);
        let mut changes = price_changes(&next.plan, &current);
        changes.extend(FieldChange::between(EFFECTIVE_AT, Some(next.from.to_string()), None));
        let merchant = before.priced(Prices { current, next: None }, cx);
        Ok(write(state, cx, &self.actor, (merchant, changes)))
    }
}
