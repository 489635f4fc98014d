//! What a batch has loaded and what its commands have changed so far.
//!
//! A command works on a staged copy: [`State::keep`] merges it once the command has succeeded, [`State::discard`]
//! forgets it. So a refused command leaves nothing behind, and a later command of the batch sees what earlier ones did.

mod changes;
mod table;

use std::hash::Hash;

pub use changes::{Changes, Turnover};
pub use table::{Change, Table, Version};

use crate::account::Account;
use crate::actor::Actor;
use crate::api_key::ApiKey;
use crate::audit::AuditEntry;
use crate::checkout_session::CheckoutSession;
use crate::command::{Context, Stop};
use crate::customer::Customer;
use crate::delivery::{Attempt, Delivery};
use crate::event::{Announced, Event, Recipients};
use crate::event_kind::EventKind;
use crate::idempotency::{IdempotencyKey, IdempotencyRecord};
use crate::ids::{
    AccountId, ApiKeyId, CheckoutSessionId, CustomerId, DeliveryId, JobId, MerchantId, PaymentId, PaymentMethodId,
    PayoutId, SigningKeyId, WebhookEndpointId,
};
use crate::installation::Installation;
use crate::job::{Job, Task};
use crate::ledger::{Cause, LedgerAccount, Posting, Transfer};
use crate::merchant::Merchant;
use crate::payment::Payment;
use crate::payment_method::PaymentMethod;
use crate::payout::Payout;
use crate::signing_key::SigningKey;
use crate::test_clock::TestClock;
use crate::webhook_endpoint::{Subscriptions, WebhookEndpoint};
use crate::{Currency, Money, Refusal, Timestamp};

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
    /// A payment that the actor can see.
    pub fn payment(&self, actor: &Actor, id: PaymentId) -> Result<Payment, Stop> {
        let found = self.payments.find(id, Key::Payment)?;
        let seen = found.filter(|payment| payment.is_seen_by(actor));
        seen.ok_or_else(|| Refusal::PaymentNotFound(id).into())
    }

    /// A checkout session that the actor can see.
    pub fn checkout_session(&self, actor: &Actor, id: CheckoutSessionId) -> Result<CheckoutSession, Stop> {
        let found = self.checkout_sessions.find(id, Key::CheckoutSession)?;
        let seen = found.filter(|session| session.is_seen_by(actor));
        seen.ok_or_else(|| Refusal::CheckoutSessionNotFound(id).into())
    }

    /// A merchant that the request names beside what it is about.
    pub fn merchant(&self, actor: &Actor, id: MerchantId) -> Result<Merchant, Stop> {
        self.reached_merchant(actor, id)?.ok_or_else(|| Refusal::MerchantUnknown(id).into())
    }

    /// The merchant that the request is about.
    pub fn own_merchant(&self, actor: &Actor, id: MerchantId) -> Result<Merchant, Stop> {
        self.reached_merchant(actor, id)?.ok_or_else(|| Refusal::MerchantNotFound(id).into())
    }

    fn reached_merchant(&self, actor: &Actor, id: MerchantId) -> Result<Option<Merchant>, Stop> {
        let found = self.merchants.find(id, Key::Merchant)?;
        Ok(found.filter(|merchant| actor.reaches(merchant.account, merchant.id)))
    }

    /// What a merchant can be paid out: as kept, with what this batch has posted.
    ///
    /// Whoever spends it must also write the merchant's row, and takes the merchant to show for having asked for that
    /// first: a payout in between, on another replica, is then either in the balance or a conflict over the row.
    pub fn available(&self, merchant: &Merchant, currency: Currency) -> Result<Money, Stop> {
        let key = (LedgerAccount::MerchantAvailable(merchant.id), currency);
        let mut sides = self.balances.find(key, Key::Balance)?.unwrap_or_default();
        let posted = self.kept.postings.iter().chain(&self.staged.postings);
        posted.flat_map(|posting| &posting.transfers).for_each(|transfer| sides.count(transfer, key));
        Ok(Money::new(sides.credits.saturating_sub(sides.debits), currency))
    }

    pub fn api_key(&self, account: AccountId, id: ApiKeyId) -> Result<ApiKey, Stop> {
        let found = self.api_keys.find(id, Key::ApiKey)?;
        found.filter(|key| key.account == account).ok_or_else(|| Refusal::ApiKeyNotFound(id).into())
    }

    /// The customer that the request is about.
    pub fn customer(&self, account: AccountId, id: CustomerId) -> Result<Customer, Stop> {
        let found = self.customers.find(id, Key::Customer)?;
        found.filter(|customer| customer.account == account).ok_or_else(|| Refusal::CustomerNotFound(id).into())
    }

    /// A customer that the request names beside what it is about.
    pub fn named_customer(&self, account: AccountId, id: CustomerId) -> Result<Customer, Stop> {
        let found = self.customers.find(id, Key::Customer)?;
        found.filter(|customer| customer.account == account).ok_or_else(|| Refusal::CustomerUnknown(id).into())
    }

    pub fn payment_method(&self, account: AccountId, id: PaymentMethodId) -> Result<PaymentMethod, Stop> {
        let found = self.payment_methods.find(id, Key::PaymentMethod)?;
        found.filter(|method| method.account == account).ok_or_else(|| Refusal::PaymentMethodUnknown(id).into())
    }

    /// The endpoint that the request is about.
    pub fn webhook_endpoint(&self, account: AccountId, id: WebhookEndpointId) -> Result<WebhookEndpoint, Stop> {
        let found = self.living_endpoint(account, id)?;
        found.ok_or_else(|| Refusal::WebhookEndpointNotFound(id).into())
    }

    /// An endpoint that the request names beside what it is about.
    pub fn named_webhook_endpoint(&self, account: AccountId, id: WebhookEndpointId) -> Result<WebhookEndpoint, Stop> {
        let found = self.living_endpoint(account, id)?;
        found.ok_or_else(|| Refusal::WebhookEndpointUnknown(id).into())
    }

    fn living_endpoint(&self, account: AccountId, id: WebhookEndpointId) -> Result<Option<WebhookEndpoint>, Stop> {
        let found = self.webhook_endpoints.find(id, Key::WebhookEndpoint)?;
        Ok(found.filter(|endpoint| endpoint.account == account && endpoint.deleted_at.is_none()))
    }

    /// A job that is still to be done: one that this batch has finished is gone already.
    pub fn job(&self, id: JobId) -> Result<Option<Job>, Stop> {
        let is_finished = self.kept.finished_jobs.contains(&id) || self.staged.finished_jobs.contains(&id);
        if is_finished { Ok(None) } else { self.jobs.find(id, Key::Job) }
    }

    /// The account's endpoints; none, if it never had one.
    pub fn subscriptions(&self, account: AccountId) -> Result<Subscriptions, Stop> {
        let found = self.subscriptions.find(account, Key::Subscriptions)?;
        Ok(found.unwrap_or_else(|| Subscriptions::of(account)))
    }

    /// Posts to the ledger. A posting without transfers is none.
    pub fn post(&mut self, cx: &Context<'_>, account: AccountId, cause: Cause, transfers: Vec<Transfer>) {
        if !transfers.is_empty() {
            self.staged.postings.push(Posting { id: cx.id(), account, cause, transfers, at: cx.now });
        }
    }

    /// Announces what happened to an object, counting up its sequence, and keeps the object.
    pub fn announce(&mut self, cx: &Context<'_>, object: &mut impl Announced, kind: EventKind) {
        let sequence = object.sequence();
        *sequence = sequence.saturating_add(1);
        let sequence = *sequence;
        let (account, subject) = (object.account(), object.subject());
        let recipients = Recipients::Subscribers;
        self.staged.events.push(Event { id: cx.id(), account, kind, sequence, subject, recipients, at: cx.now });
        object.keep(self);
    }

    /// Notes who did something that an operator or auditor will ask about.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.staged.audit.push(entry);
    }

    /// Announces what did not happen, for a receiver to be tried out with.
    pub fn announce_test(&mut self, event: Event) {
        self.staged.events.push(event);
    }

    /// The events of the commands that succeeded so far.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.kept.events
    }

    pub fn log_attempt(&mut self, attempt: Attempt) {
        self.staged.attempts.push(attempt);
    }

    pub fn schedule(&mut self, cx: &Context<'_>, account: AccountId, task: Task, due_at: Timestamp) {
        let job = Job { id: cx.id(), account, task, due_at, attempts: 0 };
        self.jobs.put(job.id, job);
    }

    /// Removes a job whose work is done; harmless when another worker already did.
    pub fn finish(&mut self, job: JobId) {
        self.staged.finished_jobs.push(job);
    }

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
