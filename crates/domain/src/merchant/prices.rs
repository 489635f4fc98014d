//! A merchant's prices over time: those that count, and perhaps those that will from some moment on.
//!
//! A payment costs what counts when it succeeds. What a newcomer misses is a job that puts new prices into force: there
//! is none, because both stand here and whoever asks says when.

use super::Merchant;
use crate::actor::Actor;
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::fee::{FeePlan, FeeSchedule};
use crate::field_change::FieldChange;
use crate::ids::MerchantId;
use crate::{AccountId, Key, State, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Until the next ones take over.
    pub current: FeePlan,
    pub next: Option<NextPrices>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextPrices {
    pub plan: FeePlan,
    pub from: Timestamp,
}

impl Prices {
    pub const STANDARD: Self = Self { current: FeePlan::STANDARD, next: None };

    #[must_use]
    pub fn at(&self, now: Timestamp) -> FeePlan {
        self.next.filter(|next| next.from <= now).map_or(self.current, |next| next.plan)
    }

    /// What is still to come.
    #[must_use]
    pub fn ahead(&self, now: Timestamp) -> Option<NextPrices> {
        self.next.filter(|next| next.from > now)
    }
}

/// What an operator asks of each price; `None` leaves it as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PriceChange {
    pub card: Option<FeeSchedule>,
    pub ach: Option<FeeSchedule>,
    pub crypto: Option<FeeSchedule>,
}

impl PriceChange {
    fn on(self, plan: FeePlan) -> FeePlan {
        FeePlan {
            card: self.card.unwrap_or(plan.card),
            ach: self.ach.unwrap_or(plan.ach),
            crypto: self.crypto.unwrap_or(plan.crypto),
        }
    }
}

impl NextPrices {
    /// What was to change still does; what was to stay as it was follows what it is now.
    fn following(self, before: FeePlan, after: FeePlan) -> Self {
        let follow = |next, before, after| if next == before { after } else { next };
        let plan = FeePlan {
            card: follow(self.plan.card, before.card, after.card),
            ach: follow(self.plan.ach, before.ach, after.ach),
            crypto: follow(self.plan.crypto, before.crypto, after.crypto),
        };
        Self { plan, ..self }
    }
}

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
            let changes = changes(&current, &after);
            let merchant = before.priced(Prices { current: after, next }, cx);
            return Ok(Ok(write(state, cx, &self.actor, (merchant, changes))));
        };
        if let Some(other) = ahead.filter(|ahead| ahead.from != from) {
            return Ok(Err(AlreadyAhead(other)));
        }
        let planned = ahead.map_or(current, |ahead| ahead.plan);
        let plan = self.change.on(planned);
        let mut changes = changes(&planned, &plan);
        changes.push(FieldChange::set(EFFECTIVE_AT, Some(from.to_string())));
        let merchant = before.priced(Prices { current, next: Some(NextPrices { plan, from }) }, cx);
        Ok(Ok(write(state, cx, &self.actor, (merchant, changes))))
    }
}

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
        let mut changes = changes(&next.plan, &current);
        changes.extend(FieldChange::between(EFFECTIVE_AT, Some(next.from.to_string()), None));
        let merchant = before.priced(Prices { current, next: None }, cx);
        Ok(write(state, cx, &self.actor, (merchant, changes)))
    }
}

impl Merchant {
    fn priced(self, prices: Prices, cx: &Context<'_>) -> Self {
        Self { prices, updated_at: cx.now, ..self }
    }
}

const EFFECTIVE_AT: &str = "fees.effective_at";

fn write(
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

fn changes(before: &FeePlan, after: &FeePlan) -> Vec<FieldChange> {
    let methods = [
        ("fees.card", before.card, after.card),
        ("fees.ach", before.ach, after.ach),
        ("fees.crypto", before.crypto, after.crypto),
    ];
    let told = methods.into_iter().filter_map(|(field, before, after)| {
        FieldChange::between(field, Some(before.to_string()), Some(after.to_string()))
    });
    told.collect()
}

impl std::fmt::Display for FeeSchedule {
    /// As `290 basis points + 30, at most 500`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} basis points + {}", self.basis_points, self.fixed)?;
        self.cap.map_or(Ok(()), |cap| write!(f, ", at most {cap}"))
    }
}
