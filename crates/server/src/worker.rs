//! The background work of a server process: jobs on the rails, and housekeeping.
//!
//! It sleeps until something is due or a batch was committed; nothing is lost if it is killed at any moment.

use std::sync::Arc;
use std::time::Duration;

use hedge_domain::Timestamp;
use hedge_rails::{Step, Worker};
use hedge_store::Wakeups;
use tokio::sync::{Notify, watch};

use crate::platform::Platform;

/// The longest sleep: unpaid payments, leases of dead replicas and jobs of other replicas are found within it.
pub(crate) const LONGEST_SLEEP: Duration = Duration::from_secs(1);
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(30);
const PRUNED_AT_ONCE: u32 = 1_000;

/// Wakes the workers when there may be something to do.
#[derive(Default)]
pub struct Wake {
    pub jobs: Arc<Notify>,
    pub deliveries: Arc<Notify>,
}

impl Wake {
    /// A batch was committed.
    pub fn tell(&self, news: Wakeups) {
        self.jobs.notify_one();
        if news.deliveries {
            self.deliveries.notify_one();
        }
    }
}

/// Runs until `stop` turns true, finishing the step at hand.
pub async fn run(platform: Arc<Platform>, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let worker = Worker::new(platform.store.clone(), platform.rails.clone());
    while !*stop.borrow() {
        let now = platform.clock.now();
        let sleep = match worker.step(now).await {
            Ok(Step::Did(_)) => continue,
            Ok(Step::IdleUntil(due)) => due.map_or(LONGEST_SLEEP, |due| until(due, now)),
            Err(error) => {
                tracing::warn!(%error, "jobs have to wait");
                LONGEST_SLEEP
            }
        };
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(sleep) => {}
            _stopped = stop.wait_for(|stop| *stop) => {}
        }
    }
}

/// Prunes old idempotency records and writes down when keys were last used.
pub async fn keep_house(platform: Arc<Platform>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(HOUSEKEEPING_EVERY) => {}
            _stopped = stop.wait_for(|stop| *stop) => return,
        }
        let now = platform.clock.now();
        for key_use in platform.keyring.uses_to_record(now) {
            if let Err(error) = platform.store.run(key_use).await {
                tracing::warn!(%error, "cannot record the use of a key");
            }
        }
        loop {
            match platform.store.prune_idempotency(now, PRUNED_AT_ONCE).await {
                Ok(pruned) if pruned >= u64::from(PRUNED_AT_ONCE) => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "cannot prune idempotency keys");
                    break;
                }
            }
        }
    }
}

/// How long to sleep, should nothing happen before.
pub(crate) fn until(due: Timestamp, now: Timestamp) -> Duration {
    let millis = u64::try_from(due.millis().saturating_sub(now.millis())).unwrap_or_default();
    Duration::from_millis(millis).clamp(Duration::from_millis(1), LONGEST_SLEEP)
}
