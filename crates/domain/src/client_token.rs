//! Client tokens: for minutes, a customer's browser may do a little of what the account may.
//!
//! Knows no JWT: how a token is written and signed is the server's business. What is here is whom it may be made for and
//! what it may reach. Nothing is stored: a token ends by itself.

use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::ids::CustomerId;
use crate::{AccountId, Duration, Key, State, Timestamp};

/// How long a token works.
pub const LIFETIME: Duration = Duration::from_secs(15 * 60);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Retrieve and confirm the customer's own payments.
    Checkout,
    /// Tokenise for the customer, and list the customer's own payment methods.
    PaymentMethods,
}

impl Scope {
    pub const ALL: [Self; 2] = [Self::Checkout, Self::PaymentMethods];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::PaymentMethods => "payment_methods",
        }
    }
}

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
        let customer = state.named_customer(self.actor.account, self.customer)?;
        Ok(Issued { customer: customer.id, at: cx.now, expires_at: cx.now.plus(LIFETIME) })
    }
}
