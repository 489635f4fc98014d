//! The chart of accounts. Assets grow by debit; liabilities and revenue by credit.
//!
//! The platform's own are kept apart for each account of a tenant, and summed by whoever wants to know of all: were there one
//! for all tenants, each would wait for the commits of the others there. What a newcomer gets wrong: there was one, once, and
//! what stands in it is history that is read and audited like the rest.

use std::fmt;
use std::str::FromStr;

use crate::ids::{AccountId, MerchantId};
use crate::merchant::SettlementMethod;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerAccount {
    /// Asset: what the card networks owe the platform.
    CardClearing(Whose),
    /// Asset: what the platform pays out of.
    SettlementBank(Whose),
    /// Liability: a merchant's share of payments that have succeeded and are not settled yet.
    MerchantPending(MerchantId),
    /// Liability: what a merchant can be paid out by either method: it has waited as long as the bank asks for.
    MerchantAvailable(MerchantId),
    /// Liability: what a merchant can be paid out in USDC alone: it settled at once.
    MerchantUsdcOnly(MerchantId),
    /// Liability: payouts that have not arrived yet.
    MerchantInTransit(MerchantId),
    /// Revenue: processing fees.
    ProcessingFees(Whose),
    /// Revenue: fees on payouts.
    SettlementFees(Whose),
}

/// The tenant's account that one of the platform's is kept for; `None` is the one of all tenants, where nothing is posted any
/// more.
pub type Whose = Option<AccountId>;

type OfPlatform = fn(Whose) -> LedgerAccount;
type OfMerchant = fn(MerchantId) -> LedgerAccount;

const CARD_CLEARING: &str = "assets:card_clearing";
const SETTLEMENT_BANK: &str = "assets:settlement_bank";
const PROCESSING_FEES: &str = "revenue:processing_fees";
const SETTLEMENT_FEES: &str = "revenue:settlement_fees";

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
            | Self::CardClearing(_)
            | Self::SettlementBank(_)
            | Self::ProcessingFees(_)
            | Self::SettlementFees(_) => None,
        }
    }

    #[must_use]
    pub const fn is_fees(self) -> bool {
        match self {
            Self::ProcessingFees(_) | Self::SettlementFees(_) => true,
            Self::CardClearing(_)
            | Self::SettlementBank(_)
            | Self::MerchantPending(_)
            | Self::MerchantAvailable(_)
            | Self::MerchantUsdcOnly(_)
            | Self::MerchantInTransit(_) => false,
        }
    }
}

impl fmt::Display for LedgerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let platform = |f: &mut fmt::Formatter<'_>, name: &str, whose: &Whose| match whose {
            Some(account) => write!(f, "{name}:{account}"),
            None => f.write_str(name),
        };
        match self {
            Self::CardClearing(whose) => platform(f, CARD_CLEARING, whose),
            Self::SettlementBank(whose) => platform(f, SETTLEMENT_BANK, whose),
            Self::MerchantPending(merchant) => write!(f, "{MERCHANT_PENDING}{merchant}"),
            Self::MerchantAvailable(merchant) => write!(f, "{MERCHANT_AVAILABLE}{merchant}"),
            Self::MerchantUsdcOnly(merchant) => write!(f, "{MERCHANT_USDC_ONLY}{merchant}"),
            Self::MerchantInTransit(merchant) => write!(f, "{MERCHANT_IN_TRANSIT}{merchant}"),
            Self::ProcessingFees(whose) => platform(f, PROCESSING_FEES, whose),
            Self::SettlementFees(whose) => platform(f, SETTLEMENT_FEES, whose),
        }
    }
}

impl FromStr for LedgerAccount {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let platforms: [(&str, OfPlatform); 4] = [
            (CARD_CLEARING, Self::CardClearing),
            (SETTLEMENT_BANK, Self::SettlementBank),
            (PROCESSING_FEES, Self::ProcessingFees),
            (SETTLEMENT_FEES, Self::SettlementFees),
        ];
        if let Some((whose, of)) = platforms.into_iter().find_map(|(name, of)| Some((text.strip_prefix(name)?, of))) {
            return match whose.strip_prefix(':') {
                Some(account) => account.parse().map(|account| of(Some(account))).map_err(|_| ()),
                None if whose.is_empty() => Ok(of(None)),
                None => Err(()),
            };
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
        let (merchant, whose) = (MerchantId::from_bits(42), Some(AccountId::from_bits(43)));
        let accounts = [
            LedgerAccount::CardClearing(whose),
            LedgerAccount::SettlementBank(whose),
            LedgerAccount::ProcessingFees(whose),
            LedgerAccount::SettlementFees(whose),
            LedgerAccount::CardClearing(None),
            LedgerAccount::SettlementBank(None),
            LedgerAccount::ProcessingFees(None),
            LedgerAccount::SettlementFees(None),
            LedgerAccount::MerchantPending(merchant),
            LedgerAccount::MerchantAvailable(merchant),
            LedgerAccount::MerchantUsdcOnly(merchant),
            LedgerAccount::MerchantInTransit(merchant),
        ];
        for account in accounts {
            assert_eq!(account.to_string().parse(), Ok(account), "{account}");
        }
    }

    #[test]
    fn what_only_begins_like_an_account_is_none() {
        for text in ["", "assets", "assets:card_clearing:", "assets:card_clearings", "assets:card_clearing:merch_1"] {
            assert_eq!(text.parse::<LedgerAccount>(), Err(()), "{text}");
        }
    }
}
