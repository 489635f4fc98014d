//! Updating a customer: what the change mentions is set or cleared, the rest stays.

use super::Customer;
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::ids::CustomerId;
use crate::metadata::MetadataChange;
use crate::{AccountId, Key, State};

pub struct UpdateCustomer {
    pub actor: Actor,
    pub id: CustomerId,
    pub change: CustomerChange,
}

/// `None` leaves a field as it is; where a field may be empty, `Some(None)` clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerChange {
    pub email: Option<String>,
    pub name: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub metadata: MetadataChange,
}

impl Command for UpdateCustomer {
    type Output = Customer;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Customer(self.id)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Customer, Stop> {
        let before = state.customer(&self.actor, self.id)?;
        let change = self.change.clone();
        let metadata = change.metadata.applied_to(&before.metadata)?;
        let after = Customer {
            email: change.email.unwrap_or_else(|| before.email.clone()),
            name: change.name.unwrap_or_else(|| before.name.clone()),
            phone: change.phone.unwrap_or_else(|| before.phone.clone()),
            description: change.description.unwrap_or_else(|| before.description.clone()),
            metadata,
            ..before.clone()
        };
        if after == before {
            return Ok(before);
        }
        let after = Customer { updated_at: cx.now, ..after };
        state.customers.put(after.id, after.clone());
        Ok(after)
    }
}
