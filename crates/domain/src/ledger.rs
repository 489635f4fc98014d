//! The ledger: double entry, immutable, balanced by construction.
//!
//! Money moves as a [`Transfer`]: one amount, debited here and credited there, so debits cannot differ from credits.
//! A correction is a new posting, never a changed one.

use std::fmt;
use std::str::FromStr;

use crate::id::{Id, Prefixed};
use crate::merchant::MerchantId;
use crate::payment::PaymentId;
use crate::refund::RefundId;
use crate::{AccountId, Money, Timestamp};

pub type PostingId = Id<Posting>;

/// The chart of accounts. Assets grow by debit; liabilities and revenue by credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerAccount {
    /// Asset: what the card networks owe the platform.
    CardClearing,
    /// Liability: a merchant's share of payments that have succeeded and are not settled yet.
    MerchantPending(MerchantId),
    /// Revenue: processing fees.
    ProcessingFees,
}

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
}

impl Prefixed for Posting {
    const PREFIX: &'static str = "post_";
}

impl Cause {
    /// The payment under which the posting is filed.
    #[must_use]
    pub const fn payment(self) -> PaymentId {
        match self {
            Self::Payment(payment) | Self::Refund(payment, _) => payment,
        }
    }
}

const MERCHANT_PENDING: &str = "liabilities:merchant_pending:";

impl fmt::Display for LedgerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CardClearing => f.write_str("assets:card_clearing"),
            Self::MerchantPending(merchant) => write!(f, "{MERCHANT_PENDING}{merchant}"),
            Self::ProcessingFees => f.write_str("revenue:processing_fees"),
        }
    }
}

impl FromStr for LedgerAccount {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "assets:card_clearing" => Ok(Self::CardClearing),
            "revenue:processing_fees" => Ok(Self::ProcessingFees),
            other => {
                let merchant = other.strip_prefix(MERCHANT_PENDING).ok_or(())?;
                merchant.parse().map(Self::MerchantPending).map_err(|_| ())
            }
        }
    }
}

/// The card network owes the amount; the merchant is owed it, less the platform's fee.
#[must_use]
pub fn card_payment(merchant: MerchantId, amount: Money, fee: Money) -> Vec<Transfer> {
    let pending = LedgerAccount::MerchantPending(merchant);
    nonzero([
        Transfer { debit: LedgerAccount::CardClearing, credit: pending, amount },
        Transfer { debit: pending, credit: LedgerAccount::ProcessingFees, amount: fee },
    ])
}

/// The merchant gives the amount back through the network; the fee stays where it is.
#[must_use]
pub fn card_refund(merchant: MerchantId, amount: Money) -> Vec<Transfer> {
    let pending = LedgerAccount::MerchantPending(merchant);
    nonzero([Transfer { debit: pending, credit: LedgerAccount::CardClearing, amount }])
}

fn nonzero<const N: usize>(transfers: [Transfer; N]) -> Vec<Transfer> {
    transfers.into_iter().filter(|transfer| transfer.amount.minor() != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_survives_its_text() {
        let accounts = [
            LedgerAccount::CardClearing,
            LedgerAccount::ProcessingFees,
            LedgerAccount::MerchantPending(MerchantId::from_bits(42)),
        ];
        for account in accounts {
            assert_eq!(account.to_string().parse(), Ok(account), "{account}");
        }
    }
}
