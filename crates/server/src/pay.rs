//! The hosted checkout page, `/pay/{cs_id}`: what a payer sees, and the forms that the payer sends.
//!
//! HTML that is made here and works without JavaScript: a form is answered by a redirect, and every address shows what is
//! so now. What a newcomer gets wrong: the page decides nothing. Whether a session can be paid, and that it is paid once,
//! is the domain's to say; a form that was sent too late is sent on to the page that tells. And a card's number and code
//! are in the form that was sent and in nothing that is answered, kept or logged.

mod amount;
mod asset;
mod brand;
mod checkout_view;
mod color;
mod form;
mod middleware;
mod page_error;
mod view;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use hedge_domain::Refusal;
use hedge_domain::installation::Environment;
use hedge_domain::payment::AnswerChallenge;
use http::{HeaderMap, StatusCode, header};
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::checkout::{self, CheckoutError};
use crate::limiter::{AnonymousCallers, Windows};
use crate::platform::Platform;
use crate::public_url::return_url;

use checkout_view::{CheckoutView, Step};
use form::{Problem, Sent};
use page_error::PageError;

/// How long a body may pause between two of its parts.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the waiting page holds back its answer, in the hope that there is a better one.
const PATIENCE: Duration = Duration::from_millis(1_500);
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// What the page works with.
pub struct PayState {
    platform: Arc<Platform>,
    rate_limits: bool,
    /// Who asks for sessions that there are not, by address.
    anonymous: AnonymousCallers,
    /// What is asked of one session. Not by address: behind a proxy all payers have one.
    sessions: Windows<u128>,
    attempts: Windows<u128>,
    /// Attempts at any session, by address.
    payers: AnonymousCallers,
    access_log: crate::access::AccessLog,
}

/// The page behind its middleware.
pub fn router(platform: &Arc<Platform>, rate_limits: bool) -> Router {
    let state = Arc::new(PayState {
        platform: Arc::clone(platform),
        rate_limits,
        anonymous: AnonymousCallers::default(),
        sessions: Windows::default(),
        attempts: Windows::default(),
        payers: AnonymousCallers::default(),
        access_log: crate::access::AccessLog::default(),
    });
    let guard = from_fn_with_state(Arc::clone(&state), middleware::pass);
    let pages = Router::new()
        .route("/assets/{name}", get(asset::serve))
        .route("/assets/brand/{name}", get(asset::serve_brand))
        .route("/{id}", get(show).post(pay))
        .route("/{id}/wait", get(wait))
        .route("/{id}/status", get(status))
        .route("/{id}/challenge", post(answer))
        .route("/{id}/return", get(leave))
        .method_not_allowed_fallback(async || PageError::Method)
        .fallback(async || PageError::Unknown)
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(guard.clone())
        .with_state(state);
    // A nested router is not asked about the slash alone.
    let slash = Router::new().route("/pay/", any(async || PageError::Unknown)).layer(guard);
    Router::new().nest("/pay", pages).merge(slash)
}

async fn show(checkout: CheckoutView) -> Response {
    match checkout.step() {
        // Nothing takes card numbers there, so none is asked for.
        Step::Form { .. } if checkout.environment == Environment::Production => view::closed(&checkout),
        Step::Form { .. } if checkout.session.is_exhausted() => view::closed(&checkout),
        Step::Form { ended } => view::form(&checkout, &view::Filled { ended, ..view::Filled::default() }),
        // The form is there for another card; what waits can be gone back to.
        Step::Challenge(_) => view::form(&checkout, &view::Filled { challenge: true, ..view::Filled::default() }),
        Step::Waiting => see_other(&checkout.path("/wait")),
        Step::Paid => view::paid(&checkout),
        Step::Expired => view::expired(&checkout),
    }
}

async fn pay(
    State(state): State<Arc<PayState>>,
    checkout: CheckoutView,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    state.admit_attempt(&checkout)?;
    let sent = Sent::read(&headers, body).await?;
    match checkout.step() {
        Step::Form { .. } | Step::Challenge(_) => {}
        Step::Waiting | Step::Paid | Step::Expired => return Ok(see_other(&checkout.path(""))),
    }
    let play = state.platform.environment.play_money().ok_or(PageError::Closed)?;
    let now = state.platform.time_of(checkout.session.account).await?;
    let checked = match sent.check((play, now), checkout.session.customer_email.as_deref()) {
        Ok(checked) => checked,
        Err(problems) => return Ok(again(&checkout, &sent, problems)),
    };
    match checkout::pay(&state.platform, checked.form(checkout.session.id)).await {
        Ok(_payment) => Ok(see_other(&checkout.path("/wait"))),
        // It was checked just now: the month has ended since.
        Err(CheckoutError::Refused(Refusal::CardInvalid(problem))) => {
            Ok(again(&checkout, &sent, vec![Problem::of_card(problem)]))
        }
        Err(CheckoutError::Refused(refusal)) => Ok(refused(&checkout, &refusal)),
        Err(CheckoutError::Store(error)) => Err(error.into()),
    }
}

/// The session is over, and its page says so; anything else is not the payer's to mend.
fn refused(checkout: &CheckoutView, refusal: &Refusal) -> Response {
    if matches!(refusal, Refusal::CheckoutSessionNotOpen { .. } | Refusal::PaymentNotFound(_)) {
        return see_other(&checkout.path(""));
    }
    tracing::warn!(%refusal, "a checkout session cannot be paid");
    view::closed(checkout)
}

fn again(checkout: &CheckoutView, sent: &Sent, problems: Vec<Problem>) -> Response {
    let filled = view::Filled { problems, email: sent.email.clone(), ..view::Filled::default() };
    let mut page = view::form(checkout, &filled);
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    page
}

/// Where an attempt has got to. In the sandbox it is decided within milliseconds, so a little patience saves a page.
async fn wait(State(state): State<Arc<PayState>>, mut checkout: CheckoutView) -> Result<Response, PageError> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while checkout.step() == Step::Waiting && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(LOOK_EVERY).await;
        checkout = CheckoutView::load(&state.platform, checkout.session.id).await?.ok_or(PageError::Unknown)?;
    }
    Ok(match checkout.step() {
        Step::Waiting => view::waiting(&checkout),
        Step::Challenge(payment) => view::challenge(&checkout, payment),
        Step::Paid => view::received(&checkout),
        Step::Form { .. } | Step::Expired => see_other(&checkout.path("")),
    })
}

/// For the script of the waiting page.
async fn status(checkout: CheckoutView) -> Response {
    Json(serde_json::json!({"waiting": checkout.step() == Step::Waiting})).into_response()
}

/// The sandbox plays the issuer, and the payer its cardholder.
async fn answer(
    State(state): State<Arc<PayState>>,
    checkout: CheckoutView,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    match checkout.environment {
        Environment::Sandbox => {}
        // An issuer that is real does not ask the payer whether the payer is genuine.
        Environment::Production => return Err(PageError::Unknown),
    }
    state.admit_attempt(&checkout)?;
    let (payment, passed) = form::read_answer(&headers, body).await?;
    let answer = AnswerChallenge { session: checkout.session.id, payment, passed };
    match checkout::answer(&state.platform, answer).await {
        Ok(_payment) => Ok(see_other(&checkout.path("/wait"))),
        Err(CheckoutError::Refused(refusal)) => Ok(refused(&checkout, &refusal)),
        Err(CheckoutError::Store(error)) => Err(error.into()),
    }
}

/// On to the merchant, once it is paid. An address of its own, because browsers hold what follows upon a form to the
/// page's own origin, wherever the merchant's site may redirect to next.
async fn leave(checkout: CheckoutView) -> Response {
    match checkout.step() {
        Step::Paid => see_other(&return_url(&checkout.session.success_url, checkout.session.id)),
        Step::Form { .. } | Step::Challenge(_) | Step::Waiting | Step::Expired => see_other(&checkout.path("")),
    }
}

fn see_other(to: &str) -> Response {
    match http::HeaderValue::try_from(to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        // The URL was checked to be ASCII without control characters when the session was made.
        Err(_) => PageError::Closed.into_response(),
    }
}

type Name = Result<Path<String>, axum::extract::rejection::PathRejection>;
