//! The page's middleware: what every request passes and every response carries, assets and errors included.
//!
//! What a newcomer gets wrong: `Referrer-Policy: no-referrer` would be stricter, but browsers then send `Origin: null`
//! with our own forms, and a form of ours could not be told from somebody else's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hedge_domain::audit::RequestId;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tracing::Instrument;

use super::{PageError, PayState};
use crate::access::{self, Answering, Visit};
use crate::public_url::PublicUrl;
use crate::traces;

/// Longer than any request should take; the command it queued is carried out all the same.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// No script, style or font but ours, no frame around the page, and no form but to us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const POWERS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                      magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

const CARRIED: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (HeaderName::from_static("permissions-policy"), POWERS),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

pub async fn pass(State(state): State<Arc<PayState>>, request: Request, next: Next) -> Response {
    let request_id = access::request_id(state.platform.clock.now());
    let span = traces::of_request(&request, request_id);
    let response = serve(&state, request_id, request, next).instrument(span.clone()).await;
    traces::answered(&span, &response);
    response
}

async fn serve(state: &PayState, request_id: RequestId, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = access::request_header(request_id);
    let (route, name) = route_and_name(&request);
    let visit = Visit::of_route(&request, route);
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if safe || is_ours(request.headers(), &state.platform.public_url) {
        match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
            Ok(response) => response,
            Err(_elapsed) => PageError::Uncertain.into_response(),
        }
    } else {
        PageError::Foreign.into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in CARRIED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert("x-request-id", request_id.clone());
    response.extensions_mut().insert(Answering(name));
    state.access_log.record(&visit, &response, &request_id, started);
    response
}

/// What the log calls it, and what the metrics do. A path as it came is for neither: it opens the page.
fn route_and_name(request: &Request) -> (&str, &'static str) {
    let path = request.extensions().get().map(MatchedPath::as_str).unwrap_or_default();
    let name = match path.strip_prefix("/pay").unwrap_or(path) {
        "/{id}" if *request.method() == Method::POST => "payCheckout",
        "/{id}" => "showCheckout",
        "/{id}/wait" => "waitForCheckout",
        "/{id}/status" => "checkoutStatus",
        "/{id}/challenge" => "answerChallenge",
        "/{id}/return" => "leaveCheckout",
        "/assets/{name}" | "/assets/brand/{name}" => "checkoutAsset",
        _ => return ("/pay", "none"),
    };
    (path, name)
}

/// Whether a form was sent by a page of ours. Browsers say where a form was; what says nothing is no browser, and has no
/// payer whose hand could be led.
fn is_ours(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else {
        return true;
    };
    // Whoever opened the page by another name than the configured one is at that other name.
    let host = origin.split_once("://").map(|(_, host)| host);
    origin == public_url.as_str() || (host.is_some() && host == text("host"))
}

#[cfg(test)]
mod tests {
    use hedge_domain::installation::Environment;

    use super::*;

    #[test]
    fn a_form_of_another_site_is_told_by_what_browsers_say_of_it() {
        let public = PublicUrl::parse("https://pay.example.com", Environment::Production).expect("a URL");
        let table: [(&[(&str, &str)], bool); 11] = [
            (&[], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://pay.example.com")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://pay.example.com")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "https://pay.example.com")], true),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "http://10.0.0.1:8080"), ("host", "10.0.0.1:8080")], true),
            (&[("origin", "https://evil.example"), ("host", "10.0.0.1:8080")], false),
            (&[("origin", "https://pay.example.com.evil.example")], false),
        ];
        for (given, expected) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in given {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(is_ours(&headers, &public), expected, "{given:?}");
        }
    }
}
