//! Merchants: who is paid, under which name on the payer's statement, at which prices, and where to.
//!
//! What a newcomer looks for and does not find is the balance: it is the ledger's. What is here and looks out of place is
//! [`Merchant::payouts`]: every payout writes its merchant's row, so of two at a time one sees what the other took.

mod audit;
mod cancel_prices;
mod create;
mod prices;
mod query;
mod restrict;
mod set_prices;
mod settlement;
mod update;

pub use crate::ids::MerchantId;
pub use cancel_prices::CancelNextPrices;
pub use create::{CreateMerchant, NewMerchant};
pub use prices::{NextPrices, PriceChange, Prices};
pub use query::MerchantQuery;
pub use restrict::RestrictMerchant;
pub use set_prices::{AlreadyAhead, SetPrices};
pub use settlement::{Destination, PayoutSchedule, Settlement, SettlementMethod, Terms};
pub use update::{BrandingChange, MerchantChange, SettlementChange, UpdateMerchant};

use crate::metadata::Metadata;
use crate::{AccountId, Currency, Refusal, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    pub id: MerchantId,
    pub account: AccountId,
    pub name: String,
    pub email: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub default_currency: Currency,
    pub statement_descriptor: String,
    /// A name of the IANA database; whoever knows that database has looked it up.
    pub time_zone: String,
    pub settlement: Settlement,
    pub branding: Branding,
    pub prices: Prices,
    pub status: MerchantStatus,
    pub metadata: Metadata,
    /// When what is available is paid out by itself; `None` if it never is.
    pub next_payout_at: Option<Timestamp>,
    /// How many payouts there have been.
    pub payouts: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How the hosted page looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branding {
    pub logo_url: Option<String>,
    pub primary_color: Option<Color>,
    pub secondary_color: Option<Color>,
}

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MerchantStatus {
    Active,
    /// Takes no new payments and is paid nothing out, until the operator says otherwise. Refunds go on.
    Restricted,
}

impl MerchantStatus {
    pub const ALL: [Self; 2] = [Self::Active, Self::Restricted];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Restricted => "restricted",
        }
    }
}

impl Merchant {
    pub(crate) fn must_be_active(&self) -> Result<(), Refusal> {
        match self.status {
            MerchantStatus::Active => Ok(()),
            MerchantStatus::Restricted => Err(Refusal::MerchantRestricted(self.id)),
        }
    }
}

impl Color {
    /// As `#1a2b3c`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        // `from_str_radix` takes a sign.
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(())?;
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_six_digits() {
        assert_eq!(Color::parse("#1a2B3c").map(|color| color.to_string()), Some("#1a2b3c".to_owned()));
        for bad in ["", "#", "1a2b3c", "#1a2b3", "#1a2b3c4", "#+a2b3c", "#1a2b3g", "#\u{e9}aaaa"] {
            assert_eq!(Color::parse(bad), None, "{bad}");
        }
    }
}
