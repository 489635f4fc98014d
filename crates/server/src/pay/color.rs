//! Colours, and which text can be read on them, by the contrast ratio of WCAG 2.2 in whole numbers.

use std::fmt;

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

/// Luminance of white. The unit comes from [`linear`].
const WHITE: u128 = 15_848_932;

impl Color {
    /// Of six hexadecimal digits, in lower case so that one colour has one address.
    pub fn parse(digits: &str) -> Option<Self> {
        let one = |byte: &u8| char::from(*byte).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
        let digits: Vec<u32> = digits.as_bytes().iter().map(one).collect::<Option<_>>()?;
        let parts: [u32; 6] = digits.try_into().ok()?;
        let pair = |high: usize| u8::try_from(parts[high] * 16 + parts[high + 1]).ok();
        Some(Self([pair(0)?, pair(2)?, pair(4)?]))
    }

    /// Whether white can be read on it at least as well as black; either way the ratio is above 4.5.
    pub fn is_dark(self) -> bool {
        // (1.05 / (L + 0.05)) >= ((L + 0.05) / 0.05), without the fractions.
        let raised = self.luminance() * 20 + WHITE;
        raised * raised <= 21 * WHITE * WHITE
    }

    /// Whether its edge can be told from a white page: a ratio of 3 is enough for what is not text.
    pub fn stands_out(self) -> bool {
        // 1.05 / (L + 0.05) >= 3
        (self.luminance() * 20 + WHITE) * 3 <= WHITE * 21
    }

    fn luminance(self) -> u128 {
        let [red, green, blue] = self.0.map(linear);
        (2_126 * red + 7_152 * green + 722 * blue) / 10_000
    }
}

/// `((c / 255 + 0.055) / 1.055) ^ 2.4`: the twelfth power's fifth root, of thousandths. The straight piece that the
/// standard has for the darkest few is left out; it differs by less than a thousandth of white.
fn linear(channel: u8) -> u128 {
    let thousandths = (u128::from(channel) * 1_000_000 + 14_025_000) / 269_025;
    let power = thousandths.pow(12);
    let (mut low, mut high) = (0u128, WHITE * 2);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if middle.pow(5) <= power { low = middle } else { high = middle }
    }
    low
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_six_lower_case_digits() {
        let table = [
            ("1d4ed8", Some([0x1d, 0x4e, 0xd8])),
            ("000000", Some([0, 0, 0])),
            ("1D4ED8", None),
            ("1d4ed", None),
            ("1d4ed8f", None),
            ("+d4ed8", None),
            ("é4ed8", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(Color::parse(text).map(|color| color.0), expected, "{text}");
        }
        assert_eq!(Color([0x1d, 0x4e, 0xd8]).to_string(), "1d4ed8");
    }

    #[test]
    fn text_is_white_on_dark_and_black_on_light() {
        let table = [
            ("000000", true),
            ("ffffff", false),
            ("1d4ed8", true),
            ("ffd400", false),
            ("ff0000", false),
            ("0000ff", true),
            ("00ff00", false),
            // The two greys between which the better one changes: #757575 has 4.61 with white, #767676 has 4.62 with black.
            ("757575", true),
            ("777777", false),
        ];
        for (text, expected) in table {
            assert_eq!(Color::parse(text).expect("a colour").is_dark(), expected, "{text}");
        }
    }

    #[test]
    fn pale_colors_need_an_edge_on_white() {
        for (text, expected) in [("1d4ed8", true), ("949494", true), ("969696", false), ("ffd400", false)] {
            assert_eq!(Color::parse(text).expect("a colour").stands_out(), expected, "{text}");
        }
    }
}
