//! The kinds of events, by the names that receivers know.
//!
//! A leaf: who announces and who subscribes both name a kind, and need to know nothing else of events.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    PaymentCreated,
    PaymentInitiated,
    PaymentProcessing,
    PaymentSucceeded,
    PaymentFailed,
    PaymentCanceled,
    PaymentRefunded,
    PaymentPartiallyRefunded,
    /// It has become available to its merchant.
    PaymentSettled,
    PayoutCreated,
    PayoutInTransit,
    PayoutPaid,
    PayoutFailed,
    CheckoutCompleted,
    CheckoutExpired,
    /// An endpoint failed for so long that it is no longer called.
    WebhookEndpointDisabled,
}

impl EventKind {
    pub const ALL: [Self; 16] = [
        Self::PaymentCreated,
        Self::PaymentInitiated,
        Self::PaymentProcessing,
        Self::PaymentSucceeded,
        Self::PaymentFailed,
        Self::PaymentCanceled,
        Self::PaymentRefunded,
        Self::PaymentPartiallyRefunded,
        Self::PaymentSettled,
        Self::PayoutCreated,
        Self::PayoutInTransit,
        Self::PayoutPaid,
        Self::PayoutFailed,
        Self::CheckoutCompleted,
        Self::CheckoutExpired,
        Self::WebhookEndpointDisabled,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PaymentCreated => "payment.created",
            Self::PaymentInitiated => "payment.initiated",
            Self::PaymentProcessing => "payment.processing",
            Self::PaymentSucceeded => "payment.succeeded",
            Self::PaymentFailed => "payment.failed",
            Self::PaymentCanceled => "payment.canceled",
            Self::PaymentRefunded => "payment.refunded",
            Self::PaymentPartiallyRefunded => "payment.partially_refunded",
            Self::PaymentSettled => "payment.settled",
            Self::PayoutCreated => "payout.created",
            Self::PayoutInTransit => "payout.in_transit",
            Self::PayoutPaid => "payout.paid",
            Self::PayoutFailed => "payout.failed",
            Self::CheckoutCompleted => "checkout.completed",
            Self::CheckoutExpired => "checkout.expired",
            Self::WebhookEndpointDisabled => "webhook_endpoint.disabled",
        }
    }
}
