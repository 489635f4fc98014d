//! How the texts of an enum follow from the names of its variants, where one rule of serde does for all of them.

/// Rules of serde's `rename_all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Casing {
    Lower,
    Upper,
    Snake,
    ScreamingSnake,
    Kebab,
}

impl Casing {
    const ALL: [Self; 5] = [Self::Lower, Self::Upper, Self::Snake, Self::ScreamingSnake, Self::Kebab];

    /// The first rule that makes every text of its variant's name.
    pub fn of<'a>(variants: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Option<Self> {
        Self::ALL.into_iter().find(|casing| variants.clone().all(|(rust, wire)| casing.applied(rust) == wire))
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Lower => "lowercase",
            Self::Upper => "UPPERCASE",
            Self::Snake => "snake_case",
            Self::ScreamingSnake => "SCREAMING_SNAKE_CASE",
            Self::Kebab => "kebab-case",
        }
    }

    /// As serde does it: a separator before every capital but the first.
    fn applied(self, variant: &str) -> String {
        match self {
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Snake => separated(variant, '_'),
            Self::ScreamingSnake => separated(variant, '_').to_ascii_uppercase(),
            Self::Kebab => separated(variant, '-'),
        }
    }
}

fn separated(variant: &str, separator: char) -> String {
    let mut out = String::new();
    for (index, c) in variant.char_indices() {
        if index > 0 && c.is_uppercase() {
            out.push(separator);
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_holds_for_all_is_taken() {
        type Variants<'a> = &'a [(&'a str, &'a str)];
        let table: [(Variants<'_>, Option<Casing>); 6] = [
            (&[("Usd", "USD"), ("Eur", "EUR")], Some(Casing::Upper)),
            (&[("Card", "card"), ("Ach", "ach")], Some(Casing::Lower)),
            (&[("Card", "card"), ("NotListed", "not_listed")], Some(Casing::Snake)),
            (&[("DarkGreen", "dark-green")], Some(Casing::Kebab)),
            (&[("TwoWords", "TWO_WORDS")], Some(Casing::ScreamingSnake)),
            (&[("PaymentCreated", "payment.created")], None),
        ];
        for (variants, expected) in table {
            assert_eq!(Casing::of(variants.iter().copied()), expected, "{variants:?}");
        }
    }
}
