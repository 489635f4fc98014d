//! What a list of customers can be narrowed to. The store answers it; nothing here reads.

use crate::Timestamp;
use crate::actor::Actor;
use crate::ids::{CustomerId, MerchantId};

#[derive(Clone, Debug)]
pub struct CustomerQuery {
    pub actor: Actor,
    /// Only this one's own.
    pub merchant: Option<MerchantId>,
    /// Exactly this one.
    pub email: Option<String>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_until: Option<Timestamp>,
    /// The last customer of the page before.
    pub after: Option<CustomerId>,
    pub limit: u32,
}
