//! How Hedge's events read to their receivers. Rendered once, when they are written.

use chrono::{DateTime, Utc};
use hedge_domain::event::{Event, Subject};
use hedge_domain::installation::Environment;
use serde::Serialize;

use super::convert;

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
pub fn render(event: &Event, environment: Environment) -> Vec<u8> {
    let data = match &event.subject {
        Subject::Payment(payment) => convert::payment(payment),
    };
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
