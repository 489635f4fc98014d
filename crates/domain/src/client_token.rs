//! Client tokens: for minutes, a customer's browser may do a little of what the account may.
//!
//! Knows no JWT: how a token is written and signed is the server's business. What is here is whom it may be made for and
//! what it may reach. Nothing is stored: a token ends by itself.

mod issue;

pub use issue::{IssueClientToken, Issued};

use crate::Duration;

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
