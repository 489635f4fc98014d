//! Payouts, and what the audit says of damage to their rows and to statements; `damage.rs` has all the rest.

use hedge_domain::Currency;
use hedge_domain::ledger::LedgerAccount;
use hedge_domain::merchant::{MerchantChange, SettlementChange, SettlementMethod, UpdateMerchant};
use hedge_domain::payment::{Payment, RefundPayment, SettlePayment};
use hedge_domain::payout::{BeginPayout, CreatePayout, PayoutFailure, PayoutOutcome, RecordPayout};
use hedge_store::sqlite::{Access, Sqlite};
use hedge_store::{Options, Store};
use rusqlite::Connection;

use crate::harness::{Harness, Home};
use crate::sample::{Tenant, another_merchant, first_tenant, metadata, no_job, succeeded};

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
    CreatePayout { actor, merchant, amount, currency: Currency::Usd, description: None, metadata: metadata(&[]) }
}

pub async fn available(harness: &Harness, tenant: &Tenant) -> i64 {
    let rows = harness.store.balances_of(tenant.merchant).await.unwrap();
    let row = rows.into_iter().find(|row| row.account == LedgerAccount::MerchantAvailable(tenant.merchant));
    row.map_or(0, |row| row.credits - row.debits)
}

/// A payment that is refunded in part, a payout that arrived, one that came back, and one on its way.
async fn traded(harness: &Harness) {
    let tenant = merchant(harness).await;
    another_merchant(harness, tenant.account).await;
    let paid = earn(harness, &tenant).await;
    earn(harness, &tenant).await;
    let (actor, amount) = (tenant.actor.clone(), Some(500));
    harness.run(RefundPayment { actor, id: paid.id, amount, reason: None, metadata: metadata(&[]) }).await;
    for outcome in [PayoutOutcome::Paid, PayoutOutcome::Failed(PayoutFailure::Declined)] {
        let payout = harness.run(pay_out(&tenant, Some(1_000))).await.id;
        assert!(harness.run(BeginPayout { payout, job: no_job() }).await.is_some());
        harness.run(RecordPayout { payout, job: no_job(), outcome }).await;
    }
    harness.run(pay_out(&tenant, None)).await;
}

const PAYOUTS: &str = "what a payout changed is in its merchant's statement";
const PAYMENTS: &str = "what a payment changed is in its merchant's statement";
const LINES: &str = "a line of a statement is what its posting comes to";
const NUMBERED: &str = "a statement's lines are numbered from 1 without gaps";
const SETTLED: &str = "what was left of a payment when it settled is posted, and of no other one";

/// What somebody does to the rows, and the rule that says so.
const DAMAGE: [(&str, &str); 24] = [
    ("UPDATE payouts SET amount = amount + 1", "a payout is taken from the balance once"),
    ("UPDATE payouts SET fee = fee + 1", "a payout that arrived is posted once, and no other one is"),
    ("DELETE FROM jobs", "a payout on its way has a job that takes it further"),
    (
        "UPDATE payouts SET status = 'in_transit', paid_at = NULL, failed_at = NULL",
        "a payout that failed is given back once, and no other one is",
    ),
    ("UPDATE payouts SET merchant_id = (SELECT max(id) FROM merchants)", PAYOUTS),
    ("UPDATE payouts SET account_id = zeroblob(16)", PAYOUTS),
    ("UPDATE payouts SET currency = 'EUR'", PAYOUTS),
    ("UPDATE merchants SET payouts = payouts + 1", "a merchant counts its payouts"),
    ("DELETE FROM payouts", "every event is of an object that is there, unless it is a test"),
    ("UPDATE payments SET merchant_id = (SELECT max(id) FROM merchants)", PAYMENTS),
    ("UPDATE payments SET settled_at = NULL", SETTLED),
    ("UPDATE payments SET settles_at = NULL", "a paid payment knows when it settles"),
    ("DELETE FROM ledger_transfers WHERE cause = 'settlement'", SETTLED),
    ("UPDATE balance_transactions SET amount = amount + 1, fee = fee + 1", LINES),
    ("UPDATE balance_transactions SET amount = amount + CASE kind WHEN 'payment' THEN 1 ELSE -1 END", LINES),
    ("UPDATE balance_transactions SET source_id = randomblob(16) WHERE kind = 'refund'", PAYMENTS),
    ("UPDATE balance_transactions SET kind = 'payout' WHERE kind = 'payout_failure'", PAYOUTS),
    ("UPDATE balance_transactions SET at = at + 1", PAYMENTS),
    ("UPDATE balance_transactions SET account_id = zeroblob(16)", PAYMENTS),
    ("DELETE FROM balance_transactions WHERE kind = 'payout'", "a merchant's balance is what its statement comes to"),
    ("DELETE FROM balance_transactions WHERE kind = 'payout'", PAYOUTS),
    (
        "INSERT INTO balance_transactions SELECT merchant_id, currency, randomblob(16), account_id, kind, source_id, 0, 0, at, \
            position + 1000 FROM balance_transactions LIMIT 1",
        LINES,
    ),
    ("UPDATE balance_transactions SET position = position + 1000 WHERE kind = 'payout_failure'", NUMBERED),
    ("DELETE FROM balance_transactions WHERE kind = 'payout_failure'", NUMBERED),
];

#[tokio::test(flavor = "multi_thread")]
async fn damage_to_payouts_settlements_and_statements_is_found() {
    let harness = Harness::open(Home::sqlite().await.unwrap()).await;
    traded(&harness).await;
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
    let Home::Sqlite(folder) = &harness.home else { panic!("not on SQLite") };
    let original = Connection::open(folder.path().join("hedge.db")).unwrap();
    for (at, (damage, rule)) in DAMAGE.into_iter().enumerate() {
        let copy = folder.path().join(format!("damaged-{at}.db"));
        original.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        let rows = Connection::open(&copy).unwrap();
        let mut triggers =
            rows.prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'").unwrap();
        let drops: Vec<String> = triggers.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        drop(triggers);
        rows.execute_batch(&drops.join(";")).unwrap();
        assert!(rows.execute(damage, []).unwrap() > 0, "{damage}");
        drop(rows);

        let engine = Sqlite::open(&copy, Access::Tool).unwrap();
        let store = Store::start(engine, harness.ambient(), Options::default()).await.unwrap();
        let found: Vec<_> = store.audit().await.unwrap().findings.into_iter().map(|finding| finding.rule).collect();
        assert!(found.contains(&rule), "{damage}: {found:?}");
        store.close().await;
    }
}
