//! What a list of payments can be narrowed to. The store answers it; nothing here reads.

use super::PaymentStatus;
use crate::Timestamp;
use crate::actor::Actor;
use crate::ids::{CustomerId, MerchantId, PaymentId};

#[derive(Clone, Debug)]
pub struct PaymentQuery {
    pub actor: Actor,
    pub merchant: Option<MerchantId>,
    pub status: Option<PaymentStatus>,
    pub customer: Option<CustomerId>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_until: Option<Timestamp>,
    pub after: Option<Cursor>,
    pub limit: u32,
}

/// The last payment of the page before; newest first, so the next page is older.
pub type Cursor = PaymentId;
