//! Payouts: what is available to a merchant, sent to its bank account or wallet.
//!
//! The amount is what leaves the balance; the fee comes out of it, and the rest arrives. The money is taken when the payout
//! is made, not when it arrives: so nothing can be paid out twice, and a payout that fails gives it back.

mod create;
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
use crate::event_kind::EventKind;
use crate::ids::MerchantId;
use crate::job::Task;
use crate::ledger::{self, Cause};
use crate::merchant::{Destination, Merchant};
use crate::metadata::Metadata;
use crate::money::share_half_up;
use crate::{AccountId, Context, Money, State, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    pub id: PayoutId,
    pub account: AccountId,
    pub merchant: MerchantId,
    pub amount: Money,
    pub fee: i64,
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

    /// What arrives.
    #[must_use]
    pub const fn net(&self) -> Money {
        Money::new(self.amount.minor().saturating_sub(self.fee), self.amount.currency())
    }
}

/// A payout to be made, of an amount that is there.
struct Draft {
    amount: Money,
    destination: Destination,
    automatic: bool,
    description: Option<String>,
    metadata: Metadata,
}

impl Draft {
    /// Takes the money and sends for the rail. The merchant's row is written, as [`State::available`] asks for.
    fn make(self, mut merchant: Merchant, state: &mut State, cx: &Context<'_>) -> Payout {
        let terms = self.destination.method().terms();
        let fee = share_half_up(self.amount.minor(), terms.basis_points, 10_000).unwrap_or(self.amount.minor());
        let mut payout = Payout {
            id: cx.id(),
            account: merchant.account,
            merchant: merchant.id,
            amount: self.amount,
            fee,
            destination: self.destination,
            status: PayoutStatus::Pending,
            automatic: self.automatic,
            description: self.description,
            metadata: self.metadata,
            arrival_at: None,
            paid_at: None,
            failure: None,
            failed_at: None,
            created_at: cx.now,
            updated_at: cx.now,
            sequence: 0,
        };
        merchant.payouts = merchant.payouts.saturating_add(1);
        let transfers = ledger::payout_made(merchant.id, payout.net(), Money::new(fee, self.amount.currency()));
        state.merchants.put(merchant.id, merchant);
        state.post(cx, payout.account, Cause::Payout(payout.id), transfers);
        state.announce(cx, &mut payout, EventKind::PayoutCreated);
        state.schedule(cx, payout.account, Task::SubmitPayout(payout.id), cx.now);
        payout
    }
}
