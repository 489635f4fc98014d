//! What a whole batch changed: the engine's input to `persist`.

use std::collections::BTreeMap;

use super::{BalanceKey, Change, State};
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
use crate::ledger::{Posting, Transfer};
use crate::merchant::Merchant;
use crate::payment::Payment;
use crate::payment_method::PaymentMethod;
use crate::payout::Payout;
use crate::signing_key::SigningKey;
use crate::test_clock::TestClock;
use crate::webhook_endpoint::{Subscriptions, WebhookEndpoint};

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

/// The two sides of one ledger account, as they are kept or as a batch adds to them; both only ever grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    pub debits: i64,
    pub credits: i64,
}

impl Turnover {
    /// Adds what a transfer does to this account.
    pub fn count(&mut self, transfer: &Transfer, (account, currency): BalanceKey) {
        if transfer.amount.currency() != currency {
            return;
        }
        if transfer.debit == account {
            self.debits = self.debits.saturating_add(transfer.amount.minor());
        }
        if transfer.credit == account {
            self.credits = self.credits.saturating_add(transfer.amount.minor());
        }
    }
}

impl State {
    /// Everything that commands changed and [`State::keep`] kept.
    #[must_use]
    pub fn into_changes(self) -> Changes {
        let mut jobs = self.jobs.into_changes();
        jobs.retain(|change| !self.kept.finished_jobs.contains(&change.id));
        Changes {
            installation: self.installation.into_changes(),
            accounts: self.accounts.into_changes(),
            merchants: self.merchants.into_changes(),
            api_keys: self.api_keys.into_changes(),
            customers: self.customers.into_changes(),
            payment_methods: self.payment_methods.into_changes(),
            payments: self.payments.into_changes(),
            checkout_sessions: self.checkout_sessions.into_changes(),
            payouts: self.payouts.into_changes(),
            jobs,
            idempotency: self.idempotency.into_changes(),
            signing_keys: self.signing_keys.into_changes(),
            test_clocks: self.test_clocks.into_changes(),
            webhook_endpoints: self.webhook_endpoints.into_changes(),
            subscriptions: self.subscriptions.into_changes(),
            deliveries: self.deliveries.into_changes(),
            attempts: self.kept.attempts,
            finished_jobs: self.kept.finished_jobs,
            postings: self.kept.postings,
            events: self.kept.events,
            audit: self.kept.audit,
        }
    }
}

impl Changes {
    /// One row per ledger account, so that a hot account costs one update per batch; in a fixed order.
    #[must_use]
    pub fn turnovers(&self) -> BTreeMap<BalanceKey, Turnover> {
        let mut turnovers: BTreeMap<BalanceKey, Turnover> = BTreeMap::new();
        for transfer in self.postings.iter().flat_map(|posting| &posting.transfers) {
            for account in [transfer.debit, transfer.credit] {
                let key = (account, transfer.amount.currency());
                turnovers.entry(key).or_default().count(transfer, key);
            }
        }
        turnovers
    }
}
