//! What an engine is: lanes that load and persist batches, and read-only queries.
//!
//! Reads see only what is committed. An engine with several writers (Postgres) checks row versions in `persist` and
//! answers [`EngineError::Conflict`]; the lane then runs the batch again from the start.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId};
use hedge_domain::audit::{AuditEntry, AuditQuery};
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId, CheckoutSessionQuery};
use hedge_domain::customer::{Customer, CustomerId, CustomerQuery};
use hedge_domain::delivery::{Attempt, Delivery, DeliveryId, DeliveryQuery};
use hedge_domain::event::{EventId, EventKind, EventQuery};
use hedge_domain::installation::Installation;
use hedge_domain::job::Job;
use hedge_domain::ledger::{BalanceTransaction, LedgerAccount, StatementQuery};
use hedge_domain::merchant::{Merchant, MerchantId, MerchantQuery};
use hedge_domain::payment::{Payment, PaymentId, PaymentQuery, PaymentStatus};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodQuery};
use hedge_domain::payout::{Payout, PayoutId, PayoutQuery};
use hedge_domain::refund::RefundStatus;
use hedge_domain::signing_key::SigningKey;
use hedge_domain::state::Changes;
use hedge_domain::test_clock::TestClock;
use hedge_domain::webhook_endpoint::{SealedSecret, WebhookEndpoint, WebhookEndpointId};
use hedge_domain::{Account, Currency, Key, State, Timestamp};

use crate::audit::{self, Audit};
use crate::error::{EngineError, StoreError};
use crate::lane::Worker;

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
    /// How many of one endpoint may be taken at a time, those counted that were taken before and are not settled.
    pub per_endpoint: u32,
    /// The same for one that has failed and not succeeded since. Such endpoints keep an attempt waiting for long, and
    /// many of them would otherwise take all that a worker can have under way.
    pub per_failing: u32,
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
    fn start(&self, worker: Worker) -> BoxFuture<'_, Result<(), StoreError>>;
    fn stopped(&self) -> BoxFuture<'_, ()>;

    /// Whether the database answers.
    fn ping(&self) -> Read<'_, ()>;

    fn installation(&self) -> Read<'_, Option<Installation>>;
    fn account(&self, id: AccountId) -> Read<'_, Option<Account>>;
    fn merchant(&self, id: MerchantId) -> Read<'_, Option<Merchant>>;
    /// Newest first.
    fn merchants<'a>(&'a self, query: &'a MerchantQuery) -> Read<'a, Page<Merchant>>;
    /// Merchants whose payout is due by the time of their account, `now` being real time, soonest first.
    fn merchants_to_pay_out(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<MerchantId>>;
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

    fn checkout_session(&self, id: CheckoutSessionId) -> Read<'_, Option<CheckoutSession>>;
    /// Newest first.
    fn checkout_sessions<'a>(&'a self, query: &'a CheckoutSessionQuery) -> Read<'a, Page<CheckoutSession>>;
    /// Open sessions whose time is up by the time of their account, `now` being real time, soonest first; but for those
    /// with a payment on its way, which nobody can end now.
    fn expired_checkout_sessions(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<CheckoutSessionId>>;

    fn payout(&self, id: PayoutId) -> Read<'_, Option<Payout>>;
    /// Newest first.
    fn payouts<'a>(&'a self, query: &'a PayoutQuery) -> Read<'a, Page<Payout>>;

    /// What was done about an account, newest first.
    fn audit_log<'a>(&'a self, query: &'a AuditQuery) -> Read<'a, Page<AuditEntry>>;

    fn test_clock(&self, account: AccountId) -> Read<'_, Option<TestClock>>;

    /// Pending payments whose time is up by the time of their account, `now` being real time.
    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>>;
    /// Payments that are to be settled by the time of their account, `now` being real time, soonest first.
    fn unsettled_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>>;
    /// From kept counts, as is the next: no payment is read for it.
    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>>;
    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>>;

    /// Takes jobs that are due by the time of their account, for this process until `lease_until`; no other worker
    /// gets them before. Both times are real.
    fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Read<'_, Vec<Job>>;
    /// When the next job falls due or its lease ends, leaving out accounts with a clock of their own.
    fn next_job_due(&self) -> Read<'_, Option<Timestamp>>;
    fn jobs_waiting(&self) -> Read<'_, i64>;

    /// The outbox in order of id, after the given event.
    fn events(&self, after: Option<EventId>, limit: u32) -> Read<'_, Vec<OutboxRow>>;

    fn event(&self, id: EventId) -> Read<'_, Option<OutboxRow>>;
    /// An account's events, by keyset on the id.
    fn account_events<'a>(&'a self, query: &'a EventQuery) -> Read<'a, Page<OutboxRow>>;

    fn webhook_endpoint(&self, id: WebhookEndpointId) -> Read<'_, Option<WebhookEndpoint>>;
    /// All of an account's endpoints, newest first, without deleted ones; there are few.
    fn webhook_endpoints(&self, account: AccountId) -> Read<'_, Vec<WebhookEndpoint>>;

    fn delivery(&self, id: DeliveryId) -> Read<'_, Option<Delivery>>;
    /// An endpoint's, newest event first.
    fn deliveries<'a>(&'a self, query: &'a DeliveryQuery) -> Read<'a, Page<Delivery>>;
    /// The latest attempts at a delivery, in order.
    fn attempts(&self, delivery: DeliveryId, limit: u32) -> Read<'_, Vec<Attempt>>;
    /// Takes deliveries that are due by the time of their account. Those of endpoints with fewer on their way come
    /// first, so that an endpoint which never answers holds up nobody else's.
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
pub trait Lane: Send {
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
    /// Must leave the lane ready for `begin`, reconnecting if need be; failing to is told by the next `begin`.
    fn rollback(&mut self) -> impl Future<Output = ()> + Send;
}
