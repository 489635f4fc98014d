//! Payment methods: a tokenised card. What is kept can be shown; what could be spent lives with the rail.

use crate::card::Card;
use crate::command::{Command, Context, Stop};
use crate::id::{Id, Prefixed};
use crate::payment::Method;
use crate::{AccountId, State, Timestamp};

pub type PaymentMethodId = Id<PaymentMethod>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentMethod {
    pub id: PaymentMethodId,
    pub account: AccountId,
    pub customer: Option<String>,
    pub card: Card,
    /// A keyed hash of the number: equal for the same card, useless to whoever steals the table.
    pub fingerprint: [u8; 16],
    /// What the rail gave for the number.
    pub rail_token: String,
    pub created_at: Timestamp,
}

impl Prefixed for PaymentMethod {
    const PREFIX: &'static str = "tok_";
}

impl PaymentMethod {
    #[must_use]
    pub const fn method(&self) -> Method {
        Method::Card
    }
}

/// Keeps a card that was checked ([`crate::card::CardDetails::check`]) and tokenised by the rail.
pub struct CreatePaymentMethod {
    pub account: AccountId,
    pub customer: Option<String>,
    pub card: Card,
    pub fingerprint: [u8; 16],
    pub rail_token: String,
}

impl Command for CreatePaymentMethod {
    type Output = PaymentMethod;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<PaymentMethod, Stop> {
        let method = PaymentMethod {
            id: cx.id(),
            account: self.account,
            customer: self.customer.clone(),
            card: self.card.clone(),
            fingerprint: self.fingerprint,
            rail_token: self.rail_token.clone(),
            created_at: cx.now,
        };
        state.payment_methods.put(method.id, method.clone());
        Ok(method)
    }
}
