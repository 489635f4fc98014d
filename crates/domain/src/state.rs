//! What a batch has loaded and what its commands have changed so far.
//!
//! A command works on a staged copy: [`State::keep`] merges it once the command has succeeded, [`State::discard`]
//! forgets it. So a refused command leaves nothing behind, and a later command of the batch sees what earlier ones did.

mod changes;
mod table;

pub use changes::{Changes, Turnover};
pub use table::{Change, Table, Version};

use crate::account::{Account, AccountId, Actor};
use crate::api_key::{ApiKey, ApiKeyId};
use crate::command::{Context, Stop};
use crate::customer::{Customer, CustomerId};
use crate::event::{Event, EventKind, Subject};
use crate::idempotency::{IdempotencyKey, IdempotencyRecord};
use crate::installation::Installation;
use crate::job::{Job, JobId, Task};
use crate::ledger::{Cause, Posting, Transfer};
use crate::merchant::{Merchant, MerchantId};
use crate::payment::{Payment, PaymentId};
use crate::payment_method::{PaymentMethod, PaymentMethodId};
use crate::signing_key::{SigningKey, SigningKeyId};
use crate::test_clock::TestClock;
use crate::{Refusal, Timestamp};

/// Names one row that a command may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Installation,
    Account(AccountId),
    Merchant(MerchantId),
    ApiKey(ApiKeyId),
    Customer(CustomerId),
    PaymentMethod(PaymentMethodId),
    Payment(PaymentId),
    Job(JobId),
    Idempotency(IdempotencyKey),
    SigningKey(SigningKeyId),
    TestClock(AccountId),
}

#[derive(Debug, Default)]
pub struct State {
    pub installation: Table<(), Installation>,
    pub accounts: Table<AccountId, Account>,
    pub merchants: Table<MerchantId, Merchant>,
    pub api_keys: Table<ApiKeyId, ApiKey>,
    pub customers: Table<CustomerId, Customer>,
    pub payment_methods: Table<PaymentMethodId, PaymentMethod>,
    pub payments: Table<PaymentId, Payment>,
    pub jobs: Table<JobId, Job>,
    pub idempotency: Table<IdempotencyKey, IdempotencyRecord>,
    pub signing_keys: Table<SigningKeyId, SigningKey>,
    pub test_clocks: Table<AccountId, TestClock>,
    kept: Log,
    staged: Log,
}

/// What is only ever added.
#[derive(Debug, Default)]
struct Log {
    postings: Vec<Posting>,
    events: Vec<Event>,
    finished_jobs: Vec<JobId>,
}

impl State {
    /// A payment that the actor can see.
    pub fn payment(&self, actor: &Actor, id: PaymentId) -> Result<Payment, Stop> {
        let found = self.payments.find(id, Key::Payment)?;
        let seen = found.filter(|payment| payment.is_seen_by(actor));
        seen.ok_or_else(|| Refusal::PaymentNotFound(id).into())
    }

    pub fn merchant(&self, actor: &Actor, id: MerchantId) -> Result<Merchant, Stop> {
        let found = self.merchants.find(id, Key::Merchant)?;
        let seen = found.filter(|merchant| actor.reaches(merchant.account, merchant.id));
        seen.ok_or_else(|| Refusal::MerchantUnknown(id).into())
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

    /// Posts to the ledger. A posting without transfers is none.
    pub fn post(&mut self, cx: &Context<'_>, account: AccountId, cause: Cause, transfers: Vec<Transfer>) {
        if !transfers.is_empty() {
            self.staged.postings.push(Posting { id: cx.id(), account, cause, transfers, at: cx.now });
        }
    }

    /// Announces what happened to a payment, counting up its sequence, and keeps the payment.
    pub fn announce(&mut self, cx: &Context<'_>, payment: &mut Payment, kind: EventKind) {
        payment.sequence = payment.sequence.saturating_add(1);
        self.staged.events.push(Event {
            id: cx.id(),
            account: payment.account,
            kind,
            sequence: payment.sequence,
            subject: Subject::Payment(Box::new(payment.clone())),
            at: cx.now,
        });
        self.payments.put(payment.id, payment.clone());
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
        self.installation.keep();
        self.accounts.keep();
        self.merchants.keep();
        self.api_keys.keep();
        self.customers.keep();
        self.payment_methods.keep();
        self.payments.keep();
        self.jobs.keep();
        self.idempotency.keep();
        self.signing_keys.keep();
        self.test_clocks.keep();
        self.kept.postings.append(&mut self.staged.postings);
        self.kept.events.append(&mut self.staged.events);
        self.kept.finished_jobs.append(&mut self.staged.finished_jobs);
    }

    /// The command did not succeed: as if it had never run.
    pub fn discard(&mut self) {
        self.installation.discard();
        self.accounts.discard();
        self.merchants.discard();
        self.api_keys.discard();
        self.customers.discard();
        self.payment_methods.discard();
        self.payments.discard();
        self.jobs.discard();
        self.idempotency.discard();
        self.signing_keys.discard();
        self.test_clocks.discard();
        self.staged = Log::default();
    }
}
