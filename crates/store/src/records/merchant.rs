//! Merchants, with their prices, settlement and branding.

use hedge_domain::fee::{FeePlan, FeeSchedule};
use hedge_domain::merchant::{
    Branding, Merchant, MerchantId, MerchantStatus, PayoutSchedule, Prices, Settlement, SettlementMethod,
};

use crate::column::coded;
use crate::record::{columns, record};

record! {
    of "merchants" of Merchant, by id: MerchantId, fixed: "account_id";
    id: "id uuid",
    account: "account_id uuid",
    name: "name text",
    email: "email text",
    country: "country text",
    default_currency: "default_currency text",
    statement_descriptor: "statement_descriptor text",
    time_zone: "time_zone text",
    settlement: "settlement_method text, solana_wallet text, auto_settle boolean, bank_routing_number text, \
        bank_kind text, bank_last4 text, bank_number bytea, payout_schedule text",
    branding: "logo_url text, primary_color text, secondary_color text",
    prices: "card_basis_points bigint, card_fixed bigint, card_cap bigint, ach_basis_points bigint, \
        ach_fixed bigint, ach_cap bigint, crypto_basis_points bigint, crypto_fixed bigint, crypto_cap bigint, \
        next_prices text",
    status: "status text",
    metadata: "metadata text",
    next_payout_at: "next_payout_at bigint",
    payouts: "payouts bigint",
    created_at: "created_at bigint",
    updated_at: "updated_at bigint",
}

coded!(MerchantStatus, PayoutSchedule, SettlementMethod);
columns! {
    Settlement { method, solana_wallet, auto_settle, bank_account, schedule };
    Branding { logo_url, primary_color, secondary_color };
    Prices { current, next };
    FeePlan { card, ach, crypto };
    FeeSchedule { basis_points, fixed, cap };
}
