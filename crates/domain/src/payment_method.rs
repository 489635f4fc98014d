//! Payment methods: a tokenised card. What is kept can be shown; what could be spent lives with the rail.

mod create;
mod query;

pub use crate::ids::PaymentMethodId;
pub use create::CreatePaymentMethod;
pub use query::PaymentMethodQuery;

use crate::card::Card;
use crate::ids::CustomerId;
use crate::payment::Method;
use crate::{AccountId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentMethod {
    pub id: PaymentMethodId,
    pub account: AccountId,
    pub customer: Option<CustomerId>,
    pub card: Card,
    /// A keyed hash of the number: equal for the same card, useless to whoever steals the table.
    pub fingerprint: [u8; 16],
    /// What the rail gave for the number.
    pub rail_token: String,
    pub created_at: Timestamp,
}

impl PaymentMethod {
    #[must_use]
    pub const fn method(&self) -> Method {
        Method::Card
    }
}
