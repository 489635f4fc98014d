//! The job worker: claims due jobs by lease, does the IO, and records what came of it with another command.
//!
//! No lock is held across IO. A worker that dies leaves its jobs to fall due again when their lease ends, and every
//! step here may be repeated.

use std::sync::Arc;

use futures::stream::{self, StreamExt};
use hedge_domain::command::Command;
use hedge_domain::job::{FinishJob, Job, JobId, PostponeJob, Task};
use hedge_domain::payment::{BeginProcessing, ExpirePayment, PaymentId, RecordOutcome};
use hedge_domain::refund::RefundId;
use hedge_domain::{Duration, Refusal, Timestamp};
use hedge_store::{Done, Store, StoreError};
use thiserror::Error;

use crate::card::{CardRail, RailError};

/// Longer than any rail call may take, so that no job is worked on twice at a time.
const LEASE: Duration = Duration::from_secs(30);
/// Jobs taken at a time: enough to fill a batch of the store.
const CLAIM: u32 = 64;

pub struct Worker {
    store: Store,
    cards: Arc<dyn CardRail>,
}

/// What one step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many jobs were worked on; there may be more.
    Did(usize),
    /// Nothing is due before then, if ever.
    IdleUntil(Option<Timestamp>),
}

#[derive(Debug, Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Rail(#[from] RailError),
    #[error("a worker's command was refused: {0}")]
    Refused(Refusal),
}

impl Worker {
    #[must_use]
    pub fn new(store: Store, cards: Arc<dyn CardRail>) -> Self {
        Self { store, cards }
    }

    /// Works on what is due. Call it again at once after [`Step::Did`].
    pub async fn step(&self, now: Timestamp) -> Result<Step, StoreError> {
        let expired = self.expire_unpaid(now).await?;
        let jobs = self.store.claim_jobs(now, now.plus(LEASE), CLAIM).await?;
        let did = jobs.len() + expired;
        if did == 0 {
            return Ok(Step::IdleUntil(self.store.next_job_due().await?));
        }
        let width = usize::try_from(CLAIM).unwrap_or(1);
        stream::iter(jobs).for_each_concurrent(width, |job| self.work(job)).await;
        Ok(Step::Did(did))
    }

    async fn expire_unpaid(&self, now: Timestamp) -> Result<usize, StoreError> {
        let due = self.store.unpaid_payments(now, CLAIM).await?;
        let ends = futures::future::join_all(due.into_iter().map(|id| self.store.run(ExpirePayment { id }))).await;
        let mut expired = 0;
        for end in ends {
            match end? {
                Done::Fresh { result: Ok(true), .. } => expired += 1,
                Done::Fresh { .. } | Done::Replayed(_) => {}
            }
        }
        Ok(expired)
    }

    async fn work(&self, job: Job) {
        let done = match job.task {
            Task::SubmitPayment(payment) => self.submit_payment(payment, job.id).await,
            Task::SubmitRefund { payment, refund } => self.submit_refund(payment, refund, job.id).await,
        };
        if let Err(trouble) = done {
            tracing::warn!(job = %job.id, %trouble, "job put off");
            // Should this fail too, the job falls due again when its lease ends.
            if let Err(error) = self.store.run(PostponeJob { job: job.id }).await {
                tracing::warn!(job = %job.id, %error, "job left to its lease");
            }
        }
    }

    async fn submit_payment(&self, payment: PaymentId, job: JobId) -> Result<(), Trouble> {
        let Some(charge) = self.run(BeginProcessing { payment, job }).await? else {
            return Ok(());
        };
        let outcome = self.cards.charge(&charge).await?;
        self.run(RecordOutcome { payment, job, outcome }).await
    }

    async fn submit_refund(&self, payment: PaymentId, refund: RefundId, job: JobId) -> Result<(), Trouble> {
        self.cards.refund(payment, refund).await?;
        self.run(FinishJob { job }).await
    }

    async fn run<C: Command>(&self, command: C) -> Result<C::Output, Trouble> {
        match self.store.run(command).await? {
            Done::Fresh { result, .. } => result.map_err(Trouble::Refused),
            Done::Replayed(_) => Err(StoreError::Fault("a worker's command has no idempotency key".to_owned()).into()),
        }
    }
}
