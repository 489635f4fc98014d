//! A refund: part of a payment given back. It lives inside its payment, which guards the sum.

pub use crate::ids::RefundId;

use crate::Timestamp;
use crate::metadata::Metadata;

/// How many refunds a payment can have. Each answer about the payment shows all of them.
pub const MOST_REFUNDS: usize = 100;

/// How many bytes the metadata of a payment's refunds may come to: what a single one may have at most fits.
pub const MOST_METADATA: usize = 128 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    /// Minor units of the payment's currency.
    pub amount: i64,
    pub reason: Option<String>,
    pub status: RefundStatus,
    pub metadata: Metadata,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

impl RefundStatus {
    pub const ALL: [Self; 3] = [Self::Pending, Self::Succeeded, Self::Failed];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}
