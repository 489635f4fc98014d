//! Answers in flight: what large answers take in memory between their making and their last byte's leaving.
//!
//! Whoever asks for large ones and does not read them is refused more, long before the others notice. What a newcomer gets
//! wrong: a body is gone as soon as hyper has it, while its bytes wait for their reader; so it is the bytes that count.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use hedge_domain::AccountId;
use http_body_util::BodyExt;
use parking_lot::Mutex;

/// Smaller answers are bounded by the number of connections.
const LARGE: usize = 64 * 1024;
/// What one account may have under way, and all together.
const OF_ACCOUNT: usize = 16 << 20;
const OF_ALL: usize = 256 << 20;

#[derive(Default)]
pub struct InFlight {
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    all: usize,
    by_account: HashMap<AccountId, usize>,
}

/// Bytes that count until they are gone.
struct Counted {
    bytes: Bytes,
    size: usize,
    account: AccountId,
    by: Arc<InFlight>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.by.give_back(self.account, self.size);
    }
}

impl InFlight {
    /// The answer, counted until it has left; `None` if there is no room for it. One that tells of something done is let
    /// through in any case.
    pub async fn count(self: &Arc<Self>, response: Response, account: AccountId, done: bool) -> Option<Response> {
        let size = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
        let Some(size) = size.filter(|&size| size > LARGE) else { return Some(response) };
        if !self.take(account, size, done) {
            return None;
        }
        let (parts, body) = response.into_parts();
        // Its size is known because it is made already, so that collecting it cannot fail.
        let bytes = body.collect().await.map_or_else(|_never| Bytes::new(), |whole| whole.to_bytes());
        let counted = Counted { bytes, size, account, by: Arc::clone(self) };
        Some(Response::from_parts(parts, Body::from(Bytes::from_owner(counted))))
    }

    fn take(&self, account: AccountId, size: usize, anyway: bool) -> bool {
        let mut held = self.held.lock();
        let of_account = held.by_account.get(&account).copied().unwrap_or_default();
        let fits = of_account + size <= OF_ACCOUNT && held.all + size <= OF_ALL;
        if fits || anyway {
            held.all += size;
            held.by_account.insert(account, of_account + size);
        }
        fits || anyway
    }

    fn give_back(&self, account: AccountId, size: usize) {
        let mut held = self.held.lock();
        held.all = held.all.saturating_sub(size);
        let left = held.by_account.get(&account).map_or(0, |of_account| of_account.saturating_sub(size));
        if left == 0 {
            held.by_account.remove(&account);
        } else {
            held.by_account.insert(account, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    fn answer(size: usize) -> Response {
        vec![b'x'; size].into_response()
    }

    #[tokio::test]
    async fn an_account_that_does_not_read_is_refused_more_and_hinders_no_other() {
        let answers = Arc::new(InFlight::default());
        let (one, other) = (AccountId::from_bits(1), AccountId::from_bits(2));
        let half = answers.count(answer(OF_ACCOUNT / 2), one, false).await.expect("there is room");
        let rest = answers.count(answer(OF_ACCOUNT / 2), one, false).await.expect("there is room");
        assert!(answers.count(answer(LARGE + 1), one, false).await.is_none());
        assert!(answers.count(answer(LARGE), one, false).await.is_some(), "small ones do not count");
        assert!(answers.count(answer(LARGE + 1), one, true).await.is_some(), "what is done is told");
        assert!(answers.count(answer(LARGE + 1), other, false).await.is_some());

        // The body is taken apart, and its bytes still wait for their reader.
        let waiting = half.into_body().collect().await.expect("a body").to_bytes();
        assert!(answers.count(answer(LARGE + 1), one, false).await.is_none());
        drop(waiting);
        assert!(answers.count(answer(LARGE + 1), one, false).await.is_some(), "what has left makes room");
        drop(rest);
        assert_eq!(answers.held.lock().all, 0);
    }

    #[tokio::test]
    async fn all_accounts_together_have_a_most() {
        let answers = Arc::new(InFlight::default());
        let of = |account: u128| answers.count(answer(OF_ACCOUNT), AccountId::from_bits(account), false);
        let mut held = Vec::new();
        for account in 0..16 {
            held.push(of(account).await.expect("there is room"));
        }
        assert!(of(16).await.is_none());
    }
}
