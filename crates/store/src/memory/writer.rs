//! The memory engine's writer: stages a batch, then applies all of it at once or none.

use std::collections::BTreeSet;
use std::future::{Future, ready};

use hedge_domain::state::Changes;
use hedge_domain::{Key, State};

use super::Memory;
use super::tables::Staged;
use crate::engine::{Lane, OutboxRow};
use crate::error::EngineError;

pub(super) struct MemoryLane {
    engine: Memory,
    staged: Option<Staged>,
}

impl MemoryLane {
    pub(super) const fn new(engine: Memory) -> Self {
        Self { engine, staged: None }
    }

    fn apply(&mut self) -> Result<(), EngineError> {
        let fault = self.engine.faults.lock().pop_front();
        let staged = self.staged.take();
        if fault.is_none_or(super::Fault::applies)
            && let Some(staged) = staged
        {
            let mut rows = self.engine.rows.lock();
            for job in staged.settled_jobs() {
                rows.leases.remove(&job);
            }
            for delivery in staged.settled_deliveries() {
                rows.delivery_leases.remove(&delivery);
            }
            rows.tables.apply(staged);
        }
        fault.map_or(Ok(()), |fault| Err(fault.error()))
    }
}

impl Lane for MemoryLane {
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
        self.engine.rows.lock().tables.load(keys, state);
        ready(Ok(()))
    }

    fn persist(
        &mut self,
        changes: &Changes,
        outbox: &[OutboxRow],
    ) -> impl Future<Output = Result<(), EngineError>> + Send {
        let checked = self.engine.rows.lock().tables.check(changes);
        ready(checked.map(|()| self.staged = Some(Staged::of(changes, outbox))))
    }

    fn commit(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send {
        ready(self.apply())
    }

    fn rollback(&mut self) -> impl Future<Output = ()> + Send {
        self.staged = None;
        ready(())
    }
}
