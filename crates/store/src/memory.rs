//! The memory engine: the same semantics with plain maps, for simulation and for faults on demand.
//!
//! Knows no SQL. It is a handle: a clone sees the same rows, so a store started on a clone is a restart that lost
//! nothing. What a newcomer gets wrong: leases live in the handle's rows too, unlike in a real restart.

mod due;
mod faults;
mod list;
mod reads;
mod statement;
mod tables;
mod writer;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use futures::future::BoxFuture;
use hedge_domain::Timestamp;
use hedge_domain::delivery::DeliveryId;
use hedge_domain::job::JobId;
use parking_lot::Mutex;
use tokio::sync::watch;

pub use faults::Fault;

use crate::batcher::Batcher;
use crate::error::StoreError;
use tables::Tables;

#[derive(Clone, Default)]
pub struct Memory {
    rows: Arc<Mutex<Rows>>,
    faults: Arc<Mutex<VecDeque<Fault>>>,
    /// The writer of this handle; gone when it has ended.
    writer: Arc<Mutex<Option<watch::Receiver<()>>>>,
}

#[derive(Default)]
struct Rows {
    tables: Tables,
    /// Until when a job is somebody's.
    leases: BTreeMap<JobId, Timestamp>,
    delivery_leases: BTreeMap<DeliveryId, Timestamp>,
}

impl Memory {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the next batch that changes something run into this; faults queue up, one per batch.
    pub fn fail_next(&self, fault: Fault) {
        self.faults.lock().push_back(fault);
    }

    fn start_writer(&self, batcher: Batcher) -> BoxFuture<'_, Result<(), StoreError>> {
        let (ended, running) = watch::channel(());
        *self.writer.lock() = Some(running);
        let writer = writer::MemoryWriter::new(self.clone());
        tokio::spawn(async move {
            batcher.run(writer).await;
            drop(ended);
        });
        Box::pin(std::future::ready(Ok(())))
    }

    fn writer_ended(&self) -> BoxFuture<'_, ()> {
        let running = self.writer.lock().clone();
        Box::pin(async move {
            if let Some(mut running) = running {
                // Nothing is ever sent: an error is the writer's end.
                while running.changed().await.is_ok() {}
            }
        })
    }
}
