//! A store under test: an engine, a clock set by hand, ids that count, and short ways to run commands.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use hedge_domain::account::AccountId;
use hedge_domain::command::{Command, Context, Stop};
use hedge_domain::event::{Event, Subject};
use hedge_domain::payment::Payment;
use hedge_domain::{Duration, IdSource, Refusal, State, Timestamp};
use hedge_store::memory::Memory;
use hedge_store::sqlite::{Access, Sqlite};
use hedge_store::{Ambient, Clock, Done, Engine, Keyed, Options, Store, StoreError};

use tempfile::TempDir;

use crate::postgres::PostgresHome;

/// Where the rows of one test live; they outlast a restart of the store and go with the home.
pub enum Home {
    Memory(Memory),
    Sqlite(TempDir),
    Postgres(PostgresHome),
}

impl Home {
    pub async fn memory() -> Option<Self> {
        Some(Self::Memory(Memory::new()))
    }

    pub async fn sqlite() -> Option<Self> {
        Some(Self::Sqlite(TempDir::new().unwrap()))
    }

    pub async fn postgres() -> Option<Self> {
        PostgresHome::create().await.map(Self::Postgres)
    }

    /// The same one without rows, where that is less work than another one.
    pub async fn emptied(self) -> Option<Self> {
        match self {
            Self::Memory(_) | Self::Sqlite(_) => None,
            Self::Postgres(home) => Some(Self::Postgres(home.emptied().await)),
        }
    }

    async fn start(&self, ambient: Ambient) -> Store {
        let options = Options::default();
        match self {
            Self::Memory(memory) => Store::start(memory.clone(), ambient, options).await.unwrap(),
            Self::Sqlite(folder) => {
                let engine = Sqlite::open(&folder.path().join("hedge.db"), Access::Server).unwrap();
                Store::start(engine, ambient, options).await.unwrap()
            }
            Self::Postgres(home) => home.start(ambient, options).await,
        }
    }
}

/// 2024-06-15T10:30:00Z
const START: i64 = 1_718_447_400_000;

pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(span.millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Time above, a counter below: as the server's, but the same every time.
pub struct CountingIds(AtomicU64);

impl IdSource for CountingIds {
    fn next(&self, now: Timestamp) -> u128 {
        let millis = u128::try_from(now.millis()).unwrap();
        millis << 80 | u128::from(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

pub struct Harness {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub ids: Arc<CountingIds>,
    pub home: Home,
}

impl Harness {
    pub async fn open(home: Home) -> Self {
        let clock = Arc::new(ManualClock(AtomicI64::new(START)));
        let ids = Arc::new(CountingIds(AtomicU64::new(1)));
        let store = home.start(ambient(&clock, &ids)).await;
        Self { store, clock, ids, home }
    }

    /// Another store on the same rows, as another replica would run.
    pub async fn another_store(&self) -> Store {
        self.home.start(ambient(&self.clock, &self.ids)).await
    }

    /// The same on an engine of one's own.
    pub async fn store_on(&self, engine: impl Engine) -> Store {
        Store::start(engine, ambient(&self.clock, &self.ids), Options::default()).await.unwrap()
    }

    /// The same rows after a restart.
    pub async fn reopened(self) -> Self {
        let Self { store, clock, ids, home } = self;
        store.close().await;
        let store = home.start(ambient(&clock, &ids)).await;
        Self { store, clock, ids, home }
    }

    /// For another store on the same clock and ids.
    pub fn ambient(&self) -> Ambient {
        ambient(&self.clock, &self.ids)
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs a command that must not meet trouble with the store; a refusal is an answer.
    pub async fn try_run<C: Command>(&self, command: C) -> Result<C::Output, Refusal> {
        result(self.store.run(command).await)
    }

    /// Runs a command that must succeed.
    pub async fn run<C: Command>(&self, command: C) -> C::Output {
        self.try_run(command).await.unwrap()
    }

    /// Runs a function as a command: to put rows where no command does, and to see what a command would load.
    pub async fn act<T, F>(&self, act: F) -> T
    where
        T: Send + 'static,
        F: Fn(&mut State, &Context<'_>) -> Result<T, Stop> + Send + 'static,
    {
        self.try_act(act).await.unwrap()
    }

    pub async fn try_act<T, F>(&self, act: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: Fn(&mut State, &Context<'_>) -> Result<T, Stop> + Send + 'static,
    {
        result(self.attempt(act).await)
    }

    /// The same, whatever the store says to it.
    pub async fn attempt<T, F>(&self, act: F) -> Result<Done<T>, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut State, &Context<'_>) -> Result<T, Stop> + Send + 'static,
    {
        self.store.run(Act(act)).await
    }

    pub async fn payment(&self, id: hedge_domain::payment::PaymentId) -> Payment {
        self.store.get::<Payment>(id).await.unwrap().unwrap()
    }
}

fn ambient(clock: &Arc<ManualClock>, ids: &Arc<CountingIds>) -> Ambient {
    Ambient { clock: clock.clone(), ids: ids.clone(), render_event: Box::new(payload), committed: Box::new(|_news| {}) }
}

/// The outcome of a command without an idempotency key.
pub fn result<T>(done: Result<Done<T>, StoreError>) -> Result<T, Refusal> {
    match done.unwrap() {
        Done::Fresh { result, saved: None } => result,
        Done::Fresh { saved: Some(_), .. } | Done::Replayed(_) => panic!("nobody asked for idempotency"),
    }
}

/// How an event reads here: its kind and number, then the object as it was.
pub fn payload(event: &Event) -> Vec<u8> {
    let object = match &event.subject {
        Subject::Payment(payment) => shown(payment),
        Subject::WebhookEndpoint(endpoint) => format!("{endpoint:?}"),
        Subject::Test { data, .. } => data.clone(),
        Subject::CheckoutSession(session) => format!("{session:?}"),
        Subject::Payout(payout) => format!("{payout:?}"),
    };
    format!("{} {} {object}", event.kind.code(), event.sequence).into_bytes()
}

pub fn shown(payment: &Payment) -> String {
    format!("{payment:?}")
}

pub struct Act<F>(pub F);

impl<T, F> Command for Act<F>
where
    T: Send + 'static,
    F: Fn(&mut State, &Context<'_>) -> Result<T, Stop> + Send + 'static,
{
    type Output = T;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(None)
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<T, Stop> {
        (self.0)(state, cx)
    }
}

/// Renders an answer as its debug text, so that replays can be compared byte for byte.
pub fn keyed<T: std::fmt::Debug + 'static>(claim: hedge_domain::idempotency::Claim) -> Keyed<T> {
    let render = |result: Result<&T, &Refusal>| hedge_domain::idempotency::SavedAnswer {
        status: if result.is_ok() { 201 } else { 422 },
        body: format!("{result:?}").into_bytes(),
    };
    Keyed { claim, render: Box::new(render) }
}
