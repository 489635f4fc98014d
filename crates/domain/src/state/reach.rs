//! What commands ask of the state: what an actor reaches, and what they stage beside rows.

use super::{BalanceKey, Key, State};
use crate::actor::Actor;
use crate::api_key::ApiKey;
use crate::audit::AuditEntry;
use crate::checkout_session::CheckoutSession;
use crate::command::{Context, Stop};
use crate::customer::Customer;
use crate::delivery::Attempt;
use crate::event::{Announced, Event, Recipients};
use crate::event_kind::EventKind;
use crate::ids::{
    AccountId, ApiKeyId, CheckoutSessionId, CustomerId, JobId, MerchantId, PaymentId, PaymentMethodId,
    WebhookEndpointId,
};
use crate::job::{Job, Task};
use crate::ledger::{Available, Cause, LedgerAccount, Posting, Transfer};
use crate::merchant::Merchant;
use crate::payment::Payment;
use crate::payment_method::PaymentMethod;
use crate::webhook_endpoint::{Subscriptions, WebhookEndpoint};
use crate::{Currency, Refusal, Timestamp};

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

    /// What a merchant can be paid out, by which method: as kept, with what this batch has posted.
    ///
    /// Whoever spends it must also write the merchant's row, and takes the merchant to show for having asked for that
    /// first: a payout in between, on another replica, is then either in the balance or a conflict over the row.
    pub fn available(&self, merchant: &Merchant, currency: Currency) -> Result<Available, Stop> {
        Ok(Available {
            waited: self.net((LedgerAccount::MerchantAvailable(merchant.id), currency))?,
            at_once: self.net((LedgerAccount::MerchantUsdcOnly(merchant.id), currency))?,
            currency,
        })
    }

    /// What an account comes to, in credits.
    fn net(&self, key: BalanceKey) -> Result<i64, Stop> {
        let mut sides = self.balances.find(key, Key::Balance)?.unwrap_or_default();
        let posted = self.kept.postings.iter().chain(&self.staged.postings);
        posted.flat_map(|posting| &posting.transfers).for_each(|transfer| sides.count(transfer, key));
        Ok(sides.credits.saturating_sub(sides.debits))
    }

    pub fn api_key(&self, account: AccountId, id: ApiKeyId) -> Result<ApiKey, Stop> {
        let found = self.api_keys.find(id, Key::ApiKey)?;
        found.filter(|key| key.account == account).ok_or_else(|| Refusal::ApiKeyNotFound(id).into())
    }

    /// The customer that the request is about.
    pub fn customer(&self, actor: &Actor, id: CustomerId) -> Result<Customer, Stop> {
        self.reached_customer(actor, id)?.ok_or_else(|| Refusal::CustomerNotFound(id).into())
    }

    /// A customer that the request names beside what it is about.
    pub fn named_customer(&self, actor: &Actor, id: CustomerId) -> Result<Customer, Stop> {
        self.reached_customer(actor, id)?.ok_or_else(|| Refusal::CustomerUnknown(id).into())
    }

    /// The same for one that is to pay this merchant.
    pub fn paying_customer(&self, actor: &Actor, id: CustomerId, merchant: MerchantId) -> Result<Customer, Stop> {
        let found = self.reached_customer(actor, id)?.filter(|customer| customer.is_of(merchant));
        found.ok_or_else(|| Refusal::CustomerUnknown(id).into())
    }

    fn reached_customer(&self, actor: &Actor, id: CustomerId) -> Result<Option<Customer>, Stop> {
        let found = self.customers.find(id, Key::Customer)?;
        Ok(found.filter(|customer| customer.is_seen_by(actor)))
    }

    /// What the actor wants to pay this merchant with.
    pub fn paying_method(
        &self,
        actor: &Actor,
        id: PaymentMethodId,
        merchant: MerchantId,
    ) -> Result<PaymentMethod, Stop> {
        let found = self.payment_methods.find(id, Key::PaymentMethod)?;
        let found = found.filter(|method| method.pays(actor, merchant));
        found.ok_or_else(|| Refusal::PaymentMethodUnknown(id).into())
    }

    /// What a payment was submitted with.
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
        let (account, subject) = (object.account(), object.subject(kind));
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
}
