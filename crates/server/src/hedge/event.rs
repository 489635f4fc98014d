//! How Hedge's events read to their receivers. Rendered once, when they are written; shown from those bytes ever after.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use hedge_domain::event::{Event, Subject};
use hedge_domain::installation::Environment;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use hedge_api::hedge::types;
use hedge_store::StoreError;

use super::{convert, payouts, webhooks};
use crate::family::Surroundings;
use crate::public_url::PublicUrl;

#[derive(Serialize)]
struct Envelope<T> {
    id: String,
    r#type: &'static str,
    created: DateTime<Utc>,
    livemode: bool,
    sequence: u32,
    data: T,
}

#[must_use]
pub fn render(event: &Event, surroundings: &Surroundings) -> Vec<u8> {
    let Surroundings { environment, public_url: public } = surroundings;
    let environment = *environment;
    match &event.subject {
        Subject::Payment(payment) => sealed(event, environment, convert::payment(payment)),
        Subject::CheckoutSession(session) => sealed(event, environment, convert::checkout_session(session, public)),
        Subject::Payout(payout) => sealed(event, environment, payouts::payout(payout)),
        Subject::WebhookEndpoint(endpoint) => sealed(event, environment, webhooks::render_endpoint(endpoint)),
        Subject::Test { data, .. } => {
            sealed(event, environment, serde_json::from_str::<Value>(data).unwrap_or_default())
        }
    }
}

/// What receivers are shown of an object.
#[must_use]
pub fn data(subject: &Subject, public: &PublicUrl) -> Value {
    let shown = match subject {
        Subject::Payment(payment) => serde_json::to_value(convert::payment(payment)),
        Subject::CheckoutSession(session) => serde_json::to_value(convert::checkout_session(session, public)),
        Subject::Payout(payout) => serde_json::to_value(payouts::payout(payout)),
        Subject::WebhookEndpoint(endpoint) => serde_json::to_value(webhooks::render_endpoint(endpoint)),
        Subject::Test { data, .. } => serde_json::from_str(data),
    };
    // Wire types have string keys only, so this cannot fail.
    shown.unwrap_or_default()
}

/// The object in its envelope.
fn sealed(event: &Event, environment: Environment, data: impl Serialize) -> Vec<u8> {
    let envelope = Envelope {
        id: event.id.to_string(),
        r#type: event.kind.code(),
        created: convert::time(event.at),
        livemode: environment.livemode(),
        sequence: event.sequence,
        data,
    };
    // Wire types have string keys only, so this cannot fail.
    serde_json::to_vec(&envelope).unwrap_or_default()
}

/// What [`sealed`] has written.
#[derive(Deserialize)]
struct Sealed {
    id: String,
    r#type: String,
    created: DateTime<Utc>,
    livemode: bool,
    sequence: i64,
    data: BTreeMap<String, Value>,
}

/// An event as the API shows it, from the bytes that are sent.
pub fn read(payload: &[u8]) -> Result<types::Event, StoreError> {
    let Sealed { id, r#type, created, livemode, sequence, data } = serde_json::from_slice(payload)
        .map_err(|error| StoreError::Fault(format!("an event cannot be read: {error}")))?;
    Ok(types::Event { id, r#type, created, livemode, sequence, data })
}
