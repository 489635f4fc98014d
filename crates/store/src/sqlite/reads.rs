//! What the SQLite engine answers, each on a read-only connection and inline.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;

use futures::future::BoxFuture;
use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId};
use hedge_domain::audit::{AuditEntry, AuditQuery};
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId, CheckoutSessionQuery};
use hedge_domain::customer::{Customer, CustomerId, CustomerQuery};
use hedge_domain::delivery::{Attempt, Delivery, DeliveryId, DeliveryQuery};
use hedge_domain::event::{EventId, EventQuery};
use hedge_domain::installation::Installation;
use hedge_domain::job::Job;
use hedge_domain::ledger::StatementQuery;
use hedge_domain::merchant::{Merchant, MerchantId, MerchantQuery};
use hedge_domain::payment::{Payment, PaymentId, PaymentQuery, PaymentStatus};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodQuery};
use hedge_domain::payout::{Payout, PayoutId, PayoutQuery};
use hedge_domain::refund::RefundStatus;
use hedge_domain::signing_key::SigningKey;
use hedge_domain::state::Version;
use hedge_domain::test_clock::TestClock;
use hedge_domain::webhook_endpoint::{WebhookEndpoint, WebhookEndpointId};
use hedge_domain::{Account, Currency, Timestamp};
use rusqlite::{Connection, InterruptHandle, Result};

use super::connection::{self, unavailable};
use super::jobs::{self, Lease};
use super::{
    Sqlite, audit, audit_log, checkout, clocks, customers, deliveries, due, entities, events, journal, merchants,
    outbox, payments, payouts, search, statement, webhooks,
};
use crate::audit::Audit;
use crate::engine::{Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, OutboxRow, Page, Statement};
use crate::error::StoreError;
use crate::lane::Worker;

type Read<'a, T> = BoxFuture<'a, std::result::Result<T, StoreError>>;

impl Sqlite {
    fn answer<'a, T: Send + 'a>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Read<'a, T> {
        Box::pin(ready(self.readers.with(read).map_err(unavailable)))
    }

    /// For what reads every row: beside the others, on a connection of its own. It ends when nobody waits for it any
    /// more: a server that is told to stop would otherwise have to wait for its threads.
    fn scan<'a, T: Send + 'static>(&self, read: impl FnOnce(Connection) -> Result<T> + Send + 'static) -> Read<'a, T> {
        let path = self.path.clone();
        Box::pin(async move {
            let connection = connection::reader(&path).map_err(unavailable)?;
            let _until_heard = Interrupt(connection.get_interrupt_handle());
            let found = tokio::task::spawn_blocking(move || read(connection));
            found.await.map_err(unavailable)?.map_err(unavailable)
        })
    }
}

/// Ends what its connection is reading, if that is not over yet.
struct Interrupt(InterruptHandle);

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

fn row<T>(found: Option<(T, Version)>) -> Option<T> {
    found.map(|(row, _)| row)
}

impl Engine for Sqlite {
    fn start(&self, worker: Worker) -> BoxFuture<'_, std::result::Result<(), StoreError>> {
        Box::pin(ready(self.start_writer(worker)))
    }

    fn stopped(&self) -> BoxFuture<'_, ()> {
        self.writer_ended()
    }

    fn ping(&self) -> Read<'_, ()> {
        self.answer(|connection| connection.prepare_cached("SELECT 1")?.query_row([], |_| Ok(())))
    }

    fn installation(&self) -> Read<'_, Option<Installation>> {
        self.answer(|connection| entities::installation(connection).map(row))
    }

    fn account(&self, id: AccountId) -> Read<'_, Option<Account>> {
        self.answer(|connection| entities::account(connection, id).map(row))
    }

    fn merchant(&self, id: MerchantId) -> Read<'_, Option<Merchant>> {
        self.answer(|connection| merchants::merchant(connection, id).map(row))
    }

    fn merchants<'a>(&'a self, query: &'a MerchantQuery) -> Read<'a, Page<Merchant>> {
        self.answer(|connection| merchants::merchants(connection, query))
    }

    fn merchants_to_pay_out(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<MerchantId>> {
        self.answer(|connection| merchants::to_pay_out(connection, now, limit))
    }

    fn api_keys(&self, account: AccountId) -> Read<'_, Vec<ApiKey>> {
        self.answer(|connection| entities::api_keys(connection, account))
    }

    fn api_key(&self, id: ApiKeyId) -> Read<'_, Option<ApiKey>> {
        self.answer(|connection| entities::api_key(connection, id).map(row))
    }

    fn api_key_by_hash(&self, hash: [u8; 32]) -> Read<'_, Option<ApiKey>> {
        self.answer(|connection| entities::api_key_by_hash(connection, hash).map(row))
    }

    fn customer(&self, id: CustomerId) -> Read<'_, Option<Customer>> {
        self.answer(|connection| customers::customer(connection, id).map(row))
    }

    fn customers<'a>(&'a self, query: &'a CustomerQuery) -> Read<'a, Page<Customer>> {
        self.answer(|connection| customers::customers(connection, query))
    }

    fn payment_methods<'a>(&'a self, query: &'a PaymentMethodQuery) -> Read<'a, Page<PaymentMethod>> {
        self.answer(|connection| entities::payment_methods(connection, query))
    }

    fn signing_keys(&self) -> Read<'_, Vec<SigningKey>> {
        self.answer(customers::signing_keys)
    }

    fn payment(&self, id: PaymentId) -> Read<'_, Option<Payment>> {
        self.answer(|connection| payments::payment(connection, id).map(row))
    }

    fn payments<'a>(&'a self, query: &'a PaymentQuery) -> Read<'a, Page<Payment>> {
        self.answer(|connection| search::payments(connection, query))
    }

    fn checkout_session(&self, id: CheckoutSessionId) -> Read<'_, Option<CheckoutSession>> {
        self.answer(|connection| checkout::session(connection, id).map(row))
    }

    fn checkout_sessions<'a>(&'a self, query: &'a CheckoutSessionQuery) -> Read<'a, Page<CheckoutSession>> {
        self.answer(|connection| search::checkout_sessions(connection, query))
    }

    fn expired_checkout_sessions(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<CheckoutSessionId>> {
        self.answer(|connection| checkout::expired(connection, now, limit))
    }

    fn payout(&self, id: PayoutId) -> Read<'_, Option<Payout>> {
        self.answer(|connection| payouts::payout(connection, id).map(row))
    }

    fn payouts<'a>(&'a self, query: &'a PayoutQuery) -> Read<'a, Page<Payout>> {
        self.answer(|connection| search::payouts(connection, query))
    }

    fn audit_log<'a>(&'a self, query: &'a AuditQuery) -> Read<'a, Page<AuditEntry>> {
        self.answer(|connection| audit_log::entries(connection, query))
    }

    fn test_clock(&self, account: AccountId) -> Read<'_, Option<TestClock>> {
        self.answer(|connection| clocks::test_clock(connection, account).map(row))
    }

    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        self.answer(|connection| clocks::unpaid(connection, now, limit))
    }

    fn unsettled_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        self.answer(|connection| clocks::unsettled(connection, now, limit))
    }

    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>> {
        self.answer(payments::by_status)
    }

    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>> {
        self.answer(payments::refunds_by_status)
    }

    fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Read<'_, Vec<Job>> {
        let lease = Lease { now, until: lease_until, limit: usize::try_from(limit).unwrap_or(usize::MAX) };
        self.answer(|connection| self.leases.claim(connection, &lease))
    }

    fn next_job_due(&self) -> Read<'_, Option<Timestamp>> {
        self.answer(|connection| self.leases.next_due(connection))
    }

    fn jobs_waiting(&self) -> Read<'_, i64> {
        self.answer(jobs::waiting)
    }

    fn events(&self, after: Option<EventId>, limit: u32) -> Read<'_, Vec<OutboxRow>> {
        self.answer(|connection| outbox::events(connection, after, limit))
    }

    fn event(&self, id: EventId) -> Read<'_, Option<OutboxRow>> {
        self.answer(|connection| events::event(connection, id))
    }

    fn account_events<'a>(&'a self, query: &'a EventQuery) -> Read<'a, Page<OutboxRow>> {
        self.answer(|connection| events::events(connection, query))
    }

    fn webhook_endpoint(&self, id: WebhookEndpointId) -> Read<'_, Option<WebhookEndpoint>> {
        self.answer(|connection| webhooks::endpoint(connection, id).map(row))
    }

    fn webhook_endpoints(&self, account: AccountId) -> Read<'_, Vec<WebhookEndpoint>> {
        self.answer(|connection| webhooks::endpoints(connection, account))
    }

    fn delivery(&self, id: DeliveryId) -> Read<'_, Option<Delivery>> {
        self.answer(|connection| deliveries::delivery(connection, id).map(row))
    }

    fn deliveries<'a>(&'a self, query: &'a DeliveryQuery) -> Read<'a, Page<Delivery>> {
        self.answer(|connection| deliveries::deliveries(connection, query))
    }

    fn attempts(&self, delivery: DeliveryId, limit: u32) -> Read<'_, Vec<Attempt>> {
        self.answer(|connection| deliveries::attempts(connection, delivery, limit))
    }

    fn claim_deliveries(&self, claim: DeliveryClaim) -> Read<'_, Vec<DueDelivery>> {
        self.answer(|connection| self.delivery_leases.claim(connection, &claim))
    }

    fn next_delivery_due(&self, per_endpoint: u32) -> Read<'_, Option<Timestamp>> {
        self.answer(|connection| self.delivery_leases.next_due(connection, per_endpoint))
    }

    fn delivery_backlog(&self) -> Read<'_, Backlog> {
        self.answer(due::backlog)
    }

    fn balances(&self) -> Read<'_, Vec<BalanceRow>> {
        self.answer(journal::balances)
    }

    fn balances_of(&self, merchant: MerchantId) -> Read<'_, Vec<BalanceRow>> {
        self.answer(|connection| journal::balances_of(connection, merchant))
    }

    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Read<'a, Statement> {
        self.answer(|connection| statement::statement(connection, query))
    }

    fn recomputed_balances(&self) -> Read<'_, Vec<BalanceRow>> {
        self.scan(|connection| journal::recomputed(&connection))
    }

    fn ledger_drift(&self) -> Read<'_, BTreeMap<Currency, i128>> {
        self.scan(audit::drift)
    }

    fn audit(&self) -> Read<'_, Audit> {
        self.scan(audit::run)
    }

    fn prune_idempotency(&self, now: Timestamp, limit: u32) -> Read<'_, u64> {
        let (gate, path) = (Arc::clone(&self.gate), self.path.clone());
        Box::pin(async move {
            let turn = gate.lock_owned().await;
            // It waits for the disk, so it is no read to be run inline.
            let pruned = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                outbox::prune(&connection::writer(&path)?, now, limit)
            });
            let pruned = pruned.await.map_err(unavailable)?.map_err(unavailable)?;
            Ok(u64::try_from(pruned).unwrap_or(u64::MAX))
        })
    }
}
