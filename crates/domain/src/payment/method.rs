//! How a payment may be made.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Card,
    Ach,
    Crypto,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::Card, Self::Ach, Self::Crypto];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Ach => "ach",
            Self::Crypto => "crypto",
        }
    }
}
