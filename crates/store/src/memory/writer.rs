//! The memory engine's writer: stages a batch, then applies all of it at once or none.

use std::collections::BTreeSet;
use std::future::{Future, ready};

use hedge_domain::delivery::DeliveryId;
use hedge_domain::job::JobId;
use hedge_domain::state::Changes;
use hedge_domain::{Key, State};

use super::Memory;
use super::tables::{Finder, Staged, Staging};
use crate::engine::{OutboxRow, Writer};
use crate::error::EngineError;
use crate::records::{self, Batch};

pub(super) struct MemoryWriter {
    engine: Memory,
    staged: Option<Staged>,
    /// What was finished, settled or put off: nobody's any more once the batch is applied.
    settled: (Vec<JobId>, Vec<DeliveryId>),
}

impl MemoryWriter {
    pub(super) const fn new(engine: Memory) -> Self {
        Self { engine, staged: None, settled: (Vec::new(), Vec::new()) }
    }

    fn find(&self, keys: &BTreeSet<Key>, state: &mut State) -> Result<(), EngineError> {
        let rows = self.engine.rows.lock();
        let mut finder = Finder { tables: &rows.tables, state };
        keys.iter().try_for_each(|&key| records::find(key, &mut finder)).map_err(EngineError::failed)
    }

    fn stage(&mut self, changes: &Changes, outbox: &[OutboxRow]) -> Result<(), EngineError> {
        Staged::sound(changes)?;
        let rows = self.engine.rows.lock();
        let mut staging = Staging { tables: &rows.tables, staged: Staged::default() };
        Batch::of(changes, outbox).write(&mut staging)?;
        staging.post(&changes.postings);
        self.staged = Some(staging.staged);
        let jobs = changes.jobs.iter().map(|change| change.id).chain(changes.finished_jobs.iter().copied());
        self.settled = (jobs.collect(), changes.deliveries.iter().map(|change| change.id).collect());
        Ok(())
    }

    fn apply(&mut self) -> Result<(), EngineError> {
        let fault = self.engine.faults.lock().pop_front();
        let staged = self.staged.take();
        if fault.is_none_or(super::Fault::applies)
            && let Some(staged) = staged
        {
            let mut rows = self.engine.rows.lock();
            rows.leases.retain(|job, _| !self.settled.0.contains(job));
            rows.delivery_leases.retain(|delivery, _| !self.settled.1.contains(delivery));
            rows.tables.apply(staged);
        }
        fault.map_or(Ok(()), |fault| Err(fault.error()))
    }
}

impl Writer for MemoryWriter {
    const ENGINE: &'static str = "memory";

    fn begin(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send {
        self.staged = None;
        ready(Ok(()))
    }

    fn load(
        &mut self,
        keys: &BTreeSet<Key>,
        state: &mut State,
    ) -> impl Future<Output = Result<(), EngineError>> + Send {
        ready(self.find(keys, state))
    }

    fn persist(
        &mut self,
        changes: &Changes,
        outbox: &[OutboxRow],
    ) -> impl Future<Output = Result<(), EngineError>> + Send {
        ready(self.stage(changes, outbox))
    }

    fn commit(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send {
        ready(self.apply())
    }

    fn rollback(&mut self) -> impl Future<Output = ()> + Send {
        self.staged = None;
        ready(())
    }
}
