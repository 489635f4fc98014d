//! Looks after the ledger: now and then it recomputes the kept balances from the journal, and remembers how far they are
//! off.
//!
//! What a newcomer gets wrong: nothing is repaired here. A drift is a bug of the program or a hand in the database, and
//! the rows are the evidence; `hedge verify` says which ones.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hedge_domain::{Currency, Timestamp};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::platform::Platform;

/// What the last check has found; nothing before the first.
#[derive(Default)]
pub struct LedgerWatch(Mutex<Option<Arc<LedgerCheck>>>);

#[derive(Debug, PartialEq, Eq)]
pub struct LedgerCheck {
    /// When it began, in real time.
    pub at: Timestamp,
    /// By currency: what all sides of all accounts are off, in minor units.
    pub drift: BTreeMap<Currency, i128>,
}

impl LedgerWatch {
    pub fn last(&self) -> Option<Arc<LedgerCheck>> {
        self.0.lock().clone()
    }

    /// Runs until `stop` turns true; the first check is made at once. A check that cannot be made leaves the one before:
    /// its age tells.
    pub async fn run(
        self: Arc<Self>,
        platform: Arc<Platform>,
        every: Option<Duration>,
        mut stop: watch::Receiver<bool>,
    ) {
        let Some(every) = every else { return };
        loop {
            tokio::select! {
                () = self.check(&platform) => {}
                _stopped = stop.wait_for(|stop| *stop) => return,
            }
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                _stopped = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn check(&self, platform: &Platform) {
        let at = platform.clock.now();
        let drift = match platform.store.ledger_drift().await {
            Ok(drift) => drift,
            Err(error) => return tracing::warn!(%error, "cannot check the ledger"),
        };
        for (currency, minor) in drift.iter().filter(|(_, minor)| **minor != 0) {
            tracing::error!(%currency, %minor, "balances are off the journal: hedge verify says which");
        }
        *self.0.lock() = Some(Arc::new(LedgerCheck { at, drift }));
    }
}
