//! Endpoints and deliveries as Hedge shows them. Nothing is decided here.

use hedge_api::hedge::types;
use hedge_domain::delivery::{Attempt, AttemptErrorCode, Delivery, DeliveryStatus};
use hedge_domain::webhook_endpoint::{DisabledReason, Wanted, WebhookEndpoint};

use crate::hedge::convert::time;

/// Stands for every type of event.
pub const EVERY_TYPE: &str = "*";

#[must_use]
pub fn endpoint(endpoint: &WebhookEndpoint) -> types::WebhookEndpoint {
    types::WebhookEndpoint {
        id: endpoint.id.to_string(),
        object: types::WebhookEndpointObject::WebhookEndpoint,
        url: endpoint.url.clone(),
        events: match &endpoint.wanted {
            Wanted::All => vec![EVERY_TYPE.to_owned()],
            Wanted::Kinds(kinds) => kinds.iter().map(|kind| kind.code().to_owned()).collect(),
        },
        description: endpoint.description.clone(),
        enabled: endpoint.disabled.is_none(),
        disabled_at: endpoint.disabled.map(|disabled| time(disabled.at)),
        disabled_reason: endpoint.disabled.map(|disabled| reason(disabled.reason)),
        previous_secret_expires_at: endpoint.previous.as_ref().map(|previous| time(previous.until)),
        metadata: endpoint.metadata.pairs().clone(),
        created_at: time(endpoint.created_at),
        updated_at: time(endpoint.updated_at),
    }
}

/// The one time that the secret is shown.
#[must_use]
pub fn endpoint_with_secret(made: &WebhookEndpoint, secret: &str) -> types::WebhookEndpointWithSecret {
    let types::WebhookEndpoint {
        id,
        object,
        url,
        events,
        description,
        enabled,
        disabled_at,
        disabled_reason,
        previous_secret_expires_at,
        metadata,
        created_at,
        updated_at,
    } = endpoint(made);
    types::WebhookEndpointWithSecret {
        id,
        object,
        url,
        events,
        description,
        enabled,
        disabled_at,
        disabled_reason,
        previous_secret_expires_at,
        metadata,
        created_at,
        updated_at,
        secret: secret.to_owned(),
    }
}

const fn reason(reason: DisabledReason) -> types::WebhookDisabledReason {
    match reason {
        DisabledReason::Requested => types::WebhookDisabledReason::Requested,
        DisabledReason::Failing => types::WebhookDisabledReason::Failing,
    }
}

#[must_use]
pub fn delivery(delivery: &Delivery) -> types::WebhookDelivery {
    let waits = delivery.status == DeliveryStatus::Pending;
    types::WebhookDelivery {
        id: delivery.id.to_string(),
        object: types::WebhookDeliveryObject::WebhookDelivery,
        endpoint_id: delivery.endpoint.to_string(),
        event_id: delivery.event.to_string(),
        event_type: delivery.kind.code().to_owned(),
        status: status(delivery.status),
        attempts: delivery.attempts.into(),
        next_attempt_at: waits.then(|| time(delivery.due_at)),
        settled_at: delivery.settled_at.map(time),
        created_at: time(delivery.created_at),
    }
}

#[must_use]
pub fn delivery_with_attempts(whole: &Delivery, made: &[Attempt]) -> types::WebhookDeliveryWithAttempts {
    let types::WebhookDelivery {
        id,
        object,
        endpoint_id,
        event_id,
        event_type,
        status,
        attempts,
        next_attempt_at,
        settled_at,
        created_at,
    } = delivery(whole);
    types::WebhookDeliveryWithAttempts {
        id,
        object,
        endpoint_id,
        event_id,
        event_type,
        status,
        attempts,
        next_attempt_at,
        settled_at,
        created_at,
        attempt_log: made.iter().map(attempt).collect(),
    }
}

fn attempt(attempt: &Attempt) -> types::WebhookAttempt {
    types::WebhookAttempt {
        number: attempt.number.into(),
        at: time(attempt.at),
        duration_ms: attempt.took.millis(),
        response_status: attempt.status.map(i32::from),
        error_code: attempt.error.as_ref().map(|error| error_code(error.code)),
        error_message: attempt.error.as_ref().map(|error| error.message.clone()),
        response_body: attempt.response.clone(),
    }
}

const fn status(status: DeliveryStatus) -> types::WebhookDeliveryStatus {
    match status {
        DeliveryStatus::Pending => types::WebhookDeliveryStatus::Pending,
        DeliveryStatus::Delivered => types::WebhookDeliveryStatus::Delivered,
        DeliveryStatus::Failed => types::WebhookDeliveryStatus::Failed,
        DeliveryStatus::Canceled => types::WebhookDeliveryStatus::Canceled,
    }
}

#[must_use]
pub const fn to_status(status: types::WebhookDeliveryStatus) -> DeliveryStatus {
    match status {
        types::WebhookDeliveryStatus::Pending => DeliveryStatus::Pending,
        types::WebhookDeliveryStatus::Delivered => DeliveryStatus::Delivered,
        types::WebhookDeliveryStatus::Failed => DeliveryStatus::Failed,
        types::WebhookDeliveryStatus::Canceled => DeliveryStatus::Canceled,
    }
}

const fn error_code(code: AttemptErrorCode) -> types::WebhookAttemptError {
    match code {
        AttemptErrorCode::Status => types::WebhookAttemptError::Status,
        AttemptErrorCode::Timeout => types::WebhookAttemptError::Timeout,
        AttemptErrorCode::Dns => types::WebhookAttemptError::Dns,
        AttemptErrorCode::TargetRefused => types::WebhookAttemptError::TargetRefused,
        AttemptErrorCode::Connect => types::WebhookAttemptError::Connect,
        AttemptErrorCode::Tls => types::WebhookAttemptError::Tls,
        AttemptErrorCode::Closed => types::WebhookAttemptError::Closed,
        AttemptErrorCode::NotHttp => types::WebhookAttemptError::NotHttp,
        AttemptErrorCode::Internal => types::WebhookAttemptError::Internal,
    }
}
