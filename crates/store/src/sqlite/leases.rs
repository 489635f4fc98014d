//! Who has claimed what.
//!
//! A lease is no row: one process owns the file, so its memory will do, and a crash voids every lease, as it should.

use std::collections::BTreeMap;

use hedge_domain::Timestamp;
use parking_lot::{Mutex, MutexGuard};

/// Until when each is somebody's.
pub(super) struct Leases<I>(Mutex<BTreeMap<I, Timestamp>>);

impl<I> Default for Leases<I> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// Leases that a batch ends once it is committed.
pub(super) type Held<I> = Vec<(I, Timestamp)>;

impl<I: Copy + Ord> Leases<I> {
    pub(super) fn lock(&self) -> MutexGuard<'_, BTreeMap<I, Timestamp>> {
        self.0.lock()
    }

    /// The leases on these, of which a batch is about to change what they are on.
    pub(super) fn held(&self, on: impl Iterator<Item = I>) -> Held<I> {
        let mut on = on.peekable();
        if on.peek().is_none() {
            return Vec::new();
        }
        let leases = self.lock();
        on.filter_map(|id| leases.get(&id).map(|&end| (id, end))).collect()
    }

    /// The batch is committed, so these are over. Others may have begun since: what was just made, or put off to a time
    /// that is past already, can be taken before we get here.
    pub(super) fn release(&self, held: &Held<I>) {
        if !held.is_empty() {
            let mut leases = self.lock();
            for (id, end) in held {
                if leases.get(id) == Some(end) {
                    leases.remove(id);
                }
            }
        }
    }
}
