//! What an engine is: lanes that load and persist batches, and read-only queries.
//!
//! Reads see only what is committed. An engine with several writers (Postgres) checks row versions in `persist` and
//! answers [`EngineError::Conflict`]; the lane then runs the batch again from the start.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId};
use hedge_domain::customer::{Customer, CustomerId, CustomerQuery};
use hedge_domain::event::{EventId, EventKind};
use hedge_domain::installation::Installation;
use hedge_domain::job::Job;
use hedge_domain::ledger::LedgerAccount;
use hedge_domain::merchant::{Merchant, MerchantId};
use hedge_domain::payment::{Payment, PaymentId, PaymentQuery, PaymentStatus};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodQuery};
use hedge_domain::signing_key::SigningKey;
use hedge_domain::state::Changes;
use hedge_domain::test_clock::TestClock;
use hedge_domain::{Account, Currency, Key, State, Timestamp};

use crate::audit::{self, Audit};
use crate::error::{EngineError, StoreError};
use crate::lane::Worker;

/// One page of a list, newest first.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub has_more: bool,
}

impl<T> Page<T> {
    /// A page of what was read, which is one more than asked for if more follow.
    #[must_use]
    pub fn cut(mut items: Vec<T>, limit: u32) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        Self { items, has_more }
    }
}

/// An event with its payload as it will be sent, rendered once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: EventId,
    pub account: AccountId,
    pub kind: EventKind,
    /// The bits of the id of the object it is about.
    pub object: u128,
    pub sequence: u32,
    pub payload: Vec<u8>,
    pub at: Timestamp,
}

/// One ledger account's two sides: as kept, or as recomputed from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceRow {
    pub account: LedgerAccount,
    pub currency: Currency,
    pub debits: i64,
    pub credits: i64,
}

type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

pub trait Engine: Send + Sync + 'static {
    /// Starts this engine's writers on the queue. They end when the queue is closed and empty; the future of
    /// [`Engine::stopped`] resolves then.
    fn start(&self, worker: Worker) -> BoxFuture<'_, Result<(), StoreError>>;
    fn stopped(&self) -> BoxFuture<'_, ()>;

    /// Whether the database answers.
    fn ping(&self) -> Read<'_, ()>;

    fn installation(&self) -> Read<'_, Option<Installation>>;
    fn account(&self, id: AccountId) -> Read<'_, Option<Account>>;
    fn merchant(&self, id: MerchantId) -> Read<'_, Option<Merchant>>;
    /// All of an account's keys, newest first, revoked ones included.
    fn api_keys(&self, account: AccountId) -> Read<'_, Vec<ApiKey>>;
    fn api_key(&self, id: ApiKeyId) -> Read<'_, Option<ApiKey>>;
    fn api_key_by_hash(&self, hash: [u8; 32]) -> Read<'_, Option<ApiKey>>;

    fn customer(&self, id: CustomerId) -> Read<'_, Option<Customer>>;
    /// Newest first.
    fn customers<'a>(&'a self, query: &'a CustomerQuery) -> Read<'a, Page<Customer>>;
    /// A customer's, newest first.
    fn payment_methods<'a>(&'a self, query: &'a PaymentMethodQuery) -> Read<'a, Page<PaymentMethod>>;
    /// All there ever were, newest first; there are few.
    fn signing_keys(&self) -> Read<'_, Vec<SigningKey>>;

    fn payment(&self, id: PaymentId) -> Read<'_, Option<Payment>>;
    /// Newest first, by keyset on the id: never OFFSET, never count(*).
    fn payments<'a>(&'a self, query: &'a PaymentQuery) -> Read<'a, Page<Payment>>;
    fn test_clock(&self, account: AccountId) -> Read<'_, Option<TestClock>>;

    /// Pending payments whose time is up by the time of their account, `now` being real time.
    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>>;
    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>>;

    /// Takes jobs that are due by the time of their account, for this process until `lease_until`; no other worker
    /// gets them before. Both times are real.
    fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Read<'_, Vec<Job>>;
    /// When the next job falls due or its lease ends, leaving out accounts with a clock of their own.
    fn next_job_due(&self) -> Read<'_, Option<Timestamp>>;
    fn jobs_waiting(&self) -> Read<'_, i64>;

    /// The outbox in order of id, after the given event.
    fn events(&self, after: Option<EventId>, limit: u32) -> Read<'_, Vec<OutboxRow>>;

    /// The balances as kept, ordered by account and currency.
    fn balances(&self) -> Read<'_, Vec<BalanceRow>>;
    /// The balances as the journal says, in the same order; a slow read.
    fn recomputed_balances(&self) -> Read<'_, Vec<BalanceRow>>;

    /// What must hold between the tables, checked over all rows of one snapshot; a slow read. An engine without tables
    /// has only its ledger to check.
    fn audit(&self) -> Read<'_, Audit> {
        Box::pin(async {
            let findings = audit::of_ledger(&self.balances().await?, &self.recomputed_balances().await?);
            Ok(Audit { rows: Vec::new(), findings })
        })
    }

    /// Removes idempotency records past their end; how many.
    fn prune_idempotency(&self, now: Timestamp, limit: u32) -> Read<'_, u64>;
}

/// One writer of an engine. Its methods are called in this order, once per attempt at a batch:
/// `begin`, `load` (several times), then `persist` and `commit`, or `rollback`.
pub trait Lane: Send {
    fn begin(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send;
    /// Supplies every key to the state, with `None` where there is no row.
    fn load(&mut self, keys: &BTreeSet<Key>, state: &mut State)
    -> impl Future<Output = Result<(), EngineError>> + Send;
    fn persist(
        &mut self,
        changes: &Changes,
        outbox: &[OutboxRow],
    ) -> impl Future<Output = Result<(), EngineError>> + Send;
    fn commit(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send;
    /// Must leave the lane ready for `begin`, reconnecting if need be; failing to is told by the next `begin`.
    fn rollback(&mut self) -> impl Future<Output = ()> + Send;
}
