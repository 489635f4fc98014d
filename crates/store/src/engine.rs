//! What an engine is: writers that load and persist batches, and read-only queries.
//!
//! Reads see only what is committed. An engine with several writers (Postgres) checks row versions in `persist` and
//! answers [`EngineError::Conflict`]; the batcher then runs the batch again from the start.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use hedge_domain::account::AccountId;
use hedge_domain::checkout_session::CheckoutSessionId;
use hedge_domain::delivery::Delivery;
use hedge_domain::event::{EventId, EventKind};
use hedge_domain::job::Job;
use hedge_domain::ledger::{BalanceTransaction, LedgerAccount, StatementQuery};
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::{PaymentId, PaymentStatus};
use hedge_domain::refund::RefundStatus;
use hedge_domain::state::Changes;
use hedge_domain::webhook_endpoint::SealedSecret;
use hedge_domain::{Currency, Key, State, Timestamp};

use crate::audit::{self, Audit};
use crate::batcher::Batcher;
use crate::error::{EngineError, StoreError};
use crate::filter::Filter;
use crate::record::{Cell, Sink};

/// One page of a list.
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

/// What a worker takes. Both times are real.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryClaim {
    pub now: Timestamp,
    /// Until then no other worker gets what this one took.
    pub until: Timestamp,
    pub limit: u32,
    /// How many may be under way at all; what an account may have of that follows from it ([`DeliveryClaim::share`]).
    pub total: u32,
    /// How many of one endpoint may be taken at a time, those counted that were taken before and are not settled.
    pub per_endpoint: u32,
    /// The same for one that has failed and not succeeded since. Such endpoints keep an attempt waiting for long, and
    /// many of them would otherwise take all that a worker can have under way.
    pub per_failing: u32,
}

/// How many endpoints of an account are looked at in a claim. An account has fewer; those that were deleted count until
/// what waits for them is canceled, which is at once.
pub(crate) const MOST_QUEUES: u32 = 64;

impl DeliveryClaim {
    /// How many deliveries one of so many accounts may have under way: a quarter of all places is left for who comes next.
    pub(crate) fn share(&self, accounts: usize) -> usize {
        let shared = usize::try_from(self.total - self.total / 4).unwrap_or(usize::MAX);
        (shared / accounts.max(1)).max(1)
    }
}

/// A delivery that is due, with all it takes to attempt it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDelivery {
    pub delivery: Delivery,
    /// The event's bytes, as they are sent every time.
    pub payload: Vec<u8>,
    pub url: String,
    pub secret: SealedSecret,
    /// The one before, if it still signs.
    pub previous_secret: Option<SealedSecret>,
    /// Whether the endpoint is called; a delivery to one that is not is to be canceled.
    pub is_called: bool,
}

/// What has not been delivered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    pub waiting: i64,
    /// When the first of them fell or falls due, leaving out accounts with a clock of their own.
    pub oldest_due: Option<Timestamp>,
}

/// One ledger account's two sides: as kept, or as recomputed from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceRow {
    pub account: LedgerAccount,
    pub currency: Currency,
    pub debits: i64,
    pub credits: i64,
}

/// A page of a merchant's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What the merchant had before the first; at the end of the time asked for, if there is none.
    pub opening: i64,
    pub items: Vec<BalanceTransaction>,
    pub has_more: bool,
}

impl Statement {
    pub(crate) fn cut(opening: i64, items: Vec<BalanceTransaction>, limit: u32) -> Self {
        let Page { items, has_more } = Page::cut(items, limit);
        Self { opening, items, has_more }
    }
}

/// What a merchant's statement comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FundsRow {
    pub merchant: MerchantId,
    pub currency: Currency,
    pub net: i64,
}

type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

pub trait Engine: Send + Sync + 'static {
    /// Starts this engine's writers on the queue. They end when the queue is closed and empty; the future of
    /// [`Engine::stopped`] resolves then.
    fn start(&self, batcher: Batcher) -> BoxFuture<'_, Result<(), StoreError>>;
    fn stopped(&self) -> BoxFuture<'_, ()>;

    /// What is risked with this database, found at the start: names that a metric can carry.
    fn risks(&self) -> &[&'static str] {
        &[]
    }

    /// Whether the database answers.
    fn ping(&self) -> Read<'_, ()>;

    /// Hands over the row with this key. See [`crate::Store::get`].
    fn get<'a>(&'a self, key: Cell<'a>, to: &'a mut dyn Sink) -> Read<'a, ()>;
    /// Hands over what a list asks for, in no order, and one more if there are more. See [`crate::Store::list`].
    fn list<'a>(&'a self, filter: &'a Filter, to: &'a mut dyn Sink) -> Read<'a, ()>;

    /// Merchants whose payout is due by the time of their account, `now` being real time, soonest first.
    fn merchants_to_pay_out(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<MerchantId>>;

    /// Open sessions whose time is up by the time of their account, `now` being real time, soonest first; but for those
    /// with a payment on its way, which nobody can end now.
    fn expired_checkout_sessions(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<CheckoutSessionId>>;

    /// Pending payments whose time is up by the time of their account, `now` being real time.
    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>>;
    /// Payments that are to be settled by the time of their account, `now` being real time. Accounts take turns, each with
    /// its soonest first.
    fn unsettled_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>>;
    /// From kept counts, as is the next: no payment is read for it.
    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>>;
    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>>;

    /// Takes jobs that are due by the time of their account, for this process until `lease_until`; no other worker
    /// gets them before. Accounts take turns. Both times are real.
    fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Read<'_, Vec<Job>>;
    /// When the next job falls due or its lease ends, leaving out accounts with a clock of their own.
    fn next_job_due(&self) -> Read<'_, Option<Timestamp>>;
    fn jobs_waiting(&self) -> Read<'_, i64>;

    /// Takes deliveries that are due by the time of their account, and those that are to be canceled. Accounts take turns,
    /// and of an account the endpoints with fewer on their way come first, so that a receiver which never answers holds up
    /// nobody else's.
    fn claim_deliveries(&self, claim: DeliveryClaim) -> Read<'_, Vec<DueDelivery>>;
    /// When the next delivery can be taken, leaving out accounts with a clock of their own. What waits only for
    /// another one of its endpoint to be settled is not told: whoever settles that looks again anyway.
    fn next_delivery_due(&self, per_endpoint: u32) -> Read<'_, Option<Timestamp>>;
    fn delivery_backlog(&self) -> Read<'_, Backlog>;

    /// The balances as kept, ordered by account and currency.
    fn balances(&self) -> Read<'_, Vec<BalanceRow>>;
    /// Those of a merchant, all of one moment.
    fn balances_of(&self, merchant: MerchantId) -> Read<'_, Vec<BalanceRow>>;
    /// Oldest first, with what there was before the first.
    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Read<'a, Statement>;
    /// The balances as the journal says, in the same order; a slow read.
    fn recomputed_balances(&self) -> Read<'_, Vec<BalanceRow>>;

    /// How far the kept balances are off the journal in each currency, which must be 0; of one snapshot, and a slow read.
    fn ledger_drift(&self) -> Read<'_, BTreeMap<Currency, i128>>;

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
pub trait Writer: Send {
    /// What traces call the engine.
    const ENGINE: &'static str;

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
    /// Must leave the writer ready for `begin`, reconnecting if need be; failing to is told by the next `begin`.
    fn rollback(&mut self) -> impl Future<Output = ()> + Send;
}
