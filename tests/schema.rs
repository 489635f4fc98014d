//! A Postgres schema of one test's own, for the tests from outside and for those that kill the program.
//!
//! Without `HEDGE_TEST_POSTGRES_URL` there is nothing to run on, and the test says so.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio_postgres::NoTls;

/// It goes with its owner, also when the test fails.
pub struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub async fn create() -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let Some(server) = std::env::var("HEDGE_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) else {
            eprintln!("not run: no Postgres");
            return None;
        };
        // The process id keeps test binaries apart that run at the same time.
        let name = format!("hedge_outside_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        execute(&server, &format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")).await;
        Some(Self { server, name })
    }

    /// What a server is given to work in it.
    pub fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}options=-c%20search_path%3D{}", self.server, self.name)
    }
}

impl Drop for Schema {
    /// On a thread with a runtime of its own, because the test's cannot be waited for in here.
    fn drop(&mut self) {
        let sql = format!("DROP SCHEMA {} CASCADE", self.name);
        let dropped = std::thread::scope(|scope| {
            let work = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(execute(&self.server, &sql));
            };
            scope.spawn(work).join()
        });
        assert!(dropped.is_ok() || std::thread::panicking(), "schema {} was left behind", self.name);
    }
}

async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    client.batch_execute(&format!("SET client_min_messages = warning; {sql}")).await.unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
}
