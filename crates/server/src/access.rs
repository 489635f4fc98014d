//! The access log and the request metrics: one record per response.
//!
//! A log line is the dearest thing a request does outside the store. So every failure of ours is logged, and of the
//! rest a bounded number per second; the metrics count them all.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Instant;

use axum::extract::Request;
use axum::response::Response;
use hedge_api::Operation;
use hedge_domain::Timestamp;
use hedge_domain::audit::RequestId;
use hedge_domain::checkout_session::CheckoutSessionId;
use http::{HeaderValue, Method, Uri};

/// Lines per second about requests that did not fail by our fault.
const LINES_PER_SECOND: u32 = 50;

/// What a response that is of no family's operation answers, as an extension of it.
#[derive(Clone, Copy, Debug)]
pub struct Answering(pub &'static str);

/// What the log wants to know of a request that is about to be consumed.
pub struct Visit {
    method: Method,
    location: Location,
}

enum Location {
    Uri(Uri),
    Route(String),
}

impl Visit {
    #[must_use]
    pub fn new(request: &Request) -> Self {
        Self { method: request.method().clone(), location: Location::Uri(request.uri().clone()) }
    }

    /// Of the hosted page, where whoever knows the path can open it.
    #[must_use]
    pub fn of_route(request: &Request, route: &str) -> Self {
        Self { method: request.method().clone(), location: Location::Route(route.to_owned()) }
    }

    /// The query is left out, for it may name customers, and so are the ids of checkout sessions, which open their pages.
    fn path(&self) -> String {
        let path = match &self.location {
            Location::Uri(uri) => uri.path(),
            Location::Route(route) => route,
        };
        let told = path.split('/').map(|part| if part.starts_with(CheckoutSessionId::PREFIX) { "{id}" } else { part });
        told.collect::<Vec<_>>().join("/")
    }
}

pub struct AccessLog {
    started: Instant,
    second: AtomicI64,
    lines: AtomicU32,
}

impl Default for AccessLog {
    fn default() -> Self {
        Self { started: Instant::now(), second: AtomicI64::new(0), lines: AtomicU32::new(0) }
    }
}

impl AccessLog {
    pub fn record(&self, visit: &Visit, response: &Response, request_id: &HeaderValue, started: Instant) {
        let took = started.elapsed();
        let status = response.status();
        let of_family = response.extensions().get::<&'static Operation>().map(|operation| operation.id);
        let of_page = || response.extensions().get().map(|Answering(name)| *name);
        let operation = of_family.or_else(of_page).unwrap_or("none");
        metrics::counter!("hedge_http_requests_total", "operation" => operation, "status" => class(status.as_u16()))
            .increment(1);
        metrics::histogram!("hedge_http_request_seconds", "operation" => operation).record(took);

        if status.is_server_error() || self.has_room() {
            let request_id = request_id.to_str().unwrap_or_default();
            let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            let (method, path) = (visit.method.as_str(), visit.path());
            tracing::info!(method, path, status = status.as_u16(), micros, operation, request_id, "request");
        }
    }

    fn has_room(&self) -> bool {
        let second = i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX);
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.lines.store(0, Ordering::Relaxed);
        }
        self.lines.fetch_add(1, Ordering::Relaxed) < LINES_PER_SECOND
    }
}

const fn class(status: u16) -> &'static str {
    match status {
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// Names one request; a client quotes it when it asks for help.
#[must_use]
pub fn request_id(now: Timestamp) -> RequestId {
    let millis = u128::try_from(now.millis()).unwrap_or_default();
    RequestId::from_bits(millis << 80 | u128::from(rand::random::<u64>()))
}

#[must_use]
pub fn request_header(id: RequestId) -> HeaderValue {
    HeaderValue::try_from(id.to_string()).unwrap_or(HeaderValue::from_static("req_"))
}
