//! One attempt to deliver: the exact bytes, once, over HTTP/1.1, and what came of it.
//!
//! When to try again and what to remember is the caller's. Redirects are not followed: an answer of 302 is an answer of
//! 302. A newcomer's usual mistake is to limit only the wait for the answer: a receiver can also answer for ever, so
//! what is read of the answer is bounded in time and in bytes.

mod outcome;

use std::time::Duration;

use bytes::Bytes;
use hedge_domain::delivery::Contract;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER, USER_AGENT};
use http::{Extensions, HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout_at};

pub use outcome::{Failure, Outcome, Report};

use crate::connect::{Connector, Settings, Used};
use crate::target::Target;

/// What the owner of the endpoint is shown of an answer.
const KEPT: usize = 1_024;
/// What is read of an answer, so that its connection can be used again. A longer answer costs the connection.
const READ: usize = 16 * 1_024;
/// For the head of an answer.
const HEAD: usize = 16 * 1_024;
/// Shorter than what common servers allow (five seconds), so that a connection is seldom closed as we write to it.
const IDLE: Duration = Duration::from_secs(4);
const IDLE_PER_HOST: usize = 16;
const AGENT: HeaderValue = HeaderValue::from_static(concat!("Hedge-Webhooks/", env!("CARGO_PKG_VERSION")));
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Makes attempts. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Sender {
    client: Client<Connector, Full<Bytes>>,
}

/// What is sent, and what is taken for an answer.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    pub target: &'a Target,
    pub contract: Contract,
    /// How long the receiver may take; [`Contract::patience`] unless there is a reason.
    pub patience: Duration,
    /// The signatures.
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Sender {
    /// # Errors
    /// When an extra authority in the settings is not a certificate.
    pub fn new(settings: Settings) -> Result<Self, rustls::Error> {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .http1_max_buf_size(HEAD)
            .build(Connector::new(settings)?);
        Ok(Self { client })
    }

    /// Makes the attempt. Ends when the attempt's patience does, at the latest.
    pub async fn attempt(&self, attempt: Attempt<'_>) -> Report {
        let started = Instant::now();
        let deadline = started.checked_add(attempt.patience).unwrap_or(started);
        let contract = attempt.contract;
        let (mut answer, mut retry_after) = (Vec::new(), None);
        let outcome = match timeout_at(deadline, self.send(attempt)).await {
            Err(_) => Outcome::Failed(Failure::Timeout),
            Ok(Err(error)) => Outcome::Failed(Failure::from(&error)),
            Ok(Ok(response)) => {
                let status = response.status().as_u16();
                retry_after = wait_asked_for(status, response.headers());
                // The status is the answer. What follows is for the owner's eyes, and changes nothing.
                let _ = timeout_at(deadline, read(response.into_body(), &mut answer)).await;
                if contract.accepts(status) {
                    Outcome::Delivered { status }
                } else {
                    Outcome::Failed(Failure::Status(status))
                }
            }
        };
        let answer = String::from_utf8_lossy(&answer).into_owned();
        Report { outcome, answer, took: started.elapsed(), retry_after }
    }

    async fn send(&self, attempt: Attempt<'_>) -> Result<Response<Incoming>, Error> {
        let mut headers = attempt.headers;
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(USER_AGENT, AGENT);
        let request = |headers: HeaderMap, body: Bytes| {
            let mut request = Request::new(Full::new(body));
            *request.method_mut() = Method::POST;
            *request.uri_mut() = attempt.target.uri().clone();
            *request.headers_mut() = headers;
            request
        };
        match self.client.request(request(headers.clone(), attempt.body.clone())).await {
            Err(error) if is_stale(&error) => self.client.request(request(headers, attempt.body)).await,
            other => other,
        }
        .inspect(|response| {
            if let Some(used) = response.extensions().get::<Used>() {
                used.set();
            }
        })
    }
}

/// How long a receiver asks to be left alone; as a date, by its own clock.
fn wait_asked_for(status: u16, headers: &HeaderMap) -> Option<Duration> {
    let text = match status {
        429 | 503 => headers.get(RETRY_AFTER)?.to_str().ok()?.trim(),
        _ => return None,
    };
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    until.duration_since(now).ok()
}

/// Whether a connection that had worked before was closed under the request.
fn is_stale(error: &Error) -> bool {
    let mut extensions = Extensions::new();
    if let Some(connected) = error.connect_info() {
        connected.get_extras(&mut extensions);
    }
    extensions.get::<Used>().is_some_and(Used::get) && Failure::from(error) == Failure::Closed
}

/// Keeps the beginning of the answer and reads the rest, up to a limit.
async fn read(mut body: Incoming, kept: &mut Vec<u8>) {
    let mut seen = 0_usize;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else { continue };
        let room = KEPT.saturating_sub(kept.len()).min(data.len());
        kept.extend_from_slice(data.get(..room).unwrap_or_default());
        seen = seen.saturating_add(data.len());
        if seen > READ {
            return;
        }
    }
}
