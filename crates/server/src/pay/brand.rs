//! Whose page it is: the name and the colour of the merchant.
//!
//! A newcomer's usual mistake is to link to the merchant's logo: the page asks nobody but us for anything, so that nobody
//! else learns who pays. Until logos are served through us, initials stand for them.

use hedge_domain::merchant::Merchant;

use super::color::Color;

/// The colour of merchants who have chosen none.
const HOUSE: Color = Color([0x1d, 0x4e, 0xd8]);

pub struct Brand {
    pub name: String,
    pub color: Color,
}

impl Brand {
    pub fn of(merchant: &Merchant) -> Self {
        let chosen = merchant.branding.primary_color;
        Self { name: merchant.name.clone(), color: chosen.map_or(HOUSE, |color| Color(color.0)) }
    }

    /// Of the first two words.
    pub fn initials(&self) -> String {
        let words = self.name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        words.take(2).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
    }
}

/// What the page's style takes its colours from.
pub fn stylesheet(color: Color) -> String {
    let text = if color.is_dark() { "ffffff" } else { "000000" };
    let edge = if color.stands_out() { color } else { Color([0x5f, 0x66, 0x73]) };
    format!(":root{{--brand:#{color};--on-brand:#{text};--edge:#{edge}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_two_words() {
        let table = [
            ("Default merchant", "DM"),
            ("acme", "A"),
            ("<b>Tom & Jerry's</b>", "BT"),
            ("Élan vital bar", "ÉV"),
            ("ßtraße", "SS"),
            ("!!", ""),
            ("", ""),
        ];
        for (name, expected) in table {
            let brand = Brand { name: name.to_owned(), color: HOUSE };
            assert_eq!(brand.initials(), expected, "{name}");
        }
    }

    #[test]
    fn the_stylesheet_has_text_that_can_be_read() {
        assert_eq!(stylesheet(HOUSE), ":root{--brand:#1d4ed8;--on-brand:#ffffff;--edge:#1d4ed8}\n");
        let pale = Color::parse("ffee88").expect("a colour");
        assert_eq!(stylesheet(pale), ":root{--brand:#ffee88;--on-brand:#000000;--edge:#5f6673}\n");
    }
}
