//! Jobs, and who has claimed them.
//!
//! A lease is no row: one process owns the file, so its memory will do, and a crash voids every lease, as it should.

use hedge_domain::Timestamp;
use hedge_domain::job::{Job, JobId};
use rusqlite::{Connection, Result};

use super::clocks::{CLOCK_NOW, UNCLOCKED};
use super::leases::Leases;
use super::record::{Reader, at, malformed};
use crate::record::{Row, Stored};

pub(super) fn waiting(connection: &Connection) -> Result<i64> {
    connection.prepare_cached("SELECT count(*) FROM jobs")?.query_row([], |row| row.get(0))
}

/// Until when a job is somebody's.
pub(super) type JobLeases = Leases<JobId>;

/// A claim.
pub(super) struct Lease {
    pub now: Timestamp,
    pub until: Timestamp,
    pub limit: usize,
}

impl Leases<JobId> {
    /// Takes due jobs that are nobody's. The leases stay locked while reading: else a job that is finished in between
    /// could be read before its end and claimed after its release.
    pub(super) fn claim(&self, connection: &Connection, lease: &Lease) -> Result<Vec<Job>> {
        let mut leases = self.lock();
        leases.retain(|_, end| *end > lease.now);
        let columns = Job::table().names_of("j");
        let due_at = Job::table().place("due_at").unwrap_or_default() + 1;
        let sql = format!(
            "SELECT {columns} FROM jobs j INDEXED BY jobs_by_due_at WHERE due_at <= ?1 AND {UNCLOCKED}
            UNION ALL
            SELECT {columns} FROM test_clocks c CROSS JOIN jobs j INDEXED BY jobs_by_account
            ON j.account_id = c.id AND j.due_at <= {CLOCK_NOW}
            ORDER BY {due_at}, 1"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut due = statement.query([lease.now.millis()])?;
        let mut claimed = Vec::new();
        while claimed.len() < lease.limit
            && let Some(row) = due.next()?
        {
            if !leases.contains_key(&at(row, 0)?) {
                claimed.push(Job::get(&mut Reader::of(row)).map_err(malformed)?);
            }
        }
        leases.extend(claimed.iter().map(|job| (job.id, lease.until)));
        Ok(claimed)
    }

    /// When the first job is both due and nobody's.
    pub(super) fn next_due(&self, connection: &Connection) -> Result<Option<Timestamp>> {
        let leases = self.lock();
        let mut statement =
            connection.prepare_cached(&format!("SELECT id, due_at FROM jobs WHERE {UNCLOCKED} ORDER BY due_at, id"))?;
        let mut jobs = statement.query([])?;
        let mut soonest: Option<Timestamp> = None;
        while let Some(row) = jobs.next()? {
            let due: Timestamp = at(row, 1)?;
            let lease = leases.get(&at(row, 0)?);
            let free = lease.map_or(due, |&end| end.max(due));
            soonest = Some(soonest.map_or(free, |sooner| sooner.min(free)));
            // Nothing that falls due later can be free sooner.
            if soonest.is_some_and(|soonest| soonest <= due) {
                break;
            }
        }
        Ok(soonest)
    }
}
