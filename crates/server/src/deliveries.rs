//! The delivery worker: claims what is due by lease, sends it, and records what came of it with a command.
//!
//! No lock is held across a request, and nothing is lost when it is killed at any moment: what was sent and not recorded
//! is sent again when its lease ends, so receivers get every event at least once. Each attempt is a task of its own, and
//! the store hands out only so many of one endpoint at a time: whoever does not answer holds up nobody else's.
//!
//! What a newcomer gets wrong is whose time is whose: what is due goes by the account's time, as does when to try again,
//! but what is signed is real time, because receivers compare it with their own clock.

mod receivers;
mod running;

use std::sync::Arc;
use std::time::Duration as Wait;

use bytes::Bytes;
use hedge_domain::delivery::{AttemptError, AttemptErrorCode, CancelDelivery, Pace, RecordAttempt, Report};
use hedge_domain::installation::Environment;
use hedge_domain::{Duration, Timestamp};
use hedge_store::{Clock, DeliveryClaim, Done, DueDelivery, Store, StoreError};
use hedge_webhooks::{Attempt, Guard, Outcome, Sender, Settings, Signers};
use tracing::Instrument;

use crate::family::{Families, Signed, Unsigned};
use crate::secret::ServerSecret;
use crate::traces;

use receivers::{Receiver, Receivers};
pub use running::run;

/// Longer than an attempt takes that is given all its patience, and the record of it, so that no delivery is attempted
/// by two at a time.
const LEASE: Duration = Duration::from_secs(45);
/// How long it is tried to record an attempt while the store is busy; the lease has to outlast this and the attempt.
const RECORD_TRIES: [Wait; 4] =
    [Wait::from_millis(50), Wait::from_millis(500), Wait::from_secs(2), Wait::from_secs(10)];

/// How much may be under way at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// In all.
    pub total: u32,
    /// To one endpoint.
    pub per_endpoint: u32,
    /// To one endpoint whose last attempt has failed: together such endpoints could otherwise take all there is.
    pub per_failing: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: 256, per_endpoint: 8, per_failing: 2 }
    }
}

/// Makes attempts.
pub struct Deliverer {
    pub store: Store,
    pub secret: Arc<ServerSecret>,
    pub clock: Arc<dyn Clock>,
    pub limits: Limits,
    families: Families,
    sender: Sender,
    guard: Guard,
    pace: Pace,
    receivers: Receivers,
}

/// What a claim came to.
#[derive(Debug)]
pub enum Step {
    /// These are ours to attempt.
    Claimed(Vec<DueDelivery>),
    /// Nothing is due before then, if ever.
    IdleUntil(Option<Timestamp>),
}

/// What a deliverer is made of, beside its limits.
pub struct Means {
    pub store: Store,
    /// Whose deliveries they are.
    pub families: Families,
    pub secret: Arc<ServerSecret>,
    pub clock: Arc<dyn Clock>,
    pub environment: Environment,
    /// How receivers are reached.
    pub settings: Settings,
}

impl Deliverer {
    /// Fails when an authority in the settings is not a certificate.
    pub fn new(means: Means, limits: Limits) -> anyhow::Result<Self> {
        let Means { store, families, secret, clock, environment, settings } = means;
        let pace = match environment {
            Environment::Production => Pace::Production,
            Environment::Sandbox => Pace::Sandbox,
        };
        let guard = settings.guard.clone();
        let sender = Sender::new(settings)?;
        Ok(Self { store, secret, clock, limits, families, sender, guard, pace, receivers: Receivers::default() })
    }

    /// Claims what is due, as far as there is room.
    async fn step(&self, now: Timestamp, room: u32) -> Result<Step, StoreError> {
        let Limits { total, per_endpoint, per_failing } = self.limits;
        let claim = DeliveryClaim { now, until: now.plus(LEASE), limit: room, total, per_endpoint, per_failing };
        let claimed = self.store.claim_deliveries(claim).await?;
        if claimed.is_empty() {
            return Ok(Step::IdleUntil(self.store.next_delivery_due(per_endpoint).await?));
        }
        Ok(Step::Claimed(claimed))
    }

    /// Does with one claimed delivery what there is to do.
    async fn work(&self, due: DueDelivery) {
        if due.is_called {
            return self.deliver(due).await;
        }
        let cancel = CancelDelivery { account: due.delivery.account, delivery: due.delivery.id };
        if let Err(error) = self.store.run(cancel).await {
            tracing::warn!(delivery = %due.delivery.id, %error, "delivery left to its lease");
        }
    }

    async fn deliver(&self, due: DueDelivery) {
        let delivery = due.delivery.id;
        let report = match self.receivers.of(&due, &self.secret, &self.guard) {
            Ok(receiver) => {
                let span = traces::of_attempt(&due);
                let report = self.attempt(&due, &receiver).instrument(span.clone()).await;
                traces::attempted(&span, &report);
                report
            }
            Err(report) => report,
        };
        count(&report);
        if let Some(AttemptError { code, message }) = &report.error {
            let (endpoint, code) = (due.delivery.endpoint, code.code());
            tracing::debug!(%delivery, %endpoint, code, message, "a delivery was not taken");
        }
        self.record(&due, report).await;
    }

    async fn attempt(&self, due: &DueDelivery, receiver: &Receiver) -> Report {
        let id = due.delivery.event.to_string();
        let webhooks = self.families.announcing(due.delivery.kind);
        let event = Unsigned { id: &id, at: self.clock.now(), payload: Bytes::copy_from_slice(&due.payload) };
        let signers = Signers { current: &receiver.secret, previous: receiver.previous.as_ref() };
        let Signed { headers, body } = match (webhooks.sign)(&signers, event) {
            Ok(signed) => signed,
            Err(error) => return fault(&error),
        };
        let contract = webhooks.contract;
        let (target, patience) = (&receiver.target, contract.patience());
        let report = self.sender.attempt(Attempt { target, contract, patience, headers, body }).await;
        if let Outcome::Failed(failure) = report.outcome {
            tracing::trace!(delivery = %due.delivery.id, ?failure, "what it failed for");
        }
        report.record()
    }

    /// What cannot be recorded is attempted again when its lease ends.
    async fn record(&self, due: &DueDelivery, report: Report) {
        let mut waits = RECORD_TRIES.into_iter();
        loop {
            let recorded = self.store.run(self.recording(due, &report)).await;
            let error = match recorded {
                Ok(Done::Fresh { .. } | Done::Replayed(_)) => return,
                Err(error) => error,
            };
            // These say that nothing was done. After any other the record may be there, and must not be made twice.
            let wait = match &error {
                StoreError::Busy | StoreError::Unavailable(_) => waits.next(),
                StoreError::Unknown(_) | StoreError::Fault(_) | StoreError::TooLong | StoreError::Closed => None,
            };
            let Some(wait) = wait else {
                let delivery = due.delivery.id;
                return tracing::warn!(%delivery, %error, "an attempt is not recorded and will be made again");
            };
            tokio::time::sleep(wait).await;
        }
    }

    fn recording(&self, due: &DueDelivery, report: &Report) -> RecordAttempt {
        RecordAttempt {
            account: due.delivery.account,
            endpoint: due.delivery.endpoint,
            delivery: due.delivery.id,
            contract: self.families.announcing(due.delivery.kind).contract,
            pace: self.pace,
            jitter: rand::random(),
            report: report.clone(),
        }
    }
}

/// What is recorded when it did not even come to a request, by our fault.
fn fault(error: &dyn std::fmt::Display) -> Report {
    tracing::error!(%error, "a webhook cannot be sent");
    let message = "this attempt failed on our side".to_owned();
    let error = Some(AttemptError { code: AttemptErrorCode::Internal, message });
    Report { took: Duration::default(), status: None, error, response: String::new(), retry_after: None }
}

fn count(report: &Report) {
    let outcome = report.error.as_ref().map_or("delivered", |error| error.code.code());
    metrics::counter!("hedge_webhook_attempts_total", "outcome" => outcome).increment(1);
    let millis = u64::try_from(report.took.millis()).unwrap_or_default();
    metrics::histogram!("hedge_webhook_attempt_seconds").record(Wait::from_millis(millis).as_secs_f64());
}
