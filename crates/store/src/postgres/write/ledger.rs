//! The journal and the balances that it adds up to.

use hedge_domain::ledger::{Posting, Transfer};
use hedge_domain::state::Changes;

use super::{Expect, Write, column, exactly, uuid};
use crate::column::{Coded, cause_columns};

const ADD_TRANSFERS: &str = "INSERT INTO ledger_transfers (subject_id, posting_id, line, account_id, cause, detail_id, \
    debit_account, credit_account, amount, currency, at) \
    SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], \
    $8::text[], $9::bigint[], $10::text[], $11::bigint[])";

pub fn transfers<'a>(postings: &'a [Posting], writes: &mut Vec<Write<'a>>) {
    let rows: Vec<(&Posting, i64, &Transfer)> = postings
        .iter()
        .flat_map(|posting| (0_i64..).zip(&posting.transfers).map(move |(line, transfer)| (posting, line, transfer)))
        .collect();
    if rows.is_empty() {
        return;
    }
    let parameters = vec![
        column(&rows, |(posting, _, _)| uuid(cause_columns(posting.cause).1)),
        column(&rows, |(posting, _, _)| uuid(posting.id)),
        column(&rows, |(_, line, _)| *line),
        column(&rows, |(posting, _, _)| uuid(posting.account)),
        column(&rows, |(posting, _, _)| cause_columns(posting.cause).0),
        column(&rows, |(posting, _, _)| cause_columns(posting.cause).2.map(uuid)),
        column(&rows, |(_, _, transfer)| transfer.debit.to_string()),
        column(&rows, |(_, _, transfer)| transfer.credit.to_string()),
        column(&rows, |(_, _, transfer)| transfer.amount.minor()),
        column(&rows, |(_, _, transfer)| transfer.amount.currency().text()),
        column(&rows, |(posting, _, _)| posting.at.millis()),
    ];
    writes.push(Write { sql: ADD_TRANSFERS, parameters, rows: exactly(&rows) });
}

const ADD_TO_BALANCES: &str = "INSERT INTO balances AS b (account, currency, debits, credits) \
    SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::bigint[]) \
    ON CONFLICT (account, currency) DO UPDATE SET debits = b.debits + excluded.debits, \
    credits = b.credits + excluded.credits";

/// Adds to whatever is there, so no version is checked: two writers of a hot account wait for one another and both
/// are right. Their order is that of the accounts.
pub fn balances<'a>(changes: &Changes, writes: &mut Vec<Write<'a>>) {
    let turnovers = changes.turnovers();
    if turnovers.is_empty() {
        return;
    }
    let rows: Vec<_> = turnovers.into_iter().collect();
    let parameters = vec![
        column(&rows, |((account, _), _)| account.to_string()),
        column(&rows, |((_, currency), _)| currency.text()),
        column(&rows, |(_, turnover)| turnover.debits),
        column(&rows, |(_, turnover)| turnover.credits),
    ];
    writes.push(Write { sql: ADD_TO_BALANCES, parameters, rows: Expect::Any });
}
