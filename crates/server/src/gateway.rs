//! The gateway: every request of a family passes here before its operation is known, and every response after.
//!
//! It recognises the key or the client token, admits or refuses by the rate limit, bounds the time, and puts the request id and the
//! rate-limit headers on whatever is answered. Whether the key may do this operation is for the authenticator to say.

mod admission;
mod cors;
mod in_flight;
mod routes;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use hedge_domain::api_key::ApiKey;
use hedge_domain::audit::RequestId;
use hedge_domain::test_clock::TestClock;
use hedge_domain::{AccountId, Timestamp};
use hedge_store::{Clock, StoreError};
use http::{HeaderMap, HeaderValue, header};
use tower_http::timeout::RequestBodyTimeoutLayer;
use tracing::Instrument;

use crate::access::{self, AccessLog, Visit};
use crate::client_token::{self, ClientToken};
use crate::family::{Family, FamilyIndex};
use crate::keyring::Entry;
use crate::limiter::RateLimit;
use crate::listen::{Peer, Unserved, Words};
use crate::platform::Platform;
use crate::traces;
use admission::{Admission, Asking};
use in_flight::InFlight;
use routes::Routes;

/// Longer than any request should take; the command it queued is carried out all the same.
const REQUEST_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// How long a body may pause between two of its parts.
const BODY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

struct Gateway {
    platform: Arc<Platform>,
    family: Family,
    routes: Routes,
    admission: Admission,
    in_flight: Arc<InFlight>,
    access_log: AccessLog,
}

/// The family's routes behind a gateway of its own.
pub fn router(platform: &Arc<Platform>, (index, family): (FamilyIndex, Family), rate_limits: bool) -> Router {
    let gateway = Gateway {
        platform: Arc::clone(platform),
        family,
        routes: Routes::new(family.operations),
        admission: Admission::new(index, family.wire.limit, rate_limits),
        in_flight: Arc::default(),
        access_log: AccessLog::default(),
    };
    (family.routes)(platform)
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(from_fn_with_state(Arc::new(gateway), pass))
}

/// Why a request was not let through, or its answer not out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    RateLimited {
        retry_after: i64,
    },
    /// The caller's account does not read what it has asked for.
    Unread,
    /// The key could not be looked up.
    Unavailable,
    TimedOut,
    /// It never got as far as here.
    Unserved(Unserved),
}

/// What a listener of this family says to who is not served.
pub fn words(family: Family, clock: Arc<dyn Clock>) -> Words {
    Arc::new(move |unserved| {
        let now = clock.now();
        let answer = (family.wire.envelope)(Refused::Unserved(unserved));
        let body = answer.body.clone();
        let (mut head, _) = answer.into_response().into_parts();
        let request_id = access::request_header(access::request_id(now));
        (family.wire.headers)(&mut head.headers, &request_id, RateLimit::unlimited(family.wire.limit, now));
        tracing::debug!(?unserved, request_id = request_id.to_str().unwrap_or_default(), "not served");
        http::Response::from_parts(head, body)
    })
}

/// Whose request it is.
enum Recognised {
    As(Credential),
    Stranger,
    Nobody,
    /// Nobody has looked.
    Refused(Refused, RateLimit),
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
    async fn serve(&self, request_id: RequestId, request: Request, next: Next) -> Response {
        let started = Instant::now();
        let visit = Visit::new(&request);
        let schemes = self.family.browser_schemes;
        let preflight = cors::preflight(&request, &self.routes, schemes);
        let operation = self.routes.find(request.method(), request.uri().path());
        let (mut response, rate_limit) = match preflight {
            Some(preflight) => (preflight, self.admission.unlimited(self.platform.clock.now())),
            None => self.answer(request_id, request, next).await,
        };
        if operation.is_some_and(|operation| cors::is_open(operation, schemes)) {
            cors::open(response.headers_mut());
        }
        let request_id = access::request_header(request_id);
        (self.family.wire.headers)(response.headers_mut(), &request_id, rate_limit);
        self.access_log.record(&visit, &response, &request_id, started);
        response
    }

    async fn answer(&self, request_id: RequestId, mut request: Request, next: Next) -> (Response, RateLimit) {
        let now = self.platform.clock.now();
        let address = request.extensions().get().map(|Peer(address)| *address);
        let peer = address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let recognised = self.recognise(request.headers(), peer, now).await;
        let asking = match &recognised {
            Recognised::As(credential) => Asking::As(credential),
            Recognised::Stranger => Asking::Stranger,
            Recognised::Nobody => {
                let operation = self.routes.find(request.method(), request.uri().path());
                Asking::Nobody { public: operation.is_some_and(|operation| operation.security.is_empty()) }
            }
            Recognised::Refused(refused, rate_limit) => return (self.refuse(*refused), *rate_limit),
        };
        let rate_limit = self.admission.admit(&asking, peer, now);
        if !rate_limit.admitted {
            return (self.refuse(rate_limited(rate_limit, now)), rate_limit);
        }
        let account = if let Recognised::As(credential) = recognised {
            let account = credential.account();
            traces::tell_account(|| account);
            request.extensions_mut().insert(credential);
            request.extensions_mut().insert(RequestOrigin { request: request_id, address });
            account
        } else {
            None
        };
        let changes = !request.method().is_safe();
        let response = match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
            Ok(response) => response,
            Err(_elapsed) => return (self.refuse(Refused::TimedOut), rate_limit),
        };
        let counted = match account {
            Some(account) => self.in_flight.count(response, account, changes).await,
            None => Some(response),
        };
        (counted.unwrap_or_else(|| self.refuse(Refused::Unread)), rate_limit)
    }

    fn refuse(&self, refused: Refused) -> Response {
        (self.family.wire.envelope)(refused).into_response()
    }

    async fn recognise(&self, headers: &HeaderMap, peer: IpAddr, now: Timestamp) -> Recognised {
        let Some(token) = (self.family.wire.credential)(headers) else {
            return Recognised::Nobody;
        };
        let credential = if client_token::looks_like_one(token) {
            self.recognise_token(token, now).await
        } else {
            let hash = self.platform.secret.key_hash(token);
            let turn = if self.platform.keyring.knows(hash) { Ok(None) } else { self.admission.turn(peer, now).await };
            let _turn = match turn {
                Ok(turn) => turn,
                Err(rate_limit) => return Recognised::Refused(rate_limited(rate_limit, now), rate_limit),
            };
            self.platform.keyring.recognise(hash, now).await.map(|entry| entry.map(Credential::Key))
        };
        match credential {
            Ok(Some(credential)) => Recognised::As(credential),
            Ok(None) => Recognised::Stranger,
            Err(error) => {
                tracing::error!(%error, "cannot look up a credential");
                Recognised::Refused(Refused::Unavailable, self.admission.unlimited(now))
            }
        }
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
        if let Some(key) = token.key
            && !self.platform.store.get::<ApiKey>(key).await?.is_some_and(|key| key.is_active(now))
        {
            return Ok(None);
        }
        // A token ends by the time of its account, which in the sandbox may have a clock of its own.
        let clock = if livemode { None } else { self.platform.store.get::<TestClock>(token.account).await? };
        let ended = token.expires_at <= clock.map_or(now, |clock| clock.read(now));
        Ok(Some(if ended { Credential::Expired } else { Credential::Token(Arc::new(token)) }))
    }
}

fn rate_limited(rate_limit: RateLimit, now: Timestamp) -> Refused {
    Refused::RateLimited { retry_after: rate_limit.retry_after_seconds(now) }
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
