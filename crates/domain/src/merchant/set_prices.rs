//! Setting a merchant's prices, at once or from some moment on.

use super::audit::{EFFECTIVE_AT, price_changes};
use super::{Merchant, MerchantId, NextPrices, PriceChange, Prices};
use crate::actor::Actor;
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::{AccountId, Key, State, Timestamp};

/// The operator's new prices, at once or from some moment on.
pub struct SetPrices {
    pub actor: Actor,
    pub id: MerchantId,
    pub change: PriceChange,
    /// `None` is at once, and so is a time that has been.
    pub from: Option<Timestamp>,
}

/// New prices are to come at this other moment already, and a merchant has one such moment at a time. Only operators can
/// be told this, so it is no refusal of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyAhead(pub NextPrices);

impl Command for SetPrices {
    type Output = Result<Merchant, AlreadyAhead>;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Merchant(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Self::Output, Stop> {
        let before = state.own_merchant(&self.actor, self.id)?;
        let (current, ahead) = (before.prices.at(cx.now), before.prices.ahead(cx.now));
        let Some(from) = self.from.filter(|&from| from > cx.now) else {
            let after = self.change.on(current);
            let next = ahead.map(|next| next.following(current, after));
            let changes = price_changes(&current, &after);
            let merchant = before.priced(Prices { current: after, next }, cx);
            return Ok(Ok(write(state, cx, &self.actor, (merchant, changes))));
        };
        if let Some(other) = ahead.filter(|ahead| ahead.from != from) {
            return Ok(Err(AlreadyAhead(other)));
        }
        let planned = ahead.map_or(current, |ahead| ahead.plan);
        let plan = self.change.on(planned);
        let mut changes = price_changes(&planned, &plan);
        changes.push(FieldChange::set(EFFECTIVE_AT, Some(from.to_string())));
        let merchant = before.priced(Prices { current, next: Some(NextPrices { plan, from }) }, cx);
        Ok(Ok(write(state, cx, &self.actor, (merchant, changes))))
    }
}

impl Merchant {
    pub(super) fn priced(self, prices: Prices, cx: &Context<'_>) -> Self {
        Self { prices, updated_at: cx.now, ..self }
    }
}

/// Keeps the merchant and tells who set its prices.
pub(super) fn write(
    state: &mut State,
    cx: &Context<'_>,
    actor: &Actor,
    (after, changes): (Merchant, Vec<FieldChange>),
) -> Merchant {
    let entry = AuditEntry::new(cx, actor.origin, AuditAction::MerchantUpdated, after.id);
    state.audit(entry.of(after.account).with(changes));
    state.merchants.put(after.id, after.clone());
    after
}
