//! Events, and their deliveries: what is due, and who has taken it.

use std::collections::BTreeMap;

use hedge_domain::Timestamp;
use hedge_domain::delivery::{Delivery, DeliveryId, DeliveryQuery, DeliveryStatus};
use hedge_domain::event::{EventQuery, Order};
use hedge_domain::webhook_endpoint::{WebhookEndpoint, WebhookEndpointId};

use super::Rows;
use super::reads::most;
use crate::engine::{Backlog, DeliveryClaim, DueDelivery, OutboxRow, Page};

pub(super) fn events(rows: &Rows, query: &EventQuery) -> Page<OutboxRow> {
    let matching = rows.tables.events.values().filter(|event| {
        event.account == query.account
            && query.kinds.as_ref().is_none_or(|kinds| kinds.contains(&event.kind))
            && query.object.is_none_or(|object| event.object == object)
            && query.created_from.is_none_or(|from| event.at >= from)
            && query.created_until.is_none_or(|until| event.at < until)
    });
    let wanted = query.limit.saturating_add(1);
    let found = match query.order {
        Order::NewestFirst => {
            let older = matching.rev().filter(|event| query.after.is_none_or(|after| event.id < after));
            most(older.cloned(), wanted)
        }
        Order::OldestFirst => {
            let newer = matching.filter(|event| query.after.is_none_or(|after| event.id > after));
            most(newer.cloned(), wanted)
        }
    };
    Page::cut(found, query.limit)
}

pub(super) fn deliveries(rows: &Rows, query: &DeliveryQuery) -> Page<Delivery> {
    let matching = rows.tables.deliveries.values().rev().map(|(delivery, _)| delivery).filter(|delivery| {
        delivery.endpoint == query.endpoint
            && query.status.is_none_or(|status| delivery.status == status)
            && query.after.is_none_or(|after| delivery.id < after)
    });
    Page::cut(most(matching.cloned(), query.limit.saturating_add(1)), query.limit)
}

/// Of each endpoint, what waits for it, soonest due first.
fn lines(rows: &Rows) -> BTreeMap<WebhookEndpointId, Vec<&Delivery>> {
    let mut lines: BTreeMap<_, Vec<&Delivery>> = BTreeMap::new();
    for (delivery, _) in rows.tables.deliveries.values() {
        if delivery.status == DeliveryStatus::Pending {
            lines.entry(delivery.endpoint).or_default().push(delivery);
        }
    }
    for line in lines.values_mut() {
        line.sort_by_key(|delivery| (delivery.due_at, delivery.id));
    }
    lines
}

pub(super) fn claim(rows: &mut Rows, claim: &DeliveryClaim) -> Vec<DueDelivery> {
    rows.delivery_leases.retain(|_, end| *end > claim.now);
    let mut places: Vec<(usize, Timestamp, DeliveryId)> = Vec::new();
    for line in lines(rows).into_values() {
        let due = line.into_iter().filter(|one| one.due_at <= rows.tables.time_of(one.account, claim.now));
        for (place, delivery) in due.enumerate().take_while(|&(place, one)| place < most_of(rows, one, claim)) {
            if !rows.delivery_leases.contains_key(&delivery.id) {
                places.push((place, delivery.due_at, delivery.id));
            }
        }
    }
    places.sort_unstable();
    let ids = most(places.into_iter().map(|(_, _, id)| id), claim.limit);
    let claimed: Vec<_> = ids.into_iter().filter_map(|id| whole(rows, id, claim.now)).collect();
    rows.delivery_leases.extend(claimed.iter().map(|due| (due.delivery.id, claim.until)));
    claimed
}

/// How many of this one's endpoint may be taken.
fn most_of(rows: &Rows, delivery: &Delivery, claim: &DeliveryClaim) -> usize {
    let endpoint = rows.tables.webhook_endpoints.get(&delivery.endpoint);
    let is_failing = endpoint.is_some_and(|(endpoint, _)| endpoint.streak.is_some());
    usize::try_from(if is_failing { claim.per_failing } else { claim.per_endpoint }).unwrap_or(usize::MAX)
}

fn whole(rows: &Rows, id: DeliveryId, real: Timestamp) -> Option<DueDelivery> {
    let (delivery, _) = rows.tables.deliveries.get(&id)?;
    let (endpoint, _) = rows.tables.webhook_endpoints.get(&delivery.endpoint)?;
    let now = rows.tables.time_of(delivery.account, real);
    Some(DueDelivery {
        payload: rows.tables.events.get(&delivery.event)?.payload.clone(),
        url: endpoint.url.clone(),
        secret: endpoint.secret.clone(),
        previous_secret: endpoint.previous_secret(now).cloned(),
        is_called: WebhookEndpoint::is_called(endpoint),
        delivery: delivery.clone(),
    })
}

pub(super) fn next_due(rows: &Rows, per_endpoint: u32) -> Option<Timestamp> {
    let free_at = |delivery: &Delivery| {
        let lease = rows.delivery_leases.get(&delivery.id);
        lease.map_or(delivery.due_at, |&end| end.max(delivery.due_at))
    };
    let unclocked = |delivery: &&Delivery| !rows.tables.test_clocks.contains_key(&delivery.account);
    let fronts = lines(rows).into_values().flat_map(|line| most(line.into_iter(), per_endpoint));
    fronts.filter(unclocked).map(free_at).min()
}

pub(super) fn backlog(rows: &Rows) -> Backlog {
    let waiting: Vec<&Delivery> = lines(rows).into_values().flatten().collect();
    let unclocked = waiting.iter().filter(|delivery| !rows.tables.test_clocks.contains_key(&delivery.account));
    let oldest_due = unclocked.map(|delivery| delivery.due_at).min();
    Backlog { waiting: i64::try_from(waiting.len()).unwrap_or(i64::MAX), oldest_due }
}
