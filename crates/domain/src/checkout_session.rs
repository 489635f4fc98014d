//! Checkout sessions: an amount that one payer may pay once, on a page of ours, until a certain time.
//!
//! A session may see several attempts, each a payment of its own; it names the last one. What a newcomer gets wrong: the
//! session does not say that it is being paid, its payment does. A new attempt is made only when the one before has
//! *finally* failed or been canceled, and it changes the session's row: so of two attempts made at a time, on whatever
//! replicas, one finds the row changed and sees the other. That is all that "at most one payment succeeds" rests on.

mod attempt;
mod create;
mod expire;
mod pay;
mod query;
mod status;

pub use crate::ids::CheckoutSessionId;
pub use create::{CreateCheckoutSession, LONGEST_LIFE, SHORTEST_LIFE};
pub use expire::{ExpireCheckoutSession, LapseCheckoutSession};
pub use pay::{PayCheckoutSession, PayingCard};
pub use query::CheckoutSessionQuery;
pub use status::{CheckoutStatus, CheckoutStep};

use crate::actor::Actor;
use crate::ids::{CustomerId, MerchantId, PaymentId};
use crate::metadata::Metadata;
use crate::payment::Method;
use crate::{AccountId, Money, Refusal, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutSession {
    pub id: CheckoutSessionId,
    pub account: AccountId,
    pub merchant: MerchantId,
    pub amount: Money,
    pub description: Option<String>,
    /// The payer's, as far as it is known: the merchant's word, and in the end what the payer gave.
    pub customer_email: Option<String>,
    pub customer: Option<CustomerId>,
    /// How it may be paid; in the order of [`Method::ALL`], each at most once.
    pub methods: Vec<Method>,
    pub success_url: String,
    pub cancel_url: String,
    pub metadata: Metadata,
    pub status: CheckoutStatus,
    /// The last attempt to pay; the one that succeeded once it is complete.
    pub payment: Option<PaymentId>,
    /// How many attempts to pay there were.
    pub attempts: u32,
    pub expires_at: Timestamp,
    pub completed_at: Option<Timestamp>,
    pub expired_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// How many events it has had.
    pub sequence: u32,
}

/// Nobody has so many cards; who tries out stolen ones does.
pub const MOST_ATTEMPTS: u32 = 20;

impl CheckoutSession {
    /// Whether no other attempt may follow.
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.attempts >= MOST_ATTEMPTS
    }

    #[must_use]
    pub fn is_seen_by(&self, actor: &Actor) -> bool {
        actor.reaches(self.account, self.merchant) && actor.acts_for(self.customer)
    }

    /// A session whose time is up is as good as expired, though the worker may not have come round yet.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> CheckoutStatus {
        match self.status {
            CheckoutStatus::Open if self.expires_at <= now => CheckoutStatus::Expired,
            CheckoutStatus::Open | CheckoutStatus::Complete | CheckoutStatus::Expired => self.status,
        }
    }

    /// Refuses unless the session may be paid or expired now.
    pub(crate) fn must_be_open(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.status_at(now) {
            CheckoutStatus::Open => Ok(()),
            status @ (CheckoutStatus::Complete | CheckoutStatus::Expired) => {
                Err(Refusal::CheckoutSessionNotOpen { session: self.id, status })
            }
        }
    }
}
