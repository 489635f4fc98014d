//! Who acts, and how that is told: an account seen through a key or a token, and where its requests come from.
//!
//! A leaf beside the ids. What it must not know is what may be done: that is each command's to ask of it.

use core::net::IpAddr;
use std::collections::BTreeSet;

use crate::ids::{AccountId, ApiKeyId, CustomerId, MerchantId, RequestId};

/// Who acts: an account, seen through a key that may be limited to some of its merchants, or through a customer's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    /// `None` is every merchant of the account.
    pub merchants: Option<BTreeSet<MerchantId>>,
    /// The one customer that a client token acts for. `None` is every customer, and what is nobody's.
    pub customer: Option<CustomerId>,
    /// How the audit log tells who it was.
    pub origin: Origin,
}

impl Actor {
    #[must_use]
    pub const fn of(account: AccountId) -> Self {
        Self { account, merchants: None, customer: None, origin: Origin::SYSTEM }
    }

    /// Somebody at the command line, acting for an account.
    #[must_use]
    pub fn operator(account: AccountId) -> Self {
        Self { origin: Origin::OPERATOR, ..Self::of(account) }
    }

    #[must_use]
    pub fn reaches(&self, account: AccountId, merchant: MerchantId) -> bool {
        self.account == account && self.merchants.as_ref().is_none_or(|some| some.contains(&merchant))
    }

    /// The same for what may be the whole account's.
    #[must_use]
    pub fn reaches_all_of(&self, account: AccountId, merchant: Option<MerchantId>) -> bool {
        match merchant {
            Some(merchant) => self.reaches(account, merchant),
            None => self.account == account && self.merchants.is_none(),
        }
    }

    /// Whether the actor acts for whoever owns this.
    #[must_use]
    pub fn acts_for(&self, customer: Option<CustomerId>) -> bool {
        self.customer.is_none() || self.customer == customer
    }
}

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    pub agent: Agent,
    pub request: Option<RequestId>,
    /// The other end of the connection, which is the proxy's where there is one.
    pub address: Option<IpAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agent {
    ApiKey(ApiKeyId),
    /// Somebody at the command line.
    Operator,
    /// The program itself.
    System,
}

impl Origin {
    pub const OPERATOR: Self = Self::of(Agent::Operator);
    pub const SYSTEM: Self = Self::of(Agent::System);

    #[must_use]
    pub const fn of(agent: Agent) -> Self {
        Self { agent, request: None, address: None }
    }
}

impl Agent {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ApiKey(_) => "api_key",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }

    #[must_use]
    pub const fn key(self) -> Option<ApiKeyId> {
        match self {
            Self::ApiKey(key) => Some(key),
            Self::Operator | Self::System => None,
        }
    }

    /// Who it is that goes by this code.
    #[must_use]
    pub fn parse(code: &str, key: Option<ApiKeyId>) -> Option<Self> {
        match (code, key) {
            ("api_key", Some(key)) => Some(Self::ApiKey(key)),
            ("operator", None) => Some(Self::Operator),
            ("system", None) => Some(Self::System),
            _ => None,
        }
    }
}
