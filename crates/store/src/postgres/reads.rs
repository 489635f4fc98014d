//! The engine's face: every read, as one statement on a shared connection.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::BoxFuture;
use hedge_domain::checkout_session::CheckoutSessionId;
use hedge_domain::job::Job;
use hedge_domain::ledger::{LedgerAccount, StatementQuery};
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::{PaymentId, PaymentStatus};
use hedge_domain::refund::RefundStatus;
use hedge_domain::{Currency, Timestamp};
use tokio_postgres::Row;

use super::failure::Failure;
use super::record::Reader;
use super::session::Session;
use super::{Postgres, audit, clocks, counts, due, jobs, list, prune, statement};
use crate::audit::Audit;
use crate::batcher::Batcher;
use crate::clocks::{EXPIRED, TO_PAY_OUT, UNPAID};
use crate::engine::{Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, Statement};
use crate::error::StoreError;
use crate::filter::Filter;
use crate::record::{Cell, Sink};
use crate::records::balance;

/// For the one read that goes through a whole table.
const SLOW_PATIENCE: Duration = Duration::from_mins(10);

pub(super) const BALANCES: &str = "SELECT account, currency, debits, credits FROM balances ORDER BY account, currency";
pub(super) const RECOMPUTED: &str = "SELECT account COLLATE \"C\" AS account, currency COLLATE \"C\" AS currency, \
        sum(debits)::bigint, sum(credits)::bigint FROM (\
        SELECT debit_account AS account, currency, amount AS debits, 0 AS credits FROM ledger_transfers \
        UNION ALL SELECT credit_account, currency, 0, amount FROM ledger_transfers\
    ) sides GROUP BY 1, 2 ORDER BY 1, 2";

type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

fn balances(rows: &[Row]) -> Result<Vec<BalanceRow>, Failure> {
    rows.iter().map(|row| Ok(balance(&mut Reader::of(row))?)).collect()
}

impl Engine for Postgres {
    fn start(&self, batcher: Batcher) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.start_writers(batcher))
    }

    fn stopped(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.writers_ended())
    }

    fn risks(&self) -> &[&'static str] {
        &self.risks
    }

    fn ping(&self) -> Read<'_, ()> {
        Box::pin(self.readiness.ask(&self.target))
    }

    fn get<'a>(&'a self, key: Cell<'a>, to: &'a mut dyn Sink) -> Read<'a, ()> {
        Box::pin(async move { Ok(list::get(&self.readers, key, to).await?) })
    }

    fn list<'a>(&'a self, filter: &'a Filter, to: &'a mut dyn Sink) -> Read<'a, ()> {
        Box::pin(async move { list::list(&self.readers, filter, to).await.map_err(Failure::of_list) })
    }

    fn merchants_to_pay_out(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<MerchantId>> {
        Box::pin(async move { Ok(clocks::due(&self.readers, &TO_PAY_OUT, now, limit).await?) })
    }

    fn expired_checkout_sessions(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<CheckoutSessionId>> {
        Box::pin(async move { Ok(clocks::due(&self.readers, &EXPIRED, now, limit).await?) })
    }

    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        Box::pin(async move { Ok(clocks::due(&self.readers, &UNPAID, now, limit).await?) })
    }

    fn unsettled_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        Box::pin(async move { Ok(clocks::unsettled(&self.readers, now, limit).await?) })
    }

    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>> {
        Box::pin(async { Ok(counts::by_status(&self.readers, "payment_counts").await?) })
    }

    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>> {
        Box::pin(async { Ok(counts::by_status(&self.readers, "refund_counts").await?) })
    }

    fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Read<'_, Vec<Job>> {
        Box::pin(async move { Ok(jobs::claim(&self.readers, now, lease_until, limit).await?) })
    }

    fn next_job_due(&self) -> Read<'_, Option<Timestamp>> {
        Box::pin(async { Ok(jobs::next_due(&self.readers).await?) })
    }

    fn jobs_waiting(&self) -> Read<'_, i64> {
        Box::pin(async { Ok(jobs::waiting(&self.readers).await?) })
    }

    fn claim_deliveries(&self, claim: DeliveryClaim) -> Read<'_, Vec<DueDelivery>> {
        Box::pin(async move { Ok(due::claim(&self.readers, &claim).await?) })
    }

    fn next_delivery_due(&self, per_endpoint: u32) -> Read<'_, Option<Timestamp>> {
        Box::pin(async move { Ok(due::next_due(&self.readers, per_endpoint).await?) })
    }

    fn delivery_backlog(&self) -> Read<'_, Backlog> {
        Box::pin(async { Ok(due::backlog(&self.readers).await?) })
    }

    fn balances(&self) -> Read<'_, Vec<BalanceRow>> {
        Box::pin(async { Ok(balances(&self.readers.query(BALANCES, &[]).await?)?) })
    }

    fn balances_of(&self, merchant: MerchantId) -> Read<'_, Vec<BalanceRow>> {
        Box::pin(async move {
            let sql = "SELECT account, currency, debits, credits FROM balances WHERE account = ANY($1)";
            let accounts = LedgerAccount::all_of(merchant).map(|account| account.to_string()).to_vec();
            let mut rows = balances(&self.readers.query(sql, &[&accounts]).await?)?;
            rows.sort_by_key(|row| (row.account, row.currency));
            Ok(rows)
        })
    }

    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Read<'a, Statement> {
        Box::pin(async move { Ok(statement::statement(&self.readers, query).await?) })
    }

    /// On a connection of its own: it reads the whole journal, and the shared ones give up after seconds.
    fn recomputed_balances(&self) -> Read<'_, Vec<BalanceRow>> {
        Box::pin(async {
            let session = Session::open_plain(&self.target).await?;
            let answer = session.client.query(RECOMPUTED, &[]);
            let found = tokio::time::timeout(SLOW_PATIENCE, answer).await.map_err(|_| Failure::Silent)?;
            Ok(balances(&found.map_err(Failure::from)?)?)
        })
    }

    fn ledger_drift(&self) -> Read<'_, BTreeMap<Currency, i128>> {
        Box::pin(async {
            let drift = tokio::time::timeout(SLOW_PATIENCE, audit::drift(&self.target)).await;
            Ok(drift.map_err(|_| Failure::Silent)??)
        })
    }

    fn audit(&self) -> Read<'_, Audit> {
        Box::pin(async {
            let audit = tokio::time::timeout(SLOW_PATIENCE, audit::run(&self.target)).await;
            Ok(audit.map_err(|_| Failure::Silent)??)
        })
    }

    fn prune_idempotency(&self, now: Timestamp, limit: u32) -> Read<'_, u64> {
        Box::pin(async move { Ok(prune::idempotency(&self.readers, now, limit).await?) })
    }
}
