//! Keeping a payment method.

use super::PaymentMethod;
use crate::actor::Actor;
use crate::card::Card;
use crate::command::{Command, Context, Stop};
use crate::ids::{CustomerId, MerchantId};
use crate::{AccountId, Key, State};

/// Keeps a card that was checked ([`crate::card::CardDetails::check`]) and tokenised by the rail.
pub struct CreatePaymentMethod {
    pub actor: Actor,
    pub customer: Option<CustomerId>,
    /// For whom it is made, if it is nobody's and not for all of the account.
    pub merchant: Option<MerchantId>,
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
        Ok(Some(self.actor.account))
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<PaymentMethod, Stop> {
        let customer = self.customer.map(|id| state.named_customer(&self.actor, id)).transpose()?;
        let merchant = customer.map_or(self.merchant, |customer| customer.merchant);
        let method = PaymentMethod {
            id: cx.id(),
            account: self.actor.account,
            merchant,
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
