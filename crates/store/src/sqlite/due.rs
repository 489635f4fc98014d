//! Which deliveries are due, and who has taken them.
//!
//! Accounts take turns, and so do an account's endpoints: of each endpoint only the first few in order of time are looked
//! at, so one with thousands waiting costs no more than one with a few. Those that are taken count among them: that bounds
//! how many are on their way. Leases live in memory, as those of jobs do.

use std::collections::BTreeMap;

use hedge_domain::Timestamp;
use hedge_domain::account::AccountId;
use hedge_domain::delivery::{Delivery, DeliveryId};
use hedge_domain::webhook_endpoint::WebhookEndpointId;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::clocks;
use super::leases::Leases;
use super::record::{Reader, at, blob, malformed};
use crate::engine::{Backlog, DeliveryClaim, DueDelivery, MOST_QUEUES};
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

/// What an account has waiting and on its way.
#[derive(Default)]
struct Share {
    free: Vec<Rank>,
    taken: usize,
}

impl Leases<DeliveryId> {
    /// Takes what is due and nobody's. The leases stay locked while reading, as those of jobs do.
    pub(super) fn claim(&self, connection: &Connection, claim: &DeliveryClaim) -> Result<Vec<DueDelivery>> {
        let mut leases = self.lock();
        leases.retain(|_, end| *end > claim.now);
        let mut shares: BTreeMap<AccountId, Share> = BTreeMap::new();
        let mut times = BTreeMap::new();
        each_queue(connection, MOST_QUEUES, |queue| {
            let (now, _) = clocks::time_of(connection, queue.account, claim.now)?;
            times.insert(queue.account, now);
            let endpoint = endpoint(connection, &queue)?;
            let most = if endpoint.is_failing { claim.per_failing } else { claim.per_endpoint };
            let share = shares.entry(queue.account).or_default();
            for (rank, (due, id)) in front(connection, &queue, endpoint.due_until(now), most)?.into_iter().enumerate() {
                match leases.contains_key(&id) {
                    true => share.taken += 1,
                    false => share.free.push((rank, due, id)),
                }
            }
            Ok(())
        })?;
        let mut claimed = Vec::new();
        for (_, _, id) in turns(shares.into_values(), claim) {
            claimed.extend(whole(connection, id, &times)?);
        }
        leases.extend(claimed.iter().map(|due| (due.delivery.id, claim.until)));
        Ok(claimed)
    }

    /// When the first delivery is both due and nobody's.
    pub(super) fn next_due(&self, connection: &Connection, per_endpoint: u32) -> Result<Option<Timestamp>> {
        let leases = self.lock();
        let mut soonest: Option<Timestamp> = None;
        each_queue(connection, MOST_QUEUES, |queue| {
            if clocks::of(connection, queue.account)?.is_some() {
                return Ok(());
            }
            let is_called = endpoint(connection, &queue)?.is_called;
            for (due, id) in front(connection, &queue, Timestamp::from_millis(i64::MAX), per_endpoint)? {
                // What is to be canceled need not wait for its time.
                let due = if is_called { due } else { Timestamp::from_millis(0) };
                let free = leases.get(&id).map_or(due, |&end| end.max(due));
                soonest = Some(soonest.map_or(free, |sooner| sooner.min(free)));
            }
            Ok(())
        })?;
        Ok(soonest)
    }
}

/// Those to be taken: the first of every account, then the second of every account, as far as each has room.
fn turns(shares: impl Iterator<Item = Share>, claim: &DeliveryClaim) -> Vec<Rank> {
    let shares: Vec<Share> = shares.filter(|share| share.taken > 0 || !share.free.is_empty()).collect();
    let most = claim.share(shares.len());
    let mut turns: Vec<Rank> = Vec::new();
    for Share { mut free, taken } in shares {
        free.sort_unstable();
        let room = most.saturating_sub(taken);
        turns.extend(free.into_iter().take(room).enumerate().map(|(turn, (_, due, id))| (turn, due, id)));
    }
    turns.sort_unstable();
    turns.truncate(usize::try_from(claim.limit).unwrap_or(usize::MAX));
    turns
}

/// Steps from endpoint to endpoint, over whatever waits for each, so many of an account.
fn each_queue(
    connection: &Connection,
    of_account: u32,
    mut visit: impl FnMut(EndpointQueue) -> Result<()>,
) -> Result<()> {
    let sql = "SELECT endpoint_id, account_id FROM deliveries INDEXED BY deliveries_waiting
        WHERE status = 'pending' AND (account_id, endpoint_id) > (?1, ?2) ORDER BY account_id, endpoint_id LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    // No id at all comes before every id.
    let (mut account, mut endpoint, mut count) = (Vec::new(), Vec::new(), 0);
    while let Some(queue) = statement
        .query_row(params![account, endpoint], |row| Ok(EndpointQueue { endpoint: at(row, 0)?, account: at(row, 1)? }))
        .optional()?
    {
        let of = blob(queue.account);
        count = if account == of { count + 1 } else { 1 };
        account = of.to_vec();
        // The last of all ids, once it has had its share.
        endpoint = if count < of_account { blob(queue.endpoint).to_vec() } else { vec![u8::MAX; 17] };
        visit(queue)?;
    }
    Ok(())
}

/// What its deliveries go by.
struct Endpoint {
    is_failing: bool,
    is_called: bool,
}

impl Endpoint {
    /// What is to be canceled is due at once, for it takes a place in its account's queues until then.
    fn due_until(&self, now: Timestamp) -> Timestamp {
        if self.is_called { now } else { Timestamp::from_millis(i64::MAX) }
    }
}

fn endpoint(connection: &Connection, queue: &EndpointQueue) -> Result<Endpoint> {
    let sql = "SELECT failing_since IS NOT NULL, disabled_at IS NULL AND deleted_at IS NULL FROM webhook_endpoints WHERE id = ?1";
    let found = connection
        .prepare_cached(sql)?
        .query_row([blob(queue.endpoint)], |row| Ok(Endpoint { is_failing: row.get(0)?, is_called: row.get(1)? }));
    Ok(found.optional()?.unwrap_or(Endpoint { is_failing: false, is_called: false }))
}

/// The first of an endpoint's that fall due until then.
fn front(
    connection: &Connection,
    queue: &EndpointQueue,
    until: Timestamp,
    most: u32,
) -> Result<Vec<(Timestamp, DeliveryId)>> {
    let sql = "SELECT due_at, id FROM deliveries INDEXED BY deliveries_waiting
        WHERE status = 'pending' AND account_id = ?1 AND endpoint_id = ?2 AND due_at <= ?3
        ORDER BY due_at, id LIMIT ?4";
    let mut statement = connection.prepare_cached(sql)?;
    let values = params![blob(queue.account), blob(queue.endpoint), until.millis(), most];
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
    let sql = "SELECT count(*) FROM deliveries INDEXED BY deliveries_waiting WHERE status = 'pending'";
    let waiting = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let mut oldest_due: Option<Timestamp> = None;
    each_queue(connection, MOST_QUEUES, |queue| {
        if clocks::of(connection, queue.account)?.is_none()
            && let Some(&(due, _)) = front(connection, &queue, Timestamp::from_millis(i64::MAX), 1)?.first()
        {
            oldest_due = Some(oldest_due.map_or(due, |older| older.min(due)));
        }
        Ok(())
    })?;
    Ok(Backlog { waiting, oldest_due })
}
