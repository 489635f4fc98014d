//! The loop of the delivery worker: when it claims, what it waits for, and how it ends.
//!
//! A newcomer's usual mistake is to wait for a whole claim to be worked off before the next: then one receiver that
//! hangs keeps everybody waiting. Here each attempt that ends makes room for the next claim.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::{JoinError, JoinSet};

use super::{Deliverer, Step};
use crate::worker::{LONGEST_SLEEP, until};

/// How long attempts may go on once the server is told to stop. What is not over by then is made again after the next
/// start.
const GRACE: Duration = Duration::from_secs(5);

/// Runs until `stop` turns true, then lets what is under way come to its end.
pub async fn run(deliverer: Arc<Deliverer>, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut under_way = JoinSet::new();
    while !*stop.borrow() {
        let sleep = claim(&deliverer, &mut under_way).await;
        tokio::select! {
            () = wake.notified() => {}
            Some(ended) = under_way.join_next() => {
                tell(ended);
                // Those that were recorded by one commit end together, and one claim fills all their places.
                while let Some(ended) = under_way.try_join_next() {
                    tell(ended);
                }
            }
            () = tokio::time::sleep(sleep) => {}
            _stopped = stop.wait_for(|stop| *stop) => {}
        }
    }
    let ending = async {
        while let Some(ended) = under_way.join_next().await {
            tell(ended);
        }
    };
    if tokio::time::timeout(GRACE, ending).await.is_err() {
        tracing::info!(attempts = under_way.len(), "deliveries were broken off and will be made again");
    }
    // Attempts hold the store, which is about to be closed.
    under_way.shutdown().await;
}

/// Starts what is due; answers how long there is nothing to do unless something happens.
async fn claim(deliverer: &Arc<Deliverer>, under_way: &mut JoinSet<()>) -> Duration {
    let number = u32::try_from(under_way.len()).unwrap_or(u32::MAX);
    let room = deliverer.limits.total.saturating_sub(number);
    if room == 0 {
        return LONGEST_SLEEP;
    }
    let now = deliverer.clock.now();
    let sleep = match deliverer.step(now, room).await {
        Ok(Step::Claimed(claimed)) => {
            for due in claimed {
                let deliverer = Arc::clone(deliverer);
                under_way.spawn(async move { deliverer.work(due).await });
            }
            LONGEST_SLEEP
        }
        Ok(Step::IdleUntil(due)) => due.map_or(LONGEST_SLEEP, |due| until(due, now)),
        Err(error) => {
            tracing::warn!(%error, "deliveries have to wait");
            LONGEST_SLEEP
        }
    };
    metrics::gauge!("hedge_webhook_attempts_in_flight").set(u32::try_from(under_way.len()).unwrap_or(u32::MAX));
    sleep
}

/// One that panicked leaves its delivery to the lease.
fn tell(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "an attempt ended badly");
    }
}
