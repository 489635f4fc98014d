//! The rows of the memory engine, and what a batch does to them.

use std::collections::{BTreeMap, BTreeSet};

use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId};
use hedge_domain::customer::{Customer, CustomerId};
use hedge_domain::event::EventId;
use hedge_domain::idempotency::{IdempotencyKey, IdempotencyRecord};
use hedge_domain::installation::Installation;
use hedge_domain::job::{Job, JobId};
use hedge_domain::ledger::{LedgerAccount, Posting};
use hedge_domain::merchant::{Merchant, MerchantId};
use hedge_domain::payment::{Payment, PaymentId};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodId};
use hedge_domain::signing_key::{SigningKey, SigningKeyId};
use hedge_domain::state::{Change, Changes, Turnover, Version};
use hedge_domain::test_clock::TestClock;
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
    pub(super) jobs: Rows<JobId, Job>,
    pub(super) idempotency: Rows<IdempotencyKey, IdempotencyRecord>,
    pub(super) signing_keys: Rows<SigningKeyId, SigningKey>,
    pub(super) test_clocks: Rows<AccountId, TestClock>,
    pub(super) events: BTreeMap<EventId, OutboxRow>,
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
            jobs: changes.jobs.clone(),
            idempotency: changes.idempotency.clone(),
            signing_keys: changes.signing_keys.clone(),
            test_clocks: changes.test_clocks.clone(),
            finished_jobs: changes.finished_jobs.clone(),
            postings: changes.postings.clone(),
            // The outbox holds them as rendered.
            events: Vec::new(),
        };
        Self { changes, outbox: outbox.to_vec(), turnovers }
    }

    /// Jobs that were finished or put off: nobody's any more.
    pub(super) fn settled_jobs(&self) -> Vec<JobId> {
        let changed = self.changes.jobs.iter().map(|change| change.id);
        changed.chain(self.changes.finished_jobs.iter().copied()).collect()
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
                Key::Job(id) => state.jobs.supply(id, self.jobs.get(&id).cloned()),
                Key::TestClock(id) => state.test_clocks.supply(id, self.test_clocks.get(&id).cloned()),
                Key::Idempotency(key) => state.idempotency.supply(key, self.idempotency.get(&key).cloned()),
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
            && is_fresh(&self.jobs, &changes.jobs)
            && is_fresh(&self.idempotency, &changes.idempotency)
            && is_fresh(&self.signing_keys, &changes.signing_keys)
            && is_fresh(&self.test_clocks, &changes.test_clocks);
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
        write(&mut self.jobs, changes.jobs);
        write(&mut self.idempotency, changes.idempotency);
        write(&mut self.signing_keys, changes.signing_keys);
        write(&mut self.test_clocks, changes.test_clocks);
        for job in changes.finished_jobs {
            self.jobs.remove(&job);
        }
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
