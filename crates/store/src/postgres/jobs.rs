//! Jobs as the workers of all replicas share them: by lease, each one to one worker at a time.

use std::sync::LazyLock;

use hedge_domain::Timestamp;
use hedge_domain::job::Job;

use super::failure::Failure;
use super::readers::Readers;
use super::record::{only, take};
use crate::record::{Found, Row};

/// Rows that another worker is claiming at this moment are passed over rather than waited for.
static CLAIM: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE jobs SET lease_until = $2 WHERE id = ANY (ARRAY (\
        SELECT id FROM jobs WHERE due_at <= $1 AND (lease_until IS NULL OR lease_until <= $1) \
            AND account_id NOT IN (SELECT id FROM test_clocks) \
        ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED\
    )) OR id = ANY (ARRAY (\
        SELECT j.id FROM test_clocks c JOIN jobs j ON j.account_id = c.id \
            AND j.due_at <= coalesce(c.frozen_at, $1 + c.shifted_by) \
        WHERE (j.lease_until IS NULL OR j.lease_until <= $1) \
        ORDER BY j.due_at, j.id LIMIT $3 FOR UPDATE OF j SKIP LOCKED\
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

/// The first job without a lease, or the first lease to end before that one is due. Leased jobs have been due
/// before, so those beyond the first free one cannot come sooner, and need not be looked at.
const NEXT_DUE: &str = "WITH free AS (SELECT min(due_at) AS due_at FROM jobs \
        WHERE lease_until IS NULL AND account_id NOT IN (SELECT id FROM test_clocks)) \
    SELECT least(free.due_at, (\
        SELECT min(greatest(lease_until, due_at)) FROM jobs \
        WHERE lease_until IS NOT NULL AND due_at <= coalesce(free.due_at, 9223372036854775807)\
    )) FROM free";

pub async fn next_due(readers: &Readers) -> Result<Option<Timestamp>, Failure> {
    let found = readers.query(NEXT_DUE, &[]).await?;
    only(&found)
}

pub async fn waiting(readers: &Readers) -> Result<i64, Failure> {
    let found = readers.query("SELECT count(*) FROM jobs", &[]).await?;
    Ok(only(&found)?.unwrap_or_default())
}
