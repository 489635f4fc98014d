//! Damage done by hand, and which rules of the audit report it: every rule is broken once, on both engines with tables.
//!
//! What a newcomer gets wrong: a damage is undone before the next one, so that each is reported for itself alone.

mod table;
mod world;

use std::collections::BTreeSet;

use rusqlite::Connection;
use tokio_postgres::Client;

use self::table::{BALANCES, TABLE};
use crate::harness::{Harness, Home};

/// A connection beside the store's, to do damage by.
pub enum Hand {
    Sqlite(Connection),
    Postgres(Client),
}

impl Hand {
    /// It may also change what is never changed.
    pub async fn on(harness: &Harness) -> Self {
        let (hand, free): (_, fn(&str) -> String) = match &harness.home {
            Home::Sqlite(folder) => {
                let connection = Connection::open(folder.path().join("hedge.db")).unwrap();
                (Self::Sqlite(connection), |table| {
                    format!("DROP TRIGGER {table}_never_change; DROP TRIGGER {table}_never_go")
                })
            }
            Home::Postgres(home) => {
                (Self::Postgres(home.connect().await.0), |table| format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
            }
            Home::Memory(_) => panic!("no rows to damage"),
        };
        for table in ["ledger_transfers", "balance_transactions"] {
            hand.execute(&free(table)).await;
        }
        hand
    }

    pub async fn execute(&self, sql: &str) {
        let done = match self {
            Self::Sqlite(connection) => connection.execute_batch(sql).map_err(|error| error.to_string()),
            Self::Postgres(client) => client.batch_execute(sql).await.map_err(|error| format!("{error:?}")),
        };
        assert_eq!(done, Ok(()), "{sql}");
    }
}

async fn rules_broken(harness: &Harness, after: &str) -> BTreeSet<&'static str> {
    let findings = harness.store.audit().await.unwrap().findings;
    // One that says twice the same number would tell nobody what is wrong.
    assert!(findings.iter().all(|finding| finding.kept != finding.counted), "{after}: {findings:?}");
    findings.into_iter().map(|finding| finding.rule).collect()
}

/// The table that a statement changes: its first word that is not in capitals.
fn changed(statement: &str) -> &str {
    statement.split(' ').find(|word| word.starts_with(|letter: char| letter.is_ascii_lowercase())).unwrap()
}

async fn is_reported(harness: &Harness, hand: &Hand) {
    world::build(harness).await;
    assert_eq!(rules_broken(harness, "nothing").await, BTreeSet::new());
    let tables: BTreeSet<_> = TABLE.iter().map(|(damage, _)| changed(damage)).collect();
    for table in tables {
        hand.execute(&format!("CREATE TABLE spare_{table} AS SELECT * FROM {table}")).await;
    }
    let mut undo = String::new();
    for (damage, rules) in TABLE {
        hand.execute(&format!("{undo}{damage};")).await;
        assert_eq!(rules_broken(harness, damage).await, rules.iter().copied().collect(), "{damage}");
        let drift: i128 = harness.store.ledger_drift().await.unwrap().values().sum();
        assert_eq!(drift != 0, rules.contains(&BALANCES), "{damage}: {drift}");
        // The rows are put back whole, so that no damage has to say how it is undone.
        let table = changed(damage);
        undo = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM spare_{table}; ");
    }
    hand.execute(&undo).await;
    assert_eq!(rules_broken(harness, "all was undone").await, BTreeSet::new());
}

/// Without a server the table runs on SQLite alone, so what it says is broken has been broken there at least.
#[test]
fn is_done_to_every_rule() {
    let broken: BTreeSet<_> = TABLE.iter().flat_map(|(_, rules)| *rules).copied().collect();
    let whole: Vec<_> = hedge_store::audit_rules().filter(|rule| !broken.contains(rule)).collect();
    assert!(whole.is_empty(), "no damage breaks {whole:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_reported_on_sqlite() {
    let harness = Harness::open(Home::sqlite().await.unwrap()).await;
    is_reported(&harness, &Hand::on(&harness).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_reported_on_postgres() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    let harness = Harness::open(home).await;
    is_reported(&harness, &Hand::on(&harness).await).await;
}
