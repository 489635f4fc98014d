//! The gateway: every request of a family passes here before its operation is known, and every response after.
//!
//! It recognises the key or the client token, admits or refuses by the rate limit, bounds the time, and puts the request id and the
//! rate-limit headers on whatever is answered. Whether the key may do this operation is for the authenticator to say.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use hedge_domain::audit::RequestId;
use hedge_domain::test_clock::TestClock;
use hedge_domain::{AccountId, Timestamp};
use hedge_store::StoreError;
use http::{HeaderMap, HeaderValue, header};
use tower_http::timeout::RequestBodyTimeoutLayer;
use tracing::Instrument;

use crate::access::{self, AccessLog, Visit};
use crate::client_token::{self, ClientToken};
use crate::family::{Family, FamilyIndex};
use crate::keyring::Entry;
use crate::limiter::{AnonymousCallers, Customers, RateLimit};
use crate::listen::Peer;
use crate::platform::Platform;
use crate::traces;

/// Longer than any request should take; the command it queued is carried out all the same.
const REQUEST_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// How long a body may pause between two of its parts.
const BODY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

struct Gateway {
    platform: Arc<Platform>,
    family: Family,
    index: FamilyIndex,
    rate_limits: bool,
    anonymous: AnonymousCallers,
    customers: Customers,
    access_log: AccessLog,
}

/// The family's routes behind a gateway of its own.
pub fn router(platform: &Arc<Platform>, (index, family): (FamilyIndex, Family), rate_limits: bool) -> Router {
    let gateway = Gateway {
        platform: Arc::clone(platform),
        family,
        index,
        rate_limits,
        anonymous: AnonymousCallers::default(),
        customers: Customers::default(),
        access_log: AccessLog::default(),
    };
    (family.routes)(platform)
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(from_fn_with_state(Arc::new(gateway), pass))
}

/// Why a request was not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    RateLimited {
        retry_after: i64,
    },
    /// The key could not be looked up.
    Unavailable,
    TimedOut,
}

/// What a request came with, as an extension of the request. Nothing, if it was not recognised.
#[derive(Clone)]
pub enum Credential {
    Key(Arc<Entry>),
    Token(Arc<ClientToken>),
    /// A client token that was good once.
    Expired,
}

impl Credential {
    fn account(&self) -> Option<AccountId> {
        match self {
            Self::Key(entry) => Some(entry.snapshot().key.account),
            Self::Token(token) => Some(token.account),
            Self::Expired => None,
        }
    }
}

/// Which request it is and where it came from, as an extension of a request with a credential that was recognised.
#[derive(Clone, Copy)]
pub struct RequestOrigin {
    pub request: RequestId,
    pub address: Option<IpAddr>,
}

async fn pass(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let request_id = access::request_id(gateway.platform.clock.now());
    let span = traces::of_request(&request, request_id);
    let response = gateway.serve(request_id, request, next).instrument(span.clone()).await;
    traces::answered(&span, &response);
    response
}

impl Gateway {
    async fn serve(&self, request_id: RequestId, mut request: Request, next: Next) -> Response {
        let started = Instant::now();
        let now = self.platform.clock.now();
        let visit = Visit::new(&request);
        let address = request.extensions().get().map(|Peer(address)| *address);
        let peer = address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

        let wire = self.family.wire;
        let limit = wire.limit;
        let credential = self.recognise(request.headers(), now).await;
        let (rate_limit, refused) = match &credential {
            Ok(Some(Credential::Key(entry))) => {
                (self.admit(now, |now| entry.window(self.index).admit(limit, now)), None)
            }
            Ok(Some(Credential::Token(token))) => {
                let caller = (token.account, token.customer);
                (self.admit(now, |now| self.customers.admit(caller, limit, now)), None)
            }
            Ok(Some(Credential::Expired) | None) => {
                (self.admit(now, |now| self.anonymous.admit(peer, limit, now)), None)
            }
            Err(refused) => (RateLimit::unlimited(limit, now), Some(*refused)),
        };
        if let Ok(Some(credential)) = credential {
            traces::tell_account(|| credential.account());
            request.extensions_mut().insert(credential);
            request.extensions_mut().insert(RequestOrigin { request: request_id, address });
        }
        let refused = refused.or_else(|| {
            let retry_after = rate_limit.retry_after_seconds(now);
            (!rate_limit.admitted).then_some(Refused::RateLimited { retry_after })
        });

        let mut response = match refused {
            Some(refused) => (wire.envelope)(refused).into_response(),
            None => match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
                Ok(response) => response,
                Err(_elapsed) => (wire.envelope)(Refused::TimedOut).into_response(),
            },
        };
        let request_id = access::request_header(request_id);
        (wire.headers)(response.headers_mut(), &request_id, rate_limit);
        self.access_log.record(&visit, &response, &request_id, started);
        response
    }

    async fn recognise(&self, headers: &HeaderMap, now: Timestamp) -> Result<Option<Credential>, Refused> {
        let Some(token) = (self.family.wire.credential)(headers) else {
            return Ok(None);
        };
        let credential = if client_token::looks_like_one(token) {
            self.recognise_token(token, now).await
        } else {
            let hash = self.platform.secret.key_hash(token);
            self.platform.keyring.recognise(hash, now).await.map(|entry| entry.map(Credential::Key))
        };
        credential.map_err(|error| {
            tracing::error!(%error, "cannot look up a credential");
            Refused::Unavailable
        })
    }

    async fn recognise_token(&self, token: &str, now: Timestamp) -> Result<Option<Credential>, StoreError> {
        let Some(kid) = client_token::kid(token) else {
            return Ok(None);
        };
        let Some(key) = self.platform.signing.verifier(kid, now).await? else {
            return Ok(None);
        };
        let livemode = self.platform.environment.livemode();
        let Some(token) = client_token::read(token, &key).filter(|token| token.livemode == livemode) else {
            return Ok(None);
        };
        // A token ends by the time of its account, which in the sandbox may have a clock of its own.
        let clock = if livemode { None } else { self.platform.store.get::<TestClock>(token.account).await? };
        let ended = token.expires_at <= clock.map_or(now, |clock| clock.read(now));
        Ok(Some(if ended { Credential::Expired } else { Credential::Token(Arc::new(token)) }))
    }

    fn admit(&self, now: Timestamp, admit: impl FnOnce(Timestamp) -> RateLimit) -> RateLimit {
        if self.rate_limits { admit(now) } else { RateLimit::unlimited(self.family.wire.limit, now) }
    }
}

/// The token of `Authorization: Bearer`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    // Of two credentials a proxy may have checked the other one.
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (given.next(), given.next()) else {
        return None;
    };
    let (scheme, token) = only.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The headers of a family that has no others.
pub fn write_headers(headers: &mut HeaderMap, request_id: &HeaderValue, rate_limit: RateLimit) {
    headers.insert("x-request-id", request_id.clone());
    headers.insert("x-ratelimit-limit", HeaderValue::from(rate_limit.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(rate_limit.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(rate_limit.reset_seconds()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_credentials_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("bearer  one "));
        assert_eq!(bearer(&headers), Some("one"));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer two"));
        assert_eq!(bearer(&headers), None);
    }
}
