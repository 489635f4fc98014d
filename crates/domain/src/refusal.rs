//! Refusals: one variant per thing a caller could act on, with the data to explain it.
//!
//! A refusal is an answer, not a fault. Each API family translates it in one exhaustive `match`, so a new variant
//! breaks the build until every family says what it means.

use std::fmt;

use crate::card::CardProblem;
use crate::checkout_session::CheckoutStatus;
use crate::ids::{
    ApiKeyId, CheckoutSessionId, CustomerId, DeliveryId, MerchantId, PaymentId, PaymentMethodId, PayoutId,
    WebhookEndpointId,
};
use crate::merchant::SettlementMethod;
use crate::payment::{Method, PaymentStatus};
use crate::{Currency, Money, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    PaymentNotFound(PaymentId),
    CheckoutSessionNotFound(CheckoutSessionId),
    ApiKeyNotFound(ApiKeyId),
    CustomerNotFound(CustomerId),
    /// The request names a customer that the caller does not have.
    CustomerUnknown(CustomerId),
    MerchantNotFound(MerchantId),
    /// The request names a merchant that the caller does not have.
    MerchantUnknown(MerchantId),
    /// The operator lets no new money through it.
    MerchantRestricted(MerchantId),
    /// The caller's key is limited to some merchants and may not make others.
    MerchantsLimited,
    /// A settlement method was chosen without saying where its payouts go.
    SettlementIncomplete(SettlementMethod),
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
    /// It waits for its payer to be authenticated, which nothing else may take the place of.
    PaymentAwaitsChallenge(PaymentId),
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
    /// It has so many refunds that the next must be of all that remains.
    RefundsExhausted {
        payment: PaymentId,
        /// Minor units.
        remaining: i64,
    },
    /// The refunds of one payment have too much metadata together.
    RefundMetadataExceeded,
    /// It is complete or expired.
    CheckoutSessionNotOpen {
        session: CheckoutSessionId,
        status: CheckoutStatus,
    },
    /// It cannot be expired while a payment of it is on its way.
    CheckoutSessionInPayment {
        session: CheckoutSessionId,
        payment: PaymentId,
    },
    /// It has seen so many attempts that none may follow.
    CheckoutAttemptsExhausted(CheckoutSessionId),
    /// A session cannot be paid by this method.
    CheckoutMethodUnavailable(Method),
    CheckoutExpiryOutOfRange {
        asked: Timestamp,
        now: Timestamp,
    },
    PayoutNotFound(PayoutId),
    /// No rail pays out this currency.
    PayoutCurrencyUnavailable(Currency),
    /// The merchant has not said where its payouts go.
    PayoutDestinationMissing {
        merchant: MerchantId,
        method: SettlementMethod,
    },
    PayoutBelowMinimum {
        minimum: Money,
        requested: Money,
    },
    BalanceInsufficient {
        /// By the payout's method.
        available: Money,
        requested: Money,
        /// What else there is, and this method does not pay out.
        usdc_only: i64,
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
    WebhookEndpointNotFound(WebhookEndpointId),
    /// The request names an endpoint that the caller does not have.
    WebhookEndpointUnknown(WebhookEndpointId),
    WebhookEndpointLimit {
        most: usize,
    },
    /// Nothing is sent to it before it is enabled again.
    WebhookEndpointDisabled(WebhookEndpointId),
    DeliveryNotFound(DeliveryId),
    IdempotencyKeyReused,
    IdempotencyInProgress,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PaymentNotFound(id) => write!(f, "payment {id} does not exist"),
            Self::CheckoutSessionNotFound(id) => write!(f, "checkout session {id} does not exist"),
            Self::ApiKeyNotFound(id) => write!(f, "API key {id} does not exist"),
            Self::CustomerNotFound(id) | Self::CustomerUnknown(id) => write!(f, "customer {id} does not exist"),
            Self::MerchantNotFound(id) | Self::MerchantUnknown(id) | Self::KeyMerchantUnknown(id) => {
                write!(f, "merchant {id} does not exist")
            }
            Self::MerchantRestricted(id) => write!(f, "merchant {id} is restricted"),
            Self::MerchantsLimited => f.write_str("a key that is limited to some merchants may not make others"),
            Self::SettlementIncomplete(SettlementMethod::Usdc) => {
                f.write_str("settlement in USDC needs a solana_wallet to pay to")
            }
            Self::SettlementIncomplete(SettlementMethod::Usd) => {
                f.write_str("settlement in US dollars needs a bank_account to pay to")
            }
            Self::PaymentMethodUnknown(id) => write!(f, "payment method {id} does not exist"),
            Self::MethodUnavailable(method) | Self::CheckoutMethodUnavailable(method) => {
                write!(f, "payments by {} are not available", method.code())
            }
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
            Self::PaymentAwaitsChallenge(payment) => {
                write!(f, "payment {payment} waits for its payer to be authenticated")
            }
            Self::PaymentNotRefundable { payment, status } => {
                write!(f, "payment {payment} is {} and cannot be refunded", status.code())
            }
            Self::RefundAmountExceeded { payment, .. } => {
                write!(f, "the refund exceeds what remains of payment {payment}")
            }
            Self::RefundsExhausted { payment, .. } => {
                write!(f, "the last refund of payment {payment} must be of all that remains")
            }
            Self::RefundMetadataExceeded => f.write_str("the refunds of a payment have too much metadata together"),
            Self::CheckoutSessionNotOpen { session, status } => {
                write!(f, "checkout session {session} is {}", status.code())
            }
            Self::CheckoutSessionInPayment { session, payment } => {
                write!(f, "checkout session {session} is being paid by payment {payment}")
            }
            Self::CheckoutAttemptsExhausted(session) => {
                write!(f, "checkout session {session} has seen too many attempts")
            }
            Self::CheckoutExpiryOutOfRange { .. } => {
                f.write_str("a checkout session expires between 30 minutes and 24 hours from now")
            }
            Self::PayoutNotFound(id) => write!(f, "payout {id} does not exist"),
            Self::PayoutCurrencyUnavailable(currency) => write!(f, "payouts in {currency} are not available"),
            Self::PayoutDestinationMissing { merchant, .. } => {
                write!(f, "merchant {merchant} has not said where its payouts go")
            }
            Self::PayoutBelowMinimum { .. } => f.write_str("the payout is smaller than the least one"),
            Self::BalanceInsufficient { .. } => f.write_str("the payout exceeds what is available"),
            Self::ApiKeyInactive(id) => write!(f, "API key {id} is revoked or expired"),
            Self::KeyLimited => f.write_str("a key that is limited to some merchants may not administer keys"),
            Self::ClockBackwards { .. } => f.write_str("a test clock only goes forward"),
            Self::ClockTooFar { .. } => f.write_str("a test clock does not go that far"),
            Self::WebhookEndpointNotFound(id) | Self::WebhookEndpointUnknown(id) => {
                write!(f, "webhook endpoint {id} does not exist")
            }
            Self::WebhookEndpointLimit { most } => write!(f, "an account has at most {most} webhook endpoints"),
            Self::WebhookEndpointDisabled(id) => write!(f, "webhook endpoint {id} is disabled"),
            Self::DeliveryNotFound(id) => write!(f, "delivery {id} does not exist"),
            Self::IdempotencyKeyReused => f.write_str("the idempotency key was used with another request"),
            Self::IdempotencyInProgress => f.write_str("the first request with this idempotency key is still running"),
        }
    }
}
