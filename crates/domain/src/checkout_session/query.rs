//! What a list of checkout sessions can be narrowed to. The store answers it; nothing here reads.

use super::CheckoutStatus;
use crate::Timestamp;
use crate::actor::Actor;
use crate::ids::{CheckoutSessionId, CustomerId, MerchantId};

#[derive(Clone, Debug)]
pub struct CheckoutSessionQuery {
    pub actor: Actor,
    pub merchant: Option<MerchantId>,
    pub status: Option<CheckoutStatus>,
    pub customer: Option<CustomerId>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_until: Option<Timestamp>,
    /// The last session of the page before; newest first, so the next page is older.
    pub after: Option<CheckoutSessionId>,
    pub limit: u32,
}
