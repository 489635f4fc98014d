//! Money: whole minor units with a currency, and arithmetic that refuses to overflow or to mix currencies.
//!
//! There is no `+`: every sum is checked, and `None` means "that is not an amount".

use std::fmt;
use std::str::FromStr;

/// ISO 4217. All four have two decimals, so a minor unit is a cent everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Currency {
    Usd,
    Eur,
    Gbp,
    Brl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Currency {
    pub const ALL: [Self; 4] = [Self::Usd, Self::Eur, Self::Gbp, Self::Brl];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Brl => "BRL",
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|currency| currency.code() == text).ok_or(())
    }
}

impl Money {
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.same_currency(other)?;
        Some(Self::new(self.minor.checked_add(other.minor)?, self.currency))
    }

    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.same_currency(other)?;
        Some(Self::new(self.minor.checked_sub(other.minor)?, self.currency))
    }

    fn same_currency(self, other: Self) -> Option<()> {
        (self.currency == other.currency).then_some(())
    }
}

/// `amount * numerator / denominator`, halves away from zero: the rounding of every fee.
///
/// `None` when the result is no amount, or the denominator is not positive.
#[must_use]
pub fn share_half_up(amount: i64, numerator: i64, denominator: i64) -> Option<i64> {
    if denominator <= 0 {
        return None;
    }
    let product = i128::from(amount).checked_mul(i128::from(numerator))?;
    let denominator = i128::from(denominator);
    let magnitude = (product.abs().checked_mul(2)? + denominator) / (denominator * 2);
    i64::try_from(magnitude * product.signum()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_round_halves_away_from_zero() {
        let table = [
            (9999, 290, 10_000, Some(290)),
            (50, 1, 100, Some(1)),
            (49, 1, 100, Some(0)),
            (-50, 1, 100, Some(-1)),
            (-49, 1, 100, Some(0)),
            (0, 290, 10_000, Some(0)),
            (1, 1, 0, None),
            (i64::MAX, i64::MAX, 1, None),
            (i64::MAX, 1, 1, Some(i64::MAX)),
            (i64::MIN, 1, 1, Some(i64::MIN)),
        ];
        for (amount, numerator, denominator, expected) in table {
            assert_eq!(share_half_up(amount, numerator, denominator), expected, "{amount} * {numerator}/{denominator}");
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        assert_eq!(Money::new(1, Currency::Usd).checked_add(Money::new(1, Currency::Eur)), None);
        assert_eq!(Money::new(1, Currency::Usd).checked_sub(Money::new(1, Currency::Eur)), None);
    }

    #[test]
    fn overflow_is_no_amount() {
        assert_eq!(Money::new(i64::MAX, Currency::Usd).checked_add(Money::new(1, Currency::Usd)), None);
        assert_eq!(Money::new(i64::MIN, Currency::Usd).checked_sub(Money::new(1, Currency::Usd)), None);
    }
}
