//! An engine that knows one account, one merchant and any key, and forgets what it is told.
//!
//! Its writer runs on a thread of its own, as SQLite's does, so that handing over costs the same.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, ready};

use futures::future::BoxFuture;
use hedge_domain::api_key::{ApiKey, KeyKind, SecretDigest};
use hedge_domain::checkout_session::CheckoutSessionId;
use hedge_domain::job::Job;
use hedge_domain::ledger::StatementQuery;
use hedge_domain::merchant::{Merchant, MerchantId, NewMerchant};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{Payment, PaymentId, PaymentStatus};
use hedge_domain::refund::RefundStatus;
use hedge_domain::state::Changes;
use hedge_domain::{Account, Currency, Id, Key, Money, State, Timestamp};
use hedge_store::batcher::Batcher;
use hedge_store::engine::Writer;
use hedge_store::record::{self, Cell, Malformed, Sink};
use hedge_store::{
    Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, EngineError, Filter, OutboxRow, Statement, StoreError,
};

pub const BEGINNING: Timestamp = Timestamp::from_millis(1_700_000_000_000);

pub struct Nothing;

struct NothingWriter;

type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

fn read<'a, T: Send + 'a>(answer: T) -> Read<'a, T> {
    Box::pin(ready(Ok(answer)))
}

fn answer<'a>(handed: Result<(), Malformed>) -> Read<'a, ()> {
    Box::pin(ready(handed.map_err(|error| StoreError::Unavailable(error.to_string()))))
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
        settlement_method: None,
        settled_at: None,
        created_at: BEGINNING,
        updated_at: BEGINNING,
        sequence: 1,
    }
}

/// One account, one merchant, every payment, and nothing else.
fn know(key: Key, state: &mut State) {
    if let Key::Account(id) = key {
        state.accounts.supply(id, Some((account(), 1)));
    } else if let Key::Merchant(id) = key {
        state.merchants.supply(id, Some((merchant(), 1)));
    } else if let Key::Payment(id) = key {
        state.payments.supply(id, Some((payment(id), 1)));
    } else {
        state.supply_none(key);
    }
}

impl Engine for Nothing {
    fn start(&self, batcher: Batcher) -> BoxFuture<'_, Result<(), StoreError>> {
        std::thread::spawn(move || futures::executor::block_on(batcher.run(NothingWriter)));
        read(())
    }

    fn stopped(&self) -> BoxFuture<'_, ()> {
        Box::pin(ready(()))
    }

    fn ping(&self) -> Read<'_, ()> {
        read(())
    }

    fn get<'a>(&'a self, key: Cell<'a>, to: &'a mut dyn Sink) -> Read<'a, ()> {
        let handed = match (to.table().name(), key) {
            ("accounts", _) => record::hand(&account(), to),
            ("merchants", _) => record::hand(&merchant(), to),
            ("payments", Cell::Uuid(id)) => record::hand(&payment(Id::from_bits(id)), to),
            (_, _) => Ok(()),
        };
        answer(handed)
    }

    fn list<'a>(&'a self, filter: &'a Filter, to: &'a mut dyn Sink) -> Read<'a, ()> {
        let handed = match filter.value("hash") {
            Some(Cell::Bytes(hash)) => record::hand(&api_key(hash.as_ref().try_into().unwrap_or_default()), to),
            Some(_) | None => Ok(()),
        };
        answer(handed)
    }

    fn expired_checkout_sessions(&self, _now: Timestamp, _limit: u32) -> Read<'_, Vec<CheckoutSessionId>> {
        read(Vec::new())
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

    fn claim_deliveries(&self, _claim: DeliveryClaim) -> Read<'_, Vec<DueDelivery>> {
        read(Vec::new())
    }

    fn next_delivery_due(&self, _per_endpoint: u32) -> Read<'_, Option<Timestamp>> {
        read(None)
    }

    fn delivery_backlog(&self) -> Read<'_, Backlog> {
        read(Backlog { waiting: 0, oldest_due: None })
    }

    fn merchants_to_pay_out(&self, _now: Timestamp, _limit: u32) -> Read<'_, Vec<MerchantId>> {
        read(Vec::new())
    }

    fn unsettled_payments(&self, _now: Timestamp, _limit: u32) -> Read<'_, Vec<PaymentId>> {
        read(Vec::new())
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

impl Writer for NothingWriter {
    const ENGINE: &'static str = "none";

    fn begin(&mut self) -> impl Future<Output = Result<(), EngineError>> + Send {
        ready(Ok(()))
    }

    fn load(
        &mut self,
        keys: &BTreeSet<Key>,
        state: &mut State,
    ) -> impl Future<Output = Result<(), EngineError>> + Send {
        keys.iter().for_each(|&key| know(key, state));
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
