//! Opening an account, with its default merchant and its first secret key.

use super::Account;
use crate::State;
use crate::actor::Origin;
use crate::api_key::{ApiKey, NewKey};
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::ids::AccountId;
use crate::merchant::NewMerchant;

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
