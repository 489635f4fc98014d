//! Merchants, with their prices, settlement and branding.

use hedge_domain::merchant::{Branding, Merchant, MerchantId, Prices, Settlement};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static MERCHANTS: Table = Definition {
    fixed: "account_id",
    ..Definition::of(
        "merchants",
        "id uuid, account_id uuid, name text, statement_descriptor text, card_basis_points bigint, \
         card_fixed bigint, card_cap bigint, ach_basis_points bigint, ach_fixed bigint, ach_cap bigint, \
         crypto_basis_points bigint, crypto_fixed bigint, crypto_cap bigint, next_prices text, created_at bigint, \
         email text, country text, default_currency text, time_zone text, settlement_method text, \
         solana_wallet text, auto_settle boolean, bank_routing_number text, bank_kind text, bank_last4 text, \
         bank_number bytea, payout_schedule text, logo_url text, primary_color text, secondary_color text, \
         status text, metadata text, next_payout_at bigint, payouts bigint, updated_at bigint",
    )
}
.table();

impl Row for Merchant {
    fn table() -> &'static Table {
        &MERCHANTS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self {
            id,
            account,
            name,
            statement_descriptor,
            prices: Prices { current, next },
            created_at,
            email,
            country,
            default_currency,
            time_zone,
            settlement: Settlement { method, solana_wallet, auto_settle, bank_account, schedule },
            branding: Branding { logo_url, primary_color, secondary_color },
            status,
            metadata,
            next_payout_at,
            payouts,
            updated_at,
        } = self;
        row.put(id).put(account).put(name).put(statement_descriptor).put(current).put(next).put(created_at);
        row.put(email).put(country).put(default_currency).put(time_zone).put(method).put(solana_wallet);
        row.put(auto_settle).put(bank_account).put(schedule).put(logo_url).put(primary_color);
        row.put(secondary_color).put(status).put(metadata).put(next_payout_at).put(payouts).put(updated_at);
    }
}

impl Stored for Merchant {
    type Id = MerchantId;

    fn id(&self) -> MerchantId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.take()?,
            account: row.take()?,
            name: row.take()?,
            statement_descriptor: row.take()?,
            prices: Prices { current: row.take()?, next: row.take()? },
            created_at: row.take()?,
            email: row.take()?,
            country: row.take()?,
            default_currency: row.take()?,
            time_zone: row.take()?,
            settlement: Settlement {
                method: row.take()?,
                solana_wallet: row.take()?,
                auto_settle: row.take()?,
                bank_account: row.take()?,
                schedule: row.take()?,
            },
            branding: Branding { logo_url: row.take()?, primary_color: row.take()?, secondary_color: row.take()? },
            status: row.take()?,
            metadata: row.take()?,
            next_payout_at: row.take()?,
            payouts: row.take()?,
            updated_at: row.take()?,
        })
    }
}
