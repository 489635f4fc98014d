//! Payouts.

use hedge_domain::payout::{Payout, PayoutId};
use hedge_domain::state::{Change, Version};
use hedge_domain::{Money, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

use super::lane::Written;
use super::merchants::bank;
use super::row::{blob, code, id, optional_code, optional_time, parsed, time};
use super::write::{self, Table};
use crate::column::{self, Coded};

pub(super) const COLUMNS: &str = "id, version, account_id, merchant_id, amount, currency, fee, wallet,
    bank_routing_number, bank_kind, bank_last4, bank_number, status, automatic, description, metadata, arrival_at,
    paid_at, failure_code, failed_at, created_at, updated_at, sequence";

/// A row of [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> Result<(Payout, Version)> {
    let payout = Payout {
        id: id(row, 0)?,
        account: id(row, 2)?,
        merchant: id(row, 3)?,
        amount: Money::new(row.get(4)?, code(row, 5)?),
        fee: row.get(6)?,
        destination: parsed(7, column::destination(row.get(7)?, bank(row, 8)?))?,
        status: code(row, 12)?,
        automatic: row.get(13)?,
        description: row.get(14)?,
        metadata: parsed(15, column::metadata(row.get_ref(15)?.as_str_or_null()?))?,
        arrival_at: optional_time(row, 16)?,
        paid_at: optional_time(row, 17)?,
        failure: optional_code(row, 18)?,
        failed_at: optional_time(row, 19)?,
        created_at: time(row, 20)?,
        updated_at: time(row, 21)?,
        sequence: row.get(22)?,
    };
    Ok((payout, row.get(1)?))
}

pub(super) fn payout(connection: &Connection, payout: PayoutId) -> Result<Option<(Payout, Version)>> {
    let sql = format!("SELECT {COLUMNS} FROM payouts WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(payout)], read).optional()
}

pub(super) fn write(connection: &Connection, changes: &[Change<PayoutId, Payout>]) -> Written {
    write::rows(connection, &PAYOUTS, changes, write_payout)
}

const PAYOUTS: Table = Table {
    insert: "INSERT INTO payouts (id, version, account_id, merchant_id, amount, currency, fee, wallet,
            bank_routing_number, bank_kind, bank_last4, bank_number, status, automatic, description, metadata,
            arrival_at, paid_at, failure_code, failed_at, created_at, updated_at, sequence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
            ?23)",
    update: "UPDATE payouts SET version = ?2, account_id = ?3, merchant_id = ?4, amount = ?5, currency = ?6, fee = ?7,
            wallet = ?8, bank_routing_number = ?9, bank_kind = ?10, bank_last4 = ?11, bank_number = ?12, status = ?13,
            automatic = ?14, description = ?15, metadata = ?16, arrival_at = ?17, paid_at = ?18, failure_code = ?19,
            failed_at = ?20, created_at = ?21, updated_at = ?22, sequence = ?23
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_payout(statement: &mut CachedStatement<'_>, after: &Payout, version: Version) -> Result<usize> {
    let (wallet, bank) = column::destination_columns(&after.destination);
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        blob(after.merchant),
        after.amount.minor(),
        after.amount.currency().text(),
        after.fee,
        wallet,
        bank.routing_number,
        bank.kind,
        bank.last4,
        bank.number,
        after.status.text(),
        after.automatic,
        after.description,
        column::metadata_text(&after.metadata),
        after.arrival_at.map(Timestamp::millis),
        after.paid_at.map(Timestamp::millis),
        after.failure.map(Coded::text),
        after.failed_at.map(Timestamp::millis),
        after.created_at.millis(),
        after.updated_at.millis(),
        after.sequence,
    ])
}
