//! Payment methods: a tokenised card. What is kept can be shown; what could be spent lives with the rail.

mod create;
mod query;

pub use crate::ids::PaymentMethodId;
pub use create::CreatePaymentMethod;
pub use query::PaymentMethodQuery;

use crate::actor::Actor;
use crate::card::Card;
use crate::ids::{CustomerId, MerchantId};
use crate::payment::Method;
use crate::{AccountId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentMethod {
    pub id: PaymentMethodId,
    pub account: AccountId,
    /// Its customer's; of one that is nobody's, the merchant for whom it was made, if it was for one.
    pub merchant: Option<MerchantId>,
    pub customer: Option<CustomerId>,
    pub card: Card,
    /// A keyed hash of the number: equal for the same card, useless to whoever steals the table.
    pub fingerprint: [u8; 16],
    /// What the rail gave for the number.
    pub rail_token: String,
    pub created_at: Timestamp,
}

impl PaymentMethod {
    /// Whether the actor may pay this merchant with it: as far as its customer is reached, and what is nobody's by whoever
    /// was told of it.
    #[must_use]
    pub fn pays(&self, actor: &Actor, merchant: MerchantId) -> bool {
        let reached = match (self.merchant, self.customer) {
            (Some(own), _) => actor.reaches(self.account, own) && own == merchant,
            (None, Some(_)) => actor.reaches_all_of(self.account, None),
            (None, None) => actor.account == self.account,
        };
        reached && (self.customer.is_none() || actor.acts_for(self.customer))
    }

    #[must_use]
    pub const fn method(&self) -> Method {
        Method::Card
    }
}
