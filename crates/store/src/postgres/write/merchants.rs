//! Merchants, their payouts and their statements.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hedge_domain::fee::FeeSchedule;
use hedge_domain::ledger::{BalanceTransaction, Posting};
use hedge_domain::merchant::{Merchant, MerchantId};
use hedge_domain::payout::{Payout, PayoutId};
use hedge_domain::state::Change;
use uuid::Uuid;

use super::{Expect, Parameter, Statements, Write, column, exactly, millis, put, text, uuid, version};
use crate::column::{BankColumns, Coded, destination_columns, metadata_text, next_prices_text};

static MERCHANTS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "merchants",
        "id uuid, account_id uuid, name text, statement_descriptor text, card_basis_points bigint, card_fixed bigint, \
         card_cap bigint, ach_basis_points bigint, ach_fixed bigint, ach_cap bigint, crypto_basis_points bigint, \
         crypto_fixed bigint, crypto_cap bigint, created_at bigint, email text, country text, default_currency text, \
         time_zone text, settlement_method text, solana_wallet text, auto_settle boolean, bank_routing_number text, \
         bank_kind text, bank_last4 text, bank_number bytea, payout_schedule text, logo_url text, primary_color text, \
         secondary_color text, status text, metadata text, next_payout_at bigint, payouts bigint, updated_at bigint, \
         next_prices text, version bigint",
    )
});

pub fn merchants<'a>(changes: &'a [Change<MerchantId, Merchant>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &MERCHANTS, merchant_columns, writes);
}

fn merchant_columns<'a>(rows: &[&'a Change<MerchantId, Merchant>]) -> Vec<Parameter<'a>> {
    let mut columns = vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| text(&row.after.name)),
        column(rows, |row| text(&row.after.statement_descriptor)),
    ];
    let schedules: [fn(&Merchant) -> FeeSchedule; 3] =
        [|it| it.prices.current.card, |it| it.prices.current.ach, |it| it.prices.current.crypto];
    for schedule in schedules {
        columns.push(column(rows, |row| schedule(&row.after).basis_points));
        columns.push(column(rows, |row| schedule(&row.after).fixed));
        columns.push(column(rows, |row| schedule(&row.after).cap));
    }
    columns.push(column(rows, |row| row.after.created_at.millis()));
    columns.push(column(rows, |row| row.after.email.as_deref().map(text)));
    columns.push(column(rows, |row| row.after.country.as_deref().map(text)));
    columns.push(column(rows, |row| row.after.default_currency.text()));
    columns.push(column(rows, |row| text(&row.after.time_zone)));
    columns.push(column(rows, |row| row.after.settlement.method.text()));
    columns.push(column(rows, |row| row.after.settlement.solana_wallet.as_deref().map(text)));
    columns.push(column(rows, |row| row.after.settlement.auto_settle));
    let banks = rows.iter().map(|row| BankColumns::of(row.after.settlement.bank_account.as_ref())).collect();
    columns.extend(bank_columns(banks));
    columns.push(column(rows, |row| row.after.settlement.schedule.text()));
    columns.push(column(rows, |row| row.after.branding.logo_url.as_deref().map(text)));
    columns.push(column(rows, |row| row.after.branding.primary_color.map(|color| color.to_string())));
    columns.push(column(rows, |row| row.after.branding.secondary_color.map(|color| color.to_string())));
    columns.push(column(rows, |row| row.after.status.text()));
    columns.push(column(rows, |row| metadata_text(&row.after.metadata)));
    columns.push(column(rows, |row| millis(row.after.next_payout_at)));
    columns.push(column(rows, |row| i64::from(row.after.payouts)));
    columns.push(column(rows, |row| row.after.updated_at.millis()));
    columns.push(column(rows, |row| next_prices_text(row.after.prices.next)));
    columns.push(column(rows, |row| version(row)));
    columns
}

/// The account number is bytes, which no text mends.
fn bank_columns<'a>(banks: Vec<BankColumns>) -> [Parameter<'a>; 4] {
    [
        column(&banks, |bank| bank.routing_number.clone()),
        column(&banks, |bank| bank.kind.clone()),
        column(&banks, |bank| bank.last4.clone()),
        column(&banks, |bank| bank.number.clone()),
    ]
}

static PAYOUTS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "payouts",
        "id uuid, account_id uuid, merchant_id uuid, amount bigint, currency text, fee bigint, wallet text, \
         bank_routing_number text, bank_kind text, bank_last4 text, bank_number bytea, status text, \
         automatic boolean, description text, metadata text, arrival_at bigint, paid_at bigint, failure_code text, \
         failed_at bigint, created_at bigint, updated_at bigint, sequence bigint, version bigint",
    )
});

pub fn payouts<'a>(changes: &'a [Change<PayoutId, Payout>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &PAYOUTS, payout_columns, writes);
}

fn payout_columns<'a>(rows: &[&'a Change<PayoutId, Payout>]) -> Vec<Parameter<'a>> {
    let (wallets, banks): (Vec<_>, Vec<_>) = rows.iter().map(|row| destination_columns(&row.after.destination)).unzip();
    let mut columns = vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| uuid(row.after.merchant)),
        column(rows, |row| row.after.amount.minor()),
        column(rows, |row| row.after.amount.currency().text()),
        column(rows, |row| row.after.fee),
        column(&wallets, Clone::clone),
    ];
    columns.extend(bank_columns(banks));
    columns.push(column(rows, |row| row.after.status.text()));
    columns.push(column(rows, |row| row.after.automatic));
    columns.push(column(rows, |row| row.after.description.as_deref().map(text)));
    columns.push(column(rows, |row| metadata_text(&row.after.metadata)));
    columns.push(column(rows, |row| millis(row.after.arrival_at)));
    columns.push(column(rows, |row| millis(row.after.paid_at)));
    columns.push(column(rows, |row| row.after.failure.map(Coded::text)));
    columns.push(column(rows, |row| millis(row.after.failed_at)));
    columns.push(column(rows, |row| row.after.created_at.millis()));
    columns.push(column(rows, |row| row.after.updated_at.millis()));
    columns.push(column(rows, |row| i64::from(row.after.sequence)));
    columns.push(column(rows, |row| version(row)));
    columns
}

/// Whoever writes into a merchant's statement has it to himself until the commit, so that its lines stand in the order
/// of the commits. The first key says what it is that is locked.
const LOCK_STATEMENTS: &str =
    "SELECT pg_advisory_xact_lock(hashtext('hedge statements'), key) FROM UNNEST($1::int[]) AS key";

/// A statement of its own, after the lock: it has to see what was committed while that was waited for.
const ADD_TRANSACTIONS: &str = "INSERT INTO balance_transactions (merchant_id, currency, id, account_id, kind, \
    source_id, amount, fee, at, position) SELECT new.*, coalesce((SELECT max(position) FROM balance_transactions AS old \
    WHERE old.merchant_id = new.merchant_id AND old.currency = new.currency), 0) \
    + row_number() OVER (PARTITION BY new.merchant_id, new.currency ORDER BY new.id) \
    FROM UNNEST($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::bigint[], \
    $9::bigint[]) AS new (merchant_id, currency, id, account_id, kind, source_id, amount, fee, at)";

pub fn statements<'a>(postings: &'a [Posting], writes: &mut Vec<Write<'a>>) {
    let rows: Vec<BalanceTransaction> = postings.iter().filter_map(Posting::balance_transaction).collect();
    if rows.is_empty() {
        return;
    }
    let keys: BTreeSet<i32> = rows.iter().map(|row| lock_key(row.merchant)).collect();
    let keys: Vec<i32> = keys.into_iter().collect();
    writes.push(Write { sql: LOCK_STATEMENTS, parameters: vec![column(&keys, |key| *key)], rows: Expect::Any });
    let parameters = vec![
        column(&rows, |row| uuid(row.merchant)),
        column(&rows, |row| row.amount.currency().text()),
        column(&rows, |row| uuid(row.id)),
        column(&rows, |row| uuid(row.account)),
        column(&rows, |row| row.kind.text()),
        column(&rows, |row| Uuid::from_u128(row.source)),
        column(&rows, |row| row.amount.minor()),
        column(&rows, |row| row.fee),
        column(&rows, |row| row.at.millis()),
    ];
    writes.push(Write { sql: ADD_TRANSACTIONS, parameters, rows: exactly(&rows) });
}

/// Two merchants with the same one wait for each other, which does no harm.
fn lock_key(merchant: MerchantId) -> i32 {
    let bytes = merchant.bits().to_be_bytes();
    i32::from_be_bytes([bytes[12], bytes[13], bytes[14], bytes[15]])
}
