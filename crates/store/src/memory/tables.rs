//! The rows of the memory engine, and what a batch does to them.

use std::collections::{BTreeMap, BTreeSet};

use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId};
use hedge_domain::audit::{AuditEntry, AuditId};
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId};
use hedge_domain::customer::{Customer, CustomerId};
use hedge_domain::delivery::{Attempt, Delivery, DeliveryId};
use hedge_domain::event::EventId;
use hedge_domain::idempotency::{IdempotencyKey, IdempotencyRecord};
use hedge_domain::installation::Installation;
use hedge_domain::job::{Job, JobId};
use hedge_domain::ledger::{LedgerAccount, Posting};
use hedge_domain::merchant::{Merchant, MerchantId};
use hedge_domain::payment::{Payment, PaymentId};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodId};
use hedge_domain::payout::{Payout, PayoutId};
use hedge_domain::signing_key::{SigningKey, SigningKeyId};
use hedge_domain::state::{Change, Changes, Turnover, Version};
use hedge_domain::test_clock::TestClock;
use hedge_domain::webhook_endpoint::{Roster, WebhookEndpoint, WebhookEndpointId};
use hedge_domain::{Account, Currency, Key, State, Timestamp};

use crate::engine::OutboxRow;
use crate::error::EngineError;

pub(super) type Rows<I, E> = BTreeMap<I, (E, Version)>;

#[derive(Default)]
pub(super) struct Tables {
    pub(super) installation: Rows<(), Installation>,
    pub(super) accounts: Rows<AccountId, Account>,
    pub(super) merchants: Rows<MerchantId, Merchant>,
    pub(super) api_keys: Rows<ApiKeyId, ApiKey>,
    pub(super) customers: Rows<CustomerId, Customer>,
    pub(super) payment_methods: Rows<PaymentMethodId, PaymentMethod>,
    pub(super) payments: Rows<PaymentId, Payment>,
    pub(super) checkout_sessions: Rows<CheckoutSessionId, CheckoutSession>,
    pub(super) payouts: Rows<PayoutId, Payout>,
    pub(super) jobs: Rows<JobId, Job>,
    pub(super) idempotency: Rows<IdempotencyKey, IdempotencyRecord>,
    pub(super) signing_keys: Rows<SigningKeyId, SigningKey>,
    pub(super) test_clocks: Rows<AccountId, TestClock>,
    pub(super) webhook_endpoints: Rows<WebhookEndpointId, WebhookEndpoint>,
    pub(super) rosters: Rows<AccountId, Roster>,
    pub(super) deliveries: Rows<DeliveryId, Delivery>,
    pub(super) attempts: BTreeMap<(DeliveryId, u32), Attempt>,
    pub(super) events: BTreeMap<EventId, OutboxRow>,
    pub(super) audit_log: BTreeMap<AuditId, AuditEntry>,
    pub(super) journal: Vec<Posting>,
    pub(super) balances: BTreeMap<(LedgerAccount, Currency), Turnover>,
}

/// A copy of a batch, between `persist` and `commit`.
pub(super) struct Staged {
    changes: Changes,
    outbox: Vec<OutboxRow>,
    turnovers: BTreeMap<(LedgerAccount, Currency), Turnover>,
}

impl Staged {
    pub(super) fn of(changes: &Changes, outbox: &[OutboxRow]) -> Self {
        let turnovers = changes.turnovers();
        let changes = Changes {
            installation: changes.installation.clone(),
            accounts: changes.accounts.clone(),
            merchants: changes.merchants.clone(),
            api_keys: changes.api_keys.clone(),
            customers: changes.customers.clone(),
            payment_methods: changes.payment_methods.clone(),
            payments: changes.payments.clone(),
            checkout_sessions: changes.checkout_sessions.clone(),
            payouts: changes.payouts.clone(),
            jobs: changes.jobs.clone(),
            idempotency: changes.idempotency.clone(),
            signing_keys: changes.signing_keys.clone(),
            test_clocks: changes.test_clocks.clone(),
            webhook_endpoints: changes.webhook_endpoints.clone(),
            rosters: changes.rosters.clone(),
            deliveries: changes.deliveries.clone(),
            attempts: changes.attempts.clone(),
            finished_jobs: changes.finished_jobs.clone(),
            postings: changes.postings.clone(),
            // The outbox holds them as rendered.
            events: Vec::new(),
            audit: changes.audit.clone(),
        };
        Self { changes, outbox: outbox.to_vec(), turnovers }
    }

    /// Jobs that were finished or put off: nobody's any more.
    pub(super) fn settled_jobs(&self) -> Vec<JobId> {
        let changed = self.changes.jobs.iter().map(|change| change.id);
        changed.chain(self.changes.finished_jobs.iter().copied()).collect()
    }

    /// Deliveries that were settled or put off.
    pub(super) fn settled_deliveries(&self) -> Vec<DeliveryId> {
        self.changes.deliveries.iter().map(|change| change.id).collect()
    }
}

impl Tables {
    /// The time of an account, `now` being real time.
    pub(super) fn time_of(&self, account: AccountId, now: Timestamp) -> Timestamp {
        self.test_clocks.get(&account).map_or(now, |(clock, _)| clock.read(now))
    }

    pub(super) fn load(&self, keys: &BTreeSet<Key>, state: &mut State) {
        for &key in keys {
            match key {
                Key::Installation => state.installation.supply((), self.installation.get(&()).cloned()),
                Key::Account(id) => state.accounts.supply(id, self.accounts.get(&id).cloned()),
                Key::Merchant(id) => state.merchants.supply(id, self.merchants.get(&id).cloned()),
                Key::ApiKey(id) => state.api_keys.supply(id, self.api_keys.get(&id).cloned()),
                Key::Customer(id) => state.customers.supply(id, self.customers.get(&id).cloned()),
                Key::PaymentMethod(id) => state.payment_methods.supply(id, self.payment_methods.get(&id).cloned()),
                Key::Payment(id) => state.payments.supply(id, self.payments.get(&id).cloned()),
                Key::CheckoutSession(id) => {
                    state.checkout_sessions.supply(id, self.checkout_sessions.get(&id).cloned());
                }
                Key::Payout(id) => state.payouts.supply(id, self.payouts.get(&id).cloned()),
                Key::Balance(key) => state.balances.supply(key, self.balances.get(&key).map(|sides| (*sides, 0))),
                Key::Job(id) => state.jobs.supply(id, self.jobs.get(&id).cloned()),
                Key::TestClock(id) => state.test_clocks.supply(id, self.test_clocks.get(&id).cloned()),
                Key::Idempotency(key) => state.idempotency.supply(key, self.idempotency.get(&key).cloned()),
                Key::WebhookEndpoint(id) => {
                    state.webhook_endpoints.supply(id, self.webhook_endpoints.get(&id).cloned());
                }
                Key::Roster(id) => state.rosters.supply(id, self.rosters.get(&id).cloned()),
                Key::Delivery(id) => state.deliveries.supply(id, self.deliveries.get(&id).cloned()),
                Key::SigningKey(id) => state.signing_keys.supply(id, self.signing_keys.get(&id).cloned()),
            }
        }
    }

    /// The constraints that the databases hold: versions, and refunds within the amount.
    pub(super) fn check(&self, changes: &Changes) -> Result<(), EngineError> {
        let fresh = is_fresh(&self.installation, &changes.installation)
            && is_fresh(&self.accounts, &changes.accounts)
            && is_fresh(&self.merchants, &changes.merchants)
            && is_fresh(&self.api_keys, &changes.api_keys)
            && is_fresh(&self.customers, &changes.customers)
            && is_fresh(&self.payment_methods, &changes.payment_methods)
            && is_fresh(&self.payments, &changes.payments)
            && is_fresh(&self.checkout_sessions, &changes.checkout_sessions)
            && is_fresh(&self.payouts, &changes.payouts)
            && is_fresh(&self.jobs, &changes.jobs)
            && is_fresh(&self.idempotency, &changes.idempotency)
            && is_fresh(&self.signing_keys, &changes.signing_keys)
            && is_fresh(&self.test_clocks, &changes.test_clocks)
            && is_fresh(&self.webhook_endpoints, &changes.webhook_endpoints)
            && is_fresh(&self.rosters, &changes.rosters)
            && is_fresh(&self.deliveries, &changes.deliveries);
        if !fresh {
            return Err(EngineError::Conflict);
        }
        let sound = |payment: &Payment| {
            let whole = payment.amount.minor();
            let given_back: i64 = payment.refunds.iter().map(|refund| refund.amount).sum();
            whole > 0 && (0..=whole).contains(&payment.refunded) && given_back <= whole
        };
        match changes.payments.iter().find(|change| !sound(&change.after)) {
            Some(change) => Err(EngineError::Rejected(format!("payment {} breaks a constraint", change.id))),
            None => Ok(()),
        }
    }

    pub(super) fn apply(&mut self, staged: Staged) {
        let Staged { changes, outbox, turnovers } = staged;
        write(&mut self.installation, changes.installation);
        write(&mut self.accounts, changes.accounts);
        write(&mut self.merchants, changes.merchants);
        write(&mut self.api_keys, changes.api_keys);
        write(&mut self.customers, changes.customers);
        write(&mut self.payment_methods, changes.payment_methods);
        write(&mut self.payments, changes.payments);
        write(&mut self.checkout_sessions, changes.checkout_sessions);
        write(&mut self.payouts, changes.payouts);
        write(&mut self.jobs, changes.jobs);
        write(&mut self.idempotency, changes.idempotency);
        write(&mut self.signing_keys, changes.signing_keys);
        write(&mut self.test_clocks, changes.test_clocks);
        write(&mut self.webhook_endpoints, changes.webhook_endpoints);
        write(&mut self.rosters, changes.rosters);
        write(&mut self.deliveries, changes.deliveries);
        self.attempts.extend(changes.attempts.into_iter().map(|one| ((one.delivery, one.number), one)));
        for job in changes.finished_jobs {
            self.jobs.remove(&job);
        }
        self.audit_log.extend(changes.audit.into_iter().map(|entry| (entry.id, entry)));
        self.journal.extend(changes.postings);
        self.events.extend(outbox.into_iter().map(|row| (row.id, row)));
        for (account, turnover) in turnovers {
            let balance = self.balances.entry(account).or_default();
            balance.debits = balance.debits.saturating_add(turnover.debits);
            balance.credits = balance.credits.saturating_add(turnover.credits);
        }
    }
}

fn is_fresh<I: Ord, E>(rows: &Rows<I, E>, changes: &[Change<I, E>]) -> bool {
    changes.iter().all(|change| {
        let now = rows.get(&change.id).map(|(_, version)| *version);
        now == change.before.as_ref().map(|(_, version)| *version)
    })
}

fn write<I: Ord, E>(rows: &mut Rows<I, E>, changes: Vec<Change<I, E>>) {
    for change in changes {
        let version = change.before.map_or(1, |(_, version)| version.saturating_add(1));
        rows.insert(change.id, (change.after, version));
    }
}
