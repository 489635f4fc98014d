//! What operators and their tools ask: is it alive, is it ready, how is it doing.
//!
//! These stand beside the API: no key, no rate limit. Keep them from the public by the proxy in front.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::{StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::platform::Platform;

#[derive(Clone)]
struct Desk {
    platform: Arc<Platform>,
    metrics: PrometheusHandle,
}

pub fn router(platform: Arc<Platform>, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .with_state(Desk { platform, metrics })
}

/// Ready means that the database answers.
async fn ready(State(desk): State<Desk>) -> (StatusCode, &'static str) {
    match desk.platform.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

async fn render(State(desk): State<Desk>) -> ([(header::HeaderName, &'static str); 1], String) {
    gauge_store(&desk.platform).await;
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], desk.metrics.render())
}

/// Read when asked, so that the numbers are current and cost nothing in between.
async fn gauge_store(platform: &Platform) {
    let waiting = u32::try_from(platform.store.waiting()).unwrap_or(u32::MAX);
    metrics::gauge!("hedge_store_queue_length").set(waiting);
    if let Ok(jobs) = platform.store.jobs_waiting().await {
        metrics::gauge!("hedge_jobs_waiting").set(i32::try_from(jobs).unwrap_or(i32::MAX));
    }
    if let Ok(counts) = platform.store.payments_by_status().await {
        for (status, count) in counts {
            let count = i32::try_from(count).unwrap_or(i32::MAX);
            metrics::gauge!("hedge_payments", "status" => status.code()).set(count);
        }
    }
}
