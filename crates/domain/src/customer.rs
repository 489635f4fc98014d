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

use crate::actor::Actor;
use crate::ids::MerchantId;
use crate::metadata::Metadata;
use crate::{AccountId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub account: AccountId,
    /// Whose customer it is alone; `None` is the whole account's, which a key that is limited to merchants does not reach.
    pub merchant: Option<MerchantId>,
    pub email: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub description: Option<String>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Customer {
    #[must_use]
    pub fn is_seen_by(&self, actor: &Actor) -> bool {
        actor.reaches_all_of(self.account, self.merchant) && actor.acts_for(Some(self.id))
    }

    /// Whether this merchant may be paid by it.
    #[must_use]
    pub fn is_of(&self, merchant: MerchantId) -> bool {
        self.merchant.is_none_or(|own| own == merchant)
    }
}
