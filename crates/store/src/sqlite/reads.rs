//! What the SQLite engine answers, each on a read-only connection and inline.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use hedge_domain::checkout_session::CheckoutSessionId;
use hedge_domain::job::Job;
use hedge_domain::ledger::StatementQuery;
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::{PaymentId, PaymentStatus};
use hedge_domain::refund::RefundStatus;
use hedge_domain::{Currency, Timestamp};
use rusqlite::{Connection, ErrorCode, InterruptHandle, Result};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::connection::{self, unavailable};
use super::jobs::{self, Lease};
use super::{Sqlite, audit, clocks, counts, due, journal, list, prune, record, statement};
use crate::audit::Audit;
use crate::batcher::Batcher;
use crate::clocks::{EXPIRED, TO_PAY_OUT, UNPAID};
use crate::engine::{Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, Statement};
use crate::error::StoreError;
use crate::filter::Filter;
use crate::record::{Cell, Sink};

/// Far more than a walk down an index takes.
const SEARCH_LIMIT: Duration = Duration::from_millis(500);

type Read<'a, T> = BoxFuture<'a, std::result::Result<T, StoreError>>;

impl Sqlite {
    fn answer<'a, T: Send + 'a>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Read<'a, T> {
        Box::pin(ready(self.readers.with(read).map_err(|error| unavailable(self.shared.damage.told(&error)))))
    }

    /// For what passes as many rows as a caller asks for: other requests of its thread go on beside it, and it ends.
    fn search<'a, T: Send + 'a>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Read<'a, T> {
        let search = || self.readers.within(SEARCH_LIMIT, read);
        let found = match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(search),
            Ok(_) | Err(_) => search(),
        };
        Box::pin(ready(found.map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => StoreError::TooLong,
            _ => unavailable(self.shared.damage.told(&error)),
        })))
    }

    /// For what reads every row: beside the others, on a connection of its own. It ends when nobody waits for it any
    /// more: a server that is told to stop would otherwise have to wait for its threads.
    fn scan<'a, T: Send + 'static>(&self, read: impl FnOnce(Connection) -> Result<T> + Send + 'static) -> Read<'a, T> {
        let (path, damage) = (self.path.clone(), Arc::clone(&self.shared.damage));
        Box::pin(async move {
            let connection = connection::reader(&path).map_err(unavailable)?;
            let _until_heard = Interrupt(connection.get_interrupt_handle());
            let found = tokio::task::spawn_blocking(move || read(connection));
            found.await.map_err(unavailable)?.map_err(|error| unavailable(damage.told(&error)))
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

impl Engine for Sqlite {
    fn start(&self, batcher: Batcher) -> BoxFuture<'_, std::result::Result<(), StoreError>> {
        Box::pin(ready(self.start_writer(batcher)))
    }

    fn stopped(&self) -> BoxFuture<'_, ()> {
        self.writer_ended()
    }

    fn ping(&self) -> Read<'_, ()> {
        if let Err(told) = self.shared.damage.none() {
            return Box::pin(ready(Err(unavailable(told))));
        }
        self.answer(|connection| connection.prepare_cached("SELECT 1")?.query_row([], |_| Ok(())))
    }

    fn get<'a>(&'a self, key: Cell<'a>, to: &'a mut dyn Sink) -> Read<'a, ()> {
        self.answer(|connection| record::read(connection, &to.table().sqlite().by_key, &[key], to))
    }

    fn list<'a>(&'a self, filter: &'a Filter, to: &'a mut dyn Sink) -> Read<'a, ()> {
        self.search(|connection| list::list(connection, filter, to))
    }

    fn merchants_to_pay_out(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<MerchantId>> {
        self.answer(|connection| clocks::due(connection, &TO_PAY_OUT, now, limit))
    }

    fn expired_checkout_sessions(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<CheckoutSessionId>> {
        self.answer(|connection| clocks::due(connection, &EXPIRED, now, limit))
    }

    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        self.answer(|connection| clocks::due(connection, &UNPAID, now, limit))
    }

    fn unsettled_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        self.answer(|connection| clocks::unsettled(connection, now, limit))
    }

    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>> {
        self.answer(|connection| counts::by_status(connection, "payment_counts"))
    }

    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>> {
        self.answer(|connection| counts::by_status(connection, "refund_counts"))
    }

    fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Read<'_, Vec<Job>> {
        let lease = Lease { now, until: lease_until, limit: usize::try_from(limit).unwrap_or(usize::MAX) };
        self.answer(|connection| self.shared.leases.claim(connection, &lease))
    }

    fn next_job_due(&self) -> Read<'_, Option<Timestamp>> {
        self.answer(|connection| self.shared.leases.next_due(connection))
    }

    fn jobs_waiting(&self) -> Read<'_, i64> {
        self.answer(jobs::waiting)
    }

    fn claim_deliveries(&self, claim: DeliveryClaim) -> Read<'_, Vec<DueDelivery>> {
        self.answer(|connection| self.shared.delivery_leases.claim(connection, &claim))
    }

    fn next_delivery_due(&self, per_endpoint: u32) -> Read<'_, Option<Timestamp>> {
        self.answer(|connection| self.shared.delivery_leases.next_due(connection, per_endpoint))
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
        let (gate, path, damage) = (Arc::clone(&self.shared.gate), self.path.clone(), Arc::clone(&self.shared.damage));
        Box::pin(async move {
            damage.none().map_err(unavailable)?;
            let turn = gate.lock_owned().await;
            // It waits for the disk, so it is no read to be run inline.
            let pruned = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                prune::idempotency(&connection::writer(&path)?, now, limit)
            });
            let pruned = pruned.await.map_err(unavailable)?.map_err(|error| unavailable(damage.told(&error)))?;
            Ok(u64::try_from(pruned).unwrap_or(u64::MAX))
        })
    }
}
