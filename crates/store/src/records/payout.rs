//! Payouts.

use crate::column::{bank_cells, part};
use hedge_domain::bank_account::BankAccount;
use hedge_domain::merchant::Destination;
use hedge_domain::payout::{Payout, PayoutId};

use crate::record::{Columns, Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static PAYOUTS: Table = Definition {
    fixed: "account_id, merchant_id",
    ..Definition::of(
        "payouts",
        "id uuid, account_id uuid, merchant_id uuid, amount bigint, currency text, fee bigint, wallet text, \
         bank_routing_number text, bank_kind text, bank_last4 text, bank_number bytea, status text, \
         automatic boolean, description text, metadata text, arrival_at bigint, paid_at bigint, failure_code text, \
         failed_at bigint, created_at bigint, updated_at bigint, sequence bigint",
    )
}
.table();

impl Row for Payout {
    fn table() -> &'static Table {
        &PAYOUTS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self {
            id,
            account,
            merchant,
            amount,
            fee,
            destination,
            status,
            automatic,
            description,
            metadata,
            arrival_at,
            paid_at,
            failure,
            failed_at,
            created_at,
            updated_at,
            sequence,
        } = self;
        row.put(id).put(account).put(merchant).put(amount).put(fee).put(destination).put(status).put(automatic);
        row.put(description).put(metadata).put(arrival_at).put(paid_at).put(failure).put(failed_at);
        row.put(created_at).put(updated_at).put(sequence);
    }
}

impl Stored for Payout {
    type Id = PayoutId;

    fn id(&self) -> PayoutId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.take()?,
            account: row.take()?,
            merchant: row.take()?,
            amount: row.take()?,
            fee: row.take()?,
            destination: row.take()?,
            status: row.take()?,
            automatic: row.take()?,
            description: row.take()?,
            metadata: row.take()?,
            arrival_at: row.take()?,
            paid_at: row.take()?,
            failure: row.take()?,
            failed_at: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
            sequence: row.take()?,
        })
    }
}

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
