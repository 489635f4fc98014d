//! Payouts: what is available to a merchant, sent to its bank account or wallet.
//!
//! The amount is what leaves the balance; the fee comes out of it, and the rest arrives. The money is taken when the payout
//! is made, not when it arrives: so nothing can be paid out twice, and a payout that fails gives it back.

mod create;
mod draft;
mod progress;
mod query;
mod status;
mod sweep;

pub use crate::ids::PayoutId;
pub use create::CreatePayout;
pub use progress::{BeginPayout, PayoutOrder, PayoutOutcome, RecordPayout};
pub use query::PayoutQuery;
pub use status::{PayoutStatus, PayoutStep};
pub use sweep::SweepMerchant;

use crate::actor::Actor;
use crate::ids::MerchantId;
use crate::ledger::Parties;
use crate::merchant::Destination;
use crate::metadata::Metadata;
use crate::{AccountId, Money, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    pub id: PayoutId,
    pub account: AccountId,
    pub merchant: MerchantId,
    pub amount: Money,
    pub fee: i64,
    /// How much of the amount could be paid out in USDC only; that is what it is again if the payout fails.
    pub usdc_only: i64,
    pub destination: Destination,
    pub status: PayoutStatus,
    /// Made by the merchant's schedule.
    pub automatic: bool,
    pub description: Option<String>,
    pub metadata: Metadata,
    /// When it should arrive, as soon as the rail has said so.
    pub arrival_at: Option<Timestamp>,
    pub paid_at: Option<Timestamp>,
    pub failure: Option<PayoutFailure>,
    pub failed_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// How many events it has had.
    pub sequence: u32,
}

/// Why a payout came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutFailure {
    /// Return code R02.
    AccountClosed,
    /// Return code R03.
    NoAccount,
    /// The rail would not take it.
    Declined,
}

impl PayoutFailure {
    pub const ALL: [Self; 3] = [Self::AccountClosed, Self::NoAccount, Self::Declined];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AccountClosed => "account_closed",
            Self::NoAccount => "no_account",
            Self::Declined => "declined",
        }
    }

    /// For people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::AccountClosed => "The bank account is closed.",
            Self::NoAccount => "The bank has no such account.",
            Self::Declined => "The payout was declined.",
        }
    }
}

impl Payout {
    #[must_use]
    pub fn is_seen_by(&self, actor: &Actor) -> bool {
        actor.reaches(self.account, self.merchant)
    }

    /// Who its money is posted for.
    #[must_use]
    pub const fn parties(&self) -> Parties {
        Parties { account: self.account, merchant: self.merchant }
    }

    /// What arrives.
    #[must_use]
    pub const fn net(&self) -> Money {
        Money::new(self.amount.minor().saturating_sub(self.fee), self.amount.currency())
    }
}
