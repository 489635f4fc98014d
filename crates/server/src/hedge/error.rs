//! What refusals, rejections and faults become on Hedge's wire: one envelope, one exhaustive `match` for each source.
//!
//! A message is for the caller; whatever is internal goes to the log and not into it.

use std::collections::BTreeMap;

use hedge_api::hedge::types;
use hedge_api::{Answer, Rejection, RejectionKind};
use hedge_domain::card::CardProblem;
use hedge_domain::checkout_session::{CheckoutSessionId, CheckoutStatus};
use hedge_domain::event::EventKind;
use hedge_domain::merchant::{MerchantId, SettlementMethod};
use hedge_domain::payment::{Method, PaymentId, PaymentStatus};
use hedge_domain::refund::{MOST_METADATA, MOST_REFUNDS};
use hedge_domain::{Currency, Money, Refusal};
use hedge_rails::RailError;
use hedge_store::StoreError;
use hedge_webhooks::Refused;
use http::StatusCode;
use serde_json::Value;

use crate::gateway;
use crate::listen::Unserved;

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
        Self::new(
            StatusCode::UNAUTHORIZED,
            "client_token_expired",
            "This client token has expired. Have a new one made.",
        )
    }

    #[must_use]
    pub fn insufficient_scope(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "insufficient_scope", message)
    }

    /// Names the field that it is about.
    #[must_use]
    pub fn about(self, field: &str) -> Self {
        self.with("field", field)
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

    /// A name that people see, if it is one ([`hedge_api::check::name`]).
    pub fn checked_name(field: &str, name: &str) -> Result<(), Self> {
        hedge_api::check::name(name)
            .map_err(|violation| Self::invalid_value(field, &format!("{field} {}.", violation.message())))
    }

    #[must_use]
    pub fn invalid_url(field: &str, refused: &Refused) -> Self {
        let mut message = refused.to_string();
        message.push('.');
        if let Some(first) = message.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self::unprocessable("invalid_url", field, message)
    }

    #[must_use]
    pub fn invalid_event_type(field: &str) -> Self {
        let known: Vec<_> = EventKind::ALL.iter().map(|kind| kind.code()).collect();
        let message = format!("{field} is no type of event.");
        Self::unprocessable("invalid_event_type", field, message).with("event_types", known)
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
            Refusal::CheckoutSessionNotFound(_) => Self::not_found("Checkout session"),
            Refusal::ApiKeyNotFound(_) => Self::not_found("API key"),
            Refusal::CustomerNotFound(_) => Self::not_found("Customer"),
            Refusal::CustomerUnknown(_) => Self::not_found_in("Customer", "customer_id"),
            Refusal::MerchantNotFound(_) => Self::not_found("Merchant"),
            Refusal::MerchantRestricted(id) => merchant_restricted(id),
            Refusal::MerchantsLimited => {
                Self::forbidden("A key that is limited to some merchants may not make others.")
            }
            Refusal::SettlementIncomplete(method) => settlement_incomplete(method),
            Refusal::PayoutNotFound(_) => Self::not_found("Payout"),
            Refusal::PayoutCurrencyUnavailable(currency) => payout_currency_unavailable(currency),
            Refusal::PayoutDestinationMissing { merchant, method } => payout_destination_missing(merchant, method),
            Refusal::PayoutBelowMinimum { minimum, requested } => payout_below_minimum(minimum, requested),
            Refusal::BalanceInsufficient { available, requested, usdc_only } => {
                balance_insufficient(available, requested, usdc_only)
            }
            Refusal::MerchantUnknown(_) => Self::not_found_in("Merchant", "merchant_id"),
            Refusal::KeyMerchantUnknown(_) => Self::not_found_in("Merchant", "merchant_ids"),
            Refusal::PaymentMethodUnknown(_) => Self::not_found_in("Payment method", "payment_method_token"),
            Refusal::MethodUnavailable(method) => method_unavailable(method),
            Refusal::MethodMismatch { stated, token } => method_mismatch(stated, token),
            Refusal::CardInvalid(problem) => card_invalid(problem),
            Refusal::MetadataInvalid { key } => metadata_invalid(key),
            Refusal::PaymentNotCancelable { payment, status } => {
                Self::wrong_state(&CANCEL, payment, status, &[Pending, Initiated])
            }
            Refusal::PaymentNotConfirmable { payment, status } => {
                Self::wrong_state(&CONFIRM, payment, status, &[Pending])
            }
            Refusal::PaymentAwaitsChallenge(payment) => awaits_challenge(payment),
            Refusal::PaymentNotRefundable { payment, status } => {
                Self::wrong_state(&REFUND, payment, status, &[Succeeded, PartiallyRefunded])
            }
            Refusal::RefundAmountExceeded { payment, original, refunded, requested } => {
                refund_amount_exceeded(&payment.to_string(), original, refunded, requested)
            }
            Refusal::RefundsExhausted { payment, remaining } => refunds_exhausted(payment, remaining),
            Refusal::RefundMetadataExceeded => refund_metadata_exceeded(),
            Refusal::CheckoutSessionNotOpen { session, status } => checkout_session_not_open(session, status),
            Refusal::CheckoutSessionInPayment { session, payment } => checkout_session_in_payment(session, payment),
            Refusal::CheckoutAttemptsExhausted(session) => checkout_session_not_open(session, CheckoutStatus::Open),
            Refusal::CheckoutMethodUnavailable(method) => checkout_method_unavailable(method),
            Refusal::CheckoutExpiryOutOfRange { .. } => {
                Self::invalid_value("expires_at", "expires_at must be from 30 minutes to 24 hours ahead.")
            }
            Refusal::ApiKeyInactive(id) => {
                let message = format!("API key {id} cannot be rolled because it is revoked or has expired.");
                Self::new(StatusCode::PRECONDITION_FAILED, "api_key_not_rollable", message)
                    .with("api_key_id", id.to_string())
            }
            Refusal::KeyLimited => Self::forbidden("A key that is limited to some merchants may not administer keys."),
            Refusal::ClockBackwards { .. } => Self::invalid_value("to", "A test clock only goes forward."),
            Refusal::ClockTooFar { .. } => Self::invalid_value("to", "A test clock does not go beyond the year 2099."),
            Refusal::WebhookEndpointNotFound(_) => Self::not_found("Webhook endpoint"),
            Refusal::WebhookEndpointUnknown(_) => Self::not_found_in("Webhook endpoint", "endpoint_id"),
            Refusal::WebhookEndpointLimit { most } => webhook_endpoint_limit(most),
            Refusal::WebhookEndpointDisabled(id) => webhook_endpoint_disabled(&id.to_string()),
            Refusal::DeliveryNotFound(_) => Self::not_found("Delivery"),
            Refusal::IdempotencyKeyReused => idempotency_key_reused(),
            Refusal::IdempotencyInProgress => idempotency_in_progress(),
        }
    }
}

fn idempotency_key_reused() -> Error {
    let message = "This Idempotency-Key was used with another request.";
    Error::new(StatusCode::CONFLICT, "idempotency_key_reused", message)
}

fn idempotency_in_progress() -> Error {
    let message = "The first request with this Idempotency-Key is still running.";
    Error::new(StatusCode::CONFLICT, "idempotency_in_progress", message).retry_after(1)
}

fn awaits_challenge(payment: PaymentId) -> Error {
    let message =
        format!("Payment {payment} cannot be confirmed while its payer is to be authenticated on the hosted page.");
    Error::new(StatusCode::PRECONDITION_FAILED, CONFIRM.code, message)
        .with("payment_id", payment.to_string())
        .with("current_status", PaymentStatus::Pending.code())
}

fn method_unavailable(method: Method) -> Error {
    let message = format!("Payments by {} are not available here.", method.code());
    Error::unprocessable("invalid_payment_method", "payment_method", message)
}

fn method_mismatch(stated: Method, token: Method) -> Error {
    let message = format!("The token is of method {}, the payment of {}.", token.code(), stated.code());
    Error::unprocessable("invalid_payment_method", "payment_method_token", message)
}

fn metadata_invalid(key: Option<String>) -> Error {
    let field = key.map_or("metadata".to_owned(), |key| format!("metadata.{key}"));
    let message = "Metadata takes at most 50 keys of 1 to 64 characters, with values of at most 512.";
    Error::invalid_value(&field, message)
}

fn payout_currency_unavailable(currency: Currency) -> Error {
    let message = format!("Payouts in {currency} are not available here.");
    Error::unprocessable("invalid_currency", "currency", message)
}

fn merchant_restricted(id: MerchantId) -> Error {
    Error::new(StatusCode::PRECONDITION_FAILED, "merchant_restricted", format!("Merchant {id} is restricted."))
        .with("merchant_id", id.to_string())
}

const fn destination_field(method: SettlementMethod) -> &'static str {
    match method {
        SettlementMethod::Usdc => "settlement.solana_wallet",
        SettlementMethod::Usd => "settlement.bank_account",
    }
}

fn settlement_incomplete(method: SettlementMethod) -> Error {
    let message = match method {
        SettlementMethod::Usdc => "Settlement in USDC needs a solana_wallet to pay to.",
        SettlementMethod::Usd => "Settlement in US dollars needs a bank_account to pay to.",
    };
    Error::unprocessable("settlement_incomplete", destination_field(method), message)
}

fn payout_destination_missing(merchant: MerchantId, method: SettlementMethod) -> Error {
    let place = match method {
        SettlementMethod::Usdc => "wallet",
        SettlementMethod::Usd => "bank account",
    };
    let message = format!("Merchant {merchant} has no {place} to pay out to. Give it one first.");
    Error::new(StatusCode::PRECONDITION_FAILED, "payout_destination_missing", message)
        .with("merchant_id", merchant.to_string())
        .with("field", destination_field(method))
}

fn payout_below_minimum(minimum: Money, requested: Money) -> Error {
    let message = format!("A payout by this method takes {} cents at least.", minimum.minor());
    Error::unprocessable("payout_below_minimum", "amount", message)
        .with("minimum", minimum.minor())
        .with("requested", requested.minor())
}

fn balance_insufficient(available: Money, requested: Money, usdc_only: i64) -> Error {
    let message = match usdc_only {
        0 => "Less is available than the payout takes.",
        _ => {
            "Less is available to a bank account than the payout takes. What settled at once is paid out in USDC only."
        }
    };
    let error = Error::unprocessable("balance_insufficient", "amount", message)
        .with("available", available.minor())
        .with("requested", requested.minor());
    if usdc_only == 0 { error } else { error.with("usdc_only", usdc_only) }
}

fn webhook_endpoint_limit(most: usize) -> Error {
    let message = format!("An account has at most {most} webhook endpoints. Delete one first.");
    Error::new(StatusCode::CONFLICT, "webhook_endpoint_limit", message).with("limit", most)
}

fn webhook_endpoint_disabled(id: &str) -> Error {
    let message = format!("Webhook endpoint {id} is disabled. Enable it first.");
    Error::new(StatusCode::PRECONDITION_FAILED, "webhook_endpoint_disabled", message).with("endpoint_id", id)
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

fn checkout_session_not_open(session: CheckoutSessionId, status: CheckoutStatus) -> Error {
    let message = format!("Checkout session {session} is not open because its status is {}.", status.code());
    Error::new(StatusCode::PRECONDITION_FAILED, "checkout_session_not_open", message)
        .with("checkout_session_id", session.to_string())
        .with("current_status", status.code())
}

fn checkout_method_unavailable(method: Method) -> Error {
    let message = format!("A checkout session cannot be paid by {} here.", method.code());
    Error::unprocessable("invalid_payment_method", "payment_methods", message)
}

fn checkout_session_in_payment(session: CheckoutSessionId, payment: PaymentId) -> Error {
    let message = format!("Checkout session {session} cannot be expired while payment {payment} is on its way.");
    Error::new(StatusCode::PRECONDITION_FAILED, "checkout_session_in_payment", message)
        .with("checkout_session_id", session.to_string())
        .with("payment_id", payment.to_string())
}

fn refunds_exhausted(payment: PaymentId, remaining: i64) -> Error {
    let message =
        format!("A payment has at most {MOST_REFUNDS} refunds, and the last must be of all that remains: {remaining}.");
    Error::unprocessable("invalid_value", "amount", message)
        .with("payment_id", payment.to_string())
        .with("limit", MOST_REFUNDS)
        .with("remaining_refundable", remaining)
}

fn refund_metadata_exceeded() -> Error {
    let message = format!("The metadata of all refunds of a payment takes at most {MOST_METADATA} bytes.");
    Error::invalid_value("metadata", &message)
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
            StoreError::TooLong => {
                tracing::warn!("a list took too long to read");
                Self::new(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    "This list takes too long to read; ask for a shorter time or for fewer filters.",
                )
            }
            StoreError::Unknown(_) | StoreError::Fault(_) => {
                tracing::error!(%error, "a request failed");
                Self::internal()
            }
        }
    }
}

impl From<RailError> for Error {
    fn from(error: RailError) -> Self {
        match error {
            RailError::Absent => Refusal::MethodUnavailable(Method::Card).into(),
            RailError::Unknown(_) => {
                tracing::error!(%error, "the card rail does not answer");
                Self::unavailable()
            }
        }
    }
}

impl From<gateway::Refused> for Error {
    fn from(refused: gateway::Refused) -> Self {
        match refused {
            gateway::Refused::RateLimited { retry_after } => {
                let message = "Too many requests. Wait until the time in X-RateLimit-Reset.";
                Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", message)
                    .with("retry_after", retry_after)
                    .retry_after(retry_after)
            }
            gateway::Refused::Unread => {
                let message = "Large answers to your account are still on their way. Read them first.";
                Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", message)
                    .with("retry_after", 1)
                    .retry_after(1)
            }
            gateway::Refused::Unavailable | gateway::Refused::TimedOut | gateway::Refused::Unserved(Unserved::Full) => {
                Self::unavailable()
            }
            gateway::Refused::Unserved(Unserved::NotHttp) => {
                Self::new(StatusCode::BAD_REQUEST, "invalid_request", "What you sent is not an HTTP/1.1 request.")
            }
            gateway::Refused::Unserved(Unserved::Host) => {
                let message = "A request has one Host header, which names the server.";
                Self::invalid_request("Host", message)
            }
            gateway::Refused::Unserved(Unserved::UriTooLong) => {
                Self::new(StatusCode::URI_TOO_LONG, "uri_too_long", "The address of the request is too long.")
            }
            gateway::Refused::Unserved(Unserved::HeadTooLarge) => {
                let message = "The address and the headers of the request are larger or more than the server takes.";
                Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", message)
            }
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
            RejectionKind::Query
            | RejectionKind::Header
            | RejectionKind::BodySyntax
            | RejectionKind::BodySchema
            | RejectionKind::BodyFraming => Self::new(StatusCode::BAD_REQUEST, "invalid_request", message),
            RejectionKind::BodyConstraint if field.as_deref().is_some_and(is_event_type) => {
                return Self::invalid_event_type(field.as_deref().unwrap_or_default());
            }
            RejectionKind::BodyConstraint => {
                let code = constraint_code(field.as_deref());
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
            }
            RejectionKind::ContentType => {
                let message = match field.as_deref() {
                    Some("Content-Encoding") => "Send the body as it is, without a Content-Encoding.",
                    Some(_) | None => "Send the body as application/json.",
                };
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
/// Whether a field of the body holds the type of an event.
fn is_event_type(field: &str) -> bool {
    field == "event" || field.starts_with("events[")
}

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
