//! What only SQLite promises: one server to a file, tools beside it, and a journal that cannot be edited by hand.

use std::path::PathBuf;

use hedge_domain::api_key::CreateApiKey;
use hedge_domain::payment::Payment;
use hedge_store::sqlite::{Access, Sqlite};
use hedge_store::{ApiKeysOf, Options, Store};
use rusqlite::Connection;

use crate::harness::{Harness, Home};
use crate::sample::{create, first_tenant, new_key, succeeded};

fn file(harness: &Harness) -> PathBuf {
    let Home::Sqlite(folder) = &harness.home else { panic!("not on SQLite") };
    folder.path().join("hedge.db")
}

async fn open() -> Harness {
    Harness::open(Home::sqlite().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_is_refused() {
    let harness = open().await;
    let second = Sqlite::open(&file(&harness), Access::Server).err().unwrap();
    assert!(second.to_string().contains("another server has"), "{second}");
    harness.reopened().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_may_write_beside_the_server() {
    let harness = open().await;
    let (tenant, _) = first_tenant(&harness).await;
    let engine = Sqlite::open(&file(&harness), Access::Tool).unwrap();
    let tool = Store::start(engine, harness.ambient(), Options::default()).await.unwrap();
    let payments = (1..=20).map(|minor| harness.run(create(&tenant, minor)));
    let payments = futures::future::join_all(payments);
    let keys = async {
        for tag in 10..20 {
            let made = tool.run(CreateApiKey { actor: tenant.actor.clone(), key: new_key(tag) }).await;
            crate::harness::result(made).unwrap();
        }
    };
    tokio::join!(payments, keys);
    tool.close().await;
    assert_eq!(harness.store.all(&ApiKeysOf::all(tenant.account)).await.unwrap().len(), 11);
}

#[test]
fn a_server_and_tools_may_find_a_new_file_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hedge.db");
        std::thread::scope(|scope| {
            for access in [Access::Server, Access::Tool, Access::Tool, Access::Tool, Access::Tool, Access::Tool] {
                let path = &path;
                scope.spawn(move || Sqlite::open(path, access).unwrap());
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_and_the_audit_log_cannot_be_edited() {
    let harness = open().await;
    let (tenant, _) = first_tenant(&harness).await;
    succeeded(&harness, &tenant, 100).await;
    let by_hand = Connection::open(file(&harness)).unwrap();
    for edit in [
        "UPDATE ledger_transfers SET amount = 1",
        "DELETE FROM ledger_transfers",
        "UPDATE audit_log SET actor = 'system'",
        "DELETE FROM audit_log",
    ] {
        let refused = by_hand.execute(edit, []).unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{edit}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_leaves_everything_in_the_file() {
    let harness = open().await;
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 100).await;
    let path = file(&harness);
    let ambient = harness.ambient();
    let Harness { store, home, .. } = harness;
    store.close().await;
    let copy = tempfile::tempdir().unwrap();
    let copied = copy.path().join("copy.db");
    std::fs::copy(&path, &copied).unwrap();
    let engine = Sqlite::open(&copied, Access::Tool).unwrap();
    let store = Store::start(engine, ambient, Options::default()).await.unwrap();
    assert_eq!(store.get::<Payment>(paid.id).await.unwrap(), Some(paid));
    drop(home);
}
