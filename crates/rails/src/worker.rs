//! The job worker: claims due jobs by lease, does the IO, and records what came of it with another command.
//!
//! No lock is held across IO. A worker that dies leaves its jobs to fall due again when their lease ends, and every
//! step here may be repeated.

use std::fmt;
use std::sync::Arc;

use futures::stream::{self, StreamExt};
use hedge_domain::checkout_session::LapseCheckoutSession;
use hedge_domain::command::Command;
use hedge_domain::job::{FinishJob, Job, JobId, PostponeJob, Task};
use hedge_domain::payment::{BeginProcessing, ExpirePayment, PaymentId, RecordOutcome, SettlePayment};
use hedge_domain::payout::{BeginPayout, PayoutId, RecordPayout, SweepMerchant};
use hedge_domain::refund::RefundId;
use hedge_domain::{Duration, Refusal, Timestamp};
use hedge_store::{Done, SPANS, Store, StoreError};
use thiserror::Error;
use tracing::field::Empty;
use tracing::{Instrument, trace_span};

use crate::card::{CardRail, RailError};
use crate::payout::PayoutRail;

/// Longer than any rail call may take, so that no job is worked on twice at a time.
const LEASE: Duration = Duration::from_secs(30);
/// Jobs taken at a time: enough to fill a batch of the store.
const CLAIM: u32 = 64;
/// Payments settled at a time: more than the jobs of a step can add, so that a busy worker still comes to its payouts.
const SETTLE: u32 = 4 * CLAIM;

pub struct Worker {
    store: Store,
    rails: Rails,
}

/// Whom the worker talks to.
#[derive(Clone)]
pub struct Rails {
    pub cards: Arc<dyn CardRail>,
    pub payouts: Arc<dyn PayoutRail>,
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
enum TaskError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Rail(#[from] RailError),
    #[error("a worker's command was refused: {0}")]
    Refused(Refusal),
}

impl Worker {
    #[must_use]
    pub fn new(store: Store, rails: Rails) -> Self {
        Self { store, rails }
    }

    /// Works on what is due. Call it again at once after [`Step::Did`].
    pub async fn step(&self, now: Timestamp) -> Result<Step, StoreError> {
        // Sessions first: one that ends takes its unpaid payment with it.
        let expired = self.expire_sessions(now).await? + self.expire_unpaid(now).await?;
        let due = self.store.unsettled_payments(now, SETTLE).await?;
        let is_all = due.len() < usize::try_from(SETTLE).unwrap_or(usize::MAX);
        let settled = self.run_all(due.into_iter().map(|id| SettlePayment { id })).await?;
        // Payouts take what is available, so they wait until all that was due has become so.
        let swept = if is_all { self.pay_out(now).await? } else { 0 };
        let jobs = self.store.claim_jobs(now, now.plus(LEASE), CLAIM).await?;
        let did = jobs.len() + expired + settled + swept;
        if did == 0 {
            return Ok(Step::IdleUntil(self.store.next_job_due().await?));
        }
        let width = usize::try_from(CLAIM).unwrap_or(1);
        stream::iter(jobs).for_each_concurrent(width, |job| self.work(job)).await;
        Ok(Step::Did(did))
    }

    async fn expire_sessions(&self, now: Timestamp) -> Result<usize, StoreError> {
        let due = self.store.expired_checkout_sessions(now, CLAIM).await?;
        self.run_all(due.into_iter().map(|id| LapseCheckoutSession { id })).await
    }

    async fn expire_unpaid(&self, now: Timestamp) -> Result<usize, StoreError> {
        let due = self.store.unpaid_payments(now, CLAIM).await?;
        self.run_all(due.into_iter().map(|id| ExpirePayment { id })).await
    }

    async fn pay_out(&self, now: Timestamp) -> Result<usize, StoreError> {
        let due = self.store.merchants_to_pay_out(now, CLAIM).await?;
        self.run_all(due.into_iter().map(|id| SweepMerchant { id })).await
    }

    /// How many of them did something.
    async fn run_all<C: Command<Output = bool>>(&self, commands: impl Iterator<Item = C>) -> Result<usize, StoreError> {
        let ends = futures::future::join_all(commands.map(|command| self.store.run(command))).await;
        let mut did = 0;
        for end in ends {
            match end? {
                Done::Fresh { result: Ok(true), .. } => did += 1,
                Done::Fresh { .. } | Done::Replayed(_) => {}
            }
        }
        Ok(did)
    }

    async fn work(&self, job: Job) {
        let done = match job.task {
            Task::SubmitPayment(payment) => self.submit_payment(payment, job.id).await,
            Task::SubmitRefund { payment, refund } => self.submit_refund(payment, refund, job.id).await,
            Task::SubmitPayout(payout) => self.submit_payout(payout, job.id).await,
            Task::ConfirmPayout(payout) => self.confirm_payout(payout, job.id).await,
        };
        if let Err(error) = done {
            tracing::warn!(job = %job.id, %error, "job put off");
            // Should this fail too, the job falls due again when its lease ends.
            if let Err(error) = self.store.run(PostponeJob { job: job.id }).await {
                tracing::warn!(job = %job.id, %error, "job left to its lease");
            }
        }
    }

    async fn submit_payment(&self, payment: PaymentId, job: JobId) -> Result<(), TaskError> {
        let Some(charge) = self.run(BeginProcessing { payment, job }).await? else {
            return Ok(());
        };
        let outcome = asked("rail charge", payment, self.rails.cards.charge(&charge)).await?;
        self.run(RecordOutcome { payment, job, outcome }).await
    }

    async fn submit_refund(&self, payment: PaymentId, refund: RefundId, job: JobId) -> Result<(), TaskError> {
        asked("rail refund", refund, self.rails.cards.refund(payment, refund)).await?;
        self.run(FinishJob { job }).await
    }

    async fn submit_payout(&self, payout: PayoutId, job: JobId) -> Result<(), TaskError> {
        let Some(order) = self.run(BeginPayout { payout, job }).await? else {
            return Ok(());
        };
        let outcome = asked("rail payout", payout, self.rails.payouts.send(&order)).await?;
        self.run(RecordPayout { payout, job, outcome }).await
    }

    async fn confirm_payout(&self, payout: PayoutId, job: JobId) -> Result<(), TaskError> {
        let Some(order) = self.run(BeginPayout { payout, job }).await? else {
            return Ok(());
        };
        let outcome = asked("rail payout status", payout, self.rails.payouts.status(&order)).await?;
        self.run(RecordPayout { payout, job, outcome }).await
    }

    async fn run<C: Command>(&self, command: C) -> Result<C::Output, TaskError> {
        match self.store.run(command).await? {
            Done::Fresh { result, .. } => result.map_err(TaskError::Refused),
            Done::Replayed(_) => Err(StoreError::Fault("a worker's command has no idempotency key".to_owned()).into()),
        }
    }
}

/// What a rail answers, and a span of how long it took.
async fn asked<T>(
    name: &str,
    subject: impl fmt::Display,
    answer: impl Future<Output = Result<T, RailError>>,
) -> Result<T, RailError> {
    let span = trace_span!(
        target: SPANS, "rail call", otel.name = name, otel.kind = "client", %subject, otel.status_code = Empty
    );
    let answer = answer.instrument(span.clone()).await;
    if answer.is_err() {
        span.record("otel.status_code", "ERROR");
    }
    answer
}
