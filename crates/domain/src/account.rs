//! Accounts, the wall between tenants, and the actor on whose behalf a command runs.
//!
//! Somebody else's object is "not found", never "forbidden": an answer must not tell that it exists.

use std::collections::BTreeSet;

use crate::Timestamp;
use crate::id::{Id, Prefixed};
use crate::merchant::MerchantId;

pub type AccountId = Id<Account>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub default_merchant: MerchantId,
    pub created_at: Timestamp,
}

impl Prefixed for Account {
    const PREFIX: &'static str = "acct_";
}

/// Who acts: an account, seen through a key that may be limited to some of its merchants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    /// `None` is every merchant of the account.
    pub merchants: Option<BTreeSet<MerchantId>>,
}

impl Actor {
    #[must_use]
    pub const fn of(account: AccountId) -> Self {
        Self { account, merchants: None }
    }

    #[must_use]
    pub fn reaches(&self, account: AccountId, merchant: MerchantId) -> bool {
        self.account == account && self.merchants.as_ref().is_none_or(|some| some.contains(&merchant))
    }
}
