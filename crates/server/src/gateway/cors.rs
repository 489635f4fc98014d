//! Cross-origin resource sharing: which operations the script of any page may call, and read the answers of.
//!
//! Those that take what a browser may hold (a publishable key, a client token), and those that take nothing. Any origin
//! will do, because nothing of ours goes by cookies: a page can only send what it was given. What a newcomer gets wrong:
//! the header belongs on refusals too, or a script is told of a network failure instead of what is wrong.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hedge_api::Operation;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::routes::Routes;

const SENT: HeaderValue =
    HeaderValue::from_static("authorization, content-type, idempotency-key, traceparent, tracestate");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-request-id, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, idempotent-replayed",
);
const ANY: HeaderValue = HeaderValue::from_static("*");
/// As long as any browser keeps it.
const KEPT: HeaderValue = HeaderValue::from_static("86400");

/// Credentials by their schemes.
pub type Schemes = &'static [&'static str];

/// Whether a page's script may call this.
pub fn is_open(operation: &Operation, schemes: Schemes) -> bool {
    let security = operation.security;
    security.is_empty() || operation.open || security.iter().any(|one| schemes.contains(&one.scheme))
}

/// Lets the script of any page read the answer.
pub fn open(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// The answer to a browser that asks first; nothing if this is no such request, or not for what is open.
pub fn preflight(request: &Request, routes: &Routes, schemes: Schemes) -> Option<Response> {
    let headers = request.headers();
    let asks = *request.method() == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let of_path = if asks { routes.at(request.uri().path()) } else { &[] };
    let open_to: Vec<_> = of_path.iter().filter(|operation| is_open(operation, schemes)).collect();
    if open_to.is_empty() {
        return None;
    }
    let methods: Vec<_> = open_to.iter().map(|operation| operation.method.as_str()).collect();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    open(headers);
    if let Ok(methods) = HeaderValue::try_from(methods.join(", ")) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, KEPT);
    Some(response)
}
