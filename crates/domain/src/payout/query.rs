//! What a list of payouts is asked with. The store answers it; nothing here reads.

use super::PayoutStatus;
use crate::Timestamp;
use crate::actor::Actor;
use crate::ids::{MerchantId, PayoutId};

#[derive(Clone, Debug)]
pub struct PayoutQuery {
    pub actor: Actor,
    pub merchant: Option<MerchantId>,
    pub status: Option<PayoutStatus>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_until: Option<Timestamp>,
    /// The last payout of the page before; newest first, so the next page is older.
    pub after: Option<PayoutId>,
    pub limit: u32,
}
