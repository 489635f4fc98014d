//! Jobs, and who has claimed them.
//!
//! A lease is no row: one process owns the file, so its memory will do, and a crash voids every lease, as it should.

use std::collections::BTreeMap;

use hedge_domain::Timestamp;
use hedge_domain::job::{Job, JobId};
use hedge_domain::state::{Changes, Version};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::clocks::{CLOCK_NOW, UNCLOCKED};
use super::lane::Written;
use super::row::{blob, id, optional_id, parsed, time};
use super::write::{self, Table};
use crate::column;

const COLUMNS: &str = "id, account_id, task, subject_id, detail_id, due_at, attempts, version";

fn read(row: &Row<'_>) -> Result<(Job, Version)> {
    let task = column::task(row.get_ref(2)?.as_str()?, id(row, 3)?, optional_id(row, 4)?);
    let job = Job {
        id: id(row, 0)?,
        account: id(row, 1)?,
        task: parsed(2, task)?,
        due_at: time(row, 5)?,
        attempts: row.get(6)?,
    };
    Ok((job, row.get(7)?))
}

pub(super) fn job(connection: &Connection, job: JobId) -> Result<Option<(Job, Version)>> {
    let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(job)], read).optional()
}

const JOBS: Table = Table {
    insert: "INSERT INTO jobs (id, version, account_id, task, subject_id, detail_id, due_at, attempts)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    update: "UPDATE jobs SET version = ?2, account_id = ?3, task = ?4, subject_id = ?5, detail_id = ?6, due_at = ?7,
        attempts = ?8 WHERE id = ?1 AND version = ?2 - 1",
};

pub(super) fn write(connection: &Connection, changes: &Changes) -> Written {
    write::rows(connection, &JOBS, &changes.jobs, |statement, after, version| {
        let (task, subject, detail) = column::task_columns(after.task);
        statement.execute(params![
            blob(after.id),
            version,
            blob(after.account),
            task,
            blob(subject),
            detail.map(blob),
            after.due_at.millis(),
            after.attempts,
        ])
    })?;
    if !changes.finished_jobs.is_empty() {
        let mut finish = connection.prepare_cached("DELETE FROM jobs WHERE id = ?1")?;
        for &job in &changes.finished_jobs {
            finish.execute([blob(job)])?;
        }
    }
    Ok(())
}

pub(super) fn waiting(connection: &Connection) -> Result<i64> {
    connection.prepare_cached("SELECT count(*) FROM jobs")?.query_row([], |row| row.get(0))
}

/// Until when a job is somebody's.
#[derive(Default)]
pub(super) struct Leases(Mutex<BTreeMap<JobId, Timestamp>>);

/// A claim.
pub(super) struct Lease {
    pub now: Timestamp,
    pub until: Timestamp,
    pub limit: usize,
}

impl Leases {
    /// Takes due jobs that are nobody's. The leases stay locked while reading: else a job that is finished in between
    /// could be read before its end and claimed after its release.
    pub(super) fn claim(&self, connection: &Connection, lease: &Lease) -> Result<Vec<Job>> {
        let mut leases = self.0.lock();
        leases.retain(|_, end| *end > lease.now);
        let columns = COLUMNS.split(", ").map(|column| format!("j.{column}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns} FROM jobs j INDEXED BY jobs_by_due_at WHERE due_at <= ?1 AND {UNCLOCKED}
            UNION ALL
            SELECT {columns} FROM test_clocks c CROSS JOIN jobs j INDEXED BY jobs_by_account
            ON j.account_id = c.id AND j.due_at <= {CLOCK_NOW}
            ORDER BY 6, 1"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut due = statement.query([lease.now.millis()])?;
        let mut claimed = Vec::new();
        while claimed.len() < lease.limit
            && let Some(row) = due.next()?
        {
            if !leases.contains_key(&id(row, 0)?) {
                claimed.push(read(row)?.0);
            }
        }
        leases.extend(claimed.iter().map(|job| (job.id, lease.until)));
        Ok(claimed)
    }

    /// When the first job is both due and nobody's.
    pub(super) fn next_due(&self, connection: &Connection) -> Result<Option<Timestamp>> {
        let leases = self.0.lock();
        let mut statement =
            connection.prepare_cached(&format!("SELECT id, due_at FROM jobs WHERE {UNCLOCKED} ORDER BY due_at, id"))?;
        let mut jobs = statement.query([])?;
        let mut soonest: Option<Timestamp> = None;
        while let Some(row) = jobs.next()? {
            let due: Timestamp = time(row, 1)?;
            let lease = leases.get(&id(row, 0)?);
            let free = lease.map_or(due, |&end| end.max(due));
            soonest = Some(soonest.map_or(free, |sooner| sooner.min(free)));
            // Nothing that falls due later can be free sooner.
            if soonest.is_some_and(|soonest| soonest <= due) {
                break;
            }
        }
        Ok(soonest)
    }

    /// The leases on these, of which a batch is about to change what they are on.
    pub(super) fn held(&self, jobs: impl Iterator<Item = JobId>) -> Vec<(JobId, Timestamp)> {
        let mut jobs = jobs.peekable();
        if jobs.peek().is_none() {
            return Vec::new();
        }
        let leases = self.0.lock();
        jobs.filter_map(|job| leases.get(&job).map(|&end| (job, end))).collect()
    }

    /// The batch is committed, so these are over. Others may have begun since: what was just made, or put off to a time
    /// that is past already, can be taken before we get here.
    pub(super) fn release(&self, held: &[(JobId, Timestamp)]) {
        if !held.is_empty() {
            let mut leases = self.0.lock();
            for (job, end) in held {
                if leases.get(job) == Some(end) {
                    leases.remove(job);
                }
            }
        }
    }
}
