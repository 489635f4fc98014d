//! The Hedge family, `/v1/*`: one file per tag, each method of which converts, runs a command, and converts back.

mod api_keys;
mod audit_log;
mod authenticate;
mod checkout_sessions;
mod client_tokens;
pub mod convert;
mod customers;
pub mod error;
pub mod event;
mod events;
pub mod merchants;
mod page;
mod payment_methods;
mod payments;
mod payouts;
mod test_clock;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use hedge_api::{Operation, Rejection, Service};
use tower_http::timeout::RequestBodyTimeoutLayer;

pub use authenticate::Caller;
pub use error::Error;

use crate::access::AccessLog;
use crate::gateway::{self, Gateway};
use crate::limiter::{AnonymousCallers, Customers};
use crate::platform::Platform;

/// More than any request of this family needs.
const LARGEST_BODY: usize = 64 * 1024;
/// How long a body may pause between two of its parts.
const BODY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// The family's service: what the generated router calls.
#[derive(Clone)]
pub struct Hedge {
    platform: Arc<Platform>,
}

impl Service for Hedge {
    type Caller = Caller;
    type Error = Error;

    fn reject(&self, _operation: Option<&'static Operation>, rejection: Rejection) -> Error {
        Error::from(rejection)
    }

    fn body_limit(&self) -> usize {
        LARGEST_BODY
    }
}

/// The family's routes behind its gateway.
pub fn router(platform: &Arc<Platform>, rate_limits: bool) -> Router {
    let gateway = Gateway {
        platform: Arc::clone(platform),
        rate_limits,
        anonymous: AnonymousCallers::default(),
        customers: Customers::default(),
        access_log: AccessLog::default(),
        word: |refused| Error::from(refused).into(),
    };
    let hedge = Hedge { platform: Arc::clone(platform) };
    hedge_api::hedge::router(hedge.clone())
        .merge(merchants::export::router(hedge))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(middleware::from_fn_with_state(Arc::new(gateway), gateway::pass))
}
