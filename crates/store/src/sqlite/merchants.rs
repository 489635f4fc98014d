//! Merchants, and those whose payout is due.

use hedge_domain::Timestamp;
use hedge_domain::account::AccountId;
use hedge_domain::fee::{FeePlan, FeeSchedule};
use hedge_domain::merchant::{Branding, Merchant, MerchantId, MerchantQuery, Prices, Settlement};
use hedge_domain::state::{Change, Version};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

use super::clocks::{CLOCK_NOW, UNCLOCKED};
use super::lane::Written;
use super::row::{blob, code, id, optional_time, parsed, time};
use super::write::{self, Table};
use crate::column::{self, BankColumns, Coded};
use crate::engine::Page;

const MERCHANT: &str = "SELECT id, version, account_id, name, statement_descriptor, card_basis_points, card_fixed,
        card_cap, ach_basis_points, ach_fixed, ach_cap, crypto_basis_points, crypto_fixed, crypto_cap, created_at, email,
        country, default_currency, time_zone, settlement_method, solana_wallet, auto_settle, bank_routing_number,
        bank_kind, bank_last4, bank_number, payout_schedule, logo_url, primary_color, secondary_color, status, metadata,
        next_payout_at, payouts, updated_at, next_prices FROM merchants";

fn read(row: &Row<'_>) -> Result<(Merchant, Version)> {
    let schedule = |at: usize| -> Result<FeeSchedule> {
        Ok(FeeSchedule { basis_points: row.get(at)?, fixed: row.get(at + 1)?, cap: row.get(at + 2)? })
    };
    let merchant = Merchant {
        id: id(row, 0)?,
        account: id(row, 2)?,
        name: row.get(3)?,
        statement_descriptor: row.get(4)?,
        prices: Prices {
            current: FeePlan { card: schedule(5)?, ach: schedule(8)?, crypto: schedule(11)? },
            next: parsed(35, column::next_prices(row.get_ref(35)?.as_str_or_null()?))?,
        },
        created_at: time(row, 14)?,
        email: row.get(15)?,
        country: row.get(16)?,
        default_currency: code(row, 17)?,
        time_zone: row.get(18)?,
        settlement: Settlement {
            method: code(row, 19)?,
            solana_wallet: row.get(20)?,
            auto_settle: row.get(21)?,
            bank_account: parsed(22, bank(row, 22)?.account())?,
            schedule: code(row, 26)?,
        },
        branding: Branding {
            logo_url: row.get(27)?,
            primary_color: parsed(28, column::color(row.get_ref(28)?.as_str_or_null()?))?,
            secondary_color: parsed(29, column::color(row.get_ref(29)?.as_str_or_null()?))?,
        },
        status: code(row, 30)?,
        metadata: parsed(31, column::metadata(row.get_ref(31)?.as_str_or_null()?))?,
        next_payout_at: optional_time(row, 32)?,
        payouts: row.get(33)?,
        updated_at: time(row, 34)?,
    };
    Ok((merchant, row.get(1)?))
}

/// The four columns of a bank account, from this one on.
pub(super) fn bank(row: &Row<'_>, at: usize) -> Result<BankColumns> {
    Ok(BankColumns {
        routing_number: row.get(at)?,
        kind: row.get(at + 1)?,
        last4: row.get(at + 2)?,
        number: row.get(at + 3)?,
    })
}

pub(super) fn merchant(connection: &Connection, merchant: MerchantId) -> Result<Option<(Merchant, Version)>> {
    let sql = format!("{MERCHANT} WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(merchant)], read).optional()
}

pub(super) fn merchants(connection: &Connection, query: &MerchantQuery) -> Result<Page<Merchant>> {
    let items = match &query.actor.merchants {
        None => of_account(connection, query.actor.account, query)?,
        // A key names but a few.
        Some(some) => {
            let older = some.iter().rev().filter(|id| query.after.is_none_or(|after| **id < after));
            let found = older.map(|&id| Ok(merchant(connection, id)?.map(|(merchant, _)| merchant)));
            found.filter_map(Result::transpose).collect::<Result<_>>()?
        }
    };
    Ok(Page::cut(items, query.limit))
}

fn of_account(connection: &Connection, account: AccountId, query: &MerchantQuery) -> Result<Vec<Merchant>> {
    let sql = format!("{MERCHANT} WHERE account_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let values = params![blob(account), query.after.map_or([0xff; 16], blob), i64::from(query.limit) + 1];
    let found = statement.query_map(values, |row| read(row).map(|(merchant, _)| merchant))?;
    found.collect()
}

/// Merchants whose payout is due, soonest first.
pub(super) fn to_pay_out(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<MerchantId>> {
    let sql = format!(
        "SELECT id FROM (
            SELECT id, next_payout_at FROM merchants INDEXED BY merchants_paid_out
            WHERE next_payout_at IS NOT NULL AND next_payout_at <= ?1 AND {UNCLOCKED}
            UNION ALL
            SELECT m.id, m.next_payout_at FROM test_clocks c CROSS JOIN merchants m INDEXED BY merchants_paid_out
            ON m.next_payout_at IS NOT NULL AND m.next_payout_at <= {CLOCK_NOW} AND m.account_id = c.id
        ) ORDER BY next_payout_at LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([now.millis(), limit.into()], |row| id(row, 0))?;
    found.collect()
}

pub(super) fn write(connection: &Connection, changes: &[Change<MerchantId, Merchant>]) -> Written {
    write::rows(connection, &MERCHANTS, changes, write_merchant)
}

const MERCHANTS: Table = Table {
    insert: "INSERT INTO merchants (id, version, account_id, name, statement_descriptor, card_basis_points, card_fixed,
            card_cap, ach_basis_points, ach_fixed, ach_cap, crypto_basis_points, crypto_fixed, crypto_cap, created_at,
            email, country, default_currency, time_zone, settlement_method, solana_wallet, auto_settle,
            bank_routing_number, bank_kind, bank_last4, bank_number, payout_schedule, logo_url, primary_color,
            secondary_color, status, metadata, next_payout_at, payouts, updated_at, next_prices)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
            ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36)",
    update: "UPDATE merchants SET version = ?2, account_id = ?3, name = ?4, statement_descriptor = ?5,
            card_basis_points = ?6, card_fixed = ?7, card_cap = ?8, ach_basis_points = ?9, ach_fixed = ?10,
            ach_cap = ?11, crypto_basis_points = ?12, crypto_fixed = ?13, crypto_cap = ?14, created_at = ?15,
            email = ?16, country = ?17, default_currency = ?18, time_zone = ?19, settlement_method = ?20,
            solana_wallet = ?21, auto_settle = ?22, bank_routing_number = ?23, bank_kind = ?24, bank_last4 = ?25,
            bank_number = ?26, payout_schedule = ?27, logo_url = ?28, primary_color = ?29, secondary_color = ?30,
            status = ?31, metadata = ?32, next_payout_at = ?33, payouts = ?34, updated_at = ?35,
            next_prices = ?36
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_merchant(statement: &mut CachedStatement<'_>, after: &Merchant, version: Version) -> Result<usize> {
    let FeePlan { card, ach, crypto } = after.prices.current;
    let (settlement, branding) = (&after.settlement, &after.branding);
    let bank = BankColumns::of(settlement.bank_account.as_ref());
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        after.name,
        after.statement_descriptor,
        card.basis_points,
        card.fixed,
        card.cap,
        ach.basis_points,
        ach.fixed,
        ach.cap,
        crypto.basis_points,
        crypto.fixed,
        crypto.cap,
        after.created_at.millis(),
        after.email,
        after.country,
        after.default_currency.text(),
        after.time_zone,
        settlement.method.text(),
        settlement.solana_wallet,
        settlement.auto_settle,
        bank.routing_number,
        bank.kind,
        bank.last4,
        bank.number,
        settlement.schedule.text(),
        branding.logo_url,
        branding.primary_color.map(|color| color.to_string()),
        branding.secondary_color.map(|color| color.to_string()),
        after.status.text(),
        column::metadata_text(&after.metadata),
        after.next_payout_at.map(Timestamp::millis),
        after.payouts,
        after.updated_at.millis(),
        column::next_prices_text(after.prices.next),
    ])
}
