//! Whether a payment could be taken now: whether a session that may write is to be had.
//!
//! A session that was opened earlier would not tell, because what is behind the server's name may have changed since. The
//! answer is kept for a moment, and who asks meanwhile waits for the one under way: asking often costs no connections.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::session::Session;
use super::target::Target;
use crate::error::StoreError;

const KEPT: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Readiness {
    last: Mutex<Option<(Instant, Result<(), StoreError>)>>,
}

impl Readiness {
    /// The targeturation is that of the writers.
    pub async fn ask(&self, target: &Target) -> Result<(), StoreError> {
        let mut last = self.last.lock().await;
        if let Some((asked, answer)) = &*last
            && asked.elapsed() < KEPT
        {
            return answer.clone();
        }
        let answer = Session::open_plain(target).await.map(drop).map_err(StoreError::from);
        *last = Some((Instant::now(), answer.clone()));
        drop(last);
        answer
    }
}
