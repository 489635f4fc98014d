//! The engine's face: every read, as one statement on a shared connection.

use std::collections::BTreeMap;
use std::time::Duration;

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
use hedge_domain::ledger::{LedgerAccount, StatementQuery};
use hedge_domain::merchant::{Merchant, MerchantId, MerchantQuery};
use hedge_domain::payment::{Payment, PaymentId, PaymentQuery, PaymentStatus};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodQuery};
use hedge_domain::payout::{Payout, PayoutId, PayoutQuery};
use hedge_domain::refund::RefundStatus;
use hedge_domain::signing_key::SigningKey;
use hedge_domain::state::Version;
use hedge_domain::test_clock::TestClock;
use hedge_domain::webhook_endpoint::{WebhookEndpoint, WebhookEndpointId};
use hedge_domain::{Account, Currency, Id, Timestamp};
use tokio_postgres::Row;
use uuid::Uuid;

use super::failure::Failure;
use super::session::Session;
use super::{
    Postgres, audit, audit_log, checkout, customers, due, jobs, merchants, payments, prune, rows, search, statement,
    webhooks,
};
use crate::audit::Audit;
use crate::engine::{Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, OutboxRow, Page, Statement};
use crate::error::StoreError;
use crate::lane::Worker;

/// For the one read that goes through a whole table.
const SLOW_PATIENCE: Duration = Duration::from_mins(10);

pub(super) const BALANCES: &str = "SELECT account, currency, debits, credits FROM balances ORDER BY account, currency";
pub(super) const RECOMPUTED: &str = "SELECT account COLLATE \"C\" AS account, currency COLLATE \"C\" AS currency, \
        sum(debits)::bigint, sum(credits)::bigint FROM (\
        SELECT debit_account AS account, currency, amount AS debits, 0 AS credits FROM ledger_transfers \
        UNION ALL SELECT credit_account, currency, 0, amount FROM ledger_transfers\
    ) sides GROUP BY 1, 2 ORDER BY 1, 2";

type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

const fn uuid<K>(id: Id<K>) -> Uuid {
    Uuid::from_u128(id.bits())
}

/// The entity of a row, without its version.
fn entity<E>(row: &Row, read: fn(&Row) -> Result<(E, Version), Failure>) -> Result<E, Failure> {
    read(row).map(|(entity, _)| entity)
}

fn only<E>(rows: &[Row], read: fn(&Row) -> Result<(E, Version), Failure>) -> Result<Option<E>, StoreError> {
    Ok(rows.first().map(|row| entity(row, read)).transpose()?)
}

fn each<E>(rows: &[Row], read: impl Fn(&Row) -> Result<E, Failure>) -> Result<Vec<E>, StoreError> {
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

impl Engine for Postgres {
    fn start(&self, worker: Worker) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.start_lanes(worker))
    }

    fn stopped(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.lanes_ended())
    }

    fn ping(&self) -> Read<'_, ()> {
        Box::pin(async { Ok(self.readers.query("SELECT 1", &[]).await.map(drop)?) })
    }

    fn installation(&self) -> Read<'_, Option<Installation>> {
        Box::pin(async {
            let sql = format!("SELECT {} FROM installation", rows::INSTALLATION);
            only(&self.readers.query(&sql, &[]).await?, rows::installation)
        })
    }

    fn account(&self, id: AccountId) -> Read<'_, Option<Account>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM accounts WHERE id = $1", rows::ACCOUNT);
            only(&self.readers.query(&sql, &[&uuid(id)]).await?, rows::account)
        })
    }

    fn merchant(&self, id: MerchantId) -> Read<'_, Option<Merchant>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM merchants WHERE id = $1", rows::MERCHANT);
            only(&self.readers.query(&sql, &[&uuid(id)]).await?, rows::merchant)
        })
    }

    fn merchants<'a>(&'a self, query: &'a MerchantQuery) -> Read<'a, Page<Merchant>> {
        Box::pin(async move { Ok(merchants::list(&self.readers, query).await?) })
    }

    fn merchants_to_pay_out(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<MerchantId>> {
        Box::pin(async move { Ok(merchants::to_pay_out(&self.readers, now, limit).await?) })
    }

    fn api_keys(&self, account: AccountId) -> Read<'_, Vec<ApiKey>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM api_keys WHERE account_id = $1 ORDER BY id DESC", rows::API_KEY);
            each(&self.readers.query(&sql, &[&uuid(account)]).await?, |row| entity(row, rows::api_key))
        })
    }

    fn api_key(&self, id: ApiKeyId) -> Read<'_, Option<ApiKey>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM api_keys WHERE id = $1", rows::API_KEY);
            only(&self.readers.query(&sql, &[&uuid(id)]).await?, rows::api_key)
        })
    }

    fn api_key_by_hash(&self, hash: [u8; 32]) -> Read<'_, Option<ApiKey>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM api_keys WHERE hash = $1", rows::API_KEY);
            only(&self.readers.query(&sql, &[&hash.as_slice()]).await?, rows::api_key)
        })
    }

    fn customer(&self, id: CustomerId) -> Read<'_, Option<Customer>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM customers WHERE id = $1", rows::CUSTOMER);
            only(&self.readers.query(&sql, &[&uuid(id)]).await?, rows::customer)
        })
    }

    fn customers<'a>(&'a self, query: &'a CustomerQuery) -> Read<'a, Page<Customer>> {
        Box::pin(async move { Ok(customers::list(&self.readers, query).await?) })
    }

    fn payment_methods<'a>(&'a self, query: &'a PaymentMethodQuery) -> Read<'a, Page<PaymentMethod>> {
        Box::pin(async move { Ok(customers::payment_methods(&self.readers, query).await?) })
    }

    fn signing_keys(&self) -> Read<'_, Vec<SigningKey>> {
        Box::pin(async {
            let sql = format!("SELECT {} FROM signing_keys ORDER BY id DESC", rows::SIGNING_KEY);
            each(&self.readers.query(&sql, &[]).await?, |row| entity(row, rows::signing_key))
        })
    }

    fn payment(&self, id: PaymentId) -> Read<'_, Option<Payment>> {
        Box::pin(async move { Ok(payments::by_id(&self.readers, id).await?) })
    }

    fn payments<'a>(&'a self, query: &'a PaymentQuery) -> Read<'a, Page<Payment>> {
        Box::pin(async move { Ok(search::payments(&self.readers, query).await?) })
    }

    fn checkout_session(&self, id: CheckoutSessionId) -> Read<'_, Option<CheckoutSession>> {
        Box::pin(async move { Ok(checkout::by_id(&self.readers, id).await?) })
    }

    fn checkout_sessions<'a>(&'a self, query: &'a CheckoutSessionQuery) -> Read<'a, Page<CheckoutSession>> {
        Box::pin(async move { Ok(search::checkout_sessions(&self.readers, query).await?) })
    }

    fn expired_checkout_sessions(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<CheckoutSessionId>> {
        Box::pin(async move { Ok(checkout::expired(&self.readers, now, limit).await?) })
    }

    fn payout(&self, id: PayoutId) -> Read<'_, Option<Payout>> {
        Box::pin(async move { Ok(merchants::payout(&self.readers, id).await?) })
    }

    fn payouts<'a>(&'a self, query: &'a PayoutQuery) -> Read<'a, Page<Payout>> {
        Box::pin(async move { Ok(search::payouts(&self.readers, query).await?) })
    }

    fn audit_log<'a>(&'a self, query: &'a AuditQuery) -> Read<'a, Page<AuditEntry>> {
        Box::pin(async move { Ok(audit_log::list(&self.readers, query).await?) })
    }

    fn test_clock(&self, account: AccountId) -> Read<'_, Option<TestClock>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM test_clocks WHERE id = $1", rows::TEST_CLOCK);
            only(&self.readers.query(&sql, &[&uuid(account)]).await?, rows::test_clock)
        })
    }

    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        Box::pin(async move { Ok(payments::unpaid(&self.readers, now, limit).await?) })
    }

    fn unsettled_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        Box::pin(async move { Ok(payments::unsettled(&self.readers, now, limit).await?) })
    }

    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>> {
        Box::pin(async { Ok(payments::by_status(&self.readers).await?) })
    }

    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>> {
        Box::pin(async { Ok(payments::refunds_by_status(&self.readers).await?) })
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

    /// The order is that of the ids, not of the commits: with several writers an event may appear behind one that has
    /// been read already. Good for showing events; a reader that must miss none goes by jobs.
    fn events(&self, after: Option<EventId>, limit: u32) -> Read<'_, Vec<OutboxRow>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM events WHERE id > $1 ORDER BY id LIMIT $2", webhooks::EVENT);
            let after = after.map_or(Uuid::nil(), uuid);
            each(&self.readers.query(&sql, &[&after, &i64::from(limit)]).await?, rows::outbox)
        })
    }

    fn event(&self, id: EventId) -> Read<'_, Option<OutboxRow>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM events WHERE id = $1", webhooks::EVENT);
            Ok(each(&self.readers.query(&sql, &[&uuid(id)]).await?, rows::outbox)?.pop())
        })
    }

    fn account_events<'a>(&'a self, query: &'a EventQuery) -> Read<'a, Page<OutboxRow>> {
        Box::pin(async { Ok(webhooks::events(&self.readers, query).await?) })
    }

    fn webhook_endpoint(&self, id: WebhookEndpointId) -> Read<'_, Option<WebhookEndpoint>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM webhook_endpoints WHERE id = $1", rows::WEBHOOK_ENDPOINT);
            only(&self.readers.query(&sql, &[&uuid(id)]).await?, rows::webhook_endpoint)
        })
    }

    fn webhook_endpoints(&self, account: AccountId) -> Read<'_, Vec<WebhookEndpoint>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT {} FROM webhook_endpoints WHERE account_id = $1 AND deleted_at IS NULL ORDER BY id DESC",
                rows::WEBHOOK_ENDPOINT
            );
            each(&self.readers.query(&sql, &[&uuid(account)]).await?, |row| entity(row, rows::webhook_endpoint))
        })
    }

    fn delivery(&self, id: DeliveryId) -> Read<'_, Option<Delivery>> {
        Box::pin(async move {
            let sql = format!("SELECT {} FROM deliveries WHERE id = $1", rows::DELIVERY);
            only(&self.readers.query(&sql, &[&uuid(id)]).await?, rows::delivery)
        })
    }

    fn deliveries<'a>(&'a self, query: &'a DeliveryQuery) -> Read<'a, Page<Delivery>> {
        Box::pin(async { Ok(webhooks::deliveries(&self.readers, query).await?) })
    }

    fn attempts(&self, delivery: DeliveryId, limit: u32) -> Read<'_, Vec<Attempt>> {
        Box::pin(async move { Ok(webhooks::attempts(&self.readers, delivery, limit).await?) })
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
        Box::pin(async { each(&self.readers.query(BALANCES, &[]).await?, rows::balance) })
    }

    fn balances_of(&self, merchant: MerchantId) -> Read<'_, Vec<BalanceRow>> {
        Box::pin(async move {
            let sql = "SELECT account, currency, debits, credits FROM balances WHERE account = ANY($1)";
            let accounts = LedgerAccount::all_of(merchant).map(|account| account.to_string()).to_vec();
            let mut rows = each(&self.readers.query(sql, &[&accounts]).await?, rows::balance)?;
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
            let session = Session::open_plain(&self.config).await?;
            let answer = session.client.query(RECOMPUTED, &[]);
            let found = tokio::time::timeout(SLOW_PATIENCE, answer).await.map_err(|_| Failure::Silent)?;
            each(&found.map_err(Failure::from)?, rows::balance)
        })
    }

    fn ledger_drift(&self) -> Read<'_, BTreeMap<Currency, i128>> {
        Box::pin(async {
            let drift = tokio::time::timeout(SLOW_PATIENCE, audit::drift(&self.config)).await;
            Ok(drift.map_err(|_| Failure::Silent)??)
        })
    }

    fn audit(&self) -> Read<'_, Audit> {
        Box::pin(async {
            let audit = tokio::time::timeout(SLOW_PATIENCE, audit::run(&self.config)).await;
            Ok(audit.map_err(|_| Failure::Silent)??)
        })
    }

    fn prune_idempotency(&self, now: Timestamp, limit: u32) -> Read<'_, u64> {
        Box::pin(async move { Ok(prune::idempotency(&self.readers, now, limit).await?) })
    }
}
