//! A payout about to be made, whoever asked for it.

use super::{Payout, PayoutStatus};
use crate::event_kind::EventKind;
use crate::job::Task;
use crate::ledger::{Available, Cause};
use crate::merchant::{Destination, Merchant};
use crate::metadata::Metadata;
use crate::money::share_half_up;
use crate::{Context, Money, State, ledger};

/// A payout to be made, of an amount that is there for its method.
pub(super) struct Draft {
    pub amount: Money,
    /// What there is.
    pub available: Available,
    pub destination: Destination,
    pub automatic: bool,
    pub description: Option<String>,
    pub metadata: Metadata,
}

impl Draft {
    /// Takes the money and sends for the rail. The merchant's row is written, as [`State::available`] asks for.
    pub(super) fn make(self, merchant: &mut Merchant, state: &mut State, cx: &Context<'_>) -> Payout {
        let method = self.destination.method();
        let terms = method.terms();
        let fee = share_half_up(self.amount.minor(), terms.basis_points, 10_000).unwrap_or(self.amount.minor());
        let mut payout = Payout {
            id: cx.id(),
            account: merchant.account,
            merchant: merchant.id,
            amount: self.amount,
            fee,
            usdc_only: self.available.usdc_only_of(self.amount, method),
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
        let fee = Money::new(fee, self.amount.currency());
        let transfers = ledger::payout_made(payout.parties(), payout.net(), fee, payout.usdc_only);
        state.merchants.put(merchant.id, merchant.clone());
        state.post(cx, payout.account, Cause::Payout(payout.id), transfers);
        state.announce(cx, &mut payout, EventKind::PayoutCreated);
        state.schedule(cx, payout.account, Task::SubmitPayout(payout.id), cx.now);
        payout
    }
}
