//! One key, one effect, one answer.

use hedge_domain::Duration;
use hedge_domain::idempotency::{Claim, Fingerprint, IdempotencyKey, SavedAnswer};
use hedge_domain::payment::{CreatePayment, Payment};
use hedge_store::Done;

use crate::harness::{Harness, keyed};
use crate::sample::{Tenant, create, first_tenant, query};

promises! {
    a_replay_is_the_same_bytes,
    another_request_under_a_used_key_is_refused,
    a_refusal_is_replayed_too,
    an_ended_key_may_be_used_anew,
    pruning_takes_ended_records_in_chunks,
    two_of_a_key_in_one_batch_make_one,
    fifty_at_once_make_one,
}

const KEEP: Duration = Duration::from_hours(24);

const fn claim(key: u8) -> Claim {
    Claim { key: IdempotencyKey([key; 16]), fingerprint: Fingerprint([1; 16]), keep: KEEP }
}

async fn submit(harness: &Harness, tenant: &Tenant, minor: i64, claim: Claim) -> Done<Payment> {
    harness.store.run_keyed(create(tenant, minor), keyed(claim)).await.unwrap()
}

fn fresh(done: Done<Payment>) -> SavedAnswer {
    match done {
        Done::Fresh { saved: Some(answer), .. } => answer,
        Done::Fresh { saved: None, .. } | Done::Replayed(_) => panic!("not a first answer: {done:?}"),
    }
}

fn replayed(done: Done<Payment>) -> SavedAnswer {
    match done {
        Done::Replayed(answer) => answer,
        Done::Fresh { .. } => panic!("not a replay: {done:?}"),
    }
}

async fn made(harness: &Harness, tenant: &Tenant) -> usize {
    harness.store.list(&query(&tenant.actor)).await.unwrap().items.len()
}

async fn a_replay_is_the_same_bytes(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let first = fresh(submit(&harness, &tenant, 100, claim(1)).await);
    assert_eq!(first.status, 201);
    harness.clock.advance(Duration::from_secs(60));
    let harness = harness.reopened().await;
    assert_eq!(replayed(submit(&harness, &tenant, 100, claim(1)).await), first);
    assert_eq!(made(&harness, &tenant).await, 1);
}

async fn another_request_under_a_used_key_is_refused(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let first = fresh(submit(&harness, &tenant, 100, claim(1)).await);
    let other = Claim { fingerprint: Fingerprint([2; 16]), ..claim(1) };
    match submit(&harness, &tenant, 200, other).await {
        Done::Fresh { result: Err(refusal), saved: None } => {
            assert_eq!(refusal, hedge_domain::Refusal::IdempotencyKeyReused);
        }
        done @ (Done::Fresh { .. } | Done::Replayed(_)) => panic!("{done:?}"),
    }
    assert_eq!(made(&harness, &tenant).await, 1);
    assert_eq!(replayed(submit(&harness, &tenant, 100, claim(1)).await), first);
}

async fn a_refusal_is_replayed_too(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let unknown = || CreatePayment { merchant: hedge_domain::Id::from_bits(404), ..create(&tenant, 1) };
    let first = harness.store.run_keyed(unknown(), keyed(claim(7))).await.unwrap();
    let first = match first {
        Done::Fresh { result: Err(_), saved: Some(answer) } => answer,
        done @ (Done::Fresh { .. } | Done::Replayed(_)) => panic!("{done:?}"),
    };
    assert_eq!(first.status, 422);
    let again = harness.store.run_keyed(unknown(), keyed(claim(7))).await.unwrap();
    assert_eq!(replayed(again), first);
}

async fn an_ended_key_may_be_used_anew(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let first = fresh(submit(&harness, &tenant, 100, claim(1)).await);
    harness.clock.advance(KEEP);
    let second = fresh(submit(&harness, &tenant, 100, claim(1)).await);
    assert_ne!(first, second);
    assert_eq!(replayed(submit(&harness, &tenant, 100, claim(1)).await), second);
    harness.clock.advance(KEEP);
    fresh(submit(&harness, &tenant, 100, claim(1)).await);
    assert_eq!(made(&harness, &tenant).await, 3);
}

async fn pruning_takes_ended_records_in_chunks(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    for key in 1..=5 {
        fresh(submit(&harness, &tenant, 100, claim(key)).await);
    }
    harness.clock.advance(Duration::from_secs(1));
    let living = fresh(submit(&harness, &tenant, 100, claim(6)).await);
    let store = &harness.store;
    assert_eq!(store.prune_idempotency(harness.now(), 10).await.unwrap(), 0);
    harness.clock.advance(Duration::from_millis(KEEP.millis() - 1_000));
    assert_eq!(store.prune_idempotency(harness.now(), 3).await.unwrap(), 3);
    assert_eq!(store.prune_idempotency(harness.now(), 3).await.unwrap(), 2);
    assert_eq!(store.prune_idempotency(harness.now(), 3).await.unwrap(), 0);
    assert_eq!(replayed(submit(&harness, &tenant, 100, claim(6)).await), living);
    for key in 1..=5 {
        fresh(submit(&harness, &tenant, 100, claim(key)).await);
    }
}

async fn two_of_a_key_in_one_batch_make_one(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let command = || create(&tenant, 100);
    let store = &harness.store;
    let (first, second) =
        tokio::join!(store.run_keyed(command(), keyed(claim(1))), store.run_keyed(command(), keyed(claim(1))),);
    // An engine with several writers may take up the second one first.
    let (first, second) = match (first.unwrap(), second.unwrap()) {
        (first @ Done::Fresh { .. }, second) => (first, second),
        (first, second) => (second, first),
    };
    assert_eq!(fresh(first), replayed(second));
    assert_eq!(made(&harness, &tenant).await, 1);
}

async fn fifty_at_once_make_one(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let tasks = (0..50).map(|_| {
        let (store, command) = (harness.store.clone(), create(&tenant, 100));
        tokio::spawn(async move { store.run_keyed(command, keyed(claim(1))).await.unwrap() })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut answers = Vec::new();
    let mut firsts = 0;
    for task in tasks {
        match task.await.unwrap() {
            Done::Fresh { saved, .. } => {
                firsts += 1;
                answers.push(saved.unwrap());
            }
            Done::Replayed(answer) => answers.push(answer),
        }
    }
    assert_eq!(firsts, 1);
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(made(&harness, &tenant).await, 1);
}
