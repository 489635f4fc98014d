//! Which deliveries are due, as the workers of all replicas share them: by lease, each one to one worker at a time.
//!
//! The statements step from account to account and, in each, from endpoint to endpoint over the index of what waits, and
//! look at the first few of each endpoint. Those that are leased count among them, whoever has them: that bounds how many
//! are on their way to one endpoint, and of one account.

use std::sync::LazyLock;

use hedge_domain::Timestamp;
use hedge_domain::delivery::Delivery;

use tokio_postgres::Row;

use super::failure::Failure;
use super::readers::Readers;
use super::record::{Reader, at, only};
use crate::engine::{Backlog, DeliveryClaim, DueDelivery, MOST_QUEUES};
use crate::record::Row as _;
use crate::records::due;

/// The endpoints that something waits for, one step each, and so many of an account. The last step of either finds none.
static QUEUES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH RECURSIVE accounts AS (\
            (SELECT account_id FROM deliveries WHERE status = 'pending' \
                ORDER BY account_id, endpoint_id, due_at, id LIMIT 1) \
            UNION ALL \
            SELECT (SELECT d.account_id FROM deliveries d \
                WHERE d.status = 'pending' AND d.account_id > accounts.account_id \
                ORDER BY d.account_id, d.endpoint_id, d.due_at, d.id LIMIT 1) \
            FROM accounts WHERE accounts.account_id IS NOT NULL\
        ), queues AS (\
            SELECT accounts.account_id, own.endpoint_id FROM accounts CROSS JOIN LATERAL (\
                WITH RECURSIVE steps AS (\
                    (SELECT d.endpoint_id FROM deliveries d \
                        WHERE d.status = 'pending' AND d.account_id = accounts.account_id \
                        ORDER BY d.account_id, d.endpoint_id, d.due_at, d.id LIMIT 1) \
                    UNION ALL \
                    SELECT (SELECT d.endpoint_id FROM deliveries d WHERE d.status = 'pending' \
                        AND d.account_id = accounts.account_id AND d.endpoint_id > steps.endpoint_id \
                        ORDER BY d.account_id, d.endpoint_id, d.due_at, d.id LIMIT 1) \
                    FROM steps WHERE steps.endpoint_id IS NOT NULL\
                ) SELECT endpoint_id FROM steps WHERE endpoint_id IS NOT NULL LIMIT {MOST_QUEUES}\
            ) own WHERE accounts.account_id IS NOT NULL)"
    )
});

/// The first of an endpoint's queue; to be completed by until when they fall due and how many.
const FRONT: &str = "SELECT d.id, d.due_at, d.lease_until FROM deliveries d WHERE d.status = 'pending' \
    AND d.account_id = queues.account_id AND d.endpoint_id = queues.endpoint_id";
const IN_ORDER: &str = "ORDER BY d.account_id, d.endpoint_id, d.due_at, d.id LIMIT";
/// Whether its endpoint `w` is called. What is to be canceled is due at once, for it takes a place until then.
const IS_CALLED: &str = "(w.disabled_at IS NULL AND w.deleted_at IS NULL)";

/// Rows that another worker is claiming at this moment are passed over rather than waited for.
static CLAIM: LazyLock<String> = LazyLock::new(|| {
    let columns = Delivery::table().names_of("d");
    let queues = &*QUEUES;
    format!(
        "{queues}, timed AS (\
            SELECT queues.account_id, queues.endpoint_id, {IS_CALLED} AS is_called, \
                coalesce((SELECT coalesce(c.frozen_at, $1 + c.shifted_by) FROM test_clocks c \
                    WHERE c.id = queues.account_id), $1) AS now, \
                CASE WHEN w.failing_since IS NULL THEN $4::bigint ELSE $5::bigint END AS most \
            FROM queues JOIN webhook_endpoints w ON w.id = queues.endpoint_id\
        ), fronts AS (\
            SELECT queues.account_id, front.id, front.rank, front.due_at, \
                coalesce(front.lease_until > $1, FALSE) AS is_taken \
            FROM timed queues CROSS JOIN LATERAL (\
                SELECT first.*, row_number() OVER (ORDER BY first.due_at, first.id) AS rank FROM (\
                    {FRONT} AND d.due_at <= CASE WHEN queues.is_called THEN queues.now ELSE 9223372036854775807 END \
                    {IN_ORDER} $4) first\
            ) front WHERE front.rank <= queues.most\
        ), shares AS (\
            SELECT account_id, count(*) FILTER (WHERE is_taken) AS taken FROM fronts GROUP BY account_id\
        ), turns AS (\
            SELECT account_id, id, due_at, row_number() OVER (PARTITION BY account_id ORDER BY rank, due_at, id) AS turn \
            FROM fronts WHERE NOT is_taken\
        ), claimed AS (\
            UPDATE deliveries d SET lease_until = $2 WHERE d.id = ANY (ARRAY (\
                SELECT l.id FROM deliveries l WHERE l.id = ANY (ARRAY (\
                    SELECT turns.id FROM turns JOIN shares ON shares.account_id = turns.account_id \
                    WHERE turns.turn <= greatest($6 / greatest((SELECT count(*) FROM shares), 1), 1) - shares.taken \
                    ORDER BY turns.turn, turns.due_at, turns.id LIMIT $3\
                )) AND l.status = 'pending' AND (l.lease_until IS NULL OR l.lease_until <= $1) FOR UPDATE SKIP LOCKED\
            )) RETURNING {columns}\
        ) SELECT d.*, e.payload, w.url, w.secret, w.previous_secret, w.previous_until, {IS_CALLED}, timed.now \
        FROM claimed d JOIN events e ON e.id = d.event_id JOIN webhook_endpoints w ON w.id = d.endpoint_id \
            JOIN timed ON timed.endpoint_id = d.endpoint_id"
    )
});

pub async fn claim(readers: &Readers, claim: &DeliveryClaim) -> Result<Vec<DueDelivery>, Failure> {
    let (now, until) = (claim.now.millis(), claim.until.millis());
    let (limit, each, failing) = (i64::from(claim.limit), i64::from(claim.per_endpoint), i64::from(claim.per_failing));
    let shared = i64::try_from(claim.share(1)).unwrap_or(i64::MAX);
    let found = readers.query_once(&CLAIM, &[&now, &until, &limit, &each, &failing, &shared]).await?;
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
    let queues = &*QUEUES;
    format!(
        "{queues} SELECT min(greatest(CASE WHEN {IS_CALLED} THEN front.due_at ELSE 0 END, coalesce(front.lease_until, 0))) \
        FROM queues JOIN webhook_endpoints w ON w.id = queues.endpoint_id \
        CROSS JOIN LATERAL ({FRONT} {IN_ORDER} $1) front \
        WHERE queues.account_id NOT IN (SELECT id FROM test_clocks)"
    )
});

pub async fn next_due(readers: &Readers, per_endpoint: u32) -> Result<Option<Timestamp>, Failure> {
    let found = readers.query(&NEXT_DUE, &[&i64::from(per_endpoint)]).await?;
    only(&found)
}

static BACKLOG: LazyLock<String> = LazyLock::new(|| {
    let queues = &*QUEUES;
    format!(
        "{queues} SELECT (SELECT count(*) FROM deliveries WHERE status = 'pending'), (\
            SELECT min(front.due_at) FROM queues CROSS JOIN LATERAL ({FRONT} {IN_ORDER} 1) front \
            WHERE queues.account_id NOT IN (SELECT id FROM test_clocks))"
    )
});

pub async fn backlog(readers: &Readers) -> Result<Backlog, Failure> {
    let found = readers.query(&BACKLOG, &[]).await?;
    let Some(row) = found.first() else {
        return Ok(Backlog { waiting: 0, oldest_due: None });
    };
    Ok(Backlog { waiting: at(row, 0)?, oldest_due: at(row, 1)? })
}
