//! Deliveries that are due, and who has taken them.

use std::collections::BTreeMap;

use hedge_domain::Timestamp;
use hedge_domain::delivery::{Delivery, DeliveryId, DeliveryStatus};
use hedge_domain::webhook_endpoint::{WebhookEndpoint, WebhookEndpointId};

use super::Rows;
use super::reads::most;
use crate::engine::{Backlog, DeliveryClaim, DueDelivery, OutboxRow};
use crate::record::Malformed;

type Queues = BTreeMap<WebhookEndpointId, Vec<Delivery>>;

/// Of each endpoint, what waits for it, soonest due first.
fn queues(rows: &Rows) -> Result<Queues, Malformed> {
    let mut queues = Queues::new();
    for delivery in rows.tables.all::<Delivery>()? {
        if delivery.status == DeliveryStatus::Pending {
            queues.entry(delivery.endpoint).or_default().push(delivery);
        }
    }
    for queue in queues.values_mut() {
        queue.sort_by_key(|delivery| (delivery.due_at, delivery.id));
    }
    Ok(queues)
}

pub(super) fn claim(rows: &mut Rows, claim: &DeliveryClaim) -> Result<Vec<DueDelivery>, Malformed> {
    rows.delivery_leases.retain(|_, end| *end > claim.now);
    let mut ranked: Vec<(usize, Timestamp, DeliveryId)> = Vec::new();
    for queue in queues(rows)?.into_values() {
        let Some(first) = queue.first() else { continue };
        let (now, most) = (rows.tables.time_of(first.account, claim.now)?, most_of(rows, first, claim)?);
        let due = queue.into_iter().filter(|one| one.due_at <= now);
        for (rank, delivery) in due.enumerate().take(most) {
            if !rows.delivery_leases.contains_key(&delivery.id) {
                ranked.push((rank, delivery.due_at, delivery.id));
            }
        }
    }
    ranked.sort_unstable();
    let mut claimed = Vec::new();
    for id in most(ranked.into_iter().map(|(_, _, id)| id), claim.limit) {
        claimed.extend(whole(rows, id, claim.now)?);
    }
    rows.delivery_leases.extend(claimed.iter().map(|due| (due.delivery.id, claim.until)));
    Ok(claimed)
}

/// How many of this one's endpoint may be taken.
fn most_of(rows: &Rows, delivery: &Delivery, claim: &DeliveryClaim) -> Result<usize, Malformed> {
    let endpoint: Option<WebhookEndpoint> = rows.tables.get(&delivery.endpoint)?;
    let is_failing = endpoint.is_some_and(|endpoint| endpoint.streak.is_some());
    Ok(usize::try_from(if is_failing { claim.per_failing } else { claim.per_endpoint }).unwrap_or(usize::MAX))
}

fn whole(rows: &Rows, id: DeliveryId, real: Timestamp) -> Result<Option<DueDelivery>, Malformed> {
    let Some(delivery) = rows.tables.get::<Delivery>(&id)? else { return Ok(None) };
    let endpoint: Option<WebhookEndpoint> = rows.tables.get(&delivery.endpoint)?;
    let event: Option<OutboxRow> = rows.tables.get(&delivery.event)?;
    let now = rows.tables.time_of(delivery.account, real)?;
    Ok(endpoint.zip(event).map(|(endpoint, event)| DueDelivery {
        payload: event.payload,
        url: endpoint.url.clone(),
        secret: endpoint.secret.clone(),
        previous_secret: endpoint.previous_secret(now).cloned(),
        is_called: endpoint.is_called(),
        delivery,
    }))
}

pub(super) fn next_due(rows: &Rows, per_endpoint: u32) -> Result<Option<Timestamp>, Malformed> {
    let mut times = Vec::new();
    for queue in queues(rows)?.into_values() {
        for delivery in most(queue.into_iter(), per_endpoint) {
            if rows.tables.clock(delivery.account)?.is_none() {
                let lease = rows.delivery_leases.get(&delivery.id);
                times.push(lease.map_or(delivery.due_at, |&end| end.max(delivery.due_at)));
            }
        }
    }
    Ok(times.into_iter().min())
}

pub(super) fn backlog(rows: &Rows) -> Result<Backlog, Malformed> {
    let waiting: Vec<Delivery> = queues(rows)?.into_values().flatten().collect();
    let mut times = Vec::new();
    for delivery in &waiting {
        if rows.tables.clock(delivery.account)?.is_none() {
            times.push(delivery.due_at);
        }
    }
    let oldest_due = times.into_iter().min();
    Ok(Backlog { waiting: i64::try_from(waiting.len()).unwrap_or(i64::MAX), oldest_due })
}
