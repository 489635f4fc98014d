//! What a batch leaves behind for others: answers to be repeated, events to be sent, jobs to be done.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hedge_domain::idempotency::{IdempotencyKey, IdempotencyRecord};
use hedge_domain::job::{Job, JobId};
use hedge_domain::state::{Change, Changes};
use uuid::Uuid;

use super::{Expect, Parameter, Statements, Write, column, exactly, put, single, uuid, version};
use crate::column::{Coded, task_columns};
use crate::engine::OutboxRow;

static IDEMPOTENCY: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "idempotency",
        "key uuid, fingerprint bytea, status bigint, body bytea, created_at bigint, expires_at bigint, version bigint",
    )
});

/// First of all: a replica that runs the same request at the same time waits here, and then fails on the key.
pub fn idempotency<'a>(changes: &'a [Change<IdempotencyKey, IdempotencyRecord>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &IDEMPOTENCY, idempotency_columns, writes);
}

fn idempotency_columns<'a>(rows: &[&'a Change<IdempotencyKey, IdempotencyRecord>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| Uuid::from_bytes(row.id.0)),
        column(rows, |row| row.after.fingerprint.0.as_slice()),
        column(rows, |row| i64::from(row.after.answer.status)),
        column(rows, |row| row.after.answer.body.as_slice()),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| row.after.expires_at.millis()),
        column(rows, |row| version(row)),
    ]
}

const ADD_EVENTS: &str = "INSERT INTO events (id, account_id, kind, object_id, sequence, payload, at) \
    SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::bytea[], $7::bigint[])";

pub fn events<'a>(rows: &'a [OutboxRow], writes: &mut Vec<Write<'a>>) {
    if rows.is_empty() {
        return;
    }
    let rows: Vec<&OutboxRow> = rows.iter().collect();
    let parameters = vec![
        column(&rows, |row| uuid(row.id)),
        column(&rows, |row| uuid(row.account)),
        column(&rows, |row| row.kind.text()),
        column(&rows, |row| Uuid::from_u128(row.object)),
        column(&rows, |row| i64::from(row.sequence)),
        column(&rows, |row| row.payload.as_slice()),
        column(&rows, |row| row.at.millis()),
    ];
    writes.push(Write { sql: ADD_EVENTS, parameters, rows: exactly(&rows) });
}

static JOBS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::releasing(
        "jobs",
        "id uuid, account_id uuid, task text, subject_id uuid, detail_id uuid, due_at bigint, attempts bigint, \
         version bigint",
        ", lease_until = NULL",
    )
});

/// However many are left: another worker may have finished one of them.
const FINISH_JOBS: &str = "DELETE FROM jobs WHERE id = ANY($1)";

/// A job that is put off goes back to all workers, so its lease ends.
pub fn jobs<'a>(changes: &'a Changes, writes: &mut Vec<Write<'a>>) {
    let finished: BTreeSet<JobId> = changes.finished_jobs.iter().copied().collect();
    let remaining: Vec<_> = changes.jobs.iter().filter(|change| !finished.contains(&change.id)).collect();
    put(&remaining, &JOBS, job_columns, writes);
    if !finished.is_empty() {
        let ids: Vec<Uuid> = finished.into_iter().map(uuid).collect();
        writes.push(Write { sql: FINISH_JOBS, parameters: vec![single(ids)], rows: Expect::Any });
    }
}

fn job_columns<'a>(rows: &[&'a Change<JobId, Job>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| task_columns(row.after.task).0),
        column(rows, |row| uuid(task_columns(row.after.task).1)),
        column(rows, |row| task_columns(row.after.task).2.map(uuid)),
        column(rows, |row| row.after.due_at.millis()),
        column(rows, |row| i64::from(row.after.attempts)),
        column(rows, |row| version(row)),
    ]
}
