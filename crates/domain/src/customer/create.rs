//! Creating a customer.

use super::Customer;
use crate::command::{Command, Context, Stop};
use crate::metadata::Metadata;
use crate::{AccountId, State};

pub struct CreateCustomer {
    pub account: AccountId,
    pub email: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub description: Option<String>,
    pub metadata: Metadata,
}

impl Command for CreateCustomer {
    type Output = Customer;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Customer, Stop> {
        let customer = Customer {
            id: cx.id(),
            account: self.account,
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
