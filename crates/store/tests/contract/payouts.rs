//! The shortest way to a merchant with something to pay out.

use hedge_domain::Currency;
use hedge_domain::ledger::LedgerAccount;
use hedge_domain::merchant::{MerchantChange, SettlementChange, SettlementMethod, UpdateMerchant};
use hedge_domain::payment::{Payment, SettlePayment};
use hedge_domain::payout::CreatePayout;

use crate::harness::Harness;
use crate::sample::{Tenant, first_tenant, metadata, succeeded};

/// What is left of a payment of 100.00.
pub const FUNDS: i64 = 9_680;

/// A merchant whose payments settle at once, and that is paid out every hour.
pub async fn merchant(harness: &Harness) -> Tenant {
    let (tenant, _) = first_tenant(harness).await;
    let settlement = SettlementChange {
        method: Some(SettlementMethod::Usdc),
        solana_wallet: Some(Some("a wallet".to_owned())),
        auto_settle: Some(true),
        ..SettlementChange::default()
    };
    let change = MerchantChange { settlement, ..MerchantChange::default() };
    harness.run(UpdateMerchant { actor: tenant.actor.clone(), id: tenant.merchant, change }).await;
    tenant
}

pub async fn earn(harness: &Harness, tenant: &Tenant) -> Payment {
    let paid = succeeded(harness, tenant, 10_000).await;
    assert!(harness.run(SettlePayment { id: paid.id }).await);
    paid
}

pub fn pay_out(tenant: &Tenant, amount: Option<i64>) -> CreatePayout {
    let (actor, merchant) = (tenant.actor.clone(), tenant.merchant);
    let (method, description, metadata) = (None, None, metadata(&[]));
    CreatePayout { actor, merchant, method, amount, currency: Currency::Usd, description, metadata }
}

pub async fn available(harness: &Harness, tenant: &Tenant) -> i64 {
    let rows = harness.store.balances_of(tenant.merchant).await.unwrap();
    let row = rows.into_iter().find(|row| row.account == LedgerAccount::MerchantUsdcOnly(tenant.merchant));
    row.map_or(0, |row| row.credits - row.debits)
}
