//! The laws themselves, held against all rows there are.

use std::collections::BTreeMap;

use hedge_domain::Id;
use hedge_domain::event::{Announced, Subject};
use hedge_domain::payment::{Payment, PaymentId, PaymentQuery, PaymentStatus};
use hedge_store::{Outbox, OutboxRow};

use super::books;
use super::world::World;
use crate::harness::shown;
use crate::sample::query;

pub async fn laws(world: &World) {
    let payments = payments(world).await;
    for payment in payments.values() {
        refunds_stay_within(payment);
    }
    keys_had_one_effect(world, &payments);
    what_was_acknowledged_is_there(world, &payments);
    every_change_has_its_event(&payments, events(world).await);
    books::balance(world, &payments).await;
    books::hold_for_the_merchant(world, &payments).await;
    the_counts_are_right(world, &payments).await;
    assert_eq!(world.harness.store.audit().await.unwrap().findings, []);
}

async fn payments(world: &World) -> BTreeMap<PaymentId, Payment> {
    let mut all = BTreeMap::new();
    let mut after = None;
    loop {
        let query = PaymentQuery { after, limit: 7, ..query(&world.tenant.actor) };
        let page = world.harness.store.list(&query).await.unwrap();
        after = page.items.last().map(|payment| payment.id);
        all.extend(page.items.into_iter().map(|payment| (payment.id, payment)));
        if !page.has_more {
            return all;
        }
    }
}

async fn events(world: &World) -> BTreeMap<PaymentId, Vec<OutboxRow>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = world.harness.store.all(&Outbox { after, limit: 50 }).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(last.id);
        for row in page {
            all.entry(Id::from_bits(row.object)).or_default().push(row);
        }
    }
}

fn refunds_stay_within(payment: &Payment) {
    let given_back: i64 = payment.refunds.iter().map(|refund| refund.amount).sum();
    assert_eq!(given_back, payment.refunded, "{}", payment.id);
    assert!(given_back <= payment.amount.minor(), "{}", payment.id);
}

/// What is made under a key is marked with it.
fn keys_had_one_effect(world: &World, payments: &BTreeMap<PaymentId, Payment>) {
    let mut marks: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for payment in payments.values() {
        if let Some(key) = &payment.description {
            *marks.entry(("create", key)).or_default() += 1;
        }
        for key in payment.refunds.iter().filter_map(|refund| refund.reason.as_deref()) {
            *marks.entry(("refund", key)).or_default() += 1;
        }
    }
    assert!(marks.values().all(|&effects| effects == 1), "{marks:?}");
    let told = world.told.lock();
    for (key, answer) in &told.answers {
        let (operation, name) = if *key < 100 { ("create", *key) } else { ("refund", *key - 100) };
        let effects = marks.get(&(operation, format!("key {name}").as_str())).copied().unwrap_or_default();
        assert_eq!(effects, usize::from(answer.status == 201), "{operation} under key {name}");
    }
}

fn what_was_acknowledged_is_there(world: &World, payments: &BTreeMap<PaymentId, Payment>) {
    for (id, acknowledged) in &world.told.lock().acknowledged {
        let stored = payments.get(id).unwrap_or_else(|| panic!("{id} is lost"));
        assert!(stored.sequence >= acknowledged.sequence, "{id} went back");
        if stored.sequence == acknowledged.sequence {
            assert_eq!(stored, acknowledged);
        }
        let kept = |refund| stored.refunds.contains(refund);
        assert!(acknowledged.refunds.iter().all(kept), "a refund of {id} is lost");
    }
}

fn every_change_has_its_event(
    payments: &BTreeMap<PaymentId, Payment>,
    mut events: BTreeMap<PaymentId, Vec<OutboxRow>>,
) {
    for payment in payments.values() {
        let rows = events.remove(&payment.id).unwrap_or_default();
        let sequences: Vec<_> = rows.iter().map(|row| row.sequence).collect();
        assert_eq!(sequences, (1..=payment.sequence).collect::<Vec<_>>(), "{}", payment.id);
        let last = rows.last().unwrap_or_else(|| panic!("{} has no event", payment.id));
        let Subject::Payment(announced) = payment.subject(last.kind) else { panic!("{payment:?}") };
        let told = String::from_utf8_lossy(&last.payload);
        assert!(told.ends_with(&shown(&announced)), "{told} is not {announced:?}");
    }
    events.retain(|_, rows| rows.iter().any(|row| !row.kind.code().starts_with("payout.")));
    assert!(events.is_empty(), "events of nothing: {events:?}");
}

async fn the_counts_are_right(world: &World, payments: &BTreeMap<PaymentId, Payment>) {
    let mut expected: BTreeMap<PaymentStatus, i64> = BTreeMap::new();
    for payment in payments.values() {
        *expected.entry(payment.status).or_default() += 1;
    }
    let mut counts = world.harness.store.payments_by_status().await.unwrap();
    counts.retain(|_, count| *count != 0);
    assert_eq!(counts, expected);
}
