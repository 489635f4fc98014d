//! Customers: who pays. An account's own records; payments, payment methods and client tokens name them.
//!
//! What a newcomer gets wrong: an email is not a name for a customer. Two customers may share one, and one may change it.

mod create;
mod query;
mod update;

pub use crate::ids::CustomerId;
pub use crate::metadata::MetadataChange;
pub use create::CreateCustomer;
pub use query::CustomerQuery;
pub use update::{CustomerChange, UpdateCustomer};

use crate::metadata::Metadata;
use crate::{AccountId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub account: AccountId,
    pub email: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub description: Option<String>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
