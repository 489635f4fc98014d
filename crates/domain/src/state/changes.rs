//! What a whole batch changed: the engine's input to `persist`.

use std::collections::BTreeMap;

use super::{Change, State};
use crate::account::{Account, AccountId};
use crate::api_key::{ApiKey, ApiKeyId};
use crate::customer::{Customer, CustomerId};
use crate::event::Event;
use crate::idempotency::{IdempotencyKey, IdempotencyRecord};
use crate::installation::Installation;
use crate::job::{Job, JobId};
use crate::ledger::{LedgerAccount, Posting};
use crate::merchant::{Merchant, MerchantId};
use crate::money::Currency;
use crate::payment::{Payment, PaymentId};
use crate::payment_method::{PaymentMethod, PaymentMethodId};
use crate::signing_key::{SigningKey, SigningKeyId};
use crate::test_clock::TestClock;

#[derive(Debug, Default)]
pub struct Changes {
    pub installation: Vec<Change<(), Installation>>,
    pub accounts: Vec<Change<AccountId, Account>>,
    pub merchants: Vec<Change<MerchantId, Merchant>>,
    pub api_keys: Vec<Change<ApiKeyId, ApiKey>>,
    pub customers: Vec<Change<CustomerId, Customer>>,
    pub payment_methods: Vec<Change<PaymentMethodId, PaymentMethod>>,
    pub payments: Vec<Change<PaymentId, Payment>>,
    /// Jobs that are also in `finished_jobs` are gone.
    pub jobs: Vec<Change<JobId, Job>>,
    pub idempotency: Vec<Change<IdempotencyKey, IdempotencyRecord>>,
    pub signing_keys: Vec<Change<SigningKeyId, SigningKey>>,
    pub test_clocks: Vec<Change<AccountId, TestClock>>,
    pub finished_jobs: Vec<JobId>,
    pub postings: Vec<Posting>,
    pub events: Vec<Event>,
}

/// What a batch adds to one ledger account; both sides only ever grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    pub debits: i64,
    pub credits: i64,
}

impl State {
    /// Everything that commands changed and [`State::keep`] kept.
    #[must_use]
    pub fn into_changes(self) -> Changes {
        Changes {
            installation: self.installation.into_changes(),
            accounts: self.accounts.into_changes(),
            merchants: self.merchants.into_changes(),
            api_keys: self.api_keys.into_changes(),
            customers: self.customers.into_changes(),
            payment_methods: self.payment_methods.into_changes(),
            payments: self.payments.into_changes(),
            jobs: self.jobs.into_changes(),
            idempotency: self.idempotency.into_changes(),
            signing_keys: self.signing_keys.into_changes(),
            test_clocks: self.test_clocks.into_changes(),
            finished_jobs: self.kept.finished_jobs,
            postings: self.kept.postings,
            events: self.kept.events,
        }
    }
}

impl Changes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.installation.is_empty()
            && self.accounts.is_empty()
            && self.merchants.is_empty()
            && self.api_keys.is_empty()
            && self.customers.is_empty()
            && self.payment_methods.is_empty()
            && self.payments.is_empty()
            && self.jobs.is_empty()
            && self.idempotency.is_empty()
            && self.signing_keys.is_empty()
            && self.test_clocks.is_empty()
            && self.finished_jobs.is_empty()
            && self.postings.is_empty()
            && self.events.is_empty()
    }

    /// One row per ledger account, so that a hot account costs one update per batch; in a fixed order.
    #[must_use]
    pub fn turnovers(&self) -> BTreeMap<(LedgerAccount, Currency), Turnover> {
        let mut turnovers: BTreeMap<_, Turnover> = BTreeMap::new();
        for transfer in self.postings.iter().flat_map(|posting| &posting.transfers) {
            let (minor, currency) = (transfer.amount.minor(), transfer.amount.currency());
            let debited = turnovers.entry((transfer.debit, currency)).or_default();
            debited.debits = debited.debits.saturating_add(minor);
            let credited = turnovers.entry((transfer.credit, currency)).or_default();
            credited.credits = credited.credits.saturating_add(minor);
        }
        turnovers
    }
}
