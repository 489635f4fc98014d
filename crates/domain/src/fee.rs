//! Processing fees: what the platform keeps of a payment that succeeded.
//!
//! The settlement fee of a payout is something else and is not in here.

use crate::Money;
use crate::money::share_half_up;
use crate::payment::Method;

/// One method's price: a share in basis points, a fixed part, and perhaps a ceiling; both in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeSchedule {
    pub basis_points: i64,
    pub fixed: i64,
    pub cap: Option<i64>,
}

/// A merchant's prices by payment method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeePlan {
    pub card: FeeSchedule,
    pub ach: FeeSchedule,
    pub crypto: FeeSchedule,
}

impl FeePlan {
    /// The published prices: card 2.9 % + 30¢, ACH 0.8 % up to $5.00, crypto 1 %.
    pub const STANDARD: Self = Self {
        card: FeeSchedule { basis_points: 290, fixed: 30, cap: None },
        ach: FeeSchedule { basis_points: 80, fixed: 0, cap: Some(500) },
        crypto: FeeSchedule { basis_points: 100, fixed: 0, cap: None },
    };

    #[must_use]
    pub const fn schedule(&self, method: Method) -> FeeSchedule {
        match method {
            Method::Card => self.card,
            Method::Ach => self.ach,
            Method::Crypto => self.crypto,
        }
    }
}

/// What is wrong with a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceProblem {
    Share,
    Fixed,
    Cap,
}

impl FeeSchedule {
    /// All of a payment.
    pub const MOST_BASIS_POINTS: i64 = 10_000;
    /// A thousand dollars: a slip of the finger, rather than a price.
    pub const MOST_FIXED: i64 = 100_000;
    /// The largest payment there is.
    pub const MOST_CAP: i64 = 99_999_999;

    /// A price that may be set.
    pub fn new(basis_points: i64, fixed: i64, cap: Option<i64>) -> Result<Self, PriceProblem> {
        if !(0..=Self::MOST_BASIS_POINTS).contains(&basis_points) {
            return Err(PriceProblem::Share);
        }
        if !(0..=Self::MOST_FIXED).contains(&fixed) {
            return Err(PriceProblem::Fixed);
        }
        if cap.is_some_and(|cap| !(0..=Self::MOST_CAP).contains(&cap)) {
            return Err(PriceProblem::Cap);
        }
        Ok(Self { basis_points, fixed, cap })
    }

    /// Half up to the cent. The fixed part of a very small payment may exceed the payment: then it costs the merchant.
    #[must_use]
    pub fn fee(&self, amount: Money) -> Money {
        let share = share_half_up(amount.minor(), self.basis_points, 10_000).unwrap_or(i64::MAX);
        let whole = share.saturating_add(self.fixed);
        Money::new(self.cap.map_or(whole, |cap| whole.min(cap)), amount.currency())
    }
}

impl std::fmt::Display for FeeSchedule {
    /// As `290 basis points + 30, at most 500`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} basis points + {}", self.basis_points, self.fixed)?;
        self.cap.map_or(Ok(()), |cap| write!(f, ", at most {cap}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn fees_follow_the_published_prices() {
        let table = [
            (Method::Card, 9_999, 320),
            (Method::Card, 100_000, 2_930),
            (Method::Card, 1, 30),
            (Method::Card, 30, 31),
            (Method::Card, 17, 30),
            (Method::Card, 18, 31),
            (Method::Card, 31, 31),
            (Method::Card, 32, 31),
            (Method::Card, 99_999_999, 2_900_030),
            (Method::Ach, 53, 0),
            (Method::Ach, 63, 1),
            (Method::Ach, 62_500, 500),
            (Method::Ach, 99_999_999, 500),
            (Method::Crypto, 10_000, 100),
            (Method::Crypto, 50, 1),
            (Method::Crypto, 49, 0),
        ];
        for (method, amount, expected) in table {
            let fee = FeePlan::STANDARD.schedule(method).fee(Money::new(amount, Currency::Usd));
            assert_eq!(fee.minor(), expected, "{method:?} {amount}");
        }
    }
}
