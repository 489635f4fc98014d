//! What of a merchant's money a payout may take, and out of which account.
//!
//! What settled at once leaves in USDC only; what has waited for the bank leaves by either method. A newcomer's usual mistake
//! is to look at one account alone: what is owed in one is held back in the other.

use crate::merchant::SettlementMethod;
use crate::{Currency, Money};

/// The two parts of what is available, in one currency; each is less than nothing when more was refunded than was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Available {
    /// What [`super::LedgerAccount::MerchantAvailable`] comes to.
    pub waited: i64,
    /// What [`super::LedgerAccount::MerchantUsdcOnly`] comes to.
    pub at_once: i64,
    pub currency: Currency,
}

impl Available {
    #[must_use]
    pub const fn total(self) -> Money {
        Money::new(self.waited.saturating_add(self.at_once), self.currency)
    }

    /// What can be paid out by a method.
    #[must_use]
    pub fn by(self, method: SettlementMethod) -> Money {
        match method {
            SettlementMethod::Usdc => self.total(),
            SettlementMethod::Usd => Money::new(self.waited.min(self.total().minor()), self.currency),
        }
    }

    /// What can be paid out in USDC and not to a bank.
    #[must_use]
    pub fn usdc_only(self) -> Money {
        Money::new(self.at_once.min(self.total().minor()).max(0), self.currency)
    }

    /// How much of a payout comes out of what is USDC only: as much as there is, so that the rest stays free.
    #[must_use]
    pub fn usdc_only_of(self, amount: Money, method: SettlementMethod) -> i64 {
        match method {
            SettlementMethod::Usdc => self.usdc_only().minor().min(amount.minor()),
            SettlementMethod::Usd => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payout_takes_what_its_method_may_and_leaves_no_account_owing() {
        // (waited, at once, by USDC, by bank, in USDC only)
        let table = [
            (100, 0, 100, 100, 0),
            (0, 100, 100, 0, 100),
            (60, 40, 100, 60, 40),
            // What is owed in one is held back in the other.
            (100, -30, 70, 70, 0),
            (-30, 100, 70, -30, 70),
            (-100, 30, -70, -100, 0),
            (30, -100, -70, -70, 0),
        ];
        for (waited, at_once, in_usdc, to_bank, usdc_only) in table {
            let available = Available { waited, at_once, currency: Currency::Usd };
            let told = SettlementMethod::ALL.map(|method| available.by(method).minor());
            assert_eq!((told, available.usdc_only().minor()), ([in_usdc, to_bank], usdc_only), "{available:?}");
            for method in SettlementMethod::ALL {
                for amount in 1..=available.by(method).minor() {
                    let part = available.usdc_only_of(Money::new(amount, Currency::Usd), method);
                    assert!((0..=at_once.max(0)).contains(&part), "{amount} of {available:?}");
                    assert!(amount - part <= waited.max(0), "{amount} of {available:?}");
                }
            }
        }
    }
}
