//! Two stores on one Postgres database, each with its own writers, racing for the same rows.

mod checkout;
mod payouts;
mod statement;
mod webhooks;

use std::collections::BTreeSet;

use futures::future::join_all;
use hedge_domain::command::Command;
use hedge_domain::event::EventKind;
use hedge_domain::idempotency::{Claim, Fingerprint, IdempotencyKey};
use hedge_domain::job::PostponeJob;
use hedge_domain::payment::{
    BeginProcessing, CancelPayment, CreatePayment, Payment, PaymentId, PaymentQuery, PaymentStatus, RefundPayment,
};
use hedge_domain::{Duration, Refusal};
use hedge_store::{Done, Outbox, Store};

use crate::harness::{Harness, Home, keyed, result};
use crate::sample::{
    Tenant, another_tenant, approve, card, create, first_tenant, install, metadata, no_job, query, succeeded,
};

/// A harness with one store, and a second store beside it; `None` without a server.
pub async fn pair() -> Option<(Harness, Store)> {
    let Some(home) = Home::postgres().await else {
        eprintln!("not run: no Postgres");
        return None;
    };
    let harness = Harness::open(home).await;
    let other = harness.another_store().await;
    Some((harness, other))
}

/// Runs each command in a task of its own, on one store and the other in turn.
async fn race<C: Command>(stores: [&Store; 2], commands: Vec<C>) -> Vec<Result<C::Output, Refusal>> {
    let tasks = commands.into_iter().enumerate().map(|(turn, command)| {
        let store = stores[turn % 2].clone();
        tokio::spawn(async move { result(store.run(command).await) })
    });
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

/// That many payments with a card, ready to be processed.
async fn initiated(harness: &Harness, tenant: &Tenant, count: usize) -> Vec<Payment> {
    let token = Some(card(harness, tenant).await.id);
    let creations = (0..count).map(|_| harness.run(CreatePayment { token, ..create(tenant, 1_000) }));
    join_all(creations).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_on_two_replicas_has_one_effect() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let claim = |number: u8| Claim {
        key: IdempotencyKey([number; 16]),
        fingerprint: Fingerprint([number; 16]),
        keep: Duration::from_hours(24),
    };
    // The second round finds the records of the first one run out, so they are replaced rather than added.
    for round in 0..2_u8 {
        for number in 0..16_u8 {
            let tasks = (0..8_usize).map(|turn| {
                let store = [&harness.store, &other][turn % 2].clone();
                let command = create(&tenant, i64::from(number) + 1);
                tokio::spawn(async move { store.run_keyed(command, keyed(claim(number))).await.unwrap() })
            });
            let mut fresh = 0;
            let mut answers = BTreeSet::new();
            for done in join_all(tasks).await {
                match done.unwrap() {
                    Done::Fresh { saved, .. } => {
                        fresh += 1;
                        answers.insert(saved.unwrap().body);
                    }
                    Done::Replayed(saved) => {
                        answers.insert(saved.body);
                    }
                }
            }
            assert_eq!((fresh, answers.len()), (1, 1), "round {round}, key {number}");
        }
        harness.clock.advance(Duration::from_hours(24));
    }
    let made = harness.store.payments_by_status().await.unwrap();
    assert_eq!(made.get(&PaymentStatus::Pending), Some(&32));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refunds_on_two_replicas_never_exceed_the_payment() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 5_000).await;
    let refund = || RefundPayment {
        actor: tenant.actor.clone(),
        id: paid.id,
        amount: Some(300),
        reason: None,
        metadata: metadata(&[]),
    };
    let outcomes = race([&harness.store, &other], (0..40).map(|_| refund()).collect()).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 16);
    let refused = |outcome: &&Result<Payment, Refusal>| matches!(outcome, Err(Refusal::RefundAmountExceeded { .. }));
    assert_eq!(outcomes.iter().filter(refused).count(), 24);

    let payment = harness.payment(paid.id).await;
    assert_eq!((payment.refunded, payment.refunds.len()), (4_800, 16));
    let sequences: BTreeSet<u32> = events_of(&harness, paid.id).await.into_iter().map(|(number, _)| number).collect();
    assert_eq!(sequences, (1..=payment.sequence).collect());
    assert_eq!(harness.store.balances().await.unwrap(), harness.store.recomputed_balances().await.unwrap());
}

async fn events_of(harness: &Harness, payment: PaymentId) -> Vec<(u32, EventKind)> {
    let events = harness.store.all(&Outbox { after: None, limit: 10_000 }).await.unwrap();
    let own = events.into_iter().filter(|event| event.object == payment.bits());
    own.map(|event| (event.sequence, event.kind)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_canceled_or_processed_but_never_both() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    for payment in initiated(&harness, &tenant, 24).await {
        let cancel = CancelPayment { actor: tenant.actor.clone(), id: payment.id, reason: None };
        let begin = BeginProcessing { payment: payment.id, job: no_job() };
        let (canceled, begun) = tokio::join!(harness.store.run(cancel), other.run(begin));
        let (canceled, charge) = (result(canceled), result(begun).unwrap());
        assert_ne!(canceled.is_ok(), charge.is_some());

        let after = harness.payment(payment.id).await;
        let expected = if canceled.is_ok() { PaymentStatus::Canceled } else { PaymentStatus::Processing };
        assert_eq!((after.status, after.sequence), (expected, 3));
        assert_eq!(events_of(&harness, payment.id).await.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_posting_to_a_hot_account_counts() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let payments = initiated(&harness, &tenant, 60).await;
    let stores = [&harness.store, &other];
    let begin = payments.iter().map(|payment| BeginProcessing { payment: payment.id, job: no_job() });
    assert!(race(stores, begin.collect()).await.iter().all(Result::is_ok));
    // Both replicas report every outcome, as when a lease ran out: it is posted once all the same.
    let report = payments.iter().flat_map(|payment| [approve(payment.id, no_job()), approve(payment.id, no_job())]);
    assert!(race(stores, report.collect()).await.iter().all(Result::is_ok));

    let balances = harness.store.balances().await.unwrap();
    assert_eq!(balances, harness.store.recomputed_balances().await.unwrap());
    let debits: i64 = balances.iter().map(|row| row.debits).sum();
    let credits: i64 = balances.iter().map(|row| row.credits).sum();
    // Each payment of 10.00 and its fee of 0.59.
    assert_eq!((debits, credits), (60 * 1_059, 60 * 1_059));
    let counts = harness.store.payments_by_status().await.unwrap();
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(PaymentStatus::Succeeded, 60)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_goes_to_one_replica_at_a_time() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    initiated(&harness, &tenant, 50).await;
    let (now, lease) = (harness.now(), harness.now().plus(Duration::from_secs(30)));
    let claims = (0..20_usize).map(|turn| {
        let store = [&harness.store, &other][turn % 2].clone();
        tokio::spawn(async move { store.claim_jobs(now, lease, 7).await.unwrap() })
    });
    let mut claimed: Vec<_> = join_all(claims).await.into_iter().flat_map(Result::unwrap).map(|job| job.id).collect();
    // A claim passes over what another one has locked at that moment, so some may be left to the next.
    claimed.extend(other.claim_jobs(now, lease, 100).await.unwrap().iter().map(|job| job.id));
    assert_eq!((claimed.len(), claimed.iter().collect::<BTreeSet<_>>().len()), (50, 50));
    assert_eq!(harness.store.next_job_due().await.unwrap(), Some(lease));

    // Put off on one replica, it is free for the other as soon as it is due, lease or not.
    let due = harness.run(PostponeJob { job: claimed[0] }).await.unwrap();
    assert_eq!(other.next_job_due().await.unwrap(), Some(due));
    let again = other.claim_jobs(due, lease, 100).await.unwrap();
    assert_eq!(again.iter().map(|job| job.id).collect::<Vec<_>>(), [claimed[0]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_first_starts_make_one_installation() {
    let Some((harness, other)) = pair().await else { return };
    let stores = [&harness.store, &other];
    let installed: Vec<_> =
        race(stores, (0..8).map(|_| install()).collect()).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(installed.iter().filter(|outcome| outcome.key.is_some()).count(), 1);
    assert!(installed.iter().all(|outcome| outcome.installation == installed[0].installation));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_together_migrate_once() {
    let Some(Home::Postgres(home)) = Home::postgres().await else { return };
    join_all((0..6).map(|_| home.engine())).await;
    home.execute("DO $$ BEGIN ASSERT (SELECT count(*) = count(DISTINCT version) FROM refinery_schema_history); END $$")
        .await;
}

/// Of two that make a table at a time, one may find its row type there and not yet the table.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_that_another_replica_is_making_is_waited_for() {
    let Some(Home::Postgres(home)) = Home::postgres().await else { return };
    home.execute("CREATE TYPE migration_lease AS ENUM ()").await;
    let (started, ()) = tokio::join!(home.engine(), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        home.execute("DROP TYPE migration_lease").await;
    });
    drop(started);
}

/// What a commit of another replica holds while it is on its way is that tenant's alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_does_not_wait_for_what_is_posted_for_another_one() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    let harness = Harness::open(home).await;
    let Home::Postgres(home) = &harness.home else { panic!("not on Postgres") };
    let (tenant, _) = first_tenant(&harness).await;
    let neighbor = another_tenant(&harness).await;
    succeeded(&harness, &neighbor, 1_000).await;
    let before = harness.store.balances().await.unwrap();
    succeeded(&harness, &tenant, 1_000).await;
    let posted = harness.store.balances().await.unwrap().into_iter().filter(|row| !before.contains(row));
    let posted: Vec<String> = posted.map(|row| row.account.to_string()).collect();

    let (client, _driver) = home.connect().await;
    client.batch_execute("BEGIN").await.unwrap();
    let held = client.query("SELECT FROM balances WHERE account = ANY($1) FOR UPDATE", &[&posted]).await.unwrap();
    assert_eq!(held.len(), 3, "the network, the merchant and the fee: {posted:?}");
    let paid = tokio::time::timeout(std::time::Duration::from_secs(20), succeeded(&harness, &neighbor, 1_000)).await;
    assert!(paid.is_ok(), "it waits for {posted:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_reads_what_the_other_one_acknowledged() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    for minor in 1..=20 {
        let payment = harness.run(create(&tenant, minor)).await;
        assert_eq!(other.get::<Payment>(payment.id).await.unwrap(), Some(payment.clone()));
        let page = other.list(&query(&tenant.actor)).await.unwrap();
        assert_eq!(page.items.first(), Some(&payment));
    }
}
