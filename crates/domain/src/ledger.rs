//! The ledger: double entry, immutable, balanced by construction.
//!
//! Money moves as a [`Transfer`]: one amount, debited here and credited there, so debits cannot differ from credits.
//! A correction is a new posting, never a changed one.

mod available;
mod chart;
mod postings;
mod statement;

pub use crate::ids::PostingId;
pub use available::Available;
pub use chart::{LedgerAccount, Whose};
pub use postings::{Parties, card_payment, card_refund, payout_failed, payout_made, payout_paid, settlement};
pub use statement::{BalanceTransaction, BalanceTransactionId, BalanceTransactionKind, StatementQuery};

use crate::ids::{PaymentId, PayoutId, RefundId};
use crate::{AccountId, Money, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub debit: LedgerAccount,
    pub credit: LedgerAccount,
    pub amount: Money,
}

/// The transfers of one business fact, posted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub id: PostingId,
    pub account: AccountId,
    pub cause: Cause,
    pub transfers: Vec<Transfer>,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Payment(PaymentId),
    Refund(PaymentId, RefundId),
    /// A payment has become available.
    Settlement(PaymentId),
    Payout(PayoutId),
    PayoutPaid(PayoutId),
    PayoutFailed(PayoutId),
}
