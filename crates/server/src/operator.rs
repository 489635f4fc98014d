//! What operators and their tools ask: is it alive, is it ready, how is it doing.
//!
//! These stand beside the API: no key, no rate limit. Keep them from the public by the proxy in front.

mod ledger;
mod money;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use hedge_domain::Timestamp;
use hedge_domain::installation::Environment;
use hedge_domain::payment::PaymentStatus;
use hedge_domain::refund::RefundStatus;
use http::{StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Mutex;

use crate::platform::Platform;

pub use ledger::LedgerWatch;

#[derive(Clone)]
struct OperatorState {
    platform: Arc<Platform>,
    metrics: PrometheusHandle,
    ledger: Arc<LedgerWatch>,
    kept: Arc<Mutex<Option<Gathered>>>,
}

/// What was read for `/metrics`, when, and how long that took.
struct Gathered {
    text: String,
    at: Instant,
    took: Duration,
}

impl Gathered {
    /// Anybody may ask, as often as they like: reading takes no more than a tenth of the time.
    fn is_fresh(&self) -> bool {
        self.at.elapsed() < self.took * 10
    }
}

pub fn router(platform: Arc<Platform>, metrics: PrometheusHandle, ledger: Arc<LedgerWatch>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .with_state(OperatorState { platform, metrics, ledger, kept: Arc::default() })
}

/// Tells what is risked with the database. A sandbox needs no standby.
pub fn tell_risks(risks: &[&'static str], environment: Environment) {
    for &reason in risks {
        let matters = environment.livemode() || reason != "no_synchronous_standby";
        if matters {
            tracing::warn!(reason, "the database is not as safe as it could be");
            metrics::gauge!("hedge_postgres_unfit", "reason" => reason).set(1);
        }
    }
}

/// Ready means that a payment could be taken: the database answers, and may be written to.
async fn ready(State(state): State<OperatorState>) -> (StatusCode, &'static str) {
    match state.platform.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database takes no payments\n")
        }
    }
}

async fn render(State(state): State<OperatorState>) -> ([(header::HeaderName, &'static str); 1], String) {
    // Held while reading: those who ask meanwhile get the same.
    let mut kept = state.kept.lock().await;
    let fresh = match kept.take() {
        Some(gathered) if gathered.is_fresh() => gathered,
        Some(_) | None => gather(&state).await,
    };
    let text = fresh.text.clone();
    *kept = Some(fresh);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

async fn gather(state: &OperatorState) -> Gathered {
    let began = Instant::now();
    gauge_store(&state.platform).await;
    let mut text = state.metrics.render();
    match state.platform.store.balances().await {
        Ok(balances) => text.push_str(&money::lines(&balances)),
        Err(error) => tracing::warn!(%error, "the metrics are without money"),
    }
    if let Some(check) = state.ledger.last() {
        text.push_str(&money::drift_lines(&check));
    }
    Gathered { text, at: Instant::now(), took: began.elapsed() }
}

/// Read when asked, so that the numbers are nearly current and cost nothing in between.
async fn gauge_store(platform: &Platform) {
    let waiting = u32::try_from(platform.store.waiting()).unwrap_or(u32::MAX);
    metrics::gauge!("hedge_store_queue_length").set(waiting);
    if let Ok(jobs) = platform.store.jobs_waiting().await {
        metrics::gauge!("hedge_jobs_waiting").set(i32::try_from(jobs).unwrap_or(i32::MAX));
    }
    if let Ok(due) = platform.store.next_job_due().await {
        // Of those that nobody has taken: one that is being worked on is due again when its lease ends.
        metrics::gauge!("hedge_jobs_lag_seconds").set(behind(platform, due).as_secs_f64());
    }
    if let Ok(backlog) = platform.store.delivery_backlog().await {
        metrics::gauge!("hedge_webhook_deliveries_waiting").set(i32::try_from(backlog.waiting).unwrap_or(i32::MAX));
        metrics::gauge!("hedge_webhook_lag_seconds").set(behind(platform, backlog.oldest_due).as_secs_f64());
    }
    // Every status is told: one that the last has left would otherwise keep its number.
    if let Ok(counts) = platform.store.payments_by_status().await {
        for status in PaymentStatus::ALL {
            let count = counts.get(&status).copied().unwrap_or_default();
            metrics::gauge!("hedge_payments", "status" => status.code()).set(i32::try_from(count).unwrap_or(i32::MAX));
        }
    }
    if let Ok(counts) = platform.store.refunds_by_status().await {
        for status in RefundStatus::ALL {
            let count = counts.get(&status).copied().unwrap_or_default();
            metrics::gauge!("hedge_refunds", "status" => status.code()).set(i32::try_from(count).unwrap_or(i32::MAX));
        }
    }
}

/// How far behind the most belated one is; what is due later is not late.
fn behind(platform: &Platform, due: Option<Timestamp>) -> Duration {
    let late = due.map_or(0, |due| platform.clock.now().millis().saturating_sub(due.millis()).max(0));
    Duration::from_millis(late.unsigned_abs())
}

/// What each metric is. Those read from the database say so: summed over replicas they would count several times.
pub fn describe() {
    let counters = [
        ("hedge_http_requests_total", "Requests answered by this process."),
        ("hedge_webhook_attempts_total", "Attempts at deliveries made by this process."),
    ];
    let seconds = [
        ("hedge_http_request_seconds", "How long this process took to answer."),
        ("hedge_webhook_attempt_seconds", "How long an attempt at a delivery took."),
    ];
    let gauges = [
        ("hedge_store_queue_length", "Commands that wait for a batch in this process."),
        ("hedge_webhook_attempts_in_flight", "Attempts at deliveries that this process has under way."),
        ("hedge_jobs_waiting", "Jobs that are not done. Read from the database: the same at every replica."),
        (
            "hedge_jobs_lag_seconds",
            "How late the most belated job is. Read from the database: the same at every replica.",
        ),
        ("hedge_payments", "Payments by status. Read from the database: the same at every replica."),
        ("hedge_postgres_unfit", "1 for what may lose acknowledged payments, as it was at the start."),
        ("hedge_refunds", "Refunds by status. Read from the database: the same at every replica."),
        (
            "hedge_webhook_deliveries_waiting",
            "Deliveries to be made. Read from the database: the same at every replica.",
        ),
        (
            "hedge_webhook_lag_seconds",
            "How late the most belated delivery is. Read from the database: the same at every replica.",
        ),
    ];
    counters.into_iter().for_each(|(name, help)| metrics::describe_counter!(name, help));
    seconds.into_iter().for_each(|(name, help)| metrics::describe_histogram!(name, help));
    gauges.into_iter().for_each(|(name, help)| metrics::describe_gauge!(name, help));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_for_the_metrics_takes_no_more_than_a_tenth_of_the_time() {
        let of = |took| Gathered { text: String::new(), at: Instant::now(), took };
        assert!(of(Duration::from_secs(60)).is_fresh());
        assert!(!of(Duration::ZERO).is_fresh());
    }
}
