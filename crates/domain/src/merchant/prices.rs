//! A merchant's prices over time: those that count, and perhaps those that will from some moment on.
//!
//! A payment costs what counts when it succeeds. What a newcomer misses is a job that puts new prices into force: there
//! is none, because both stand here and whoever asks says when.

use super::{Merchant, MerchantId};
use crate::account::Actor;
use crate::audit::{AuditAction, AuditEntry, FieldChange};
use crate::command::{Command, Context, Stop};
use crate::fee::{FeePlan, FeeSchedule};
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

/// The operator's new prices, in place of whatever was still to come.
pub struct SetPrices {
    pub actor: Actor,
    pub id: MerchantId,
    pub plan: FeePlan,
    /// `None` is at once, and so is a time that has been.
    pub from: Option<Timestamp>,
}

impl Command for SetPrices {
    type Output = Merchant;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Merchant(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Merchant, Stop> {
        let before = state.own_merchant(&self.actor, self.id)?;
        let from = self.from.filter(|&from| from > cx.now);
        let prices = match from {
            None => Prices { current: self.plan, next: None },
            Some(from) => {
                Prices { current: before.prices.at(cx.now), next: Some(NextPrices { plan: self.plan, from }) }
            }
        };
        let after = Merchant { prices, updated_at: cx.now, ..before.clone() };
        let mut changes = changes(&before.prices.at(cx.now), &self.plan);
        changes.extend(from.map(|from| FieldChange::set("fees.effective_at", Some(from.to_string()))));
        let entry = AuditEntry::new(cx, self.actor.origin, AuditAction::MerchantUpdated, self.id);
        state.audit(entry.of(after.account).with(changes));
        state.merchants.put(after.id, after.clone());
        Ok(after)
    }
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
