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
mod id;
pub mod merchants;
mod nouns;
mod page;
mod payment_methods;
mod payments;
mod payouts;
mod test_clock;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use hedge_api::{Operation, Rejection, Service};
use hedge_domain::Duration;
use hedge_domain::delivery::Contract;
use hedge_webhooks::Message;

pub use authenticate::Caller;
pub use error::Error;

use crate::family::{Family, Signed, Unsigned, Webhooks, Wire};
use crate::gateway;
use crate::limiter::Limit;
use crate::platform::Platform;

/// More than any request of this family needs.
const LARGEST_BODY: usize = 64 * 1024;
/// The published limit: 100 requests per minute and key.
pub const PER_KEY: Limit = Limit { requests: 100, window: Duration::from_secs(60) };

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

pub const FAMILY: Family = Family {
    name: "hedge",
    listen: |_config| None,
    owns: |_path| true,
    operations: hedge_api::hedge::OPERATIONS,
    browser_schemes: &["publishableKey", "clientToken"],
    routes,
    wire: Wire {
        credential: gateway::bearer,
        envelope: |refused| Error::from(refused).into(),
        headers: gateway::write_headers,
        limit: PER_KEY,
    },
    webhooks: Webhooks {
        announces: |_kind| true,
        render: event::render,
        sign: |signers, event| {
            let Unsigned { id, at, payload: body } = event;
            let headers = signers.headers(&Message { id, at, body: &body, covered: &body })?;
            Ok(Signed { headers, body })
        },
        contract: Contract::Hedge,
    },
};

fn routes(platform: &Arc<Platform>) -> Router {
    let hedge = Hedge { platform: Arc::clone(platform) };
    hedge_api::hedge::router(hedge.clone()).merge(merchants::export::router(hedge))
}
