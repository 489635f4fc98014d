//! An engine that knows one account, one merchant and any key, and forgets what it is told.
//!
//! Its lane runs on a thread of its own, as SQLite's does, so that handing over costs the same.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, ready};

use futures::future::BoxFuture;
use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId, KeyKind, SecretDigest};
use hedge_domain::audit::{AuditEntry, AuditQuery};
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId, CheckoutSessionQuery};
use hedge_domain::customer::{Customer, CustomerId, CustomerQuery};
use hedge_domain::delivery::{Attempt, Delivery, DeliveryId, DeliveryQuery};
use hedge_domain::event::{EventId, EventQuery};
use hedge_domain::installation::Installation;
use hedge_domain::job::Job;
use hedge_domain::ledger::StatementQuery;
use hedge_domain::merchant::{Merchant, MerchantId, MerchantQuery, NewMerchant};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{Payment, PaymentId, PaymentQuery, PaymentStatus};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodQuery};
use hedge_domain::payout::{Payout, PayoutId, PayoutQuery};
use hedge_domain::refund::RefundStatus;
use hedge_domain::signing_key::SigningKey;
use hedge_domain::state::Changes;
use hedge_domain::test_clock::TestClock;
use hedge_domain::webhook_endpoint::{WebhookEndpoint, WebhookEndpointId};
use hedge_domain::{Account, Currency, Id, Key, Money, State, Timestamp};
use hedge_store::engine::Lane;
use hedge_store::lane::Worker;
use hedge_store::{
    Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, EngineError, OutboxRow, Page, Statement, StoreError,
};

pub const BEGINNING: Timestamp = Timestamp::from_millis(1_700_000_000_000);

pub struct Nothing;

struct NothingLane;

type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

fn read<'a, T: Send + 'a>(answer: T) -> Read<'a, T> {
    Box::pin(ready(Ok(answer)))
}

pub fn account() -> Account {
    Account {
        id: Id::from_bits(1),
        name: "bench".to_owned(),
        default_merchant: Id::from_bits(2),
        created_at: BEGINNING,
    }
}

fn merchant() -> Merchant {
    NewMerchant::named("bench").made(Id::from_bits(2), Id::from_bits(1), BEGINNING)
}

fn api_key(hash: [u8; 32]) -> ApiKey {
    ApiKey {
        id: Id::from_bits(3),
        account: Id::from_bits(1),
        name: None,
        kind: KeyKind::Secret,
        secret: SecretDigest { hash, prefix: "sk_test_".to_owned(), last4: "0000".to_owned() },
        livemode: false,
        read_only: false,
        merchants: None,
        created_at: BEGINNING,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

fn payment(id: PaymentId) -> Payment {
    Payment {
        id,
        account: Id::from_bits(1),
        merchant: Id::from_bits(2),
        amount: Money::new(9_999, Currency::Usd),
        status: PaymentStatus::Pending,
        method: None,
        payment_method: None,
        customer: None,
        customer_email: "customer@example.com".to_owned(),
        description: None,
        statement_descriptor: "HEDGE PAYMENTS".to_owned(),
        metadata: Metadata::default(),
        checkout_session: None,
        fee: 0,
        refunded: 0,
        refunds: Vec::new(),
        failure: None,
        three_d_secure: None,
        cancellation: None,
        expires_at: BEGINNING,
        settles_at: None,
        settled_at: None,
        created_at: BEGINNING,
        updated_at: BEGINNING,
        sequence: 1,
    }
}

impl Engine for Nothing {
    fn start(&self, worker: Worker) -> BoxFuture<'_, Result<(), StoreError>> {
        std::thread::spawn(move || futures::executor::block_on(worker.run(NothingLane)));
        read(())
    }

    fn stopped(&self) -> BoxFuture<'_, ()> {
        Box::pin(ready(()))
    }

    fn ping(&self) -> Read<'_, ()> {
        read(())
    }

    fn installation(&self) -> Read<'_, Option<Installation>> {
        read(None)
    }

    fn account(&self, _id: AccountId) -> Read<'_, Option<Account>> {
        read(Some(account()))
    }

    fn checkout_session(&self, _id: CheckoutSessionId) -> Read<'_, Option<CheckoutSession>> {
        read(None)
    }

    fn checkout_sessions<'a>(&'a self, _query: &'a CheckoutSessionQuery) -> Read<'a, Page<CheckoutSession>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn expired_checkout_sessions(&self, _now: Timestamp, _limit: u32) -> Read<'_, Vec<CheckoutSessionId>> {
        read(Vec::new())
    }

    fn test_clock(&self, _account: AccountId) -> Read<'_, Option<TestClock>> {
        read(None)
    }

    fn merchant(&self, _id: MerchantId) -> Read<'_, Option<Merchant>> {
        read(Some(merchant()))
    }

    fn api_keys(&self, _account: AccountId) -> Read<'_, Vec<ApiKey>> {
        read(Vec::new())
    }

    fn api_key(&self, _id: ApiKeyId) -> Read<'_, Option<ApiKey>> {
        read(None)
    }

    fn api_key_by_hash(&self, hash: [u8; 32]) -> Read<'_, Option<ApiKey>> {
        read(Some(api_key(hash)))
    }

    fn customer(&self, _id: CustomerId) -> Read<'_, Option<Customer>> {
        read(None)
    }

    fn customers<'a>(&'a self, _query: &'a CustomerQuery) -> Read<'a, Page<Customer>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn payment_methods<'a>(&'a self, _query: &'a PaymentMethodQuery) -> Read<'a, Page<PaymentMethod>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn signing_keys(&self) -> Read<'_, Vec<SigningKey>> {
        read(Vec::new())
    }

    fn payment(&self, id: PaymentId) -> Read<'_, Option<Payment>> {
        read(Some(payment(id)))
    }

    fn payments<'a>(&'a self, _query: &'a PaymentQuery) -> Read<'a, Page<Payment>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn audit_log<'a>(&'a self, _query: &'a AuditQuery) -> Read<'a, Page<AuditEntry>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn unpaid_payments(&self, _now: Timestamp, _limit: u32) -> Read<'_, Vec<PaymentId>> {
        read(Vec::new())
    }

    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>> {
        read(BTreeMap::new())
    }

    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>> {
        read(BTreeMap::new())
    }

    fn claim_jobs(&self, _now: Timestamp, _lease_until: Timestamp, _limit: u32) -> Read<'_, Vec<Job>> {
        read(Vec::new())
    }

    fn next_job_due(&self) -> Read<'_, Option<Timestamp>> {
        read(None)
    }

    fn jobs_waiting(&self) -> Read<'_, i64> {
        read(0)
    }

    fn events(&self, _after: Option<EventId>, _limit: u32) -> Read<'_, Vec<OutboxRow>> {
        read(Vec::new())
    }

    fn event(&self, _id: EventId) -> Read<'_, Option<OutboxRow>> {
        read(None)
    }

    fn account_events<'a>(&'a self, _query: &'a EventQuery) -> Read<'a, Page<OutboxRow>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn webhook_endpoint(&self, _id: WebhookEndpointId) -> Read<'_, Option<WebhookEndpoint>> {
        read(None)
    }

    fn webhook_endpoints(&self, _account: AccountId) -> Read<'_, Vec<WebhookEndpoint>> {
        read(Vec::new())
    }

    fn delivery(&self, _id: DeliveryId) -> Read<'_, Option<Delivery>> {
        read(None)
    }

    fn deliveries<'a>(&'a self, _query: &'a DeliveryQuery) -> Read<'a, Page<Delivery>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn attempts(&self, _delivery: DeliveryId, _limit: u32) -> Read<'_, Vec<Attempt>> {
        read(Vec::new())
    }

    fn claim_deliveries(&self, _claim: DeliveryClaim) -> Read<'_, Vec<DueDelivery>> {
        read(Vec::new())
    }

    fn next_delivery_due(&self, _per_endpoint: u32) -> Read<'_, Option<Timestamp>> {
        read(None)
    }

    fn delivery_backlog(&self) -> Read<'_, Backlog> {
        read(Backlog { waiting: 0, oldest_due: None })
    }

    fn merchants<'a>(&'a self, _query: &'a MerchantQuery) -> Read<'a, Page<Merchant>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn merchants_to_pay_out(&self, _now: Timestamp, _limit: u32) -> Read<'_, Vec<MerchantId>> {
        read(Vec::new())
    }

    fn unsettled_payments(&self, _now: Timestamp, _limit: u32) -> Read<'_, Vec<PaymentId>> {
        read(Vec::new())
    }

    fn payout(&self, _id: PayoutId) -> Read<'_, Option<Payout>> {
        read(None)
    }

    fn payouts<'a>(&'a self, _query: &'a PayoutQuery) -> Read<'a, Page<Payout>> {
        read(Page { items: Vec::new(), has_more: false })
    }

    fn balances_of(&self, _merchant: MerchantId) -> Read<'_, Vec<BalanceRow>> {
        read(Vec::new())
    }

    fn statement<'a>(&'a self, _query: &'a StatementQuery) -> Read<'a, Statement> {
        read(Statement { opening: 0, items: Vec::new(), has_more: false })
    }

    fn balances(&self) -> Read<'_, Vec<BalanceRow>> {
        read(Vec::new())
    }

    fn recomputed_balances(&self) -> Read<'_, Vec<BalanceRow>> {
        read(Vec::new())
    }

    fn ledger_drift(&self) -> Read<'_, BTreeMap<Currency, i128>> {
        read(BTreeMap::new())
    }

    fn prune_idempotency(&self, _now: Timestamp, _limit: u32) -> Read<'_, u64> {
        read(0)
    }
}

impl Lane for NothingLane {
    const ENGINE: &'static str = "none";

    fn begin(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send {
        ready(Ok(()))
    }

    fn load(
        &mut self,
        keys: &BTreeSet<Key>,
        state: &mut State,
    ) -> impl Future<Output = Result<(), EngineError>> + Send {
        for &key in keys {
            match key {
                Key::Installation => state.installation.supply((), None),
                Key::Account(id) => state.accounts.supply(id, Some((account(), 1))),
                Key::Merchant(id) => state.merchants.supply(id, Some((merchant(), 1))),
                Key::ApiKey(id) => state.api_keys.supply(id, None),
                Key::Customer(id) => state.customers.supply(id, None),
                Key::PaymentMethod(id) => state.payment_methods.supply(id, None),
                Key::SigningKey(id) => state.signing_keys.supply(id, None),
                Key::Payment(id) => state.payments.supply(id, Some((payment(id), 1))),
                Key::CheckoutSession(id) => state.checkout_sessions.supply(id, None),
                Key::Payout(id) => state.payouts.supply(id, None),
                Key::Balance(key) => state.balances.supply(key, None),
                Key::Job(id) => state.jobs.supply(id, None),
                Key::TestClock(id) => state.test_clocks.supply(id, None),
                Key::WebhookEndpoint(id) => state.webhook_endpoints.supply(id, None),
                Key::Roster(id) => state.rosters.supply(id, None),
                Key::Delivery(id) => state.deliveries.supply(id, None),
                Key::Idempotency(key) => state.idempotency.supply(key, None),
            }
        }
        ready(Ok(()))
    }

    fn persist(
        &mut self,
        _changes: &Changes,
        _outbox: &[OutboxRow],
    ) -> impl Future<Output = Result<(), EngineError>> + Send {
        ready(Ok(()))
    }

    fn commit(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send {
        ready(Ok(()))
    }

    fn rollback(&mut self) -> impl Future<Output = ()> + Send {
        ready(())
    }
}
