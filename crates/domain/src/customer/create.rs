//! Creating a customer.

use super::Customer;
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::ids::MerchantId;
use crate::metadata::Metadata;
use crate::{AccountId, Key, State};

pub struct CreateCustomer {
    pub actor: Actor,
    /// Whose customer it is to be alone.
    pub merchant: Option<MerchantId>,
    pub email: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub description: Option<String>,
    pub metadata: Metadata,
}

impl Command for CreateCustomer {
    type Output = Customer;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        self.merchant.map(Key::Merchant).into_iter().collect()
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Customer, Stop> {
        let merchant = self.merchant.map(|id| state.merchant(&self.actor, id)).transpose()?;
        let customer = Customer {
            id: cx.id(),
            account: self.actor.account,
            merchant: merchant.map(|merchant| merchant.id),
            email: self.email.clone(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            description: self.description.clone(),
            metadata: self.metadata.clone(),
            created_at: cx.now,
            updated_at: cx.now,
        };
        state.customers.put(customer.id, customer.clone());
        Ok(customer)
    }
}
