//! Jobs, and who has claimed them. Accounts take turns: a thousand jobs of one hold up nobody else's by more than one.
//!
//! A lease is no row: one process owns the file, so its memory will do, and a crash voids every lease, as it should.

use hedge_domain::Timestamp;
use hedge_domain::account::AccountId;
use hedge_domain::job::{Job, JobId};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::clocks;
use super::leases::Leases;
use super::record::{Reader, at, blob, malformed};
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
        let columns = Job::table().names();
        let sql = format!(
            "SELECT {columns} FROM jobs INDEXED BY jobs_by_account WHERE account_id = ?1 AND due_at <= ?2 ORDER BY due_at, id"
        );
        let mut front = connection.prepare_cached(&sql)?;
        let mut turns = Vec::new();
        each_account(connection, |account| {
            let (now, _) = clocks::time_of(connection, account, lease.now)?;
            let mut due = front.query(params![blob(account), now.millis()])?;
            let mut turn = 0;
            while turn < lease.limit
                && let Some(row) = due.next()?
            {
                if !leases.contains_key(&at(row, 0)?) {
                    turns.push((turn, Job::get(&mut Reader::of(row)).map_err(malformed)?));
                    turn += 1;
                }
            }
            Ok(())
        })?;
        turns.sort_by_key(|(turn, job)| (*turn, job.due_at, job.id));
        turns.truncate(lease.limit);
        leases.extend(turns.iter().map(|(_, job)| (job.id, lease.until)));
        Ok(turns.into_iter().map(|(_, job)| job).collect())
    }

    /// When the first job is both due and nobody's, leaving out accounts with a clock of their own.
    pub(super) fn next_due(&self, connection: &Connection) -> Result<Option<Timestamp>> {
        let leases = self.lock();
        let mut front = connection.prepare_cached(
            "SELECT id, due_at FROM jobs INDEXED BY jobs_by_account WHERE account_id = ?1 ORDER BY due_at, id",
        )?;
        let mut soonest: Option<Timestamp> = None;
        each_account(connection, |account| {
            if clocks::of(connection, account)?.is_some() {
                return Ok(());
            }
            let mut jobs = front.query([blob(account)])?;
            while let Some(row) = jobs.next()? {
                let due: Timestamp = at(row, 1)?;
                let free = leases.get(&at(row, 0)?).map_or(due, |&end| end.max(due));
                soonest = Some(soonest.map_or(free, |sooner| sooner.min(free)));
                // Nothing of the account that falls due later can be free sooner.
                if soonest.is_some_and(|soonest| soonest <= due) {
                    break;
                }
            }
            Ok(())
        })?;
        Ok(soonest)
    }
}

/// Steps from account to account, over those that have jobs.
fn each_account(connection: &Connection, mut visit: impl FnMut(AccountId) -> Result<()>) -> Result<()> {
    let sql =
        "SELECT account_id FROM jobs INDEXED BY jobs_by_account WHERE account_id > ?1 ORDER BY account_id LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    // No id at all comes before every id.
    let mut after = Vec::new();
    while let Some(account) = statement.query_row([&after], |row| at(row, 0)).optional()? {
        after = blob(account).to_vec();
        visit(account)?;
    }
    Ok(())
}
