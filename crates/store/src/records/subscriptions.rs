//! Whom an account's events go to: one small row, by the account.

use hedge_domain::account::AccountId;
use hedge_domain::webhook_endpoint::Subscriptions;

use crate::record::record;

record! {
    of "webhook_subscriptions" of Subscriptions, by account: AccountId;
    account: "id uuid",
    list: "subscriptions text",
}
