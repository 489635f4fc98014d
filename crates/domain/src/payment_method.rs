//! Payment methods: a tokenised card. What is kept can be shown; what could be spent lives with the rail.

pub use crate::ids::PaymentMethodId;

use crate::card::Card;
use crate::command::{Command, Context, Stop};
use crate::ids::CustomerId;
use crate::payment::Method;
use crate::{AccountId, Key, State, Timestamp};

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

/// What a list of a customer's payment methods is asked with. The store answers it; nothing here reads.
#[derive(Clone, Debug)]
pub struct PaymentMethodQuery {
    pub account: AccountId,
    pub customer: CustomerId,
    /// The last one of the page before.
    pub after: Option<PaymentMethodId>,
    pub limit: u32,
}

/// Keeps a card that was checked ([`crate::card::CardDetails::check`]) and tokenised by the rail.
pub struct CreatePaymentMethod {
    pub account: AccountId,
    pub customer: Option<CustomerId>,
    pub card: Card,
    pub fingerprint: [u8; 16],
    pub rail_token: String,
}

impl Command for CreatePaymentMethod {
    type Output = PaymentMethod;

    fn wants(&self) -> Vec<Key> {
        self.customer.map(Key::Customer).into_iter().collect()
    }

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<PaymentMethod, Stop> {
        if let Some(customer) = self.customer {
            state.named_customer(self.account, customer)?;
        }
        let method = PaymentMethod {
            id: cx.id(),
            account: self.account,
            customer: self.customer,
            card: self.card.clone(),
            fingerprint: self.fingerprint,
            rail_token: self.rail_token.clone(),
            created_at: cx.now,
        };
        state.payment_methods.put(method.id, method.clone());
        Ok(method)
    }
}
