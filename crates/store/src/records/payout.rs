//! Payouts.

use hedge_domain::bank_account::BankAccount;
use hedge_domain::merchant::Destination;
use hedge_domain::payout::{Payout, PayoutFailure, PayoutId, PayoutStatus};

use crate::column::{bank_cells, coded, part};
use crate::record::{Columns, Get, Malformed, Put, record};

record! {
    of "payouts" of Payout, by id: PayoutId, fixed: "account_id, merchant_id";
    id: "id uuid",
    account: "account_id uuid",
    merchant: "merchant_id uuid",
    amount: "amount bigint, currency text",
    fee: "fee bigint",
    usdc_only: "usdc_only bigint",
    destination: "wallet text, bank_routing_number text, bank_kind text, bank_last4 text, bank_number bytea",
    status: "status text",
    automatic: "automatic boolean",
    description: "description text",
    metadata: "metadata text",
    arrival_at: "arrival_at bigint",
    paid_at: "paid_at bigint",
    failure: "failure_code text",
    failed_at: "failed_at bigint",
    created_at: "created_at bigint",
    updated_at: "updated_at bigint",
    sequence: "sequence bigint",
}

coded!(PayoutFailure, PayoutStatus);

/// The wallet, or the bank account.
impl Columns for Destination {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        let (wallet, bank) = match self {
            Self::Wallet(wallet) => (Some(wallet), None),
            Self::Bank(account) => (None, Some(account)),
        };
        row.cell(part(wallet));
        bank_cells(bank).into_iter().for_each(|cell| row.cell(cell));
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        let (wallet, bank): (Option<String>, Option<BankAccount>) = (row.take()?, row.take()?);
        match (wallet, bank) {
            (Some(wallet), None) => Ok(Self::Wallet(wallet)),
            (None, Some(account)) => Ok(Self::Bank(account)),
            (Some(_), Some(_)) | (None, None) => Err(Malformed("a payout goes to one place".to_owned())),
        }
    }
}
