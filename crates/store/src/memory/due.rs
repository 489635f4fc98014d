//! Deliveries that are due, and who has taken them.

use std::collections::BTreeMap;

use hedge_domain::Timestamp;
use hedge_domain::account::AccountId;
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

/// What an account has waiting, by its rank in its endpoint's queue, and how much it has on its way.
type Share = (Vec<(usize, Timestamp, DeliveryId)>, usize);

pub(super) fn claim(rows: &mut Rows, claim: &DeliveryClaim) -> Result<Vec<DueDelivery>, Malformed> {
    rows.delivery_leases.retain(|_, end| *end > claim.now);
    let mut shares: BTreeMap<AccountId, Share> = BTreeMap::new();
    for queue in queues(rows)?.into_values() {
        let Some(first) = queue.first() else { continue };
        let endpoint: Option<WebhookEndpoint> = rows.tables.get(&first.endpoint)?;
        let (now, account) = (rows.tables.time_of(first.account, claim.now)?, first.account);
        let is_called = endpoint.as_ref().is_some_and(WebhookEndpoint::is_called);
        let due = queue.into_iter().filter(|one| one.due_at <= now || !is_called);
        for (rank, delivery) in due.enumerate().take(most_of(endpoint.as_ref(), claim)) {
            let (free, taken) = shares.entry(account).or_default();
            match rows.delivery_leases.contains_key(&delivery.id) {
                true => *taken += 1,
                false => free.push((rank, delivery.due_at, delivery.id)),
            }
        }
    }
    let share = claim.share(shares.len());
    let mut turns = Vec::new();
    for (mut free, taken) in shares.into_values() {
        free.sort_unstable();
        let room = share.saturating_sub(taken);
        turns.extend(free.into_iter().take(room).enumerate().map(|(turn, (_, due, id))| (turn, due, id)));
    }
    turns.sort_unstable();
    let mut claimed = Vec::new();
    for id in most(turns.into_iter().map(|(_, _, id)| id), claim.limit) {
        claimed.extend(whole(rows, id, claim.now)?);
    }
    rows.delivery_leases.extend(claimed.iter().map(|due| (due.delivery.id, claim.until)));
    Ok(claimed)
}

/// How many of an endpoint's may be taken.
fn most_of(endpoint: Option<&WebhookEndpoint>, claim: &DeliveryClaim) -> usize {
    let is_failing = endpoint.is_some_and(|endpoint| endpoint.streak.is_some());
    usize::try_from(if is_failing { claim.per_failing } else { claim.per_endpoint }).unwrap_or(usize::MAX)
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
                let endpoint: Option<WebhookEndpoint> = rows.tables.get(&delivery.endpoint)?;
                let is_called = endpoint.is_some_and(|endpoint| endpoint.is_called());
                let due = if is_called { delivery.due_at } else { Timestamp::from_millis(0) };
                times.push(rows.delivery_leases.get(&delivery.id).map_or(due, |&end| end.max(due)));
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
