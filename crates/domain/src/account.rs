//! Accounts, the wall between tenants, and the actor on whose behalf a command runs.
//!
//! Somebody else's object is "not found", never "forbidden": an answer must not tell that it exists.

use std::collections::BTreeSet;

pub use crate::ids::AccountId;

use crate::api_key::{ApiKey, NewKey};
use crate::audit::{AuditAction, AuditEntry, FieldChange, Origin};
use crate::command::{Command, Context, Stop};
use crate::ids::{CustomerId, MerchantId};
use crate::merchant::NewMerchant;
use crate::{State, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub default_merchant: MerchantId,
    pub created_at: Timestamp,
}

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

    /// Whether the actor acts for whoever owns this.
    #[must_use]
    pub fn acts_for(&self, customer: Option<CustomerId>) -> bool {
        self.customer.is_none() || self.customer == customer
    }
}

/// Makes an account, with its default merchant and its first secret key.
pub struct CreateAccount {
    pub name: String,
    pub first_key: NewKey,
    pub origin: Origin,
}

/// What [`CreateAccount`] made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub account: Account,
    pub key: ApiKey,
}

impl Command for CreateAccount {
    type Output = Created;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(None)
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Created, Stop> {
        let account_id = cx.id();
        let merchant = NewMerchant::named("Default merchant").made(cx.id(), account_id, cx.now);
        let account =
            Account { id: account_id, name: self.name.clone(), default_merchant: merchant.id, created_at: cx.now };
        let key = ApiKey::new(account_id, &self.first_key, cx);
        state.accounts.put(account.id, account.clone());
        state.merchants.put(merchant.id, merchant);
        state.api_keys.put(key.id, key.clone());
        let changes = vec![
            FieldChange::set("name", Some(account.name.clone())),
            FieldChange::set("default_merchant_id", Some(account.default_merchant.to_string())),
        ];
        let entry = AuditEntry::new(cx, self.origin, AuditAction::AccountCreated, account.id);
        state.audit(entry.of(account.id).with(changes));
        state.audit(key.made(self.origin, cx));
        Ok(Created { account, key })
    }
}
