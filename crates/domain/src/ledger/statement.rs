//! A merchant's statement: the journal as its owner reads it.
//!
//! A balance transaction is a posting seen from one merchant: what came, what the platform kept of it, what is left. What a
//! newcomer misses are settlements: they move money between two pockets of the merchant, and change no sum.

pub use crate::ids::BalanceTransactionId;

use super::{Cause, LedgerAccount, Posting, Transfer};
use crate::id::Id;
use crate::ids::{AccountId, MerchantId};
use crate::{Currency, Money, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceTransaction {
    pub id: BalanceTransactionId,
    pub account: AccountId,
    pub merchant: MerchantId,
    pub kind: BalanceTransactionKind,
    /// The bits of the id of the payment, refund or payout.
    pub source: u128,
    /// Before the fee; less than nothing for what left.
    pub amount: Money,
    /// Less than nothing for a fee given back.
    pub fee: i64,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceTransactionKind {
    Payment,
    Refund,
    Payout,
    PayoutFailure,
}

impl BalanceTransactionKind {
    pub const ALL: [Self; 4] = [Self::Payment, Self::Refund, Self::Payout, Self::PayoutFailure];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Payout => "payout",
            Self::PayoutFailure => "payout_failure",
        }
    }

    /// What it is for which cause, and of which object.
    const fn of(cause: Cause) -> Option<(Self, u128)> {
        match cause {
            Cause::Payment(payment) => Some((Self::Payment, payment.bits())),
            Cause::Refund(_, refund) => Some((Self::Refund, refund.bits())),
            Cause::Payout(payout) => Some((Self::Payout, payout.bits())),
            Cause::PayoutFailed(payout) => Some((Self::PayoutFailure, payout.bits())),
            Cause::Settlement(_) | Cause::PayoutPaid(_) => None,
        }
    }
}

impl BalanceTransaction {
    /// What it adds to the merchant's balance.
    #[must_use]
    pub const fn net(&self) -> i64 {
        self.amount.minor().saturating_sub(self.fee)
    }
}

impl Posting {
    /// What its merchant is told of it.
    #[must_use]
    pub fn balance_transaction(&self) -> Option<BalanceTransaction> {
        let (kind, source) = BalanceTransactionKind::of(self.cause)?;
        let currency = self.transfers.first()?.amount.currency();
        let merchant =
            self.transfers.iter().flat_map(|it| [it.debit, it.credit]).find_map(LedgerAccount::merchant_funds)?;
        let into = |side: LedgerAccount| side.merchant_funds() == Some(merchant);
        let sum = |which: &dyn Fn(&Transfer) -> bool| -> i64 {
            self.transfers.iter().filter(|it| which(it)).map(|it| it.amount.minor()).sum()
        };
        let net = sum(&|it| into(it.credit)) - sum(&|it| into(it.debit));
        let fee = sum(&|it| into(it.debit) && it.credit.is_fees()) - sum(&|it| into(it.credit) && it.debit.is_fees());
        Some(BalanceTransaction {
            id: Id::from_bits(self.id.bits()),
            account: self.account,
            merchant,
            kind,
            source,
            amount: Money::new(net + fee, currency),
            fee,
            at: self.at,
        })
    }
}

/// What a statement is asked with. The store answers it, oldest first; nothing here reads.
#[derive(Clone, Copy, Debug)]
pub struct StatementQuery {
    pub merchant: MerchantId,
    pub currency: Currency,
    /// Inclusive.
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub until: Option<Timestamp>,
    /// The last transaction of the page before.
    pub after: Option<BalanceTransactionId>,
    /// What the page before came to, if the caller knows: counting it up reads the whole history.
    pub opening: Option<i64>,
    pub limit: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger;
    use crate::merchant::SettlementMethod;

    const MERCHANT: MerchantId = MerchantId::from_bits(7);
    const PARTIES: ledger::Parties = ledger::Parties { account: AccountId::from_bits(8), merchant: MERCHANT };

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::Usd)
    }

    #[test]
    fn each_posting_reads_as_what_its_merchant_has_of_it() {
        use BalanceTransactionKind::{Payment, Payout, PayoutFailure, Refund};
        let (payment, payout) = (Id::from_bits(1), Id::from_bits(2));
        let table = [
            (Cause::Payment(payment), ledger::card_payment(PARTIES, usd(9_999), usd(320)), Some((Payment, 9_999, 320))),
            (Cause::Payment(payment), ledger::card_payment(PARTIES, usd(20), usd(31)), Some((Payment, 20, 31))),
            (
                Cause::Refund(payment, Id::from_bits(3)),
                ledger::card_refund(PARTIES, usd(500), None),
                Some((Refund, -500, 0)),
            ),
            (
                Cause::Refund(payment, Id::from_bits(3)),
                ledger::card_refund(PARTIES, usd(500), Some(SettlementMethod::Usdc)),
                Some((Refund, -500, 0)),
            ),
            (Cause::Settlement(payment), ledger::settlement(MERCHANT, SettlementMethod::Usdc, usd(9_179)), None),
            (Cause::Payout(payout), ledger::payout_made(PARTIES, usd(9_975), usd(25), 0), Some((Payout, -9_975, 25))),
            (
                Cause::Payout(payout),
                ledger::payout_made(PARTIES, usd(9_975), usd(25), 9_980),
                Some((Payout, -9_975, 25)),
            ),
            (Cause::PayoutPaid(payout), ledger::payout_paid(PARTIES, usd(9_975)), None),
            (
                Cause::PayoutFailed(payout),
                ledger::payout_failed(PARTIES, usd(9_975), usd(25), 5_000),
                Some((PayoutFailure, 9_975, -25)),
            ),
        ];
        for (cause, transfers, expected) in table {
            let posting =
                Posting { id: Id::from_bits(9), account: PARTIES.account, cause, transfers, at: Timestamp::default() };
            let told = posting.balance_transaction().map(|it| (it.kind, it.amount.minor(), it.fee));
            assert_eq!(told, expected, "{cause:?}");
        }
    }
}
