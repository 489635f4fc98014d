//! What is posted for each business fact.

use super::{LedgerAccount, Transfer};
use crate::Money;
use crate::ids::{AccountId, MerchantId};
use crate::merchant::SettlementMethod;

/// Who a fact is posted for: a merchant, and the account whose it is, which the platform's side is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parties {
    pub account: AccountId,
    pub merchant: MerchantId,
}

/// The card network owes the amount; the merchant is owed it, less the platform's fee.
#[must_use]
pub fn card_payment(of: Parties, amount: Money, fee: Money) -> Vec<Transfer> {
    let (pending, whose) = (LedgerAccount::MerchantPending(of.merchant), Some(of.account));
    nonzero([
        Transfer { debit: LedgerAccount::CardClearing(whose), credit: pending, amount },
        Transfer { debit: pending, credit: LedgerAccount::ProcessingFees(whose), amount: fee },
    ])
}

/// The merchant gives the amount back through the network; the fee stays where it is. It comes out of where the payment's
/// own money is, by which method it has settled if it has; that may leave the merchant owing.
#[must_use]
pub fn card_refund(of: Parties, amount: Money, settled: Option<SettlementMethod>) -> Vec<Transfer> {
    let pending = LedgerAccount::MerchantPending(of.merchant);
    let from = settled.map_or(pending, |method| LedgerAccount::settled(of.merchant, method));
    nonzero([Transfer { debit: from, credit: LedgerAccount::CardClearing(Some(of.account)), amount }])
}

/// What is left of a payment becomes available: less than nothing, if it was refunded and its fee was not.
#[must_use]
pub fn settlement(merchant: MerchantId, method: SettlementMethod, left: Money) -> Vec<Transfer> {
    let pending = LedgerAccount::MerchantPending(merchant);
    let available = LedgerAccount::settled(merchant, method);
    let amount = Money::new(left.minor().saturating_abs(), left.currency());
    let (debit, credit) = if left.minor() < 0 { (available, pending) } else { (pending, available) };
    nonzero([Transfer { debit, credit, amount }])
}

/// A payout leaves what is available, so much of it from what is USDC only: the fee to the platform, the rest on its way.
#[must_use]
pub fn payout_made(of: Parties, net: Money, fee: Money, usdc_only: i64) -> Vec<Transfer> {
    let Parties { account, merchant } = of;
    let (available, usdc) = (LedgerAccount::MerchantAvailable(merchant), LedgerAccount::MerchantUsdcOnly(merchant));
    let in_transit = LedgerAccount::MerchantInTransit(merchant);
    let fees = LedgerAccount::SettlementFees(Some(account));
    let money = |minor: i64| Money::new(minor, net.currency());
    let sent = usdc_only.min(net.minor());
    let kept = usdc_only.saturating_sub(sent);
    nonzero([
        Transfer { debit: usdc, credit: in_transit, amount: money(sent) },
        Transfer { debit: available, credit: in_transit, amount: money(net.minor().saturating_sub(sent)) },
        Transfer { debit: usdc, credit: fees, amount: money(kept) },
        Transfer { debit: available, credit: fees, amount: money(fee.minor().saturating_sub(kept)) },
    ])
}

/// A payout has arrived.
#[must_use]
pub fn payout_paid(of: Parties, net: Money) -> Vec<Transfer> {
    let in_transit = LedgerAccount::MerchantInTransit(of.merchant);
    nonzero([Transfer { debit: in_transit, credit: LedgerAccount::SettlementBank(Some(of.account)), amount: net }])
}

/// A payout came back: all of it is the merchant's again, also the fee, and where it was.
#[must_use]
pub fn payout_failed(of: Parties, net: Money, fee: Money, usdc_only: i64) -> Vec<Transfer> {
    let made = payout_made(of, net, fee, usdc_only).into_iter();
    made.map(|Transfer { debit, credit, amount }| Transfer { debit: credit, credit: debit, amount }).collect()
}

fn nonzero<const N: usize>(transfers: [Transfer; N]) -> Vec<Transfer> {
    transfers.into_iter().filter(|transfer| transfer.amount.minor() != 0).collect()
}
