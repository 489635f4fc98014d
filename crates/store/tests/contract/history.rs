//! What an older version has written and no migration changes: it is read and audited beside what is written now.

use hedge_domain::Currency;
use hedge_domain::ledger::LedgerAccount::{CardClearing, MerchantPending, ProcessingFees};
use hedge_domain::payment::RefundPayment;
use hedge_store::BalanceRow;

use crate::damage::Hand;
use crate::harness::{Harness, Home};
use crate::sample::{first_tenant, metadata, succeeded};

/// The accounts of the platform that all tenants shared.
const SHARED: [&str; 4] =
    ["assets:card_clearing", "assets:settlement_bank", "revenue:processing_fees", "revenue:settlement_fees"];
const NAMED_IN: [(&str, &str); 3] =
    [("balances", "account"), ("ledger_transfers", "debit_account"), ("ledger_transfers", "credit_account")];

async fn is_audited(home: Home) {
    let harness = Harness::open(home).await;
    let (tenant, _) = first_tenant(&harness).await;
    let earlier = succeeded(&harness, &tenant, 9_999).await;
    let hand = Hand::on(&harness).await;
    for ((table, column), shared) in NAMED_IN.into_iter().flat_map(|it| SHARED.map(|shared| (it, shared))) {
        hand.execute(&format!("UPDATE {table} SET {column} = '{shared}' WHERE {column} LIKE '{shared}:%'")).await;
    }
    assert_eq!(harness.store.audit().await.unwrap().findings, []);

    let refund = RefundPayment {
        actor: tenant.actor.clone(),
        id: earlier.id,
        amount: Some(1_000),
        reason: None,
        metadata: metadata(&[]),
    };
    harness.run(refund).await;
    let row = |account, debits, credits| BalanceRow { account, currency: Currency::Usd, debits, credits };
    let expected = [
        row(CardClearing(None), 9_999, 0),
        row(CardClearing(Some(tenant.account)), 0, 1_000),
        row(MerchantPending(tenant.merchant), 1_320, 9_999),
        row(ProcessingFees(None), 0, 320),
    ];
    assert_eq!(harness.store.balances().await.unwrap(), expected);
    assert_eq!(harness.store.recomputed_balances().await.unwrap(), expected);
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_all_tenants_shared_is_audited_beside_what_is_theirs_on_sqlite() {
    is_audited(Home::sqlite().await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_all_tenants_shared_is_audited_beside_what_is_theirs_on_postgres() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    is_audited(home).await;
}
