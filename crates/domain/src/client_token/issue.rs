//! Issuing a client token.

use super::LIFETIME;
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::ids::CustomerId;
use crate::{AccountId, Key, State, Timestamp};

/// Whom a token may be written for, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    pub customer: CustomerId,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

/// Makes sure that the customer is the actor's.
pub struct IssueClientToken {
    pub actor: Actor,
    pub customer: CustomerId,
}

impl Command for IssueClientToken {
    type Output = Issued;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Customer(self.customer)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Issued, Stop> {
        let customer = state.named_customer(&self.actor, self.customer)?;
        Ok(Issued { customer: customer.id, at: cx.now, expires_at: cx.now.plus(LIFETIME) })
    }
}
