//! A primary that is lost, and a database that is taken back to a time before a mistake: what the README tells operators
//! to do, done.

use std::time::Duration as Wait;

use hedge_domain::payment::Payment;
use hedge_store::postgres::Postgres;
use hedge_store::{Done, Store, StoreError};
use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::cluster::{Cluster, Server, run};
use crate::harness::{Harness, Home};
use crate::sample::{Tenant, create, first_tenant};

const PRIMARY: &str = "-c wal_level=replica -c max_wal_senders=4 -c wal_keep_size=64MB";

/// A harness on this database, whose home is not used.
async fn harness(settings: &str) -> Harness {
    let harness = Harness::open(Home::memory().await.unwrap()).await;
    let store = harness.store_on(Postgres::connect(settings).await.unwrap()).await;
    Harness { store, ..harness }
}

async fn pay(store: &Store, tenant: &Tenant, minor: i64) -> Result<Payment, StoreError> {
    match store.run(create(tenant, minor)).await? {
        Done::Fresh { result, .. } => Ok(result.unwrap()),
        Done::Replayed(_) => panic!("it has no key"),
    }
}

async fn execute(server: &Server<'_>, sql: &str) -> Vec<String> {
    let settings = format!("host=127.0.0.1 port={} user=postgres dbname=postgres", server.port);
    let (client, connection) = tokio_postgres::connect(&settings, NoTls).await.unwrap();
    tokio::spawn(connection);
    let rows = client.simple_query(sql).await.unwrap();
    let text = |message: &SimpleQueryMessage| {
        if let SimpleQueryMessage::Row(row) = message { row.get(0).map(str::to_owned) } else { None }
    };
    rows.iter().filter_map(text).collect()
}

fn base_backup(cluster: &Cluster, of: &Server<'_>, to: &str, how: &[&str]) -> std::path::PathBuf {
    let data = cluster.path(to);
    let mut command = cluster.command("pg_basebackup");
    command.args(["-h", "127.0.0.1", "-U", "postgres", "-X", "stream", "-c", "fast", "--no-sync"]);
    run(command.args(how).arg("-p").arg(of.port.to_string()).arg("-D").arg(&data));
    data
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_hosts_the_writable_one_is_used_also_after_a_promotion() {
    let Some(cluster) = Cluster::new() else { return };
    let primary = cluster.start(&cluster.init("a", ""), PRIMARY);
    let standby = cluster.start(&base_backup(&cluster, &primary, "b", &["-R"]), PRIMARY);
    let hosts = format!("host=127.0.0.1,127.0.0.1 port={},{}", standby.port, primary.port);
    let settings = format!("{hosts} user=postgres dbname=postgres target_session_attrs=read-write");
    let harness = harness(&settings).await;
    let (tenant, _) = first_tenant(&harness).await;
    let first = pay(&harness.store, &tenant, 1).await.expect("the standby, which comes first, is passed over");

    // What was acknowledged has arrived there before the primary is lost.
    let arrived = "SELECT count(*) FROM payments";
    while execute(&standby, arrived).await != ["1"] {
        tokio::time::sleep(Wait::from_millis(20)).await;
    }
    primary.stop("immediate");
    assert!(pay(&harness.store, &tenant, 2).await.is_err(), "nobody may be written to");
    run(cluster.command("pg_ctl").args(["promote", "-w", "-D"]).arg(&standby.data));

    let deadline = tokio::time::Instant::now() + Wait::from_secs(20);
    let second = loop {
        match pay(&harness.store, &tenant, 3).await {
            Ok(payment) => break payment,
            Err(error) => assert!(tokio::time::Instant::now() < deadline, "{error}"),
        }
        tokio::time::sleep(Wait::from_millis(50)).await;
    };
    for payment in [first, second] {
        assert_eq!(harness.store.get::<Payment>(payment.id).await.unwrap(), Some(payment));
    }
    assert!(harness.store.ping().await.is_ok());
}

/// `README.md`, "Back up and restore".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_goes_back_to_a_time_before_a_mistake() {
    let Some(cluster) = Cluster::new() else { return };
    let archive = cluster.folder("archive");
    let archiving = format!("{PRIMARY} -c archive_mode=on -c archive_command='cp %p {}/%f'", archive.display());
    let primary = cluster.start(&cluster.init("a", ""), &archiving);
    let settings = |server: &Server<'_>| format!("host=127.0.0.1 port={} user=postgres dbname=postgres", server.port);
    let before = harness(&settings(&primary)).await;
    let (tenant, _) = first_tenant(&before).await;
    pay(&before.store, &tenant, 1).await.unwrap();
    let data = base_backup(&cluster, &primary, "base", &[]);
    let kept = pay(&before.store, &tenant, 2).await.unwrap();

    let good = execute(&primary, "SELECT now()").await.remove(0);
    tokio::time::sleep(Wait::from_millis(20)).await;
    execute(&primary, "DROP TABLE refunds CASCADE").await;
    execute(&primary, "SELECT pg_switch_wal()").await;
    while execute(&primary, "SELECT failed_count + archived_count FROM pg_stat_archiver").await == ["0"] {
        tokio::time::sleep(Wait::from_millis(20)).await;
    }
    primary.stop("fast");

    cluster.write("base/recovery.signal", "");
    let back = format!(
        "-c restore_command='cp {}/%f %p' -c recovery_target_time='{good}' -c recovery_target_action=promote",
        archive.display()
    );
    let restored = cluster.start(&data, &back);
    while execute(&restored, "SELECT pg_is_in_recovery()").await != ["f"] {
        tokio::time::sleep(Wait::from_millis(20)).await;
    }
    let after = harness(&settings(&restored)).await;
    assert_eq!(after.store.get::<Payment>(kept.id).await.unwrap(), Some(kept), "all up to the mistake is there");
    let audit = after.store.audit().await.unwrap();
    assert!(audit.findings.is_empty(), "{:?}", audit.findings);
    pay(&after.store, &tenant, 3).await.expect("and business goes on");
}
