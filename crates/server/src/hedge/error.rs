//! What refusals, rejections and faults become on Hedge's wire: one envelope, one exhaustive `match` for each source.
//!
//! A message is for the caller; whatever is internal goes to the log and not into it.

use std::collections::BTreeMap;

use hedge_api::hedge::types;
use hedge_api::{Answer, Rejection, RejectionKind};
use hedge_domain::card::CardProblem;
use hedge_domain::payment::{PaymentId, PaymentStatus};
use hedge_domain::{Money, Refusal};
use hedge_store::StoreError;
use http::StatusCode;
use serde_json::Value;

use crate::front::Turned;

#[derive(Clone, Debug)]
pub struct Error {
    status: StatusCode,
    code: &'static str,
    message: String,
    details: BTreeMap<String, Value>,
    retry_after: Option<i64>,
}

impl Error {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: BTreeMap::new(), retry_after: None }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    fn retry_after(mut self, seconds: i64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Invalid or missing API key.")
    }

    #[must_use]
    pub fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    #[must_use]
    pub fn token_expired() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "This client token has expired.")
    }

    #[must_use]
    pub fn insufficient_scope(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "insufficient_scope", message)
    }

    /// For an id that does not parse: it names nothing.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("{what} not found with the given ID."))
    }

    /// The same for an id that stands in the body.
    #[must_use]
    pub fn not_found_in(what: &str, field: &str) -> Self {
        Self::not_found(what).with("field", field)
    }

    #[must_use]
    pub fn invalid_request(field: &str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", message).with("field", field)
    }

    fn unprocessable(code: &'static str, field: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message).with("field", field)
    }

    #[must_use]
    pub fn invalid_value(field: &str, message: &str) -> Self {
        Self::unprocessable("invalid_value", field, message)
    }

    /// The code and the list of states that would do are named after the verb: `payment_not_cancelable`,
    /// `cancelable_statuses`.
    fn wrong_state(verb: &Verb, payment: PaymentId, status: PaymentStatus, ok: &[PaymentStatus]) -> Self {
        let message = format!("Payment {payment} cannot be {} because its status is {}.", verb.done, status.code());
        let ok: Vec<_> = ok.iter().map(|status| status.code()).collect();
        Self::new(StatusCode::PRECONDITION_FAILED, verb.code, message)
            .with("payment_id", payment.to_string())
            .with("current_status", status.code())
            .with(verb.statuses, ok)
    }

    fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "Something went wrong on our side.")
    }

    fn unavailable() -> Self {
        let message = "The service cannot take this request right now.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", message).retry_after(1)
    }
}

struct Verb {
    done: &'static str,
    code: &'static str,
    statuses: &'static str,
}

const CANCEL: Verb = Verb { done: "canceled", code: "payment_not_cancelable", statuses: "cancelable_statuses" };
const CONFIRM: Verb = Verb { done: "confirmed", code: "payment_not_confirmable", statuses: "confirmable_statuses" };
const REFUND: Verb = Verb { done: "refunded", code: "payment_not_refundable", statuses: "refundable_statuses" };

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        use PaymentStatus::{Initiated, PartiallyRefunded, Pending, Succeeded};
        match refusal {
            Refusal::PaymentNotFound(_) => Self::not_found("Payment"),
            Refusal::ApiKeyNotFound(_) => Self::not_found("API key"),
            Refusal::CustomerNotFound(_) => Self::not_found("Customer"),
            Refusal::CustomerUnknown(_) => Self::not_found_in("Customer", "customer_id"),
            Refusal::MerchantUnknown(_) => Self::not_found_in("Merchant", "merchant_id"),
            Refusal::KeyMerchantUnknown(_) => Self::not_found_in("Merchant", "merchant_ids"),
            Refusal::PaymentMethodUnknown(_) => Self::not_found_in("Payment method", "payment_method_token"),
            Refusal::MethodUnavailable(method) => {
                let message = format!("Payments by {} are not available here.", method.code());
                Self::unprocessable("invalid_payment_method", "payment_method", message)
            }
            Refusal::MethodMismatch { stated, token } => {
                let message = format!("The token is of method {}, the payment of {}.", token.code(), stated.code());
                Self::unprocessable("invalid_payment_method", "payment_method_token", message)
            }
            Refusal::CardInvalid(problem) => card_invalid(problem),
            Refusal::MetadataInvalid { key } => {
                let field = key.map_or("metadata".to_owned(), |key| format!("metadata.{key}"));
                let message = "Metadata takes at most 50 keys of 1 to 64 characters, with values of at most 512.";
                Self::unprocessable("invalid_value", &field, message)
            }
            Refusal::PaymentNotCancelable { payment, status } => {
                Self::wrong_state(&CANCEL, payment, status, &[Pending, Initiated])
            }
            Refusal::PaymentNotConfirmable { payment, status } => {
                Self::wrong_state(&CONFIRM, payment, status, &[Pending])
            }
            Refusal::PaymentNotRefundable { payment, status } => {
                Self::wrong_state(&REFUND, payment, status, &[Succeeded, PartiallyRefunded])
            }
            Refusal::RefundAmountExceeded { payment, original, refunded, requested } => {
                refund_amount_exceeded(&payment.to_string(), original, refunded, requested)
            }
            Refusal::ApiKeyInactive(id) => {
                let message = format!("API key {id} cannot be rolled because it is revoked or has expired.");
                Self::new(StatusCode::PRECONDITION_FAILED, "api_key_not_rollable", message)
                    .with("api_key_id", id.to_string())
            }
            Refusal::KeyLimited => Self::forbidden("A key that is limited to some merchants may not administer keys."),
            Refusal::ClockBackwards { .. } => Self::invalid_value("to", "A test clock only goes forward."),
            Refusal::ClockTooFar { .. } => Self::invalid_value("to", "A test clock does not go beyond the year 2099."),
            Refusal::IdempotencyKeyReused => {
                let message = "This Idempotency-Key was used with another request.";
                Self::new(StatusCode::CONFLICT, "idempotency_key_reused", message)
            }
            Refusal::IdempotencyInProgress => {
                let message = "The first request with this Idempotency-Key is still running.";
                Self::new(StatusCode::CONFLICT, "idempotency_in_progress", message).retry_after(1)
            }
        }
    }
}

fn card_invalid(problem: CardProblem) -> Error {
    match problem {
        CardProblem::Number => {
            Error::unprocessable("invalid_card_number", "card.number", "The card number is not valid.")
        }
        CardProblem::Expiry => Error::unprocessable("expired_card", "card.exp_year", "The card has expired."),
        CardProblem::Cvc => {
            Error::unprocessable("invalid_cvc", "card.cvc", "The security code has the wrong number of digits.")
        }
    }
}

fn refund_amount_exceeded(payment: &str, original: Money, refunded: Money, requested: Money) -> Error {
    let message = "Refund amount exceeds the remaining refundable amount.";
    let remaining = original.minor().saturating_sub(refunded.minor());
    Error::new(StatusCode::UNPROCESSABLE_ENTITY, "refund_amount_exceeded", message)
        .with("payment_id", payment)
        .with("original_amount", original.minor())
        .with("already_refunded", refunded.minor())
        .with("remaining_refundable", remaining)
        .with("requested_refund", requested.minor())
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Closed | StoreError::Unavailable(_) => {
                tracing::warn!(%error, "refused a request");
                Self::unavailable()
            }
            StoreError::Unknown(_) | StoreError::Fault(_) => {
                tracing::error!(%error, "a request failed");
                Self::internal()
            }
        }
    }
}

impl From<Turned> for Error {
    fn from(turned: Turned) -> Self {
        match turned {
            Turned::RateLimited { retry_after } => {
                let message = "Too many requests. Wait until the time in X-RateLimit-Reset.";
                Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", message)
                    .with("retry_after", retry_after)
                    .retry_after(retry_after)
            }
            Turned::Unavailable | Turned::TimedOut => Self::unavailable(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        let Rejection { kind, field, message: problem, number } = rejection;
        let message = sentence(field.as_deref(), &problem);
        let error = match kind {
            RejectionKind::Path | RejectionKind::UnknownRoute => {
                Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this path.")
            }
            RejectionKind::Query | RejectionKind::Header | RejectionKind::BodySyntax | RejectionKind::BodySchema => {
                Self::new(StatusCode::BAD_REQUEST, "invalid_request", message)
            }
            RejectionKind::BodyConstraint => {
                let code = constraint_code(field.as_deref());
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
            }
            RejectionKind::ContentType => {
                let message = "Send the body as application/json.";
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
            }
            RejectionKind::BodyTooLarge => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "The request body is too large.")
            }
            RejectionKind::BodyRead => {
                let message = "The request body did not arrive in time.";
                Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", message)
            }
            RejectionKind::MethodNotAllowed { .. } => {
                Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
            }
            RejectionKind::MissingCredentials => Self::unauthorized(),
        };
        let error = match number {
            Some(number) => error
                .with("provided", number.parse::<i64>().map_or(Value::from(number), Value::from))
                .with("expected", problem.trim_start_matches("must be ")),
            None => error,
        };
        match field {
            Some(field) => error.with("field", field),
            None => error,
        }
    }
}

/// "must be at least 1" about `amount` becomes "amount must be at least 1."
fn sentence(field: Option<&str>, message: &str) -> String {
    match field {
        Some(field) if message.starts_with("must ") || message.starts_with("is ") => format!("{field} {message}."),
        Some(field) if !message.contains(field) => format!("{field}: {message}."),
        Some(_) | None => format!("{message}."),
    }
}

/// The codes that the reference gives a name of their own.
fn constraint_code(field: Option<&str>) -> &'static str {
    match field {
        Some("amount") => "invalid_amount",
        Some("currency") => "invalid_currency",
        Some("payment_method") => "invalid_payment_method",
        Some("card.number") => "invalid_card_number",
        Some("card.cvc") => "invalid_cvc",
        Some(_) | None => "invalid_value",
    }
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        let Error { status, code, message, details, retry_after } = error;
        let details = (!details.is_empty()).then_some(details);
        let body = types::Error { error: types::ErrorBody { code: code.to_owned(), message, details } };
        let answer = Self::json(status, &body);
        match retry_after {
            Some(seconds) => answer.with_header("retry-after", &seconds.to_string()),
            None => answer,
        }
    }
}
