//! A batch's changes as statements: pure, so that what is written can be read in one place.
//!
//! Each statement writes all rows of one kind from arrays, one array for each column. The order of the statements, and
//! of the rows within one, is the same for every writer, so that two of them wait for one another but never in a circle.

mod audit_log;
mod checkout;
mod clocks;
mod customers;
mod ledger;
mod merchants;
mod payments;
mod rare;
mod statements;
mod trail;
mod webhooks;

use std::borrow::Cow;

use hedge_domain::state::{Change, Changes, Version};
use hedge_domain::{Id, Timestamp};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::engine::OutboxRow;
use statements::Statements;

pub(super) type Parameter<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// One statement with its parameters, and how many rows it must touch for the batch to be valid.
pub(super) struct Write<'a> {
    pub sql: &'static str,
    pub parameters: Vec<Parameter<'a>>,
    pub rows: Expect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    Any,
    /// Fewer means that another writer changed a row since it was loaded.
    Exactly(u64),
}

/// What every writer contends for comes last, so that it is held for the shortest time.
pub(super) fn writes<'a>(changes: &'a Changes, outbox: &'a [OutboxRow]) -> Vec<Write<'a>> {
    let mut writes = Vec::new();
    trail::idempotency(&changes.idempotency, &mut writes);
    rare::installation(&changes.installation, &mut writes);
    rare::accounts(&changes.accounts, &mut writes);
    merchants::merchants(&changes.merchants, &mut writes);
    rare::api_keys(&changes.api_keys, &mut writes);
    customers::signing_keys(&changes.signing_keys, &mut writes);
    customers::customers(&changes.customers, &mut writes);
    clocks::test_clocks(&changes.test_clocks, &mut writes);
    rare::payment_methods(&changes.payment_methods, &mut writes);
    checkout::sessions(&changes.checkout_sessions, &mut writes);
    payments::payments(&changes.payments, &mut writes);
    payments::refunds(&changes.payments, &mut writes);
    merchants::payouts(&changes.payouts, &mut writes);
    ledger::transfers(&changes.postings, &mut writes);
    audit_log::entries(&changes.audit, &mut writes);
    webhooks::endpoints(&changes.webhook_endpoints, &mut writes);
    webhooks::rosters(&changes.rosters, &mut writes);
    trail::events(outbox, &mut writes);
    webhooks::deliveries(&changes.deliveries, &mut writes);
    webhooks::attempts(&changes.attempts, &mut writes);
    trail::jobs(changes, &mut writes);
    payments::counts(&changes.payments, &mut writes);
    ledger::balances(changes, &mut writes);
    merchants::statements(&changes.postings, &mut writes);
    writes
}

/// Collects one column of all rows into an array.
fn column<'a, R, T>(rows: &[R], of: impl Fn(&R) -> T) -> Parameter<'a>
where
    Vec<T>: ToSql + Sync + Send + 'a,
{
    Box::new(rows.iter().map(of).collect::<Vec<T>>())
}

fn single<'a, T: ToSql + Sync + Send + 'a>(value: T) -> Parameter<'a> {
    Box::new(value)
}

fn exactly<R>(rows: &[R]) -> Expect {
    u64::try_from(rows.len()).map_or(Expect::Any, Expect::Exactly)
}

/// Writes the rows of one table: those that are new, then those that replace a version.
fn put<'a, I, E>(
    changes: &[&'a Change<I, E>],
    statements: &'static Statements,
    columns: fn(&[&'a Change<I, E>]) -> Vec<Parameter<'a>>,
    writes: &mut Vec<Write<'a>>,
) {
    let (new, changed): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.before.is_none());
    for (rows, sql) in [(new, &statements.insert), (changed, &statements.update)] {
        if !rows.is_empty() {
            writes.push(Write { sql, parameters: columns(&rows), rows: exactly(&rows) });
        }
    }
}

/// The version that a change was decided on; 0 for a new row, which is written as version 1.
fn version<I, E>(change: &Change<I, E>) -> Version {
    change.before.as_ref().map_or(0, |(_, version)| *version)
}

const fn uuid<K>(id: Id<K>) -> Uuid {
    Uuid::from_u128(id.bits())
}

fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::millis)
}

/// Postgres has no text with a NUL character, and one such text would fail the whole batch with everybody's
/// commands in it. The edge refuses them; should one come this far, it is kept as the replacement character.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}
