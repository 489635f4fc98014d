//! What is posted for each business fact.

use super::{LedgerAccount, Transfer};
use crate::Money;
use crate::ids::MerchantId;

/// The card network owes the amount; the merchant is owed it, less the platform's fee.
#[must_use]
pub fn card_payment(merchant: MerchantId, amount: Money, fee: Money) -> Vec<Transfer> {
    let pending = LedgerAccount::MerchantPending(merchant);
    nonzero([
        Transfer { debit: LedgerAccount::CardClearing, credit: pending, amount },
        Transfer { debit: pending, credit: LedgerAccount::ProcessingFees, amount: fee },
    ])
}

/// The merchant gives the amount back through the network; the fee stays where it is. It comes out of where the payment's
/// own money is, which may leave the merchant owing.
#[must_use]
pub fn card_refund(merchant: MerchantId, amount: Money, settled: bool) -> Vec<Transfer> {
    let from =
        if settled { LedgerAccount::MerchantAvailable(merchant) } else { LedgerAccount::MerchantPending(merchant) };
    nonzero([Transfer { debit: from, credit: LedgerAccount::CardClearing, amount }])
}

/// What is left of a payment becomes available: less than nothing, if it was refunded and its fee was not.
#[must_use]
pub fn settlement(merchant: MerchantId, left: Money) -> Vec<Transfer> {
    let pending = LedgerAccount::MerchantPending(merchant);
    let available = LedgerAccount::MerchantAvailable(merchant);
    let amount = Money::new(left.minor().saturating_abs(), left.currency());
    let (debit, credit) = if left.minor() < 0 { (available, pending) } else { (pending, available) };
    nonzero([Transfer { debit, credit, amount }])
}

/// A payout leaves what is available: the fee to the platform, the rest on its way.
#[must_use]
pub fn payout_made(merchant: MerchantId, net: Money, fee: Money) -> Vec<Transfer> {
    let available = LedgerAccount::MerchantAvailable(merchant);
    nonzero([
        Transfer { debit: available, credit: LedgerAccount::MerchantInTransit(merchant), amount: net },
        Transfer { debit: available, credit: LedgerAccount::SettlementFees, amount: fee },
    ])
}

/// A payout has arrived.
#[must_use]
pub fn payout_paid(merchant: MerchantId, net: Money) -> Vec<Transfer> {
    let in_transit = LedgerAccount::MerchantInTransit(merchant);
    nonzero([Transfer { debit: in_transit, credit: LedgerAccount::SettlementBank, amount: net }])
}

/// A payout came back: all of it is the merchant's again, also the fee.
#[must_use]
pub fn payout_failed(merchant: MerchantId, net: Money, fee: Money) -> Vec<Transfer> {
    let available = LedgerAccount::MerchantAvailable(merchant);
    nonzero([
        Transfer { debit: LedgerAccount::MerchantInTransit(merchant), credit: available, amount: net },
        Transfer { debit: LedgerAccount::SettlementFees, credit: available, amount: fee },
    ])
}

fn nonzero<const N: usize>(transfers: [Transfer; N]) -> Vec<Transfer> {
    transfers.into_iter().filter(|transfer| transfer.amount.minor() != 0).collect()
}
