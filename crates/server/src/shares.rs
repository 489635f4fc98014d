//! Shares of what passes many rows: lists and statements are read so many at a time, and of one account at most half of that.
//!
//! What one tenant asks for beyond its share waits for the tenant's own, not for anybody else's. What a newcomer gets
//! wrong: the place among all is taken last, or whoever waits for a share would keep others from places.

use std::collections::HashMap;
use std::sync::Arc;

use hedge_domain::AccountId;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub struct Shares {
    all: Arc<Semaphore>,
    each: usize,
    by_account: Mutex<HashMap<AccountId, Arc<Semaphore>>>,
}

/// One may be read until this is dropped.
pub struct Turn {
    _own: Option<OwnedSemaphorePermit>,
    _of_all: Option<OwnedSemaphorePermit>,
}

impl Default for Shares {
    /// Enough to keep every core busy while some wait for a database.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::of((cores * 4).max(8))
    }
}

impl Shares {
    fn of(all: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), each: all.div_ceil(2), by_account: Mutex::default() }
    }

    pub async fn turn(&self, account: AccountId) -> Turn {
        let own =
            Arc::clone(self.by_account.lock().entry(account).or_insert_with(|| Arc::new(Semaphore::new(self.each))));
        // Neither is ever closed.
        let own = own.acquire_owned().await.ok();
        Turn { _own: own, _of_all: Arc::clone(&self.all).acquire_owned().await.ok() }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_account_takes_half_of_the_turns_and_the_rest_is_the_others() {
        let shares = Shares::of(4);
        let (one, other) = (AccountId::from_bits(1), AccountId::from_bits(2));
        let own = (shares.turn(one).await, shares.turn(one).await);
        assert!(shares.turn(one).now_or_never().is_none(), "a third");
        let theirs = (shares.turn(other).now_or_never(), shares.turn(other).now_or_never());
        assert!(theirs.0.is_some() && theirs.1.is_some());
        assert!(shares.turn(AccountId::from_bits(3)).now_or_never().is_none(), "all are taken");
        drop(own);
        assert!(shares.turn(one).now_or_never().is_some());
    }
}
