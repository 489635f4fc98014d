//! Every table, listed three times: as a file, to find what a key names, and to write what a batch changed. All three
//! engines go by it. An entity's file has its columns and how it is put and got; `ledger`, `event` and others are only added.
//!
//! The order of writing is the order in which every writer takes its locks, so that two of them wait for one another
//! but never in a circle. What every writer contends for comes last, so that it is held for the shortest time. What a newcomer
//! gets wrong: a new column goes into the list, `put` and `get` at the same place, and into both migrations at the end.

mod account;
mod api_key;
mod attempt;
mod audit_entry;
mod checkout_session;
mod customer;
mod delivery;
mod event;
mod idempotency;
mod installation;
mod job;
mod ledger;
mod merchant;
mod payment;
mod payment_method;
mod payout;
mod signing_key;
mod subscriptions;
mod test_clock;
mod webhook_endpoint;

use std::collections::BTreeMap;

use hedge_domain::Key;
use hedge_domain::job::JobId;
use hedge_domain::ledger::{BalanceTransaction, Posting};
use hedge_domain::payment::{Payment, PaymentId};
use hedge_domain::state::{self, BalanceKey, Change, Changes, State, Turnover};

use crate::counts::{self, Counts};
use crate::engine::OutboxRow;
use crate::error::EngineError;
use crate::record::{Cells, Record, Row, Stored};

pub(crate) use delivery::due;
pub(crate) use ledger::{JournalLine, balance};
pub(crate) use payment::RefundRow;

/// How an engine finds rows, to supply them to a state.
pub trait Find {
    type Error;
    fn row<E: Record>(&mut self, id: E::Id, loaded: Loaded<E>) -> Result<(), Self::Error>;
    fn balance(&mut self, key: BalanceKey) -> Result<(), Self::Error>;
}

/// Where a state keeps the entities of a kind.
pub type Loaded<E> = fn(&mut State) -> &mut state::Table<<E as Stored>::Id, E>;

/// Looks for the row that a key names.
pub fn find<F: Find>(key: Key, from: &mut F) -> Result<(), F::Error> {
    match key {
        Key::Installation => from.row((), |state| &mut state.installation),
        Key::Account(id) => from.row(id, |state| &mut state.accounts),
        Key::Merchant(id) => from.row(id, |state| &mut state.merchants),
        Key::ApiKey(id) => from.row(id, |state| &mut state.api_keys),
        Key::Customer(id) => from.row(id, |state| &mut state.customers),
        Key::PaymentMethod(id) => from.row(id, |state| &mut state.payment_methods),
        Key::Payment(id) => from.row(id, |state| &mut state.payments),
        Key::CheckoutSession(id) => from.row(id, |state| &mut state.checkout_sessions),
        Key::Payout(id) => from.row(id, |state| &mut state.payouts),
        Key::Balance(key) => from.balance(key),
        Key::Job(id) => from.row(id, |state| &mut state.jobs),
        Key::Idempotency(key) => from.row(key, |state| &mut state.idempotency),
        Key::SigningKey(id) => from.row(id, |state| &mut state.signing_keys),
        Key::TestClock(id) => from.row(id, |state| &mut state.test_clocks),
        Key::WebhookEndpoint(id) => from.row(id, |state| &mut state.webhook_endpoints),
        Key::Subscriptions(id) => from.row(id, |state| &mut state.subscriptions),
        Key::Delivery(id) => from.row(id, |state| &mut state.deliveries),
    }
}

/// What an engine does with the changes of a batch. Nothing is asked of it where there is nothing to do.
pub trait Write<'a> {
    /// Inserts what is new and updates the rest, each row from the version that it was decided on.
    fn rows<E: Record>(&mut self, changes: &'a [Change<E::Id, E>]) -> Written;
    /// Adds rows that never change.
    fn append<R: Row>(&mut self, rows: &'a [R]) -> Written;
    /// Adds parts of rows, or changes those that are there.
    fn parts<R: Row>(&mut self, rows: &'a [R]) -> Written;
    /// Removes jobs, however many are left: another worker may have finished one of them.
    fn finish(&mut self, jobs: &'a [JobId]) -> Written;
    /// Adds to a table of counts by status.
    fn count(&mut self, table: &'static str, counts: Counts) -> Written;
    /// Adds to whatever the balances are, so no version is checked: two writers of a hot account wait for one another and
    /// both are right.
    fn balances(&mut self, turnovers: Turnovers) -> Written;
    /// Adds lines to statements, each behind the last one that is committed.
    fn statements(&mut self, lines: &'a [BalanceTransaction]) -> Written;
}

pub type Turnovers = BTreeMap<BalanceKey, Turnover>;

pub type Written = Result<(), EngineError>;

/// All that a batch writes.
pub struct Batch<'a> {
    changes: &'a Changes,
    outbox: &'a [OutboxRow],
    refunds: Vec<RefundRow<'a>>,
    transfers: Vec<JournalLine<'a>>,
    statements: Vec<BalanceTransaction>,
}

impl<'a> Batch<'a> {
    #[must_use]
    pub fn of(changes: &'a Changes, outbox: &'a [OutboxRow]) -> Self {
        let statements = changes.postings.iter().filter_map(Posting::balance_transaction).collect();
        let (refunds, transfers) = (changed_refunds(&changes.payments), JournalLine::of(&changes.postings));
        Self { changes, outbox, refunds, transfers, statements }
    }

    /// The lines that it adds to statements.
    pub(crate) fn statements(&self) -> &[BalanceTransaction] {
        &self.statements
    }

    pub fn write<W: Write<'a>>(&'a self, to: &mut W) -> Written {
        // Named one by one, so that none is forgotten; events are written as they were rendered.
        let Changes {
            idempotency,
            installation,
            accounts,
            merchants,
            api_keys,
            signing_keys,
            customers,
            test_clocks,
            payment_methods,
            checkout_sessions,
            payments,
            payouts,
            audit,
            webhook_endpoints,
            subscriptions,
            deliveries,
            attempts,
            jobs,
            finished_jobs,
            events: _,
            postings: _,
        } = self.changes;
        // First of all: a replica that runs the same request at the same time waits here, and then fails on the key.
        rows(idempotency, to)?;
        rows(installation, to)?;
        rows(accounts, to)?;
        rows(merchants, to)?;
        rows(api_keys, to)?;
        rows(signing_keys, to)?;
        rows(customers, to)?;
        rows(test_clocks, to)?;
        rows(payment_methods, to)?;
        rows(checkout_sessions, to)?;
        rows(payments, to)?;
        to.parts(&self.refunds)?;
        rows(payouts, to)?;
        to.append(&self.transfers)?;
        to.append(audit)?;
        rows(webhook_endpoints, to)?;
        rows(subscriptions, to)?;
        to.append(self.outbox)?;
        rows(deliveries, to)?;
        to.append(attempts)?;
        rows(jobs, to)?;
        to.finish(finished_jobs)?;
        to.count("payment_counts", counts::of_payments(payments))?;
        to.count("refund_counts", counts::of_refunds(payments))?;
        to.balances(self.changes.turnovers())?;
        to.statements(&self.statements)
    }
}

fn rows<'a, E: Record, W: Write<'a>>(changes: &'a [Change<E::Id, E>], to: &mut W) -> Written {
    if changes.is_empty() {
        return Ok(());
    }
    match changes.iter().find_map(moved) {
        Some(column) => Err(EngineError::Rejected(format!("{} may not change in {}", column, E::table().name()))),
        None => to.rows(changes),
    }
}

/// The column that a change moves although it never changes.
fn moved<E: Record>(change: &Change<E::Id, E>) -> Option<&'static str> {
    let (before, _) = change.before.as_ref()?;
    let fixed = E::table().fixed();
    if fixed.is_empty() {
        return None;
    }
    let (before, after) = (Cells::of(before).0, Cells::of(&change.after).0);
    let place = *fixed.iter().find(|&&place| before.get(place) != after.get(place))?;
    E::table().each().nth(place).map(|(_, name, _)| name)
}

/// Those that are new, or not what they were.
fn changed_refunds(changes: &[Change<PaymentId, Payment>]) -> Vec<RefundRow<'_>> {
    let mut rows = Vec::new();
    for change in changes {
        let stored = change.before.as_ref().map_or(&[][..], |(before, _)| &before.refunds);
        let changed = change.after.refunds.iter().filter(|refund| !stored.contains(refund));
        rows.extend(changed.map(|refund| RefundRow { payment: change.id, refund }));
    }
    rows
}
