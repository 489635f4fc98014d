//! A receiver of webhooks that takes everything: counts what it got and keeps the last of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::sync::Mutex;

#[derive(Default)]
struct Got {
    count: AtomicU64,
    last: Mutex<Bytes>,
}

pub fn router() -> Router {
    Router::new()
        .route("/{hook}", post(take))
        .route("/count", get(async |State(got): State<Arc<Got>>| got.count.load(Ordering::Relaxed).to_string()))
        .route("/last", get(async |State(got): State<Arc<Got>>| got.last.lock().await.clone()))
        .with_state(Arc::new(Got::default()))
}

async fn take(State(got): State<Arc<Got>>, body: Bytes) -> &'static str {
    // The first few are enough to know one by.
    if got.count.fetch_add(1, Ordering::Relaxed) < 100 {
        *got.last.lock().await = body;
    }
    "ok"
}
