//! Payments: what they are. What may be done to one has a file for each verb.
//!
//! The sum of refunds lives on the payment, not beside it: whoever may change it holds the payment.

mod cancel;
mod challenge;
mod confirm;
mod create;
mod expire;
mod method;
mod progress;
mod query;
mod refund;
mod settle;
mod status;
mod submit;

pub use crate::ids::PaymentId;
pub(crate) use cancel::CallOff;
pub use cancel::CancelPayment;
pub use challenge::AnswerChallenge;
pub use confirm::ConfirmPayment;
pub use create::{CreatePayment, UNPAID_LIFETIME};
pub use expire::ExpirePayment;
pub use method::Method;
pub use progress::{BeginProcessing, Charge, Outcome, RecordOutcome};
pub use query::{Cursor, PaymentQuery};
pub use refund::RefundPayment;
pub use settle::SettlePayment;
pub use status::{PaymentStatus, Step};

use crate::actor::Actor;
use crate::ids::{CheckoutSessionId, CustomerId, MerchantId, PaymentMethodId};
use crate::ledger::Parties;
use crate::merchant::SettlementMethod;
use crate::metadata::Metadata;
use crate::refund::Refund;
use crate::{AccountId, Money, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub account: AccountId,
    pub merchant: MerchantId,
    pub amount: Money,
    pub status: PaymentStatus,
    pub method: Option<Method>,
    pub payment_method: Option<PaymentMethodId>,
    pub customer: Option<CustomerId>,
    pub customer_email: String,
    pub description: Option<String>,
    pub statement_descriptor: String,
    pub metadata: Metadata,
    /// The session that it is an attempt to pay.
    pub checkout_session: Option<CheckoutSessionId>,
    /// Zero until the payment has succeeded.
    pub fee: i64,
    pub refunded: i64,
    pub refunds: Vec<Refund>,
    pub failure: Option<FailureCode>,
    pub three_d_secure: Option<ThreeDSecure>,
    pub cancellation: Option<Cancellation>,
    /// When it is canceled unless it was paid.
    pub expires_at: Timestamp,
    /// When it becomes available to its merchant; `None` until it has succeeded.
    pub settles_at: Option<Timestamp>,
    /// What its merchant had chosen when it succeeded. Those from before that was kept count as having waited for the bank.
    pub settlement_method: Option<SettlementMethod>,
    pub settled_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// How many events it has had.
    pub sequence: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    pub reason: Option<String>,
    pub at: Timestamp,
}

/// How the cardholder was authenticated, if at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreeDSecure {
    NotSupported,
    NotRequired,
    Authenticated,
    Failed,
}

/// Why a rail declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureCode {
    CardDeclined,
    InsufficientFunds,
    LostCard,
    StolenCard,
    ExpiredCard,
    IncorrectCvc,
    AuthenticationFailed,
}

impl Payment {
    #[must_use]
    pub fn is_seen_by(&self, actor: &Actor) -> bool {
        actor.reaches(self.account, self.merchant) && actor.acts_for(self.customer)
    }

    /// Who its money is posted for.
    #[must_use]
    pub const fn parties(&self) -> Parties {
        Parties { account: self.account, merchant: self.merchant }
    }

    /// How its money settles: that says where it is once it has, and how it may leave.
    #[must_use]
    pub fn settles_by(&self) -> SettlementMethod {
        self.settlement_method.unwrap_or(SettlementMethod::Usd)
    }

    /// The same payment, showing these refunds.
    #[must_use]
    pub(crate) fn with_refunds(&self, refunds: Vec<Refund>) -> Self {
        Self { refunds, ..self.clone() }
    }

    /// What the merchant is left with before refunds.
    #[must_use]
    pub fn net(&self) -> Option<Money> {
        self.amount.checked_sub(Money::new(self.fee, self.amount.currency()))
    }

    #[must_use]
    pub fn refundable(&self) -> i64 {
        self.amount.minor().saturating_sub(self.refunded)
    }

    /// Whether it waits for its payer to be authenticated ([`AnswerChallenge`]).
    #[must_use]
    pub fn awaits_challenge(&self) -> bool {
        self.status == PaymentStatus::Pending && self.payment_method.is_some()
    }
}

impl ThreeDSecure {
    pub const ALL: [Self; 4] = [Self::NotSupported, Self::NotRequired, Self::Authenticated, Self::Failed];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSupported => "not_supported",
            Self::NotRequired => "not_required",
            Self::Authenticated => "authenticated",
            Self::Failed => "failed",
        }
    }
}

impl FailureCode {
    pub const ALL: [Self; 7] = [
        Self::CardDeclined,
        Self::InsufficientFunds,
        Self::LostCard,
        Self::StolenCard,
        Self::ExpiredCard,
        Self::IncorrectCvc,
        Self::AuthenticationFailed,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CardDeclined => "card_declined",
            Self::InsufficientFunds => "insufficient_funds",
            Self::LostCard => "lost_card",
            Self::StolenCard => "stolen_card",
            Self::ExpiredCard => "expired_card",
            Self::IncorrectCvc => "incorrect_cvc",
            Self::AuthenticationFailed => "authentication_failed",
        }
    }

    /// What a merchant may show to the payer. A lost or stolen card is called declined there: its holder may be a thief.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::CardDeclined => "The card was declined.",
            Self::InsufficientFunds => "The card has insufficient funds.",
            Self::LostCard | Self::StolenCard => "The card was declined. The cardholder should contact the issuer.",
            Self::ExpiredCard => "The card has expired.",
            Self::IncorrectCvc => "The card's security code is incorrect.",
            Self::AuthenticationFailed => "The cardholder could not be authenticated by 3-D Secure.",
        }
    }
}
