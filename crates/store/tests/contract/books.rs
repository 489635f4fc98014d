//! What the books say: unpaid payments, the outbox, balances, and all of it after a restart.

use hedge_domain::api_key::ApiKey;
use hedge_domain::event::EventKind;
use hedge_domain::ledger::LedgerAccount;
use hedge_domain::payment::{ExpirePayment, RefundPayment, UNPAID_LIFETIME};
use hedge_domain::refund::RefundStatus;
use hedge_domain::{Currency, Duration};
use hedge_store::BalanceRow;
use hedge_store::Outbox;

use crate::harness::{Harness, shown};
use crate::sample::{create, first_tenant, metadata, query, succeeded};

promises! {
    unpaid_payments_are_told_when_their_time_is_up,
    the_outbox_is_read_in_order,
    balances_follow_the_journal,
    a_restart_keeps_everything,
}

async fn unpaid_payments_are_told_when_their_time_is_up(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let first = harness.run(create(&tenant, 1)).await;
    harness.clock.advance(Duration::from_secs(1));
    let second = harness.run(create(&tenant, 2)).await;
    succeeded(&harness, &tenant, 3).await;
    let unpaid = |limit| harness.store.unpaid_payments(harness.now(), limit);
    assert_eq!(unpaid(10).await.unwrap(), []);
    harness.clock.advance(Duration::from_millis(UNPAID_LIFETIME.millis() - 1_000));
    assert_eq!(unpaid(10).await.unwrap(), [first.id]);
    harness.clock.advance(Duration::from_secs(1));
    assert_eq!(unpaid(10).await.unwrap(), [first.id, second.id]);
    assert_eq!(unpaid(1).await.unwrap().len(), 1);
    assert!(harness.run(ExpirePayment { id: first.id }).await);
    assert_eq!(unpaid(10).await.unwrap(), [second.id]);
}

async fn the_outbox_is_read_in_order(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 500).await;
    let all = harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap();
    let kinds: Vec<_> = all.iter().map(|row| (row.kind, row.sequence)).collect();
    let expected = [
        (EventKind::PaymentCreated, 1),
        (EventKind::PaymentInitiated, 2),
        (EventKind::PaymentProcessing, 3),
        (EventKind::PaymentSucceeded, 4),
    ];
    assert_eq!(kinds, expected);
    assert!(all.iter().all(|row| row.object == paid.id.bits() && row.account == tenant.account));
    assert!(all.iter().all(|row| row.at == harness.now()));
    assert!(String::from_utf8(all[3].payload.clone()).unwrap().ends_with(&shown(&paid)));

    assert_eq!(harness.store.all(&Outbox { after: None, limit: 3 }).await.unwrap(), all[..3]);
    assert_eq!(harness.store.all(&Outbox { after: Some(all[1].id), limit: 100 }).await.unwrap(), all[2..]);
    assert_eq!(harness.store.all(&Outbox { after: Some(all[3].id), limit: 100 }).await.unwrap(), []);
}

async fn balances_follow_the_journal(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 9_999).await;
    let partly = RefundPayment {
        actor: tenant.actor.clone(),
        id: paid.id,
        amount: Some(1_000),
        reason: None,
        metadata: metadata(&[]),
    };
    harness.run(partly).await;
    let row = |account, debits, credits| BalanceRow { account, currency: Currency::Usd, debits, credits };
    let expected = [
        row(LedgerAccount::CardClearing(Some(tenant.account)), 9_999, 1_000),
        row(LedgerAccount::MerchantPending(tenant.merchant), 1_320, 9_999),
        row(LedgerAccount::ProcessingFees(Some(tenant.account)), 0, 320),
    ];
    assert_eq!(harness.store.balances().await.unwrap(), expected);
    assert_eq!(harness.store.recomputed_balances().await.unwrap(), expected);
    let refunds = harness.store.refunds_by_status().await.unwrap();
    assert_eq!(refunds.into_iter().collect::<Vec<_>>(), [(RefundStatus::Succeeded, 1)]);
}

async fn a_restart_keeps_everything(harness: Harness) {
    let (tenant, key) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 9_999).await;
    let waiting = harness.run(create(&tenant, 5)).await;
    let events = harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap();
    let balances = harness.store.balances().await.unwrap();
    let jobs = harness.store.jobs_waiting().await.unwrap();

    let harness = harness.reopened().await;
    let store = &harness.store;
    assert_eq!(store.list(&query(&tenant.actor)).await.unwrap().items, [waiting, paid]);
    assert_eq!(store.all(&Outbox { after: None, limit: 100 }).await.unwrap(), events);
    assert_eq!(store.balances().await.unwrap(), balances);
    assert_eq!(store.jobs_waiting().await.unwrap(), jobs);
    assert_eq!(store.get::<ApiKey>(key.id).await.unwrap(), Some(key));
    assert_eq!(harness.run(create(&tenant, 6)).await.sequence, 1);
}
