//! What a list is narrowed by, alike for everything that is a merchant's: payments, checkout sessions, payouts.
//!
//! A walk goes down one index in order of id, and an id begins with the time it was made; so a time range can keep it
//! between two ids ([`crate::span`]). What a newcomer gets wrong: the range is held against each row all the same.

use hedge_domain::checkout_session::CheckoutSessionQuery;
use hedge_domain::customer::CustomerId;
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::PaymentQuery;
use hedge_domain::payout::PayoutQuery;
use hedge_domain::{Actor, Id, Timestamp};

use crate::column::Coded;

pub(crate) struct Filter<'a> {
    pub actor: &'a Actor,
    pub merchant: Option<MerchantId>,
    pub status: Option<&'static str>,
    pub customer: Option<CustomerId>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_until: Option<Timestamp>,
    /// The bits of the last id of the page before.
    pub after: Option<u128>,
    pub limit: u32,
}

impl<'a> Filter<'a> {
    pub fn of_payments(query: &'a PaymentQuery) -> Self {
        Self {
            actor: &query.actor,
            merchant: query.merchant,
            status: query.status.map(Coded::text),
            customer: query.customer,
            created_from: query.created_from,
            created_until: query.created_until,
            after: query.after.map(Id::bits),
            limit: query.limit,
        }
    }

    pub fn of_checkout_sessions(query: &'a CheckoutSessionQuery) -> Self {
        Self {
            actor: &query.actor,
            merchant: query.merchant,
            status: query.status.map(Coded::text),
            customer: query.customer,
            created_from: query.created_from,
            created_until: query.created_until,
            after: query.after.map(Id::bits),
            limit: query.limit,
        }
    }

    pub fn of_payouts(query: &'a PayoutQuery) -> Self {
        Self {
            actor: &query.actor,
            merchant: query.merchant,
            status: query.status.map(Coded::text),
            customer: None,
            created_from: query.created_from,
            created_until: query.created_until,
            after: query.after.map(Id::bits),
            limit: query.limit,
        }
    }

    /// The merchants to look under; `None` is the whole account.
    pub fn merchants(&self) -> Option<Vec<MerchantId>> {
        match (&self.actor.merchants, self.merchant) {
            (None, None) => None,
            (None, Some(one)) => Some(vec![one]),
            (Some(some), None) => Some(some.iter().copied().collect()),
            (Some(some), Some(one)) => Some(some.get(&one).copied().into_iter().collect()),
        }
    }
}
