//! Postgres going away and coming back, and what the database itself refuses.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use futures::future::join_all;
use hedge_domain::customer::CustomerQuery;
use hedge_domain::payment::{CreatePayment, Payment, PaymentId};
use hedge_store::postgres::Postgres;
use hedge_store::{Done, Outbox, Store, StoreError};

use crate::harness::{Harness, Home};
use crate::postgres::PostgresHome;
use crate::proxy::Cut;
use crate::replicas::pair;
use crate::sample::{Tenant, create, create_customer, first_tenant, metadata, succeeded};

fn home(harness: &Harness) -> &PostgresHome {
    match &harness.home {
        Home::Postgres(home) => home,
        Home::Memory(_) | Home::Sqlite(_) => panic!("these tests are about Postgres"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_connections_are_replaced_unnoticed() {
    let Some((harness, _other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    for _outage in 0..3 {
        home(&harness).disconnect_everybody().await;
        // As many as it takes to meet every connection.
        for minor in 1..=4 {
            let payment = harness.run(create(&tenant, minor)).await;
            assert_eq!(harness.store.get::<Payment>(payment.id).await.unwrap(), Some(payment));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_whose_type_another_replica_changed_is_read_and_written_again() {
    let Some((harness, _other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let use_every_session = async || {
        for minor in 1..=4 {
            let payment = harness.run(create(&tenant, minor)).await;
            assert_eq!(harness.store.get::<Payment>(payment.id).await.unwrap(), Some(payment));
        }
    };
    use_every_session().await;
    // What is prepared by then answers "cached plan must not change result type".
    home(&harness).execute("ALTER TABLE payments ALTER COLUMN description TYPE varchar(2000)").await;
    use_every_session().await;
}

/// Creates payments through all outages; those that were acknowledged. When connections are lost faster than a batch
/// takes, the store gives up in the end and says that it is busy: then nothing was done, as when Postgres is away.
async fn create_many(store: Store, tenant: Tenant, count: i64) -> Vec<PaymentId> {
    let mut acknowledged = Vec::new();
    for minor in 1..=count {
        match store.run(create(&tenant, minor)).await {
            Ok(Done::Fresh { result: Ok(payment), .. }) => acknowledged.push(payment.id),
            Ok(other) => panic!("{other:?}"),
            Err(StoreError::Unknown(_) | StoreError::Unavailable(_) | StoreError::Busy) => {}
            Err(error @ (StoreError::Fault(_) | StoreError::TooLong | StoreError::Closed)) => panic!("{error}"),
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_connections_are() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let clients = (0..16_usize).map(|turn| {
        let store = [&harness.store, &other][turn % 2].clone();
        tokio::spawn(create_many(store, tenant.clone(), 60))
    });
    let clients = tokio::spawn(join_all(clients));
    let mut outages = 0;
    while !clients.is_finished() {
        home(&harness).disconnect_everybody().await;
        outages += 1;
    }
    assert!(outages > 1);
    let acknowledged: Vec<PaymentId> = clients.await.unwrap().into_iter().flat_map(Result::unwrap).collect();
    for id in &acknowledged {
        assert!(harness.store.get::<Payment>(*id).await.unwrap().is_some(), "{id}");
    }
    // Each payment has its one event, whether it was acknowledged or not.
    let stored: i64 = harness.store.payments_by_status().await.unwrap().values().sum();
    let events = harness.store.all(&Outbox { after: None, limit: 10_000 }).await.unwrap();
    assert_eq!(usize::try_from(stored).unwrap(), events.len());
    assert!(events.len() >= acknowledged.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_told_as_unknown_and_not_run_again() {
    let Some((harness, _other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let proxy = home(&harness).proxy().await;
    let cut_off = harness.store_on(home(&harness).engine_through(&proxy).await).await;
    for (cut, stored) in [(Cut::BeforeCommit, 0), (Cut::AfterCommit, 1)] {
        let before = harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap().len();
        proxy.cut_once(cut);
        let told = cut_off.run(create(&tenant, 100)).await;
        assert!(matches!(told, Err(StoreError::Unknown(_))), "{told:?}");
        assert_eq!(harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap().len(), before + stored);
        // And the next one goes through.
        assert!(cut_off.run(create(&tenant, 100)).await.is_ok());
        assert_eq!(harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap().len(), before + stored + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_not_there_is_told_quickly() {
    let start = Instant::now();
    // A port that nothing listens on, and one where nobody ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for address in ["127.0.0.1:1".to_owned(), silent.local_addr().unwrap().to_string()] {
        let refused = Postgres::connect(&format!("postgres://nobody@{address}/none")).await.err();
        assert!(matches!(refused, Some(StoreError::Unavailable(_))), "{refused:?}");
    }
    // Three seconds, where the network alone would take minutes.
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_postgres_cannot_hold_spoils_no_batch() {
    let Some((harness, _other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let odd = CreatePayment {
        description: Some("a\0b".to_owned()),
        metadata: metadata(&[("k\0", "v\0")]),
        ..create(&tenant, 100)
    };
    let payment = harness.run(odd).await;
    let stored = harness.payment(payment.id).await;
    assert_eq!(stored.description.as_deref(), Some("a\u{fffd}b"));
    assert_eq!(stored.metadata, payment.metadata);
    let customer = harness.run(create_customer(&tenant, "c\0@example.com")).await;
    let by_email = CustomerQuery {
        actor: tenant.actor.clone(),
        merchant: None,
        email: Some(customer.email.clone()),
        created_from: None,
        created_until: None,
        after: None,
        limit: 20,
    };
    let found = harness.store.list(&by_email).await.unwrap().items;
    assert_eq!(found.iter().map(|customer| customer.id).collect::<Vec<_>>(), [customer.id]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_refuses_what_the_rules_forbid() {
    let Some((harness, _other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    succeeded(&harness, &tenant, 5_000).await;
    let table = [
        ("UPDATE payments SET refunded = 5001", "23514"),
        ("UPDATE payments SET refunded = -1", "23514"),
        ("UPDATE payments SET amount = 0, fee = 0", "23514"),
        ("UPDATE payments SET fee = -1", "23514"),
        ("UPDATE balances SET debits = -1", "23514"),
        ("UPDATE ledger_transfers SET amount = 1", "P0001"),
        ("DELETE FROM ledger_transfers", "P0001"),
        ("TRUNCATE ledger_transfers", "P0001"),
        ("UPDATE audit_log SET actor = 'system'", "P0001"),
        ("DELETE FROM audit_log", "P0001"),
        ("TRUNCATE audit_log", "P0001"),
        (
            "INSERT INTO installation SELECT 2, environment, secret_check, first_account_id, 0, 1 FROM installation",
            "23514",
        ),
    ];
    for (sql, code) in table {
        let Err(refused) = home(&harness).try_execute(sql).await else { panic!("{sql}: it was carried out") };
        assert_eq!(refused.code().map(|code| code.code()), Some(code), "{sql}: {refused}");
    }
}
