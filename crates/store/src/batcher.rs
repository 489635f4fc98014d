//! The batcher: load what the batch needs, decide every command, persist all of it, commit once, then answer everybody.
//!
//! Nothing is acknowledged before the commit. A commit that fails leaves the outcome unknown, and says so.

use std::collections::BTreeSet;
use std::sync::Arc;

use hedge_domain::event::Event;
use hedge_domain::{Context, Key, State, Timestamp};
use tracing::field::Empty;
use tracing::{Instrument, Span, trace_span};

use crate::SPANS;
use crate::engine::{Lane, OutboxRow};
use crate::error::{EngineError, StoreError};
use crate::queue::Receiver;
use crate::store::{Ambient, News};
use crate::submission::{Pass, Work};

/// Enough to pay off one fsync many times over; more would only make the first ones wait.
const LARGEST_BATCH: usize = 256;
/// Whoever's time it is will most likely have an event, and whom that goes to is then loaded in the same round.
fn rosters(wanted: &BTreeSet<Key>) -> Vec<Key> {
    let roster = |key: &Key| if let Key::TestClock(account) = key { Some(Key::Roster(*account)) } else { None };
    wanted.iter().filter_map(roster).collect()
}

/// Commands ask for at most a handful of rows one after the other.
const MOST_PASSES: usize = 16;
/// A batch that loses to other writers, or loses its connection, this often would not get better by trying on.
const MOST_ATTEMPTS: usize = 32;

/// A batch has no one request for a parent: it is linked to all whose commands it carries.
fn span<L: Lane>(_lane: &L, batch: &[Box<dyn Work>]) -> Span {
    let (engine, commands) = (L::ENGINE, batch.len());
    let span = trace_span!(target: SPANS, "store batch", engine, commands, attempts = Empty, otel.status_code = Empty);
    if !span.is_disabled() {
        batch.iter().for_each(|work| {
            span.follows_from(work.asked_in());
        });
    }
    span
}

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
            let mut news = News::default();
            let span = span(&lane, &batch);
            let end = self.settle(&mut lane, &mut batch, &mut news).instrument(span.clone()).await;
            if end.is_err() {
                span.record("otel.status_code", "ERROR");
            }
            drop(span);
            if let (Err(StoreError::Fault(_)), true) = (&end, batch.len() > 1) {
                self.settle_apart(&mut lane, batch, &mut news).await;
            } else {
                batch.into_iter().for_each(|work| work.answer(end.clone()));
            }
            (self.ambient.committed)(news);
        }
    }

    /// One command did what the database refuses, which is a bug; the others of its batch must not suffer for it.
    async fn settle_apart(&self, lane: &mut impl Lane, batch: Vec<Box<dyn Work>>, news: &mut News) {
        for work in batch {
            let mut alone = [work];
            let end = self.settle(lane, &mut alone, news).await;
            let [work] = alone;
            work.answer(end);
        }
    }

    async fn settle(
        &self,
        lane: &mut impl Lane,
        batch: &mut [Box<dyn Work>],
        news: &mut News,
    ) -> Result<(), StoreError> {
        for attempt in 1..=MOST_ATTEMPTS {
            Span::current().record("attempts", attempt);
            match self.attempt(lane, batch, news).await {
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

    async fn attempt(
        &self,
        lane: &mut impl Lane,
        batch: &mut [Box<dyn Work>],
        news: &mut News,
    ) -> Result<(), EngineError> {
        lane.begin().await?;
        let mut state = State::default();
        let now = self.ambient.clock.now();

        let mut wanted: BTreeSet<_> = batch.iter().flat_map(|work| work.wants()).collect();
        let mut open: Vec<usize> = (0..batch.len()).collect();
        for _pass in 0..MOST_PASSES {
            wanted.extend(rosters(&wanted));
            if !wanted.is_empty() {
                lane.load(&wanted, &mut state).await?;
            }
            wanted = self.decide(&mut state, batch, &mut open, now);
            if open.is_empty() {
                break;
            }
        }

        while let Err(missing) = state.fan_out() {
            lane.load(&missing, &mut state).await?;
        }
        let changes = state.into_changes();
        if changes.is_empty() {
            lane.rollback().await;
            return Ok(());
        }
        // Before the commit, whose outcome may stay unknown: to look for nothing is cheap, not to look is not.
        news.add(&changes);
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
