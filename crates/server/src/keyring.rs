//! API keys in memory: recognised by their keyed hash, refreshed from the store once a second.
//!
//! So a key revoked anywhere (another replica, the command line) stops working here within about a second, and one
//! revoked by this process at once. The rate-limit windows live beside the key and survive the refresh.

use hedge_domain::account::Account;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use hedge_domain::api_key::{ApiKey, ApiKeyId, RecordKeyUse};
use hedge_domain::merchant::MerchantId;
use hedge_domain::{Duration, Timestamp};
use hedge_store::{ApiKeyByHash, Store, StoreError};

use crate::family::{EachFamily, Families, FamilyIndex};
use crate::limiter::Window;

const FRESH_FOR: Duration = Duration::from_secs(1);
/// How often a key's last use is written down.
const USE_RECORDED_EVERY: Duration = Duration::from_secs(300);

pub struct Keyring {
    store: Store,
    families: Families,
    entries: ArcSwap<HashMap<[u8; 32], Arc<Entry>>>,
}

/// A key that was recognised at least once.
pub struct Entry {
    windows: EachFamily<Window>,
    snapshot: ArcSwap<KeySnapshot>,
    refreshing: AtomicBool,
    /// Counts the changes made here, so that a read that began before one does not bring the old key back.
    changes: AtomicU64,
    used_at: AtomicI64,
    use_recorded_at: AtomicI64,
}

/// One read under way. A caller who hangs up drops the read half way, and then the next request has to take its place:
/// otherwise the key would never be read again, and could not be revoked.
struct Refreshing<'a>(&'a AtomicBool);

impl Drop for Refreshing<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// The key as it was last read.
pub struct KeySnapshot {
    pub key: ApiKey,
    pub default_merchant: MerchantId,
    read_at: Timestamp,
}

impl Entry {
    #[must_use]
    pub fn snapshot(&self) -> Arc<KeySnapshot> {
        self.snapshot.load_full()
    }

    /// Each family counts for itself.
    #[must_use]
    pub fn window(&self, family: FamilyIndex) -> &Window {
        self.windows.of(family)
    }
}

impl Keyring {
    #[must_use]
    pub fn new(store: Store, families: Families) -> Self {
        Self { store, families, entries: ArcSwap::default() }
    }

    /// Whether a key has been recognised before, so that no read is needed to recognise it.
    #[must_use]
    pub fn knows(&self, hash: [u8; 32]) -> bool {
        self.entries.load().contains_key(&hash)
    }

    /// The entry of an active key; `None` for anything else.
    pub async fn recognise(&self, hash: [u8; 32], now: Timestamp) -> Result<Option<Arc<Entry>>, StoreError> {
        let found = self.entries.load().get(&hash).cloned();
        let entry = match found {
            Some(entry) => {
                self.refresh(&entry, hash, now).await?;
                entry
            }
            None => match self.read(hash, now).await? {
                Some(snapshot) => self.remember(hash, snapshot),
                None => return Ok(None),
            },
        };
        if !entry.snapshot.load().key.is_active(now) {
            return Ok(None);
        }
        entry.used_at.store(now.millis(), Ordering::Relaxed);
        Ok(Some(entry))
    }

    /// After a change made by this process: the next request reads the key again.
    pub fn forget(&self, hash: [u8; 32]) {
        if let Some(entry) = self.entries.load().get(&hash) {
            let snapshot = entry.snapshot();
            let stale = KeySnapshot {
                key: snapshot.key.clone(),
                default_merchant: snapshot.default_merchant,
                read_at: Timestamp::from_millis(i64::MIN),
            };
            entry.changes.fetch_add(1, Ordering::AcqRel);
            entry.snapshot.store(Arc::new(stale));
        }
    }

    /// Keys whose last use should be written down.
    #[must_use]
    pub fn uses_to_record(&self, now: Timestamp) -> Vec<RecordKeyUse> {
        let due = |entry: &Arc<Entry>| {
            let used = entry.used_at.load(Ordering::Relaxed);
            let recorded = entry.use_recorded_at.load(Ordering::Relaxed);
            let is_due = used > recorded && now.minus(USE_RECORDED_EVERY).millis() >= recorded;
            is_due.then(|| {
                entry.use_recorded_at.store(used, Ordering::Relaxed);
                let id: ApiKeyId = entry.snapshot.load().key.id;
                RecordKeyUse { id, at: Timestamp::from_millis(used) }
            })
        };
        self.entries.load().values().filter_map(due).collect()
    }

    /// One request reads the key again; the others meanwhile go by what was read before.
    async fn refresh(&self, entry: &Entry, hash: [u8; 32], now: Timestamp) -> Result<(), StoreError> {
        let read_at = entry.snapshot.load().read_at;
        let forgotten = read_at.millis() == i64::MIN;
        // A clock that was set back must not keep a key fresh until it has caught up.
        if read_at <= now && now < read_at.plus(FRESH_FOR) {
            return Ok(());
        }
        if entry.refreshing.swap(true, Ordering::AcqRel) && !forgotten {
            return Ok(());
        }
        let refreshing = Refreshing(&entry.refreshing);
        let changes = entry.changes.load(Ordering::Acquire);
        let read = self.read(hash, now).await;
        drop(refreshing);
        let unchanged = entry.changes.load(Ordering::Acquire) == changes;
        if let Some(snapshot) = read?
            && unchanged
        {
            entry.snapshot.store(Arc::new(snapshot));
        }
        Ok(())
    }

    async fn read(&self, hash: [u8; 32], now: Timestamp) -> Result<Option<KeySnapshot>, StoreError> {
        let Some(key) = self.store.first(&ApiKeyByHash(hash)).await? else {
            return Ok(None);
        };
        let account = self.store.get::<Account>(key.account).await?;
        Ok(account.map(|account| KeySnapshot { key, default_merchant: account.default_merchant, read_at: now }))
    }

    fn remember(&self, hash: [u8; 32], snapshot: KeySnapshot) -> Arc<Entry> {
        let recorded = snapshot.key.last_used_at.map_or(0, Timestamp::millis);
        let new = Arc::new(Entry {
            windows: self.families.each(),
            snapshot: ArcSwap::from_pointee(snapshot),
            refreshing: AtomicBool::new(false),
            changes: AtomicU64::new(0),
            used_at: AtomicI64::new(recorded),
            use_recorded_at: AtomicI64::new(recorded),
        });
        // Two first requests may race; both must end up with the same window.
        self.entries.rcu(|entries| {
            let mut entries = HashMap::clone(entries);
            entries.entry(hash).or_insert_with(|| Arc::clone(&new));
            entries
        });
        self.entries.load().get(&hash).cloned().unwrap_or(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_read_that_is_dropped_half_way_makes_room_for_the_next() {
        let flag = AtomicBool::new(true);
        let read = async {
            let _refreshing = Refreshing(&flag);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            biased;
            () = read => {}
            () = std::future::ready(()) => {}
        }
        assert!(!flag.load(Ordering::Acquire));
    }
}
