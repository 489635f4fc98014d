//! What single functions cost that every request calls, in a loop each, on a store that does nothing.
//!
//! Counted is processor time, of all threads: a log line that is written by another thread still costs.

#![expect(clippy::float_arithmetic, reason = "statistics of measurements, far from money")]

use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hedge_api::Operation;
use hedge_domain::Timestamp;
use hedge_server::access::{self, AccessLog, Visit};
use hedge_server::clock::SystemClock;
use hedge_server::hedge::PER_KEY;
use hedge_server::keyring::Keyring;
use hedge_server::limiter::{RateLimit, Window};
use hedge_server::secret::ServerSecret;
use hedge_server::{gateway, serve, telemetry};
use hedge_store::Clock;
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::accounting::Meter;
use crate::figures::number;
use crate::load::SECRET_KEY;
use crate::subject::noop;

/// Nanoseconds per request.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Micro {
    /// Recording a request: metrics always, a line for some of them.
    pub log: f64,
    /// Recording it with a line.
    pub log_line: f64,
    pub rate_limit: f64,
    pub headers: f64,
    pub authentication: f64,
}

const LOOP: Duration = Duration::from_millis(400);
/// Between two looks at the clock.
const STRIDE: u64 = 1_000;

/// In a process of its own.
pub fn measure_apart() -> Result<Micro> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.args(["subject", "micro"]).stdin(Stdio::null()).stderr(Stdio::null()).output()?;
    serde_json::from_slice(&output.stdout).context("the small costs could not be measured")
}

/// To be run in a process whose standard error leads nowhere: logs go there.
pub fn measure() -> Result<Micro> {
    let _logs = noop::logs();
    let _metrics = telemetry::metrics();
    Ok(Micro {
        log: log(201)?,
        log_line: log(500)?,
        rate_limit: rate_limit()?,
        headers: headers()?,
        authentication: authentication()?,
    })
}

fn nanos_each(mut step: impl FnMut()) -> Result<f64> {
    let meter = Meter { process: std::process::id(), family: None };
    let (started, before) = (Instant::now(), meter.read()?.subject);
    let mut steps = 0;
    while started.elapsed() < LOOP {
        (0..STRIDE).for_each(|_| step());
        steps += STRIDE;
    }
    Ok(number(meter.read()?.subject.saturating_sub(before)) * 1_000.0 / number(steps))
}

/// A status of 500 is always logged, others only so many per second.
fn log(status: u16) -> Result<f64> {
    let log = AccessLog::default();
    let request = Request::post("/v1/payments").body(Body::empty())?;
    let mut response = Response::builder().status(status).body(Body::empty())?;
    let operation: &'static Operation = hedge_api::hedge::OPERATIONS.first().context("there are no operations")?;
    response.extensions_mut().insert(operation);
    let id = HeaderValue::from_static("req_00000000000000000000000000");
    nanos_each(|| log.record(&Visit::new(&request), &response, &id, Instant::now()))
}

fn rate_limit() -> Result<f64> {
    let window = Window::default();
    let mut now = SystemClock.now();
    nanos_each(|| {
        // A caller at the limit: each request finds a full window of which one has just left.
        now = now.plus(hedge_domain::Duration::from_millis(600));
        black_box(window.admit(PER_KEY, now));
    })
}

fn headers() -> Result<f64> {
    let now: Timestamp = SystemClock.now();
    nanos_each(|| {
        let mut headers = HeaderMap::with_capacity(8);
        let id = access::request_header(access::request_id(now));
        gateway::write_headers(&mut headers, &id, RateLimit::unlimited(PER_KEY, now));
        black_box(headers);
    })
}

fn authentication() -> Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let keyring = Keyring::new(runtime.block_on(noop::store(|_news| {}))?, serve::families());
    let secret = ServerSecret::new(&[7; 32]);
    let now = SystemClock.now();
    nanos_each(|| {
        let hash = secret.key_hash(black_box(SECRET_KEY));
        // Ready at once but for the first time.
        black_box(futures::executor::block_on(keyring.recognise(hash, now)).ok());
    })
}
