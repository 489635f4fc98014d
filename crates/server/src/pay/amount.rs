//! Amounts as payers read them, from whole minor units.

use hedge_domain::{Currency, Money};

/// As `$1,234.50`.
pub fn text(amount: Money) -> String {
    let symbol = match amount.currency() {
        Currency::Usd => "$",
        Currency::Eur => "€",
        Currency::Gbp => "£",
        Currency::Brl => "R$",
    };
    let sign = if amount.minor() < 0 { "-" } else { "" };
    let minor = amount.minor().unsigned_abs();
    format!("{sign}{symbol}{}.{:02}", grouped(minor / 100), minor % 100)
}

fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_on_a_price_tag() {
        let table = [
            (1, Currency::Usd, "$0.01"),
            (9_999, Currency::Usd, "$99.99"),
            (100_000, Currency::Eur, "€1,000.00"),
            (99_999_999, Currency::Brl, "R$999,999.99"),
            (123_456_789, Currency::Gbp, "£1,234,567.89"),
            (-5, Currency::Usd, "-$0.05"),
            (i64::MIN, Currency::Usd, "-$92,233,720,368,547,758.08"),
        ];
        for (minor, currency, expected) in table {
            assert_eq!(text(Money::new(minor, currency)), expected);
        }
    }
}
