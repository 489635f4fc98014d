//! What the memory engine answers. Every read is a scan, which is fine for what it is for.

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Bound;

use futures::future::BoxFuture;
use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId};
use hedge_domain::audit::{AuditEntry, AuditQuery};
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId, CheckoutSessionQuery, CheckoutStatus};
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
use hedge_domain::state::{Changes, Turnover};
use hedge_domain::test_clock::TestClock;
use hedge_domain::webhook_endpoint::{WebhookEndpoint, WebhookEndpointId};
use hedge_domain::{Account, Currency, Timestamp};

use super::tables::Tables;
use super::{Memory, Rows, merchants, webhooks};
use crate::audit;
use crate::engine::{Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, OutboxRow, Page, Statement};
use crate::error::StoreError;
use crate::lane::Worker;

type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

impl Memory {
    fn answer<'a, T: Send + 'a>(&self, read: impl FnOnce(&mut Rows) -> T) -> Read<'a, T> {
        Box::pin(ready(Ok(read(&mut self.rows.lock()))))
    }
}

pub(super) fn most<T>(items: impl Iterator<Item = T>, limit: u32) -> Vec<T> {
    items.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()
}

fn matches(query: &PaymentQuery, payment: &Payment) -> bool {
    query.actor.reaches(payment.account, payment.merchant)
        && query.merchant.is_none_or(|merchant| merchant == payment.merchant)
        && query.status.is_none_or(|status| status == payment.status)
        && query.customer.is_none_or(|customer| payment.customer == Some(customer))
        && query.created_from.is_none_or(|from| payment.created_at >= from)
        && query.created_until.is_none_or(|until| payment.created_at < until)
}

fn session_matches(query: &CheckoutSessionQuery, session: &CheckoutSession) -> bool {
    query.actor.reaches(session.account, session.merchant)
        && query.merchant.is_none_or(|merchant| merchant == session.merchant)
        && query.status.is_none_or(|status| status == session.status)
        && query.customer.is_none_or(|customer| session.customer == Some(customer))
        && query.created_from.is_none_or(|from| session.created_at >= from)
        && query.created_until.is_none_or(|until| session.created_at < until)
}

fn entry_matches(query: &AuditQuery, entry: &AuditEntry) -> bool {
    entry.account == Some(query.account)
        && query.action.is_none_or(|action| action == entry.action)
        && query.object.as_ref().is_none_or(|object| *object == entry.object)
        && query.key.is_none_or(|key| entry.origin.agent.key() == Some(key))
        && query.created_from.is_none_or(|from| entry.at >= from)
        && query.created_until.is_none_or(|until| entry.at < until)
        && query.after.is_none_or(|after| entry.id < after)
}

pub(super) fn balance_rows(balances: &BTreeMap<(LedgerAccount, Currency), Turnover>) -> Vec<BalanceRow> {
    let row = |(&(account, currency), turnover): (&(LedgerAccount, Currency), &Turnover)| BalanceRow {
        account,
        currency,
        debits: turnover.debits,
        credits: turnover.credits,
    };
    balances.iter().map(row).collect()
}

fn recomputed(tables: &Tables) -> Vec<BalanceRow> {
    let journal = Changes { postings: tables.journal.clone(), ..Changes::default() };
    balance_rows(&journal.turnovers())
}

impl Engine for Memory {
    fn start(&self, worker: Worker) -> BoxFuture<'_, Result<(), StoreError>> {
        self.start_lane(worker)
    }

    fn stopped(&self) -> BoxFuture<'_, ()> {
        self.lane_ended()
    }

    fn ping(&self) -> Read<'_, ()> {
        self.answer(|_| ())
    }

    fn installation(&self) -> Read<'_, Option<Installation>> {
        self.answer(|rows| rows.tables.installation.get(&()).map(|(row, _)| row.clone()))
    }

    fn account(&self, id: AccountId) -> Read<'_, Option<Account>> {
        self.answer(|rows| rows.tables.accounts.get(&id).map(|(row, _)| row.clone()))
    }

    fn merchant(&self, id: MerchantId) -> Read<'_, Option<Merchant>> {
        self.answer(|rows| rows.tables.merchants.get(&id).map(|(row, _)| row.clone()))
    }

    fn merchants<'a>(&'a self, query: &'a MerchantQuery) -> Read<'a, Page<Merchant>> {
        self.answer(|rows| merchants::list(rows, query))
    }

    fn merchants_to_pay_out(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<MerchantId>> {
        self.answer(|rows| merchants::to_pay_out(rows, now, limit))
    }

    fn api_keys(&self, account: AccountId) -> Read<'_, Vec<ApiKey>> {
        self.answer(|rows| {
            let all = rows.tables.api_keys.values().rev().map(|(key, _)| key);
            all.filter(|key| key.account == account).cloned().collect()
        })
    }

    fn api_key(&self, id: ApiKeyId) -> Read<'_, Option<ApiKey>> {
        self.answer(|rows| rows.tables.api_keys.get(&id).map(|(row, _)| row.clone()))
    }

    fn api_key_by_hash(&self, hash: [u8; 32]) -> Read<'_, Option<ApiKey>> {
        self.answer(|rows| {
            let mut all = rows.tables.api_keys.values().map(|(key, _)| key);
            all.find(|key| key.secret.hash == hash).cloned()
        })
    }

    fn customer(&self, id: CustomerId) -> Read<'_, Option<Customer>> {
        self.answer(|rows| rows.tables.customers.get(&id).map(|(row, _)| row.clone()))
    }

    fn customers<'a>(&'a self, query: &'a CustomerQuery) -> Read<'a, Page<Customer>> {
        self.answer(|rows| {
            let end = query.after.map_or(Bound::Unbounded, Bound::Excluded);
            let older = rows.tables.customers.range((Bound::Unbounded, end)).rev().map(|(_, (customer, _))| customer);
            let matching = older.filter(|customer| {
                customer.account == query.account
                    && query.email.as_ref().is_none_or(|email| *email == customer.email)
                    && query.created_from.is_none_or(|from| customer.created_at >= from)
                    && query.created_until.is_none_or(|until| customer.created_at < until)
            });
            Page::cut(most(matching.cloned(), query.limit.saturating_add(1)), query.limit)
        })
    }

    fn payment_methods<'a>(&'a self, query: &'a PaymentMethodQuery) -> Read<'a, Page<PaymentMethod>> {
        self.answer(|rows| {
            let end = query.after.map_or(Bound::Unbounded, Bound::Excluded);
            let older = rows.tables.payment_methods.range((Bound::Unbounded, end)).rev().map(|(_, (method, _))| method);
            let own = older.filter(|method| (method.account, method.customer) == (query.account, Some(query.customer)));
            Page::cut(most(own.cloned(), query.limit.saturating_add(1)), query.limit)
        })
    }

    fn signing_keys(&self) -> Read<'_, Vec<SigningKey>> {
        self.answer(|rows| rows.tables.signing_keys.values().rev().map(|(key, _)| key.clone()).collect())
    }

    fn payment(&self, id: PaymentId) -> Read<'_, Option<Payment>> {
        self.answer(|rows| rows.tables.payments.get(&id).map(|(row, _)| row.clone()))
    }

    fn payments<'a>(&'a self, query: &'a PaymentQuery) -> Read<'a, Page<Payment>> {
        self.answer(|rows| {
            let end = query.after.map_or(Bound::Unbounded, Bound::Excluded);
            let older = rows.tables.payments.range((Bound::Unbounded, end)).rev().map(|(_, (payment, _))| payment);
            let matching = older.filter(|payment| matches(query, payment)).cloned();
            Page::cut(most(matching, query.limit.saturating_add(1)), query.limit)
        })
    }

    fn checkout_session(&self, id: CheckoutSessionId) -> Read<'_, Option<CheckoutSession>> {
        self.answer(|rows| rows.tables.checkout_sessions.get(&id).map(|(row, _)| row.clone()))
    }

    fn checkout_sessions<'a>(&'a self, query: &'a CheckoutSessionQuery) -> Read<'a, Page<CheckoutSession>> {
        self.answer(|rows| {
            let end = query.after.map_or(Bound::Unbounded, Bound::Excluded);
            let older = rows.tables.checkout_sessions.range((Bound::Unbounded, end)).rev();
            let matching = older.map(|(_, (session, _))| session).filter(|session| session_matches(query, session));
            Page::cut(most(matching.cloned(), query.limit.saturating_add(1)), query.limit)
        })
    }

    fn expired_checkout_sessions(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<CheckoutSessionId>> {
        self.answer(|rows| {
            let tables = &rows.tables;
            let in_flight = |session: &CheckoutSession| {
                let payment = session.payment.and_then(|id| tables.payments.get(&id));
                payment.is_some_and(|(payment, _)| payment.status.is_in_flight())
            };
            let open = tables.checkout_sessions.values().map(|(session, _)| session);
            let mut due: Vec<_> = open
                .filter(|session| session.status == CheckoutStatus::Open && !in_flight(session))
                .filter(|session| session.expires_at <= tables.time_of(session.account, now))
                .map(|session| (session.expires_at, session.id))
                .collect();
            due.sort_unstable();
            most(due.into_iter().map(|(_, id)| id), limit)
        })
    }

    fn payout(&self, id: PayoutId) -> Read<'_, Option<Payout>> {
        self.answer(|rows| rows.tables.payouts.get(&id).map(|(row, _)| row.clone()))
    }

    fn payouts<'a>(&'a self, query: &'a PayoutQuery) -> Read<'a, Page<Payout>> {
        self.answer(|rows| merchants::payouts(rows, query))
    }

    fn audit_log<'a>(&'a self, query: &'a AuditQuery) -> Read<'a, Page<AuditEntry>> {
        self.answer(|rows| {
            let all = rows.tables.audit_log.values().rev().filter(|entry| entry_matches(query, entry));
            Page::cut(most(all.cloned(), query.limit.saturating_add(1)), query.limit)
        })
    }

    fn test_clock(&self, account: AccountId) -> Read<'_, Option<TestClock>> {
        self.answer(|rows| rows.tables.test_clocks.get(&account).map(|(clock, _)| clock.clone()))
    }

    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        self.answer(|rows| {
            let all = rows.tables.payments.values().map(|(payment, _)| payment);
            let due = |payment: &&Payment| {
                payment.status == PaymentStatus::Pending
                    && payment.expires_at <= rows.tables.time_of(payment.account, now)
            };
            most(all.filter(due).map(|payment| payment.id), limit)
        })
    }

    fn unsettled_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        self.answer(|rows| merchants::unsettled(rows, now, limit))
    }

    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>> {
        self.answer(|rows| {
            let mut counts = BTreeMap::new();
            for (payment, _) in rows.tables.payments.values() {
                *counts.entry(payment.status).or_default() += 1;
            }
            counts
        })
    }

    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>> {
        self.answer(|rows| {
            let mut counts = BTreeMap::new();
            for refund in rows.tables.payments.values().flat_map(|(payment, _)| &payment.refunds) {
                *counts.entry(refund.status).or_default() += 1;
            }
            counts
        })
    }

    fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Read<'_, Vec<Job>> {
        self.answer(|rows| {
            rows.leases.retain(|_, end| *end > now);
            let free = rows.tables.jobs.values().map(|(job, _)| job).filter(|job| !rows.leases.contains_key(&job.id));
            let mut due: Vec<Job> =
                free.filter(|job| job.due_at <= rows.tables.time_of(job.account, now)).cloned().collect();
            due.sort_by_key(|job| (job.due_at, job.id));
            let claimed = most(due.into_iter(), limit);
            rows.leases.extend(claimed.iter().map(|job| (job.id, lease_until)));
            claimed
        })
    }

    fn next_job_due(&self) -> Read<'_, Option<Timestamp>> {
        self.answer(|rows| {
            let free_at = |job: &Job| rows.leases.get(&job.id).map_or(job.due_at, |&end| end.max(job.due_at));
            let unclocked = |job: &&Job| !rows.tables.test_clocks.contains_key(&job.account);
            rows.tables.jobs.values().map(|(job, _)| job).filter(unclocked).map(free_at).min()
        })
    }

    fn jobs_waiting(&self) -> Read<'_, i64> {
        self.answer(|rows| i64::try_from(rows.tables.jobs.len()).unwrap_or(i64::MAX))
    }

    fn events(&self, after: Option<EventId>, limit: u32) -> Read<'_, Vec<OutboxRow>> {
        self.answer(|rows| {
            let start = after.map_or(Bound::Unbounded, Bound::Excluded);
            most(rows.tables.events.range((start, Bound::Unbounded)).map(|(_, row)| row.clone()), limit)
        })
    }

    fn event(&self, id: EventId) -> Read<'_, Option<OutboxRow>> {
        self.answer(|rows| rows.tables.events.get(&id).cloned())
    }

    fn account_events<'a>(&'a self, query: &'a EventQuery) -> Read<'a, Page<OutboxRow>> {
        self.answer(|rows| webhooks::events(rows, query))
    }

    fn webhook_endpoint(&self, id: WebhookEndpointId) -> Read<'_, Option<WebhookEndpoint>> {
        self.answer(|rows| rows.tables.webhook_endpoints.get(&id).map(|(row, _)| row.clone()))
    }

    fn webhook_endpoints(&self, account: AccountId) -> Read<'_, Vec<WebhookEndpoint>> {
        self.answer(|rows| {
            let all = rows.tables.webhook_endpoints.values().rev().map(|(endpoint, _)| endpoint);
            all.filter(|one| one.account == account && one.deleted_at.is_none()).cloned().collect()
        })
    }

    fn delivery(&self, id: DeliveryId) -> Read<'_, Option<Delivery>> {
        self.answer(|rows| rows.tables.deliveries.get(&id).map(|(row, _)| row.clone()))
    }

    fn deliveries<'a>(&'a self, query: &'a DeliveryQuery) -> Read<'a, Page<Delivery>> {
        self.answer(|rows| webhooks::deliveries(rows, query))
    }

    fn attempts(&self, delivery: DeliveryId, limit: u32) -> Read<'_, Vec<Attempt>> {
        self.answer(|rows| {
            let all = rows.tables.attempts.range((delivery, 0)..=(delivery, u32::MAX)).map(|(_, attempt)| attempt);
            let mut latest = most(all.rev().cloned(), limit);
            latest.reverse();
            latest
        })
    }

    fn claim_deliveries(&self, claim: DeliveryClaim) -> Read<'_, Vec<DueDelivery>> {
        self.answer(|rows| webhooks::claim(rows, &claim))
    }

    fn next_delivery_due(&self, per_endpoint: u32) -> Read<'_, Option<Timestamp>> {
        self.answer(|rows| webhooks::next_due(rows, per_endpoint))
    }

    fn delivery_backlog(&self) -> Read<'_, Backlog> {
        self.answer(|rows| webhooks::backlog(rows))
    }

    fn balances(&self) -> Read<'_, Vec<BalanceRow>> {
        self.answer(|rows| balance_rows(&rows.tables.balances))
    }

    fn balances_of(&self, merchant: MerchantId) -> Read<'_, Vec<BalanceRow>> {
        self.answer(|rows| merchants::balances_of(rows, merchant))
    }

    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Read<'a, Statement> {
        self.answer(|rows| merchants::statement(rows, query))
    }

    fn recomputed_balances(&self) -> Read<'_, Vec<BalanceRow>> {
        self.answer(|rows| recomputed(&rows.tables))
    }

    fn ledger_drift(&self) -> Read<'_, BTreeMap<Currency, i128>> {
        self.answer(|rows| audit::drift(&balance_rows(&rows.tables.balances), &recomputed(&rows.tables)))
    }

    fn prune_idempotency(&self, now: Timestamp, limit: u32) -> Read<'_, u64> {
        self.answer(|rows| {
            let clocks = rows.tables.test_clocks.values().map(|(clock, _)| clock.read(now));
            let now = clocks.fold(now, Timestamp::min);
            let all = rows.tables.idempotency.iter();
            let ended = most(all.filter(|(_, (record, _))| record.expires_at <= now).map(|(&key, _)| key), limit);
            for key in &ended {
                rows.tables.idempotency.remove(key);
            }
            u64::try_from(ended.len()).unwrap_or(u64::MAX)
        })
    }
}
