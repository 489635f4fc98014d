//! Which deliveries are due, and who has taken them.
//!
//! Of each endpoint only the first few in order of time are looked at, so one with thousands waiting costs no more than
//! one with a few. Those that are taken count among them: that bounds how many are on their way. Leases live in memory,
//! as those of jobs do.

use std::collections::BTreeMap;

use hedge_domain::Timestamp;
use hedge_domain::account::AccountId;
use hedge_domain::delivery::{Delivery, DeliveryId};
use hedge_domain::webhook_endpoint::WebhookEndpointId;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::clocks;
use super::leases::Leases;
use super::record::{Reader, at, blob, malformed};
use crate::engine::{Backlog, DeliveryClaim, DueDelivery};
use crate::record::{Get, Row};
use crate::records::due;

/// Until when a delivery is somebody's.
pub(super) type DeliveryLeases = Leases<DeliveryId>;

/// An endpoint that something waits for.
struct EndpointQueue {
    endpoint: WebhookEndpointId,
    account: AccountId,
}

/// A delivery's rank among those of its endpoint: those in front of all queues are taken first.
type Rank = (usize, Timestamp, DeliveryId);

impl Leases<DeliveryId> {
    /// Takes what is due and nobody's. The leases stay locked while reading, as those of jobs do.
    pub(super) fn claim(&self, connection: &Connection, claim: &DeliveryClaim) -> Result<Vec<DueDelivery>> {
        let mut leases = self.lock();
        leases.retain(|_, end| *end > claim.now);
        let mut ranked: Vec<Rank> = Vec::new();
        let mut times = BTreeMap::new();
        each_queue(connection, |queue| {
            let now = time_of(connection, queue.account, claim.now)?.0;
            times.insert(queue.account, now);
            let most = if is_failing(connection, queue.endpoint)? { claim.per_failing } else { claim.per_endpoint };
            for (rank, (due, id)) in front(connection, queue.endpoint, now, most)?.into_iter().enumerate() {
                if !leases.contains_key(&id) {
                    ranked.push((rank, due, id));
                }
            }
            Ok(())
        })?;
        ranked.sort_unstable();
        ranked.truncate(usize::try_from(claim.limit).unwrap_or(usize::MAX));
        let mut claimed = Vec::with_capacity(ranked.len());
        for (_, _, id) in ranked {
            claimed.extend(whole(connection, id, &times)?);
        }
        leases.extend(claimed.iter().map(|due| (due.delivery.id, claim.until)));
        Ok(claimed)
    }

    /// When the first delivery is both due and nobody's.
    pub(super) fn next_due(&self, connection: &Connection, per_endpoint: u32) -> Result<Option<Timestamp>> {
        let leases = self.lock();
        let mut soonest: Option<Timestamp> = None;
        each_queue(connection, |queue| {
            if time_of(connection, queue.account, Timestamp::default())?.1 {
                return Ok(());
            }
            for (due, id) in front(connection, queue.endpoint, Timestamp::from_millis(i64::MAX), per_endpoint)? {
                let free = leases.get(&id).map_or(due, |&end| end.max(due));
                soonest = Some(soonest.map_or(free, |sooner| sooner.min(free)));
            }
            Ok(())
        })?;
        Ok(soonest)
    }
}

/// Steps from endpoint to endpoint, over whatever waits for each.
fn each_queue(connection: &Connection, mut visit: impl FnMut(EndpointQueue) -> Result<()>) -> Result<()> {
    let sql = "SELECT endpoint_id, account_id FROM deliveries INDEXED BY deliveries_pending
        WHERE status = 'pending' AND endpoint_id > ?1 ORDER BY endpoint_id, due_at LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    // No id at all comes before every id.
    let mut after = Vec::new();
    while let Some(queue) = statement
        .query_row([&after], |row| Ok(EndpointQueue { endpoint: at(row, 0)?, account: at(row, 1)? }))
        .optional()?
    {
        after = blob(queue.endpoint).to_vec();
        visit(queue)?;
    }
    Ok(())
}

/// The account's time, and whether it has a clock of its own.
fn time_of(connection: &Connection, account: AccountId, real: Timestamp) -> Result<(Timestamp, bool)> {
    let clock = clocks::of(connection, account)?;
    Ok(clock.map_or((real, false), |clock| (clock.read(real), true)))
}

fn is_failing(connection: &Connection, endpoint: WebhookEndpointId) -> Result<bool> {
    let sql = "SELECT failing_since IS NOT NULL FROM webhook_endpoints WHERE id = ?1";
    let found = connection.prepare_cached(sql)?.query_row([blob(endpoint)], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(false))
}

/// The first of an endpoint's that fall due until then.
fn front(
    connection: &Connection,
    endpoint: WebhookEndpointId,
    until: Timestamp,
    most: u32,
) -> Result<Vec<(Timestamp, DeliveryId)>> {
    let sql = "SELECT due_at, id FROM deliveries INDEXED BY deliveries_pending
        WHERE status = 'pending' AND endpoint_id = ?1 AND due_at <= ?2 ORDER BY due_at, id LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let values = params![blob(endpoint), until.millis(), most];
    let found = statement.query_map(values, |row| Ok((at(row, 0)?, at(row, 1)?)))?;
    found.collect()
}

/// `None` when it was settled a moment ago.
fn whole(
    connection: &Connection,
    delivery: DeliveryId,
    times: &BTreeMap<AccountId, Timestamp>,
) -> Result<Option<DueDelivery>> {
    let columns = Delivery::table().names_of("d");
    let sql = format!(
        "SELECT {columns}, e.payload, w.url, w.secret, w.previous_secret, w.previous_until,
            w.disabled_at IS NULL AND w.deleted_at IS NULL
        FROM deliveries d JOIN events e ON e.id = d.event_id JOIN webhook_endpoints w ON w.id = d.endpoint_id
        WHERE d.id = ?1 AND d.status = 'pending'"
    );
    let found = connection.prepare_cached(&sql)?.query_row([blob(delivery)], |row| {
        let row: &mut dyn Get = &mut Reader::of(row);
        due(row, |account| times.get(&account).copied().unwrap_or_default()).map_err(malformed)
    });
    found.optional()
}

pub(super) fn backlog(connection: &Connection) -> Result<Backlog> {
    let sql = "SELECT count(*) FROM deliveries INDEXED BY deliveries_pending WHERE status = 'pending'";
    let waiting = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let mut oldest_due: Option<Timestamp> = None;
    each_queue(connection, |queue| {
        if !time_of(connection, queue.account, Timestamp::default())?.1
            && let Some(&(due, _)) = front(connection, queue.endpoint, Timestamp::from_millis(i64::MAX), 1)?.first()
        {
            oldest_due = Some(oldest_due.map_or(due, |older| older.min(due)));
        }
        Ok(())
    })?;
    Ok(Backlog { waiting, oldest_due })
}
