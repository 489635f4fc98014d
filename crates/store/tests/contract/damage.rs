//! Damage done by hand, and which rules of the audit report it: every rule is broken once, on both engines with tables.
//!
//! What a newcomer gets wrong: a damage is undone before the next one, so that each is reported for itself alone.

use std::collections::BTreeSet;

use hedge_domain::payment::{CreatePayment, RefundPayment};
use hedge_domain::webhook_endpoint::Wanted;
use hedge_domain::{Currency, Money};
use rusqlite::Connection;

use crate::harness::{Harness, Home};
use crate::sample::{card, create, create_customer, first_tenant, metadata, succeeded};
use crate::{checkout, webhooks};

/// What is done to the rows.
enum Damage {
    /// This, and how it is undone.
    Done(&'static str, &'static str),
    /// The rows of a table that meet a condition are gone.
    Gone(&'static str, &'static str),
}
use Damage::{Done, Gone};

const BALANCES: &str = "balances are what the journal says";
const EQUAL: &str = "debits equal credits";
const COUNTED: &str = "payments are counted by status";
const REFUNDS_COUNTED: &str = "refunds are counted by status";
const REFUNDED: &str = "a payment's refunded amount is the sum of its refunds";
const STATUS: &str = "a payment's status says how much of it was refunded";
const PAID: &str = "a paid payment is posted once, with its fee, and no other one is";
const REFUNDS_POSTED: &str = "all refunds of a payment are posted";
const REFUND_POSTED: &str = "each refund is posted once";
const NUMBERED: &str = "an object's events are numbered from 1 without gaps";
const OBJECT: &str = "every event is of an object that is there, unless it is a test";
const CUSTOMER: &str = "a payment's customer is of the payment's account";
const COMPLETE: &str = "a checkout session is complete if and only if one payment of it has succeeded, for its amount";
const NAMED: &str = "at most one payment of a checkout session is under way or has succeeded, and the session names it";
const DELIVERY_EVENT: &str = "a delivery is of an event of its account";
const DELIVERY_ENDPOINT: &str = "a delivery is to an endpoint of its account";
const ATTEMPTS: &str = "a delivery's attempts are numbered from 1 without gaps";
const LINE: &str = "a line of a statement is what its posting comes to";
const JOB: &str = "a payment on its way has a job that takes it further";

const TABLE: &[(Damage, &[&str])] = &[
    // A wrong balance.
    (
        Done(
            "UPDATE balances SET debits = debits + 7 WHERE account = 'assets:card_clearing'",
            "UPDATE balances SET debits = debits - 7 WHERE account = 'assets:card_clearing'",
        ),
        &[BALANCES, EQUAL],
    ),
    // One that hides itself from whoever only compares debits with credits.
    (
        Done(
            "UPDATE balances SET debits = debits + 7, credits = credits + 7 WHERE account = 'assets:card_clearing'",
            "UPDATE balances SET debits = debits - 7, credits = credits - 7 WHERE account = 'assets:card_clearing'",
        ),
        &[BALANCES],
    ),
    (Gone("balances", "account = 'revenue:processing_fees'"), &[BALANCES, EQUAL]),
    // A missing leg, a changed amount.
    (
        Gone("ledger_transfers", "cause = 'payment' AND credit_account = 'revenue:processing_fees'"),
        &[BALANCES, PAID, LINE],
    ),
    (Gone("ledger_transfers", "cause = 'refund'"), &[BALANCES, REFUNDS_POSTED, REFUND_POSTED, LINE]),
    (
        Done(
            "UPDATE ledger_transfers SET amount = amount + 1 WHERE cause = 'refund'",
            "UPDATE ledger_transfers SET amount = amount - 1 WHERE cause = 'refund'",
        ),
        &[BALANCES, REFUNDS_POSTED, REFUND_POSTED, LINE],
    ),
    (
        Done(
            "UPDATE payments SET amount = amount + 1 WHERE status = 'partially_refunded'",
            "UPDATE payments SET amount = amount - 1 WHERE status = 'partially_refunded'",
        ),
        &[PAID],
    ),
    (
        Done(
            "UPDATE payments SET refunded = refunded + 1 WHERE status = 'partially_refunded'",
            "UPDATE payments SET refunded = refunded - 1 WHERE status = 'partially_refunded'",
        ),
        &[REFUNDED, REFUNDS_POSTED],
    ),
    (
        Done("UPDATE refunds SET amount = amount + 1", "UPDATE refunds SET amount = amount - 1"),
        &[REFUNDED, REFUND_POSTED],
    ),
    (
        Done(
            "UPDATE payments SET status = 'refunded' WHERE status = 'partially_refunded'",
            "UPDATE payments SET status = 'partially_refunded' WHERE status = 'refunded'",
        ),
        &[STATUS, COUNTED],
    ),
    (Done("UPDATE payment_counts SET count = count + 1", "UPDATE payment_counts SET count = count - 1"), &[COUNTED]),
    (
        Done(
            "UPDATE events SET sequence = sequence + 1 WHERE kind = 'payment.partially_refunded'",
            "UPDATE events SET sequence = sequence - 1 WHERE kind = 'payment.partially_refunded'",
        ),
        &[NUMBERED],
    ),
    (
        Done("UPDATE refund_counts SET count = count + 1", "UPDATE refund_counts SET count = count - 1"),
        &[REFUNDS_COUNTED],
    ),
    (Gone("events", "kind = 'payment.partially_refunded'"), &[NUMBERED, DELIVERY_EVENT]),
    (Gone("payments", "status = 'pending'"), &[OBJECT, COUNTED]),
    (Gone("customers", "1 = 1"), &[CUSTOMER]),
    (
        Done(
            "UPDATE checkout_sessions SET amount = amount + 1 WHERE status = 'complete'",
            "UPDATE checkout_sessions SET amount = amount - 1 WHERE status = 'complete'",
        ),
        &[COMPLETE],
    ),
    (
        Done(
            "UPDATE checkout_sessions SET payment_id = account_id WHERE status = 'complete'",
            "UPDATE checkout_sessions SET payment_id = (SELECT payments.id FROM payments
                WHERE payments.checkout_session_id = checkout_sessions.id) WHERE status = 'complete'",
        ),
        &[NAMED],
    ),
    (Gone("webhook_endpoints", "1 = 1"), &[DELIVERY_ENDPOINT]),
    (
        Done("UPDATE deliveries SET attempts = attempts + 1", "UPDATE deliveries SET attempts = attempts - 1"),
        &[ATTEMPTS],
    ),
    (Gone("jobs", "task = 'submit_payment'"), &[JOB]),
];

/// One of everything that the rules are about.
async fn world(harness: &Harness) {
    let (tenant, _) = first_tenant(harness).await;
    harness.run(webhooks::create_endpoint(tenant.account, Wanted::All)).await;
    let paid = succeeded(harness, &tenant, 9_999).await;
    let (actor, amount) = (tenant.actor.clone(), Some(1_000));
    harness.run(RefundPayment { actor, id: paid.id, amount, reason: None, metadata: metadata(&[]) }).await;
    let customer = harness.run(create_customer(&tenant, "payer@example.com")).await.id;
    harness.run(CreatePayment { customer: Some(customer), ..create(&tenant, 5) }).await;
    let token = Some(card(harness, &tenant).await.id);
    harness.run(CreatePayment { token, amount: Money::new(700, Currency::Eur), ..create(&tenant, 1) }).await;
    let session = harness.run(checkout::create(&tenant, 500)).await.id;
    let payment = checkout::paid(harness, &tenant, session).await;
    checkout::succeed(harness, payment).await;
}

async fn execute(harness: &Harness, sql: &str) {
    match &harness.home {
        Home::Sqlite(folder) => Connection::open(folder.path().join("hedge.db")).unwrap().execute_batch(sql).unwrap(),
        Home::Postgres(home) => home.execute(sql).await,
        Home::Memory(_) => panic!("no rows to damage"),
    }
}

async fn rules_broken(harness: &Harness) -> BTreeSet<&'static str> {
    let findings = harness.store.audit().await.unwrap().findings;
    assert!(findings.iter().all(|finding| finding.kept != finding.counted), "{findings:?}");
    findings.into_iter().map(|finding| finding.rule).collect()
}

async fn is_reported(harness: &Harness) {
    world(harness).await;
    assert_eq!(rules_broken(harness).await, BTreeSet::new());
    for (damage, rules) in TABLE {
        let (plant, undo) = match damage {
            Done(plant, undo) => ((*plant).to_owned(), (*undo).to_owned()),
            Gone(table, condition) => (
                format!(
                    "CREATE TABLE spare AS SELECT * FROM {table} WHERE {condition};
                    DELETE FROM {table} WHERE {condition}"
                ),
                format!("INSERT INTO {table} SELECT * FROM spare; DROP TABLE spare"),
            ),
        };
        execute(harness, &plant).await;
        assert_eq!(rules_broken(harness).await, rules.iter().copied().collect(), "{plant}");
        let drift: i128 = harness.store.ledger_drift().await.unwrap().values().sum();
        assert_eq!(drift != 0, rules.contains(&BALANCES), "{plant}: {drift}");
        execute(harness, &undo).await;
        assert_eq!(rules_broken(harness).await, BTreeSet::new(), "{undo}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_reported_on_sqlite() {
    let harness = Harness::open(Home::sqlite().await.unwrap()).await;
    execute(&harness, "DROP TRIGGER ledger_transfers_never_change; DROP TRIGGER ledger_transfers_never_go").await;
    is_reported(&harness).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_reported_on_postgres() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    let harness = Harness::open(home).await;
    execute(&harness, "ALTER TABLE ledger_transfers DISABLE TRIGGER USER").await;
    is_reported(&harness).await;
}
