//! The chart of accounts. Assets grow by debit; liabilities and revenue by credit.

use std::fmt;
use std::str::FromStr;

use crate::ids::MerchantId;
use crate::merchant::SettlementMethod;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerAccount {
    /// Asset: what the card networks owe the platform.
    CardClearing,
    /// Asset: what the platform pays out of.
    SettlementBank,
    /// Liability: a merchant's share of payments that have succeeded and are not settled yet.
    MerchantPending(MerchantId),
    /// Liability: what a merchant can be paid out by either method: it has waited as long as the bank asks for.
    MerchantAvailable(MerchantId),
    /// Liability: what a merchant can be paid out in USDC alone: it settled at once.
    MerchantUsdcOnly(MerchantId),
    /// Liability: payouts that have not arrived yet.
    MerchantInTransit(MerchantId),
    /// Revenue: processing fees.
    ProcessingFees,
    /// Revenue: fees on payouts.
    SettlementFees,
}

type OfMerchant = fn(MerchantId) -> LedgerAccount;

const MERCHANT_PENDING: &str = "liabilities:merchant_pending:";
const MERCHANT_AVAILABLE: &str = "liabilities:merchant_available:";
/// Begins like what is available, which it is a part of.
const MERCHANT_USDC_ONLY: &str = "liabilities:merchant_available:usdc_only:";
const MERCHANT_IN_TRANSIT: &str = "liabilities:merchant_in_transit:";

impl LedgerAccount {
    /// Every account that a merchant has.
    #[must_use]
    pub const fn all_of(merchant: MerchantId) -> [Self; 4] {
        [
            Self::MerchantPending(merchant),
            Self::MerchantAvailable(merchant),
            Self::MerchantUsdcOnly(merchant),
            Self::MerchantInTransit(merchant),
        ]
    }

    /// Where a merchant's money is that has settled by a method.
    #[must_use]
    pub const fn settled(merchant: MerchantId, method: SettlementMethod) -> Self {
        match method {
            SettlementMethod::Usdc => Self::MerchantUsdcOnly(merchant),
            SettlementMethod::Usd => Self::MerchantAvailable(merchant),
        }
    }

    /// The merchant whose money it is, unless it has left the merchant's hands.
    #[must_use]
    pub const fn merchant_funds(self) -> Option<MerchantId> {
        match self {
            Self::MerchantPending(merchant) | Self::MerchantAvailable(merchant) | Self::MerchantUsdcOnly(merchant) => {
                Some(merchant)
            }
            Self::MerchantInTransit(_)
            | Self::CardClearing
            | Self::SettlementBank
            | Self::ProcessingFees
            | Self::SettlementFees => None,
        }
    }

    #[must_use]
    pub const fn is_fees(self) -> bool {
        match self {
            Self::ProcessingFees | Self::SettlementFees => true,
            Self::CardClearing
            | Self::SettlementBank
            | Self::MerchantPending(_)
            | Self::MerchantAvailable(_)
            | Self::MerchantUsdcOnly(_)
            | Self::MerchantInTransit(_) => false,
        }
    }
}

impl fmt::Display for LedgerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CardClearing => f.write_str("assets:card_clearing"),
            Self::SettlementBank => f.write_str("assets:settlement_bank"),
            Self::MerchantPending(merchant) => write!(f, "{MERCHANT_PENDING}{merchant}"),
            Self::MerchantAvailable(merchant) => write!(f, "{MERCHANT_AVAILABLE}{merchant}"),
            Self::MerchantUsdcOnly(merchant) => write!(f, "{MERCHANT_USDC_ONLY}{merchant}"),
            Self::MerchantInTransit(merchant) => write!(f, "{MERCHANT_IN_TRANSIT}{merchant}"),
            Self::ProcessingFees => f.write_str("revenue:processing_fees"),
            Self::SettlementFees => f.write_str("revenue:settlement_fees"),
        }
    }
}

impl FromStr for LedgerAccount {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "assets:card_clearing" => return Ok(Self::CardClearing),
            "assets:settlement_bank" => return Ok(Self::SettlementBank),
            "revenue:processing_fees" => return Ok(Self::ProcessingFees),
            "revenue:settlement_fees" => return Ok(Self::SettlementFees),
            _ => {}
        }
        let merchants: [(&str, OfMerchant); 4] = [
            (MERCHANT_PENDING, Self::MerchantPending),
            (MERCHANT_USDC_ONLY, Self::MerchantUsdcOnly),
            (MERCHANT_AVAILABLE, Self::MerchantAvailable),
            (MERCHANT_IN_TRANSIT, Self::MerchantInTransit),
        ];
        let found = merchants.into_iter().find_map(|(prefix, of)| Some((text.strip_prefix(prefix)?, of)));
        let (merchant, of) = found.ok_or(())?;
        merchant.parse().map(of).map_err(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_survives_its_text() {
        let merchant = MerchantId::from_bits(42);
        let accounts = [
            LedgerAccount::CardClearing,
            LedgerAccount::SettlementBank,
            LedgerAccount::ProcessingFees,
            LedgerAccount::SettlementFees,
            LedgerAccount::MerchantPending(merchant),
            LedgerAccount::MerchantAvailable(merchant),
            LedgerAccount::MerchantUsdcOnly(merchant),
            LedgerAccount::MerchantInTransit(merchant),
        ];
        for account in accounts {
            assert_eq!(account.to_string().parse(), Ok(account), "{account}");
        }
    }
}
