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
use crate::engine::{OutboxRow, Writer};
use crate::error::{EngineError, StoreError};
use crate::queue::Receiver;
use crate::store::{Ambient, Wakeups};
use crate::submission::{Progress, Work};

/// Enough to pay off one fsync many times over; more would only make the first ones wait.
const MAX_BATCH: usize = 256;
/// Whoever's time it is will most likely have an event, and whom that goes to is then loaded in the same round.
fn subscriptions(wanted: &BTreeSet<Key>) -> Vec<Key> {
    let subscriptions =
        |key: &Key| if let Key::TestClock(account) = key { Some(Key::Subscriptions(*account)) } else { None };
    wanted.iter().filter_map(subscriptions).collect()
}

/// Commands ask for at most a handful of rows one after the other.
const MAX_LOAD_ROUNDS: usize = 16;
/// A batch that loses to other writers, or loses its connection, this often would not get better by trying on.
const MAX_ATTEMPTS: usize = 32;

/// A batch has no one request for a parent: it is linked to all whose commands it carries.
fn span<W: Writer>(_writer: &W, batch: &[Box<dyn Work>]) -> Span {
    let (engine, commands) = (W::ENGINE, batch.len());
    let span = trace_span!(target: SPANS, "store batch", engine, commands, attempts = Empty, otel.status_code = Empty);
    if !span.is_disabled() {
        batch.iter().for_each(|work| {
            span.follows_from(work.asked_in());
        });
    }
    span
}

/// What an engine's writers need to take batches off the queue.
#[derive(Clone)]
pub struct Batcher {
    pub(crate) queue: Receiver,
    pub(crate) ambient: Arc<Ambient>,
}

impl Batcher {
    /// Serves the queue on one writer until it is closed and drained.
    pub async fn run(self, mut writer: impl Writer) {
        loop {
            let mut batch = self.queue.next_batch(MAX_BATCH).await;
            if batch.is_empty() {
                return;
            }
            let mut wakeups = Wakeups::default();
            let span = span(&writer, &batch);
            let end = self.settle(&mut writer, &mut batch, &mut wakeups).instrument(span.clone()).await;
            if end.is_err() {
                span.record("otel.status_code", "ERROR");
            }
            drop(span);
            if let (Err(StoreError::Fault(_)), true) = (&end, batch.len() > 1) {
                self.settle_apart(&mut writer, batch, &mut wakeups).await;
            } else {
                batch.into_iter().for_each(|work| work.answer(end.clone()));
            }
            (self.ambient.committed)(wakeups);
        }
    }

    /// One command did what the database refuses, which is a bug; the others of its batch must not suffer for it.
    async fn settle_apart(&self, writer: &mut impl Writer, batch: Vec<Box<dyn Work>>, wakeups: &mut Wakeups) {
        for work in batch {
            let mut alone = [work];
            let end = self.settle(writer, &mut alone, wakeups).await;
            let [work] = alone;
            work.answer(end);
        }
    }

    async fn settle(
        &self,
        writer: &mut impl Writer,
        batch: &mut [Box<dyn Work>],
        wakeups: &mut Wakeups,
    ) -> Result<(), StoreError> {
        for attempt in 1..=MAX_ATTEMPTS {
            Span::current().record("attempts", attempt);
            match self.attempt(writer, batch, wakeups).await {
                Ok(()) => return Ok(()),
                Err(EngineError::Conflict) => writer.rollback().await,
                Err(EngineError::Rejected(cause)) => {
                    writer.rollback().await;
                    tracing::error!(%cause, commands = batch.len(), "the database refused a batch");
                    return Err(StoreError::Fault(cause));
                }
                Err(EngineError::Failed(cause) | EngineError::Damaged(cause)) => {
                    writer.rollback().await;
                    tracing::error!(%cause, "batch failed");
                    return Err(StoreError::Unavailable(cause));
                }
                Err(EngineError::CommitUnknown(cause)) => {
                    writer.rollback().await;
                    tracing::error!(%cause, "commit failed, outcome unknown");
                    return Err(StoreError::Unknown(cause));
                }
            }
        }
        Err(StoreError::Busy)
    }

    async fn attempt(
        &self,
        writer: &mut impl Writer,
        batch: &mut [Box<dyn Work>],
        wakeups: &mut Wakeups,
    ) -> Result<(), EngineError> {
        writer.begin().await?;
        let mut state = State::default();
        let now = self.ambient.clock.now();

        let mut wanted: BTreeSet<_> = batch.iter().flat_map(|work| work.wants(&state)).collect();
        let mut open: Vec<usize> = (0..batch.len()).collect();
        for _round in 0..MAX_LOAD_ROUNDS {
            wanted.extend(subscriptions(&wanted));
            if !wanted.is_empty() {
                writer.load(&wanted, &mut state).await?;
            }
            wanted = self.decide(&mut state, batch, &mut open, now);
            if open.is_empty() {
                break;
            }
        }

        while let Err(missing) = state.fan_out() {
            writer.load(&missing, &mut state).await?;
        }
        if !state.has_changed() {
            writer.rollback().await;
            return Ok(());
        }
        let changes = state.into_changes();
        // Before the commit, whose outcome may stay unknown: to look for nothing is cheap, not to look is not.
        wakeups.add(&changes);
        let outbox: Vec<_> = changes.events.iter().map(|event| self.render(event)).collect();
        writer.persist(&changes, &outbox).await?;
        writer.commit().await
    }

    /// One round over the commands that are still open; answers what they are missing.
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
            Progress::Settled => false,
            Progress::Missing(key) => {
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
