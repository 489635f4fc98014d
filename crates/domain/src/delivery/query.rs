//! What a list of deliveries can be narrowed to. The store answers it; nothing here reads.

use super::DeliveryStatus;
use crate::ids::{DeliveryId, WebhookEndpointId};

#[derive(Clone, Debug)]
pub struct DeliveryQuery {
    pub endpoint: WebhookEndpointId,
    pub status: Option<DeliveryStatus>,
    /// The last delivery of the page before; newest event first, so the next page is older.
    pub after: Option<DeliveryId>,
    pub limit: u32,
}
