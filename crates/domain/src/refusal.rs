//! Refusals: one variant per thing a caller could act on, with the data to explain it.
//!
//! A refusal is an answer, not a fault. Each API family translates it in one exhaustive `match`, so a new variant
//! breaks the build until every family says what it means.

use std::fmt;

use crate::api_key::ApiKeyId;
use crate::card::CardProblem;
use crate::customer::CustomerId;
use crate::merchant::MerchantId;
use crate::payment::{Method, PaymentId, PaymentStatus};
use crate::payment_method::PaymentMethodId;
use crate::{Money, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    PaymentNotFound(PaymentId),
    ApiKeyNotFound(ApiKeyId),
    CustomerNotFound(CustomerId),
    /// The request names a customer that the caller does not have.
    CustomerUnknown(CustomerId),
    /// The request names a merchant that the caller does not have.
    MerchantUnknown(MerchantId),
    /// A key was to be limited to a merchant that the caller does not have.
    KeyMerchantUnknown(MerchantId),
    /// The request names a card or bank token that the caller does not have.
    PaymentMethodUnknown(PaymentMethodId),
    /// No rail carries this method on this deployment.
    MethodUnavailable(Method),
    /// The token is of another method than the request says.
    MethodMismatch {
        stated: Method,
        token: Method,
    },
    CardInvalid(CardProblem),
    MetadataInvalid {
        key: Option<String>,
    },
    PaymentNotCancelable {
        payment: PaymentId,
        status: PaymentStatus,
    },
    PaymentNotConfirmable {
        payment: PaymentId,
        status: PaymentStatus,
    },
    PaymentNotRefundable {
        payment: PaymentId,
        status: PaymentStatus,
    },
    RefundAmountExceeded {
        payment: PaymentId,
        original: Money,
        refunded: Money,
        requested: Money,
    },
    ApiKeyInactive(ApiKeyId),
    /// The caller's key is limited to some merchants and may not administer keys.
    KeyLimited,
    /// A test clock only goes forward.
    ClockBackwards {
        now: Timestamp,
        asked: Timestamp,
    },
    ClockTooFar {
        last: Timestamp,
    },
    IdempotencyKeyReused,
    IdempotencyInProgress,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PaymentNotFound(id) => write!(f, "payment {id} does not exist"),
            Self::ApiKeyNotFound(id) => write!(f, "API key {id} does not exist"),
            Self::CustomerNotFound(id) | Self::CustomerUnknown(id) => write!(f, "customer {id} does not exist"),
            Self::MerchantUnknown(id) | Self::KeyMerchantUnknown(id) => write!(f, "merchant {id} does not exist"),
            Self::PaymentMethodUnknown(id) => write!(f, "payment method {id} does not exist"),
            Self::MethodUnavailable(method) => write!(f, "payments by {} are not available", method.code()),
            Self::MethodMismatch { stated, token } => {
                write!(f, "the token is of method {}, not {}", token.code(), stated.code())
            }
            Self::CardInvalid(problem) => write!(f, "{problem}"),
            Self::MetadataInvalid { key: None } => f.write_str("metadata has too many keys"),
            Self::MetadataInvalid { key: Some(key) } => write!(f, "metadata.{key} is too long or has no name"),
            Self::PaymentNotCancelable { payment, status } => {
                write!(f, "payment {payment} is {} and can no longer be canceled", status.code())
            }
            Self::PaymentNotConfirmable { payment, status } => {
                write!(f, "payment {payment} is {} and can no longer be confirmed", status.code())
            }
            Self::PaymentNotRefundable { payment, status } => {
                write!(f, "payment {payment} is {} and cannot be refunded", status.code())
            }
            Self::RefundAmountExceeded { payment, .. } => {
                write!(f, "the refund exceeds what remains of payment {payment}")
            }
            Self::ApiKeyInactive(id) => write!(f, "API key {id} is revoked or expired"),
            Self::KeyLimited => f.write_str("a key that is limited to some merchants may not administer keys"),
            Self::ClockBackwards { .. } => f.write_str("a test clock only goes forward"),
            Self::ClockTooFar { .. } => f.write_str("a test clock does not go that far"),
            Self::IdempotencyKeyReused => f.write_str("the idempotency key was used with another request"),
            Self::IdempotencyInProgress => f.write_str("the first request with this idempotency key is still running"),
        }
    }
}
