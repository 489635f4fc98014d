//! Jobs as the workers of all replicas share them: by lease, each one to one worker at a time. Accounts take turns.

use std::sync::LazyLock;

use hedge_domain::Timestamp;
use hedge_domain::job::Job;

use super::failure::Failure;
use super::readers::Readers;
use super::record::{only, take};
use crate::record::{Found, Row};

/// The accounts that have jobs, one step each; the last step finds none.
const ACCOUNTS: &str = "WITH RECURSIVE accounts AS (\
        (SELECT account_id FROM jobs ORDER BY account_id, due_at, id LIMIT 1) \
        UNION ALL \
        SELECT (SELECT j.account_id FROM jobs j WHERE j.account_id > accounts.account_id \
            ORDER BY j.account_id, j.due_at, j.id LIMIT 1) FROM accounts WHERE accounts.account_id IS NOT NULL)";

/// Rows that another worker is claiming at this moment are passed over rather than waited for.
static CLAIM: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{ACCOUNTS}, timed AS (\
            SELECT a.account_id, coalesce((SELECT coalesce(c.frozen_at, $1 + c.shifted_by) FROM test_clocks c \
                WHERE c.id = a.account_id), $1) AS now FROM accounts a WHERE a.account_id IS NOT NULL\
        ), turns AS (\
            SELECT front.id, front.due_at, row_number() OVER (\
                PARTITION BY timed.account_id ORDER BY front.due_at, front.id) AS turn \
            FROM timed CROSS JOIN LATERAL (\
                SELECT j.id, j.due_at FROM jobs j WHERE j.account_id = timed.account_id AND j.due_at <= timed.now \
                    AND (j.lease_until IS NULL OR j.lease_until <= $1) \
                ORDER BY j.account_id, j.due_at, j.id LIMIT $3) front\
        ) UPDATE jobs SET lease_until = $2 WHERE id = ANY (ARRAY (\
            SELECT l.id FROM jobs l WHERE l.id = ANY (ARRAY (\
                SELECT turns.id FROM turns ORDER BY turns.turn, turns.due_at, turns.id LIMIT $3\
            )) AND (l.lease_until IS NULL OR l.lease_until <= $1) FOR UPDATE SKIP LOCKED\
        )) RETURNING {}",
        Job::table().names()
    )
});

pub async fn claim(readers: &Readers, now: Timestamp, lease_until: Timestamp, limit: u32) -> Result<Vec<Job>, Failure> {
    let claimed = readers.query_once(&CLAIM, &[&now.millis(), &lease_until.millis(), &i64::from(limit)]).await?;
    let mut found = Found::<Job>::default();
    take(&claimed, &mut found)?;
    let mut jobs: Vec<Job> = found.0.into_iter().map(|(job, _)| job).collect();
    jobs.sort_by_key(|job| (job.due_at, job.id));
    Ok(jobs)
}

/// Of each account the first job without a lease, or the first lease to end before that one is due. Leased jobs have been
/// due before, so those beyond the first free one cannot come sooner, and need not be looked at.
static NEXT_DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{ACCOUNTS} SELECT min(least(free.due_at, leased.at)) FROM accounts a \
        CROSS JOIN LATERAL (SELECT (SELECT j.due_at FROM jobs j \
            WHERE j.account_id = a.account_id AND j.lease_until IS NULL \
            ORDER BY j.account_id, j.due_at, j.id LIMIT 1) AS due_at) free \
        CROSS JOIN LATERAL (SELECT min(greatest(j.lease_until, j.due_at)) AS at FROM jobs j \
            WHERE j.account_id = a.account_id AND j.lease_until IS NOT NULL \
                AND j.due_at <= coalesce(free.due_at, 9223372036854775807)) leased \
        WHERE a.account_id IS NOT NULL AND a.account_id NOT IN (SELECT id FROM test_clocks)"
    )
});

pub async fn next_due(readers: &Readers) -> Result<Option<Timestamp>, Failure> {
    let found = readers.query(&NEXT_DUE, &[]).await?;
    only(&found)
}

pub async fn waiting(readers: &Readers) -> Result<i64, Failure> {
    let found = readers.query("SELECT count(*) FROM jobs", &[]).await?;
    Ok(only(&found)?.unwrap_or_default())
}
