//! Which deliveries are due, as the workers of all replicas share them: by lease, each one to one worker at a time.
//!
//! The statements step from endpoint to endpoint over the index of what waits, and look at the first few of each. Those
//! that are leased count among them, whoever has them: that bounds how many are on their way to one endpoint.

use std::sync::LazyLock;

use hedge_domain::Timestamp;
use hedge_domain::delivery::Delivery;

use tokio_postgres::Row;

use super::failure::Failure;
use super::readers::Readers;
use super::record::{Reader, at, only};
use crate::engine::{Backlog, DeliveryClaim, DueDelivery};
use crate::record::Row as _;
use crate::records::due;

/// The endpoints that something waits for, one step each.
const QUEUES: &str = "WITH RECURSIVE queues AS (\
        (SELECT endpoint_id, account_id FROM deliveries WHERE status = 'pending' \
            ORDER BY endpoint_id, due_at, id LIMIT 1) \
        UNION ALL \
        SELECT next.endpoint_id, next.account_id FROM queues CROSS JOIN LATERAL (\
            SELECT d.endpoint_id, d.account_id FROM deliveries d \
            WHERE d.status = 'pending' AND d.endpoint_id > queues.endpoint_id \
            ORDER BY d.endpoint_id, d.due_at, d.id LIMIT 1) next)";

/// Rows that another worker is claiming at this moment are passed over rather than waited for.
static CLAIM: LazyLock<String> = LazyLock::new(|| {
    let columns = Delivery::table().names_of("d");
    format!(
        "{QUEUES}, timed AS (\
            SELECT queues.endpoint_id, coalesce((SELECT coalesce(c.frozen_at, $1 + c.shifted_by) FROM test_clocks c \
                WHERE c.id = queues.account_id), $1) AS now, \
                CASE WHEN w.failing_since IS NULL THEN $4::bigint ELSE $5::bigint END AS most \
            FROM queues JOIN webhook_endpoints w ON w.id = queues.endpoint_id\
        ), ranked AS (\
            SELECT front.id, front.rank, front.due_at FROM timed CROSS JOIN LATERAL (\
                SELECT first.*, row_number() OVER (ORDER BY first.due_at, first.id) AS rank FROM (\
                    SELECT d.id, d.due_at, d.lease_until FROM deliveries d WHERE d.status = 'pending' \
                        AND d.endpoint_id = timed.endpoint_id AND d.due_at <= timed.now \
                    ORDER BY d.endpoint_id, d.due_at, d.id LIMIT $4) first\
            ) front WHERE front.rank <= timed.most AND (front.lease_until IS NULL OR front.lease_until <= $1)\
        ), claimed AS (\
            UPDATE deliveries d SET lease_until = $2 WHERE d.id = ANY (ARRAY (\
                SELECT l.id FROM deliveries l WHERE l.id = ANY (ARRAY (\
                    SELECT ranked.id FROM ranked ORDER BY ranked.rank, ranked.due_at, ranked.id LIMIT $3\
                )) AND l.status = 'pending' AND (l.lease_until IS NULL OR l.lease_until <= $1) FOR UPDATE SKIP LOCKED\
            )) RETURNING {columns}\
        ) SELECT d.*, e.payload, w.url, w.secret, w.previous_secret, w.previous_until, \
            w.disabled_at IS NULL AND w.deleted_at IS NULL, timed.now \
        FROM claimed d JOIN events e ON e.id = d.event_id JOIN webhook_endpoints w ON w.id = d.endpoint_id \
            JOIN timed ON timed.endpoint_id = d.endpoint_id"
    )
});

pub async fn claim(readers: &Readers, claim: &DeliveryClaim) -> Result<Vec<DueDelivery>, Failure> {
    let (now, until) = (claim.now.millis(), claim.until.millis());
    let (limit, each, failing) = (i64::from(claim.limit), i64::from(claim.per_endpoint), i64::from(claim.per_failing));
    let found = readers.query_once(&CLAIM, &[&now, &until, &limit, &each, &failing]).await?;
    let mut claimed: Vec<DueDelivery> = found.iter().map(due_delivery).collect::<Result<_, _>>()?;
    claimed.sort_by_key(|due| (due.delivery.due_at, due.delivery.id));
    Ok(claimed)
}

/// The account's time stands behind what the delivery is attempted with.
fn due_delivery(row: &Row) -> Result<DueDelivery, Failure> {
    let now = at(row, row.len() - 1)?;
    Ok(due(&mut Reader::of(row), |_account| now)?)
}

static NEXT_DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{QUEUES} SELECT min(greatest(front.due_at, coalesce(front.lease_until, front.due_at))) \
        FROM queues CROSS JOIN LATERAL (\
            SELECT d.due_at, d.lease_until FROM deliveries d \
            WHERE d.status = 'pending' AND d.endpoint_id = queues.endpoint_id \
            ORDER BY d.endpoint_id, d.due_at, d.id LIMIT $1\
        ) front WHERE queues.account_id NOT IN (SELECT id FROM test_clocks)"
    )
});

pub async fn next_due(readers: &Readers, per_endpoint: u32) -> Result<Option<Timestamp>, Failure> {
    let found = readers.query(&NEXT_DUE, &[&i64::from(per_endpoint)]).await?;
    only(&found)
}

static BACKLOG: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{QUEUES} SELECT (SELECT count(*) FROM deliveries WHERE status = 'pending'), (\
            SELECT min((SELECT d.due_at FROM deliveries d \
                WHERE d.status = 'pending' AND d.endpoint_id = queues.endpoint_id \
                ORDER BY d.endpoint_id, d.due_at, d.id LIMIT 1)) \
            FROM queues WHERE queues.account_id NOT IN (SELECT id FROM test_clocks))"
    )
});

pub async fn backlog(readers: &Readers) -> Result<Backlog, Failure> {
    let found = readers.query(&BACKLOG, &[]).await?;
    let Some(row) = found.first() else {
        return Ok(Backlog { waiting: 0, oldest_due: None });
    };
    Ok(Backlog { waiting: at(row, 0)?, oldest_due: at(row, 1)? })
}
