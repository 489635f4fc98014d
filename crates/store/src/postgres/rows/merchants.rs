//! Merchants and their payouts.

use hedge_domain::Money;
use hedge_domain::fee::{FeePlan, FeeSchedule};
use hedge_domain::merchant::{Branding, Merchant, Prices, Settlement};
use hedge_domain::payout::Payout;
use hedge_domain::state::Version;
use tokio_postgres::Row;

use crate::column::{self, BankColumns};
use crate::postgres::failure::Failure;
use crate::postgres::fields::Fields;

type Stored<E> = Result<(E, Version), Failure>;

pub const MERCHANT: &str = "id, account_id, name, statement_descriptor, card_basis_points, card_fixed, card_cap, \
    ach_basis_points, ach_fixed, ach_cap, crypto_basis_points, crypto_fixed, crypto_cap, created_at, email, country, \
    default_currency, time_zone, settlement_method, solana_wallet, auto_settle, bank_routing_number, bank_kind, \
    bank_last4, bank_number, payout_schedule, logo_url, primary_color, secondary_color, status, metadata, \
    next_payout_at, payouts, updated_at, next_prices, version";

pub fn merchant(row: &Row) -> Stored<Merchant> {
    let mut fields = Fields::of(row);
    let mut merchant = Merchant {
        id: fields.id()?,
        account: fields.id()?,
        name: fields.value()?,
        statement_descriptor: fields.value()?,
        prices: Prices {
            current: FeePlan { card: fees(&mut fields)?, ach: fees(&mut fields)?, crypto: fees(&mut fields)? },
            next: None,
        },
        created_at: fields.time()?,
        email: fields.value()?,
        country: fields.value()?,
        default_currency: fields.code()?,
        time_zone: fields.value()?,
        settlement: Settlement {
            method: fields.code()?,
            solana_wallet: fields.value()?,
            auto_settle: fields.value()?,
            bank_account: bank(&mut fields)?.account()?,
            schedule: fields.code()?,
        },
        branding: Branding {
            logo_url: fields.value()?,
            primary_color: column::color(fields.value()?)?,
            secondary_color: column::color(fields.value()?)?,
        },
        status: fields.code()?,
        metadata: column::metadata(fields.value()?)?,
        next_payout_at: fields.optional_time()?,
        payouts: fields.count()?,
        updated_at: fields.time()?,
    };
    merchant.prices.next = column::next_prices(fields.value()?)?;
    Ok((merchant, fields.value()?))
}

fn fees(fields: &mut Fields<'_>) -> Result<FeeSchedule, Failure> {
    Ok(FeeSchedule { basis_points: fields.value()?, fixed: fields.value()?, cap: fields.value()? })
}

fn bank(fields: &mut Fields<'_>) -> Result<BankColumns, Failure> {
    Ok(BankColumns {
        routing_number: fields.value()?,
        kind: fields.value()?,
        last4: fields.value()?,
        number: fields.value()?,
    })
}

pub const PAYOUT: &str = "id, account_id, merchant_id, amount, currency, fee, wallet, bank_routing_number, bank_kind, \
    bank_last4, bank_number, status, automatic, description, metadata, arrival_at, paid_at, failure_code, failed_at, \
    created_at, updated_at, sequence, version";

pub fn payout(row: &Row) -> Stored<Payout> {
    let mut fields = Fields::of(row);
    let payout = Payout {
        id: fields.id()?,
        account: fields.id()?,
        merchant: fields.id()?,
        amount: Money::new(fields.value()?, fields.code()?),
        fee: fields.value()?,
        destination: column::destination(fields.value()?, bank(&mut fields)?)?,
        status: fields.code()?,
        automatic: fields.value()?,
        description: fields.value()?,
        metadata: column::metadata(fields.value()?)?,
        arrival_at: fields.optional_time()?,
        paid_at: fields.optional_time()?,
        failure: fields.optional_code()?,
        failed_at: fields.optional_time()?,
        created_at: fields.time()?,
        updated_at: fields.time()?,
        sequence: fields.count()?,
    };
    Ok((payout, fields.value()?))
}
