//! The journal, and the lines of merchants' statements.

use hedge_domain::ledger::{
    BalanceTransaction, BalanceTransactionId, BalanceTransactionKind, Cause, Posting, Transfer,
};

use crate::column::coded;
use crate::engine::BalanceRow;
use crate::record::{Cell, Get, Malformed, Put, Row, record};
use crate::table::{Definition, Table};

static LEDGER_TRANSFERS: Table = Definition {
    key: 3,
    ..Definition::log(
        "ledger_transfers",
        "subject_id uuid, posting_id uuid, line bigint, account_id uuid, cause text, detail_id uuid, \
         debit_account text, credit_account text, amount bigint, currency text, at bigint",
    )
}
.table();

/// A transfer in its place in the journal.
pub(crate) struct JournalLine<'p> {
    posting: &'p Posting,
    number: i64,
    transfer: &'p Transfer,
}

impl<'p> JournalLine<'p> {
    /// Each posting's transfers, numbered from 1: rules of the audit look at the first one of each.
    pub fn of(postings: &'p [Posting]) -> Vec<Self> {
        let lines = postings.iter().flat_map(|posting| {
            (1..).zip(&posting.transfers).map(move |(number, transfer)| Self { posting, number, transfer })
        });
        lines.collect()
    }
}

coded!(BalanceTransactionKind);

impl Row for JournalLine<'_> {
    fn table() -> &'static Table {
        &LEDGER_TRANSFERS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Posting { id, account, cause, transfers: _, at } = self.posting;
        let Transfer { debit, credit, amount } = self.transfer;
        let (code, subject, detail) = match *cause {
            Cause::Payment(payment) => ("payment", Cell::id(payment), Cell::Null),
            Cause::Refund(payment, refund) => ("refund", Cell::id(payment), Cell::id(refund)),
            Cause::Settlement(payment) => ("settlement", Cell::id(payment), Cell::Null),
            Cause::Payout(payout) => ("payout", Cell::id(payout), Cell::Null),
            Cause::PayoutPaid(payout) => ("payout_paid", Cell::id(payout), Cell::Null),
            Cause::PayoutFailed(payout) => ("payout_failed", Cell::id(payout), Cell::Null),
        };
        row.cell(subject);
        row.put(id).put(&self.number).put(account);
        row.cell(Cell::Text(code.into()));
        row.cell(detail);
        row.put(debit).put(credit).put(amount).put(at);
    }
}

/// A kept or recomputed balance: account, currency, debits, credits.
pub(crate) fn balance(row: &mut dyn Get) -> Result<BalanceRow, Malformed> {
    let (account, currency, debits, credits) = row.take()?;
    Ok(BalanceRow { account, currency, debits, credits })
}

record! {
    log "balance_transactions" of BalanceTransaction, by id: BalanceTransactionId;
    merchant: "merchant_id uuid",
    id: "id uuid",
    account: "account_id uuid",
    kind: "kind text",
    source: "source_id uuid",
    amount: "amount bigint, currency text",
    fee: "fee bigint",
    at: "at bigint",
}
