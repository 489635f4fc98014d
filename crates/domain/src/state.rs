//! What a batch has loaded and what its commands have changed so far: every table, in the lists that there have to be.
//!
//! A command works on a staged copy: [`State::keep`] merges it once the command has succeeded, [`State::discard`]
//! forgets it. So a refused command leaves nothing behind, and a later command of the batch sees what earlier ones did.

mod reach;
mod table;
mod turnover;

use std::hash::Hash;

pub use table::{Change, Table, Version};
pub use turnover::Turnover;

use crate::Currency;
use crate::account::Account;
use crate::api_key::ApiKey;
use crate::audit::AuditEntry;
use crate::checkout_session::CheckoutSession;
use crate::customer::Customer;
use crate::delivery::{Attempt, Delivery};
use crate::event::Event;
use crate::idempotency::{IdempotencyKey, IdempotencyRecord};
use crate::ids::{
    AccountId, ApiKeyId, CheckoutSessionId, CustomerId, DeliveryId, JobId, MerchantId, PaymentId, PaymentMethodId,
    PayoutId, SigningKeyId, WebhookEndpointId,
};
use crate::installation::Installation;
use crate::job::Job;
use crate::ledger::{LedgerAccount, Posting};
use crate::merchant::Merchant;
use crate::payment::Payment;
use crate::payment_method::PaymentMethod;
use crate::payout::Payout;
use crate::signing_key::SigningKey;
use crate::test_clock::TestClock;
use crate::webhook_endpoint::{Subscriptions, WebhookEndpoint};

/// Names one row that a command may ask for. Rows are read in this order: what guards another stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Installation,
    Account(AccountId),
    Merchant(MerchantId),
    ApiKey(ApiKeyId),
    Customer(CustomerId),
    PaymentMethod(PaymentMethodId),
    Payment(PaymentId),
    CheckoutSession(CheckoutSessionId),
    Payout(PayoutId),
    /// A balance as kept. Ask for it after the row that guards it ([`State::available`]).
    Balance(BalanceKey),
    Job(JobId),
    Idempotency(IdempotencyKey),
    SigningKey(SigningKeyId),
    TestClock(AccountId),
    WebhookEndpoint(WebhookEndpointId),
    Subscriptions(AccountId),
    Delivery(DeliveryId),
}

pub type BalanceKey = (LedgerAccount, Currency);

#[derive(Debug, Default)]
pub struct State {
    pub installation: Table<(), Installation>,
    pub accounts: Table<AccountId, Account>,
    pub merchants: Table<MerchantId, Merchant>,
    pub api_keys: Table<ApiKeyId, ApiKey>,
    pub customers: Table<CustomerId, Customer>,
    pub payment_methods: Table<PaymentMethodId, PaymentMethod>,
    pub payments: Table<PaymentId, Payment>,
    pub checkout_sessions: Table<CheckoutSessionId, CheckoutSession>,
    pub payouts: Table<PayoutId, Payout>,
    /// Read only: what commands post is added by the store.
    pub balances: Table<BalanceKey, Turnover>,
    pub jobs: Table<JobId, Job>,
    pub idempotency: Table<IdempotencyKey, IdempotencyRecord>,
    pub signing_keys: Table<SigningKeyId, SigningKey>,
    pub test_clocks: Table<AccountId, TestClock>,
    pub webhook_endpoints: Table<WebhookEndpointId, WebhookEndpoint>,
    pub subscriptions: Table<AccountId, Subscriptions>,
    pub deliveries: Table<DeliveryId, Delivery>,
    kept: Log,
    staged: Log,
}

/// What a whole batch changed: the engine's input to `persist`.
#[derive(Debug, Default)]
pub struct Changes {
    pub installation: Vec<Change<(), Installation>>,
    pub accounts: Vec<Change<AccountId, Account>>,
    pub merchants: Vec<Change<MerchantId, Merchant>>,
    pub api_keys: Vec<Change<ApiKeyId, ApiKey>>,
    pub customers: Vec<Change<CustomerId, Customer>>,
    pub payment_methods: Vec<Change<PaymentMethodId, PaymentMethod>>,
    pub payments: Vec<Change<PaymentId, Payment>>,
    pub checkout_sessions: Vec<Change<CheckoutSessionId, CheckoutSession>>,
    pub payouts: Vec<Change<PayoutId, Payout>>,
    /// Without those that are finished.
    pub jobs: Vec<Change<JobId, Job>>,
    pub idempotency: Vec<Change<IdempotencyKey, IdempotencyRecord>>,
    pub signing_keys: Vec<Change<SigningKeyId, SigningKey>>,
    pub test_clocks: Vec<Change<AccountId, TestClock>>,
    pub webhook_endpoints: Vec<Change<WebhookEndpointId, WebhookEndpoint>>,
    pub subscriptions: Vec<Change<AccountId, Subscriptions>>,
    pub deliveries: Vec<Change<DeliveryId, Delivery>>,
    pub attempts: Vec<Attempt>,
    pub finished_jobs: Vec<JobId>,
    pub postings: Vec<Posting>,
    pub events: Vec<Event>,
    pub audit: Vec<AuditEntry>,
}

/// What is only ever added.
#[derive(Debug, Default)]
struct Log {
    postings: Vec<Posting>,
    events: Vec<Event>,
    audit: Vec<AuditEntry>,
    attempts: Vec<Attempt>,
    finished_jobs: Vec<JobId>,
}

impl State {
    /// The command succeeded: what it staged becomes what later commands see.
    pub fn keep(&mut self) {
        self.each(&mut Keep);
        self.kept.append(&mut self.staged);
    }

    /// The command did not succeed: as if it had never run.
    pub fn discard(&mut self) {
        self.each(&mut Discard);
        self.staged = Log::default();
    }

    /// Whether anything that commands did was kept.
    #[must_use]
    pub fn has_changed(&mut self) -> bool {
        let mut seen = Changed(!self.kept.is_empty());
        self.each(&mut seen);
        seen.0
    }

    /// Everything that commands changed and [`State::keep`] kept.
    #[must_use]
    pub fn into_changes(self) -> Changes {
        let Self {
            installation,
            accounts,
            merchants,
            api_keys,
            customers,
            payment_methods,
            payments,
            checkout_sessions,
            payouts,
            jobs,
            idempotency,
            signing_keys,
            test_clocks,
            webhook_endpoints,
            subscriptions,
            deliveries,
            balances: _,
            kept,
            staged: _,
        } = self;
        let Log { postings, events, audit, attempts, finished_jobs } = kept;
        let mut jobs = jobs.into_changes();
        jobs.retain(|change| !finished_jobs.contains(&change.id));
        Changes {
            installation: installation.into_changes(),
            accounts: accounts.into_changes(),
            merchants: merchants.into_changes(),
            api_keys: api_keys.into_changes(),
            customers: customers.into_changes(),
            payment_methods: payment_methods.into_changes(),
            payments: payments.into_changes(),
            checkout_sessions: checkout_sessions.into_changes(),
            payouts: payouts.into_changes(),
            idempotency: idempotency.into_changes(),
            signing_keys: signing_keys.into_changes(),
            test_clocks: test_clocks.into_changes(),
            webhook_endpoints: webhook_endpoints.into_changes(),
            subscriptions: subscriptions.into_changes(),
            deliveries: deliveries.into_changes(),
            jobs,
            attempts,
            finished_jobs,
            postings,
            events,
            audit,
        }
    }

    /// The store's answer that a key names nothing.
    pub fn supply_none(&mut self, key: Key) {
        match key {
            Key::Installation => self.installation.supply((), None),
            Key::Account(id) => self.accounts.supply(id, None),
            Key::Merchant(id) => self.merchants.supply(id, None),
            Key::ApiKey(id) => self.api_keys.supply(id, None),
            Key::Customer(id) => self.customers.supply(id, None),
            Key::PaymentMethod(id) => self.payment_methods.supply(id, None),
            Key::Payment(id) => self.payments.supply(id, None),
            Key::CheckoutSession(id) => self.checkout_sessions.supply(id, None),
            Key::Payout(id) => self.payouts.supply(id, None),
            Key::Balance(key) => self.balances.supply(key, None),
            Key::Job(id) => self.jobs.supply(id, None),
            Key::Idempotency(key) => self.idempotency.supply(key, None),
            Key::SigningKey(id) => self.signing_keys.supply(id, None),
            Key::TestClock(id) => self.test_clocks.supply(id, None),
            Key::WebhookEndpoint(id) => self.webhook_endpoints.supply(id, None),
            Key::Subscriptions(id) => self.subscriptions.supply(id, None),
            Key::Delivery(id) => self.deliveries.supply(id, None),
        }
    }

    /// Every table. What is done with all of them is done through here, so that none is forgotten.
    fn each(&mut self, visit: &mut impl Visit) {
        let Self {
            installation,
            accounts,
            merchants,
            api_keys,
            customers,
            payment_methods,
            payments,
            checkout_sessions,
            payouts,
            balances,
            jobs,
            idempotency,
            signing_keys,
            test_clocks,
            webhook_endpoints,
            subscriptions,
            deliveries,
            kept: _,
            staged: _,
        } = self;
        visit.table(installation);
        visit.table(accounts);
        visit.table(merchants);
        visit.table(api_keys);
        visit.table(customers);
        visit.table(payment_methods);
        visit.table(payments);
        visit.table(checkout_sessions);
        visit.table(payouts);
        visit.table(balances);
        visit.table(jobs);
        visit.table(idempotency);
        visit.table(signing_keys);
        visit.table(test_clocks);
        visit.table(webhook_endpoints);
        visit.table(subscriptions);
        visit.table(deliveries);
    }
}

/// What is done with a table, whatever is in it.
trait Visit {
    fn table<I: Copy + Eq + Hash + Ord, E: Clone>(&mut self, table: &mut Table<I, E>);
}

struct Keep;

impl Visit for Keep {
    fn table<I: Copy + Eq + Hash + Ord, E: Clone>(&mut self, table: &mut Table<I, E>) {
        table.keep();
    }
}

struct Discard;

impl Visit for Discard {
    fn table<I: Copy + Eq + Hash + Ord, E: Clone>(&mut self, table: &mut Table<I, E>) {
        table.discard();
    }
}

struct Changed(bool);

impl Visit for Changed {
    fn table<I: Copy + Eq + Hash + Ord, E: Clone>(&mut self, table: &mut Table<I, E>) {
        self.0 |= table.has_changed();
    }
}

impl Log {
    fn append(&mut self, other: &mut Self) {
        self.postings.append(&mut other.postings);
        self.events.append(&mut other.events);
        self.audit.append(&mut other.audit);
        self.attempts.append(&mut other.attempts);
        self.finished_jobs.append(&mut other.finished_jobs);
    }

    const fn is_empty(&self) -> bool {
        let Self { postings, events, audit, attempts, finished_jobs } = self;
        postings.is_empty() && events.is_empty() && audit.is_empty() && attempts.is_empty() && finished_jobs.is_empty()
    }
}
