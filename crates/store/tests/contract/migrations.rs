//! What migrations make of the rows that an older version wrote.

use hedge_store::postgres::Postgres;
use refinery::Target;

use crate::harness::{Harness, Home};
use crate::postgres::PostgresHome;

mod postgres {
    refinery::embed_migrations!("migrations/postgres");
}

/// A transfer of a posting; both are known by their numbers here.
fn transfer(posting: u8, line: u8) -> String {
    let id = |number| format!("lpad('{number}', 32, '0')::uuid");
    format!(
        "INSERT INTO ledger_transfers (subject_id, posting_id, line, account_id, cause, debit_account, credit_account,
            amount, currency, at) VALUES ({}, {}, {line}, {}, 'payment', '', '', {posting}{line}, 'USD', 0);",
        id(7),
        id(posting),
        id(8),
    )
}

async fn migrate_to(home: &PostgresHome, version: i32) {
    let (mut client, driver) = home.connect().await;
    client.batch_execute("SET client_min_messages = warning").await.unwrap();
    let runner = postgres::migrations::runner().set_grouped(true).set_target(Target::Version(version));
    runner.run_async(&mut client).await.unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postings_that_were_numbered_from_0_are_numbered_from_1_on_postgres() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    let Home::Postgres(old) = &home else { panic!("not on Postgres") };
    migrate_to(old, 13).await;
    // Two transfers from 0, one at 0, three from 0 written backwards, and one posting that counts from 1 already.
    let before = [(1, 0), (1, 1), (2, 0), (3, 2), (3, 1), (3, 0), (4, 1), (4, 2)];
    old.execute(&before.map(|(posting, line)| transfer(posting, line)).concat()).await;

    let harness = Harness::open(home).await;
    let Home::Postgres(new) = &harness.home else { panic!("not on Postgres") };
    let (client, driver) = new.connect().await;
    let sql = "SELECT right(posting_id::text, 1)::bigint, line, amount FROM ledger_transfers ORDER BY posting_id, line";
    let rows = client.query(sql, &[]).await.unwrap();
    let after: Vec<(i64, i64, i64)> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    // The amounts say which row it was.
    let expected = [(1, 1, 10), (1, 2, 11), (2, 1, 20), (3, 1, 30), (3, 2, 31), (3, 3, 32), (4, 1, 41), (4, 2, 42)];
    assert_eq!(after, expected);
    drop(client);
    driver.await.unwrap().unwrap();
    assert!(new.try_execute(&transfer(5, 0)).await.is_err(), "none is numbered from 0 any more");
    assert!(new.try_execute("UPDATE ledger_transfers SET line = line + 1").await.is_err(), "the journal may change");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_at_once_migrate_by_turns_and_do_not_wait_for_one_that_died() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    let Home::Postgres(old) = &home else { panic!("not on Postgres") };
    migrate_to(old, 13).await;
    // One that died a moment ago in the middle: its lease has a second to go.
    old.execute(
        "CREATE TABLE migration_lease (one boolean PRIMARY KEY CHECK (one), holder uuid NOT NULL, until timestamptz NOT NULL);
        INSERT INTO migration_lease VALUES (TRUE, gen_random_uuid(), clock_timestamp() + interval '1 second')",
    )
    .await;
    let began = std::time::Instant::now();
    let url = old.url();
    let started = futures::future::join_all((0..5).map(|_| Postgres::connect(&url))).await;
    assert!(
        started.iter().all(Result::is_ok),
        "{:?}",
        started.iter().filter_map(|it| it.as_ref().err()).collect::<Vec<_>>()
    );
    assert!(began.elapsed() >= std::time::Duration::from_millis(900), "the lease was not waited for");
    let applied = old.query("SELECT count(*), count(DISTINCT version) FROM refinery_schema_history").await;
    let (applied, distinct): (i64, i64) = (applied[0].get(0), applied[0].get(1));
    let known = i64::try_from(postgres::migrations::runner().get_migrations().len()).unwrap();
    assert_eq!((applied, distinct), (known, known));
}
