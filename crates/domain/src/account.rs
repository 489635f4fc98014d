//! Accounts: the wall between tenants.
//!
//! Somebody else's object is "not found", never "forbidden": an answer must not tell that it exists.

mod create;

pub use crate::actor::Actor;
pub use crate::ids::AccountId;
pub use create::{CreateAccount, Created};

use crate::Timestamp;
use crate::ids::MerchantId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub default_merchant: MerchantId,
    pub created_at: Timestamp,
}
