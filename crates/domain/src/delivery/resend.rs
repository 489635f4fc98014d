//! Sending again, by the owner's hand: what was delivered, failed or canceled is pending once more, with a new schedule.

use super::{Delivery, DeliveryStatus};
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::{DeliveryId, EventId, WebhookEndpointId};
use crate::webhook_endpoint::WebhookEndpoint;
use crate::{AccountId, Key, Refusal, State, Timestamp};

/// One delivery.
pub struct ResendDelivery {
    pub account: AccountId,
    pub endpoint: WebhookEndpointId,
    pub delivery: DeliveryId,
}

impl Command for ResendDelivery {
    type Output = Delivery;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::WebhookEndpoint(self.endpoint), Key::Delivery(self.delivery)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Delivery, Stop> {
        let endpoint = called(state, self.account, self.endpoint)?;
        let found = state.deliveries.find(self.delivery, Key::Delivery)?;
        let before = found.filter(|delivery| delivery.endpoint == endpoint.id);
        let before = before.ok_or(Refusal::DeliveryNotFound(self.delivery))?;
        Ok(send_again(before, state, cx.now))
    }
}

/// A page of the account's events, to one endpoint: those it has had and those it never had.
pub struct ResendEvents {
    pub account: AccountId,
    pub endpoint: WebhookEndpointId,
    pub events: Vec<(EventId, EventKind)>,
    /// Leaves out what it has taken.
    pub undelivered_only: bool,
}

/// How many of the events are on their way now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resent {
    pub queued: usize,
}

impl Command for ResendEvents {
    type Output = Resent;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn wants(&self) -> Vec<Key> {
        let deliveries = self.events.iter().map(|&(event, _)| Key::Delivery(self.delivery(event)));
        deliveries.chain([Key::WebhookEndpoint(self.endpoint)]).collect()
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Resent, Stop> {
        let endpoint = called(state, self.account, self.endpoint)?;
        let mut queued = 0;
        for &(event, kind) in &self.events {
            match state.deliveries.find(self.delivery(event), Key::Delivery)? {
                Some(known) if self.undelivered_only && known.status == DeliveryStatus::Delivered => continue,
                Some(known) => drop(send_again(known, state, cx.now)),
                None => {
                    let new = Delivery::new(event, endpoint.id, (self.account, kind), cx.now);
                    state.deliveries.put(new.id, new);
                }
            }
            queued += 1;
        }
        Ok(Resent { queued })
    }
}

impl ResendEvents {
    const fn delivery(&self, event: EventId) -> DeliveryId {
        DeliveryId::between(event, self.endpoint)
    }
}

fn called(state: &State, account: AccountId, id: WebhookEndpointId) -> Result<WebhookEndpoint, Stop> {
    let endpoint = state.webhook_endpoint(account, id)?;
    if endpoint.is_called() { Ok(endpoint) } else { Err(Refusal::WebhookEndpointDisabled(id).into()) }
}

/// What is due already stays as it is: somebody may be attempting it at this moment, and must not be joined.
fn send_again(before: Delivery, state: &mut State, now: Timestamp) -> Delivery {
    if before.status == DeliveryStatus::Pending && before.due_at <= now {
        return before;
    }
    let status = DeliveryStatus::Pending;
    let again = Delivery { status, failures: 0, due_at: now, settled_at: None, ..before };
    state.deliveries.put(again.id, again.clone());
    again
}
