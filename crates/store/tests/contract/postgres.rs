//! A Postgres database for one test: its own schema, gone afterwards.

use hedge_store::{Ambient, Options, Store};

/// Where one test's rows live.
pub struct PostgresHome {}

impl PostgresHome {
    /// A fresh one; `None` when `HEDGE_TEST_POSTGRES_URL` names no server.
    pub async fn create() -> Option<Self> {
        None
    }

    /// Starts a store on it; several may run at once.
    pub async fn start(&self, ambient: Ambient, options: Options) -> Store {
        let _ = (ambient, options);
        unreachable!("there is no Postgres engine yet")
    }
}
