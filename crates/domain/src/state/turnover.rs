//! What a batch adds to the sides of ledger accounts.

use std::collections::BTreeMap;

use super::{BalanceKey, Changes};
use crate::ledger::Transfer;

/// The two sides of one ledger account, as they are kept or as a batch adds to them; both only ever grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    pub debits: i64,
    pub credits: i64,
}

impl Turnover {
    /// Adds what a transfer does to this account.
    pub fn count(&mut self, transfer: &Transfer, (account, currency): BalanceKey) {
        if transfer.amount.currency() != currency {
            return;
        }
        if transfer.debit == account {
            self.debits = self.debits.saturating_add(transfer.amount.minor());
        }
        if transfer.credit == account {
            self.credits = self.credits.saturating_add(transfer.amount.minor());
        }
    }
}

impl Changes {
    /// One row per ledger account, so that a hot account costs one update per batch; in a fixed order.
    #[must_use]
    pub fn turnovers(&self) -> BTreeMap<BalanceKey, Turnover> {
        let mut turnovers: BTreeMap<BalanceKey, Turnover> = BTreeMap::new();
        for transfer in self.postings.iter().flat_map(|posting| &posting.transfers) {
            for account in [transfer.debit, transfer.credit] {
                let key = (account, transfer.amount.currency());
                turnovers.entry(key).or_default().count(transfer, key);
            }
        }
        turnovers
    }
}
