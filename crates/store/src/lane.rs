//! The batcher: load what the batch needs, decide every command, persist all of it, commit once, then answer everybody.
//!
//! Nothing is acknowledged before the commit. A commit that fails leaves the outcome unknown, and says so.

use std::collections::BTreeSet;
use std::sync::Arc;

use hedge_domain::event::Event;
use hedge_domain::{Context, Key, State, Timestamp};

use crate::engine::{Lane, OutboxRow};
use crate::error::{EngineError, StoreError};
use crate::queue::Receiver;
use crate::store::Ambient;
use crate::submission::{Pass, Work};

/// Enough to pay off one fsync many times over; more would only make the first ones wait.
const LARGEST_BATCH: usize = 256;
/// Commands ask for at most a handful of rows one after the other.
const MOST_PASSES: usize = 16;
/// A batch that loses to other writers this often would not get better by trying on.
const MOST_ATTEMPTS: usize = 32;

/// What an engine's lanes need to take batches off the queue.
#[derive(Clone)]
pub struct Worker {
    pub(crate) queue: Receiver,
    pub(crate) ambient: Arc<Ambient>,
}

impl Worker {
    /// Serves the queue on one lane until it is closed and drained.
    pub async fn run(self, mut lane: impl Lane) {
        loop {
            let mut batch = self.queue.next_batch(LARGEST_BATCH).await;
            if batch.is_empty() {
                return;
            }
            let end = self.settle(&mut lane, &mut batch).await;
            if let (Err(StoreError::Fault(_)), true) = (&end, batch.len() > 1) {
                self.settle_apart(&mut lane, batch).await;
            } else {
                batch.into_iter().for_each(|work| work.answer(end.clone()));
            }
            (self.ambient.committed)();
        }
    }

    /// One command did what the database refuses, which is a bug; the others of its batch must not suffer for it.
    async fn settle_apart(&self, lane: &mut impl Lane, batch: Vec<Box<dyn Work>>) {
        for work in batch {
            let mut alone = [work];
            let end = self.settle(lane, &mut alone).await;
            let [work] = alone;
            work.answer(end);
        }
    }

    async fn settle(&self, lane: &mut impl Lane, batch: &mut [Box<dyn Work>]) -> Result<(), StoreError> {
        for _attempt in 0..MOST_ATTEMPTS {
            match self.attempt(lane, batch).await {
                Ok(()) => return Ok(()),
                Err(EngineError::Conflict) => lane.rollback().await,
                Err(EngineError::Rejected(cause)) => {
                    lane.rollback().await;
                    tracing::error!(%cause, commands = batch.len(), "the database refused a batch");
                    return Err(StoreError::Fault(cause));
                }
                Err(EngineError::Failed(cause)) => {
                    lane.rollback().await;
                    tracing::error!(%cause, "batch failed");
                    return Err(StoreError::Unavailable(cause));
                }
                Err(EngineError::CommitUnknown(cause)) => {
                    lane.rollback().await;
                    tracing::error!(%cause, "commit failed, outcome unknown");
                    return Err(StoreError::Unknown(cause));
                }
            }
        }
        Err(StoreError::Busy)
    }

    async fn attempt(&self, lane: &mut impl Lane, batch: &mut [Box<dyn Work>]) -> Result<(), EngineError> {
        lane.begin().await?;
        let mut state = State::default();
        let now = self.ambient.clock.now();

        let mut wanted: BTreeSet<_> = batch.iter().flat_map(|work| work.wants()).collect();
        let mut open: Vec<usize> = (0..batch.len()).collect();
        for _pass in 0..MOST_PASSES {
            if !wanted.is_empty() {
                lane.load(&wanted, &mut state).await?;
            }
            wanted = self.decide(&mut state, batch, &mut open, now);
            if open.is_empty() {
                break;
            }
        }

        let changes = state.into_changes();
        if changes.is_empty() {
            lane.rollback().await;
            return Ok(());
        }
        let outbox: Vec<_> = changes.events.iter().map(|event| self.render(event)).collect();
        lane.persist(&changes, &outbox).await?;
        lane.commit().await
    }

    /// One pass over the commands that are still open; answers what they are missing.
    fn decide(
        &self,
        state: &mut State,
        batch: &mut [Box<dyn Work>],
        open: &mut Vec<usize>,
        now: Timestamp,
    ) -> BTreeSet<Key> {
        let cx = Context { now, real: now, ids: &*self.ambient.ids };
        let mut missing = BTreeSet::new();
        open.retain(|&index| match batch[index].pass(state, &cx) {
            Pass::Settled => false,
            Pass::Missing(key) => {
                missing.insert(key);
                true
            }
        });
        missing
    }

    fn render(&self, event: &Event) -> OutboxRow {
        OutboxRow {
            id: event.id,
            account: event.account,
            kind: event.kind,
            object: event.subject.object(),
            sequence: event.sequence,
            payload: (self.ambient.render_event)(event),
            at: event.at,
        }
    }
}
