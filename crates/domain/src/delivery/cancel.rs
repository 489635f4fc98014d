//! Giving up a delivery whose endpoint is no longer called.

use super::DeliveryStatus;
use crate::command::{Command, Context, Stop};
use crate::ids::DeliveryId;
use crate::webhook_endpoint::WebhookEndpoint;
use crate::{AccountId, Key, State};

/// The worker's finding that a delivery is due to an endpoint that is disabled or deleted; harmless when it is called
/// again by now.
pub struct CancelDelivery {
    pub account: AccountId,
    pub delivery: DeliveryId,
}

impl Command for CancelDelivery {
    /// Whether it was canceled.
    type Output = bool;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Delivery(self.delivery)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<bool, Stop> {
        let Some(mut delivery) = state.deliveries.find(self.delivery, Key::Delivery)? else {
            return Ok(false);
        };
        let endpoint = state.webhook_endpoints.find(delivery.endpoint, Key::WebhookEndpoint)?;
        if delivery.status != DeliveryStatus::Pending {
            return Ok(false);
        }
        let canceled = !endpoint.as_ref().is_some_and(WebhookEndpoint::is_called);
        if canceled {
            delivery.status = DeliveryStatus::Canceled;
            delivery.settled_at = Some(cx.now);
        }
        // Written either way: what is called again is nobody's from here on.
        state.deliveries.put(delivery.id, delivery);
        Ok(canceled)
    }
}
