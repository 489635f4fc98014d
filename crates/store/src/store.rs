//! The store as the rest of the server sees it: run a command, or read.

use std::cmp::Reverse;
use std::ops::Deref;
use std::sync::Arc;

use hedge_domain::command::Command;
use hedge_domain::delivery::DeliveryStatus;
use hedge_domain::event::{Event, Order};
use hedge_domain::state::Changes;
use hedge_domain::{IdSource, Timestamp};

use crate::batcher::Batcher;
use crate::engine::{Engine, Page};
use crate::error::StoreError;
use crate::filter::Query;
use crate::queue::{self, Sender};
use crate::record::{Column, Found, Record, Stored, Weighed};
use crate::submission::{Done, Keyed, Submission};

/// Tells the time; the server's reads the system clock, a test's is set by hand.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

pub type RenderEvent = Box<dyn Fn(&Event) -> Vec<u8> + Send + Sync>;

/// Everything ambient that a batch needs, handed in so that nothing in here reaches for it.
pub struct Ambient {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource + Send + Sync>,
    /// How an event reads to its receivers. Called once per event: the bytes are kept and every delivery sends them.
    pub render_event: RenderEvent,
    /// Called after every batch, so that workers look for new work at once.
    pub committed: Box<dyn Fn(Wakeups) + Send + Sync>,
}

/// What a batch may have left to do, beside jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wakeups {
    /// Deliveries may be due that were not before. Most batches have none, and looking for them is a query.
    pub deliveries: bool,
}

impl Wakeups {
    pub(crate) fn add(&mut self, changes: &Changes) {
        let waits = changes.deliveries.iter().any(|change| change.after.status == DeliveryStatus::Pending);
        self.deliveries |= waits || !changes.test_clocks.is_empty();
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many commands may wait; beyond it callers are told to come again.
    pub queue_length: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { queue_length: 4_096 }
    }
}

/// Cheap to clone. Reads go straight to the engine (this type dereferences to it); writes queue up.
#[derive(Clone)]
pub struct Store {
    engine: Arc<dyn Engine>,
    queue: Sender,
}

impl Store {
    /// Starts the engine's writers.
    pub async fn start(engine: impl Engine, ambient: Ambient, options: Options) -> Result<Self, StoreError> {
        let (sender, receiver) = queue::queue(options.queue_length);
        let engine: Arc<dyn Engine> = Arc::new(engine);
        engine.start(Batcher { queue: receiver, ambient: Arc::new(ambient) }).await?;
        Ok(Self { engine, queue: sender })
    }

    /// Runs a command durably: when this answers `Ok`, the effect has been committed.
    pub async fn run<C: Command>(&self, command: C) -> Result<Done<C::Output>, StoreError> {
        self.submit(command, None).await
    }

    /// The same under an idempotency key.
    pub async fn run_keyed<C: Command>(
        &self,
        command: C,
        keyed: Keyed<C::Output>,
    ) -> Result<Done<C::Output>, StoreError> {
        self.submit(command, Some(keyed)).await
    }

    async fn submit<C: Command>(
        &self,
        command: C,
        keyed: Option<Keyed<C::Output>>,
    ) -> Result<Done<C::Output>, StoreError> {
        let (work, reply) = Submission::with_reply(command, keyed);
        self.queue.send(work)?;
        reply.await.unwrap_or(Err(StoreError::Unknown("the writer ended".to_owned())))
    }

    /// The row with this id, if there is one.
    pub async fn get<E: Record>(&self, id: E::Id) -> Result<Option<E>, StoreError> {
        let mut found = Found::<E>::default();
        self.engine.get(id.cell(), &mut found).await?;
        Ok(found.0.pop().map(|(entity, _)| entity))
    }

    /// A page of a list, in the order that is asked for. It is shorter than asked for if its rows are large.
    pub async fn list<Q: Query>(&self, query: &Q) -> Result<Page<Q::Row>, StoreError> {
        let (filter, mut found) = (query.filter(), Weighed::<Q::Row>::default());
        self.engine.list(&filter, &mut found).await?;
        let (items, left_out) = found.fitting(|rows| sort(rows, filter.order));
        let Page { items, has_more } = Page::cut(items, filter.limit);
        Ok(Page { items, has_more: has_more || left_out })
    }

    /// The whole of a list that has no pages.
    pub async fn all<Q: Query>(&self, query: &Q) -> Result<Vec<Q::Row>, StoreError> {
        let (filter, mut found) = (query.filter(), Found::<Q::Row>::default());
        self.engine.list(&filter, &mut found).await?;
        let mut items: Vec<_> = found.0.into_iter().map(|(item, _)| item).collect();
        sort(&mut items, filter.order);
        Ok(Page::cut(items, filter.limit).items)
    }

    /// The only one of its kind.
    pub async fn first<Q: Query>(&self, query: &Q) -> Result<Option<Q::Row>, StoreError> {
        Ok(self.all(query).await?.pop())
    }

    /// How many commands wait to be taken into a batch.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// Lets the writers finish what was accepted. Every other clone must be gone, or this waits for it.
    pub async fn close(self) {
        let engine = Arc::clone(&self.engine);
        drop(self);
        engine.stopped().await;
    }
}

fn sort<E: Stored>(rows: &mut [E], order: Order) {
    match order {
        Order::NewestFirst => rows.sort_by_key(|row| Reverse(row.id())),
        Order::OldestFirst => rows.sort_by_key(Stored::id),
    }
}

impl Deref for Store {
    type Target = dyn Engine;

    fn deref(&self) -> &Self::Target {
        &*self.engine
    }
}
