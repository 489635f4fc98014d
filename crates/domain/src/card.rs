//! Card numbers: brands, the Luhn check, expiry.
//!
//! A full number exists only as an argument of the functions here; what is kept of it is [`Card`].

use std::fmt;

use crate::installation::PlayMoney;
use crate::{Duration, Timestamp};

/// How long a card's month goes on after its end in UTC.
const GRACE: Duration = Duration::from_hours(12);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brand {
    Visa,
    Mastercard,
    Amex,
    Discover,
    Jcb,
    Diners,
    UnionPay,
}

/// What may be shown and stored of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub brand: Brand,
    pub last4: String,
    pub exp_month: u32,
    pub exp_year: i32,
}

/// The field of a card that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardProblem {
    Number,
    Expiry,
    Cvc,
}

/// A card as its holder typed it. Never stored, never printed; and never made in production, where the acquirer's own
/// fields or tokens take its place.
pub struct CardDetails<'a> {
    pub play: PlayMoney,
    pub number: &'a str,
    pub exp_month: u32,
    pub exp_year: i32,
    pub cvc: &'a str,
}

impl Brand {
    pub const ALL: [Self; 7] =
        [Self::Visa, Self::Mastercard, Self::Amex, Self::Discover, Self::Jcb, Self::Diners, Self::UnionPay];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Visa => "visa",
            Self::Mastercard => "mastercard",
            Self::Amex => "amex",
            Self::Discover => "discover",
            Self::Jcb => "jcb",
            Self::Diners => "diners",
            Self::UnionPay => "unionpay",
        }
    }

    /// By the issuer ranges of ISO/IEC 7812 as the networks publish them.
    fn of(number: &str) -> Option<Self> {
        let prefix = |digits: usize| number.get(..digits).and_then(|text| text.parse::<u32>().ok());
        let (two, three, four) = (prefix(2)?, prefix(3)?, prefix(4)?);
        let brand = match (two, three, four) {
            (40..=49, _, _) => Self::Visa,
            (51..=55, _, _) | (_, _, 2221..=2720) => Self::Mastercard,
            (34 | 37, _, _) => Self::Amex,
            (65, _, _) | (_, 644..=649, _) | (_, _, 6011) => Self::Discover,
            (_, _, 3528..=3589) => Self::Jcb,
            (36 | 38 | 39, _, _) | (_, 300..=305, _) => Self::Diners,
            (62, _, _) => Self::UnionPay,
            _ => return None,
        };
        Some(brand)
    }

    const fn takes(self, digits: usize) -> bool {
        match self {
            Self::Visa => matches!(digits, 13 | 16 | 19),
            Self::Mastercard => digits == 16,
            Self::Amex => digits == 15,
            Self::Discover | Self::Jcb | Self::UnionPay => digits >= 16 && digits <= 19,
            Self::Diners => digits >= 14 && digits <= 19,
        }
    }

    const fn cvc_digits(self) -> usize {
        match self {
            Self::Amex => 4,
            Self::Visa | Self::Mastercard | Self::Discover | Self::Jcb | Self::Diners | Self::UnionPay => 3,
        }
    }
}

impl CardDetails<'_> {
    /// The card as it may be kept, or the field that is wrong.
    ///
    /// A month ends twelve hours after its last instant in UTC: it is still that month somewhere west of here, and its issuer
    /// has the last word anyway. `now` is the account's time.
    pub fn check(&self, now: Timestamp) -> Result<Card, CardProblem> {
        if !self.number.bytes().all(|byte| byte.is_ascii_digit()) || !passes_luhn(self.number) {
            return Err(CardProblem::Number);
        }
        let brand = Brand::of(self.number).ok_or(CardProblem::Number)?;
        if !brand.takes(self.number.len()) {
            return Err(CardProblem::Number);
        }
        if !(1..=12).contains(&self.exp_month) || (self.exp_year, self.exp_month) < year_and_month(now.minus(GRACE)) {
            return Err(CardProblem::Expiry);
        }
        if self.cvc.len() != brand.cvc_digits() || !self.cvc.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CardProblem::Cvc);
        }
        let last4 = self.number[self.number.len() - 4..].to_owned();
        Ok(Card { brand, last4, exp_month: self.exp_month, exp_year: self.exp_year })
    }
}

/// ISO/IEC 7812-1 annex B: from the right, every second digit doubled, digits summed, a multiple of ten.
fn passes_luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            let doubled = if place % 2 == 1 { digit * 2 } else { digit };
            doubled / 10 + doubled % 10
        })
        .sum();
    !number.is_empty() && sum.is_multiple_of(10)
}

/// The civil year and month of an instant, UTC (days-to-civil after Howard Hinnant's public-domain algorithm).
fn year_and_month(now: Timestamp) -> (i32, u32) {
    let days = now.millis().div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (i32::try_from(year).unwrap_or(i32::MAX), u32::try_from(month).unwrap_or(1))
}

impl fmt::Display for CardProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "the card number is not valid",
            Self::Expiry => "the card has expired",
            Self::Cvc => "the security code has the wrong number of digits",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::installation::Environment;

    /// 2024-06-15T10:30:00Z
    const NOW: Timestamp = Timestamp::from_millis(1_718_447_400_000);

    fn check(number: &str, exp_month: u32, exp_year: i32, cvc: &str) -> Result<Card, CardProblem> {
        let play = Environment::Sandbox.play_money().expect("this is play");
        CardDetails { play, number, exp_month, exp_year, cvc }.check(NOW)
    }

    #[test]
    fn brands_are_told_by_their_ranges() {
        let table = [
            ("4242424242424242", "123", Brand::Visa),
            ("5555555555554444", "123", Brand::Mastercard),
            ("2223003122003222", "123", Brand::Mastercard),
            ("378282246310005", "1234", Brand::Amex),
            ("6011111111111117", "123", Brand::Discover),
            ("3566002020360505", "123", Brand::Jcb),
            ("30569309025904", "123", Brand::Diners),
            ("6200000000000005", "123", Brand::UnionPay),
        ];
        for (number, cvc, brand) in table {
            assert_eq!(check(number, 12, 2030, cvc).map(|card| card.brand), Ok(brand), "{number}");
        }
    }

    #[test]
    fn the_wrong_field_is_named() {
        let table = [
            ("4242424242424241", 12, 2030, "123", CardProblem::Number),
            ("42424242424242424", 12, 2030, "123", CardProblem::Number),
            ("9999999999999995", 12, 2030, "123", CardProblem::Number),
            ("4242 4242 4242 4242", 12, 2030, "123", CardProblem::Number),
            ("", 12, 2030, "123", CardProblem::Number),
            ("4242424242424242", 5, 2024, "123", CardProblem::Expiry),
            ("4242424242424242", 13, 2030, "123", CardProblem::Expiry),
            ("4242424242424242", 12, 2030, "1234", CardProblem::Cvc),
            ("378282246310005", 12, 2030, "123", CardProblem::Cvc),
        ];
        for (number, month, year, cvc, problem) in table {
            assert_eq!(check(number, month, year, cvc), Err(problem), "{number} {month}/{year} {cvc}");
        }
    }

    #[test]
    fn a_card_is_good_through_its_last_month() {
        assert!(check("4242424242424242", 6, 2024, "123").is_ok());
    }

    #[test]
    fn months_are_told_from_milliseconds() {
        let table = [(0, (1970, 1)), (951_782_400_000, (2000, 2)), (1_709_251_199_999, (2024, 2)), (-1, (1969, 12))];
        for (millis, expected) in table {
            assert_eq!(year_and_month(Timestamp::from_millis(millis)), expected, "{millis}");
        }
    }

    #[test]
    fn a_month_ends_twelve_hours_after_its_end_in_utc() {
        let play = Environment::Sandbox.play_money().expect("this is play");
        assert_eq!(Environment::Production.play_money(), None);
        let card = CardDetails { play, number: "4242424242424242", exp_month: 11, exp_year: 2026, cvc: "123" };
        // 2026-12-01T00:00:00Z
        let end = Timestamp::from_millis(1_796_083_200_000);
        let at = |time: Timestamp| card.check(time).map(|card| card.exp_month);
        assert_eq!(at(end.plus(Duration::from_hours(1))), Ok(11));
        assert_eq!(at(end.plus(Duration::from_hours(12)).minus(Duration::from_secs(1))), Ok(11));
        assert_eq!(at(end.plus(Duration::from_hours(12))), Err(CardProblem::Expiry));
    }
}
