//! What the ledger must say, given the payments and the payouts.

use std::collections::BTreeMap;

use hedge_domain::Currency;
use hedge_domain::ledger::LedgerAccount::{
    self, CardClearing, MerchantAvailable, MerchantInTransit, MerchantPending, MerchantUsdcOnly, ProcessingFees,
    SettlementBank, SettlementFees,
};
use hedge_domain::ledger::StatementQuery;
use hedge_domain::payment::{Payment, PaymentId};
use hedge_domain::payout::{Payout, PayoutQuery, PayoutStatus};

use super::world::World;

/// Debits equal credits, the kept balances equal the journal's, and both equal what the payments and payouts say.
pub async fn balance(world: &World, payments: &BTreeMap<PaymentId, Payment>) {
    let kept = world.harness.store.balances().await.unwrap();
    assert_eq!(kept, world.harness.store.recomputed_balances().await.unwrap());
    let debits: i64 = kept.iter().map(|row| row.debits).sum();
    let credits: i64 = kept.iter().map(|row| row.credits).sum();
    assert_eq!(debits, credits);

    let (merchant, whose) = (world.tenant.merchant, Some(world.tenant.account));
    let net = |account: LedgerAccount| -> i64 {
        let rows = kept.iter().filter(|row| (row.account, row.currency) == (account, Currency::Usd));
        rows.map(|row| row.credits - row.debits).sum()
    };
    let paid: Vec<_> = payments.values().filter(|payment| payment.fee > 0).collect();
    let sum = |of: fn(&Payment) -> i64| -> i64 { paid.iter().map(|payment| of(payment)).sum() };
    let (amounts, fees, refunded) = (sum(|it| it.amount.minor()), sum(|it| it.fee), sum(|it| it.refunded));
    assert_eq!(net(CardClearing(whose)), refunded - amounts);
    assert_eq!(net(ProcessingFees(whose)), fees);
    let waiting = sum(|it| if it.settled_at.is_none() { it.amount.minor() - it.fee - it.refunded } else { 0 });
    assert_eq!(net(MerchantPending(merchant)), waiting);

    let payouts = payouts(world).await;
    let sum = |some: &[PayoutStatus], of: fn(&Payout) -> i64| -> i64 {
        payouts.iter().filter(|payout| some.contains(&payout.status)).map(of).sum()
    };
    let open = [PayoutStatus::Pending, PayoutStatus::InTransit];
    let made = [PayoutStatus::Pending, PayoutStatus::InTransit, PayoutStatus::Paid];
    assert_eq!(net(MerchantInTransit(merchant)), sum(&open, |it| it.net().minor()));
    assert_eq!(net(SettlementBank(whose)), sum(&[PayoutStatus::Paid], |it| it.net().minor()));
    assert_eq!(net(SettlementFees(whose)), sum(&made, |it| it.fee));
    // Everything settles at once, so all of it is in USDC only.
    let available = net(MerchantUsdcOnly(merchant));
    assert_eq!((net(MerchantAvailable(merchant)), sum(&made, |it| it.amount.minor() - it.usdc_only)), (0, 0));
    assert_eq!(available, amounts - fees - refunded - waiting - sum(&made, |it| it.amount.minor()));
    // Only what was given back after it had become available can make it less than nothing; no payout can. A payment
    // that was smaller than its fee may as well.
    let given_back: i64 = paid.iter().filter(|it| it.settled_at.is_some()).map(|it| it.refunded + it.fee).sum();
    assert!(available >= -given_back, "{available} is available, and {given_back} went back");
    every_acknowledged_payout_is_there(world, &payouts);
}

fn every_acknowledged_payout_is_there(world: &World, payouts: &[Payout]) {
    for made in &world.told.lock().payouts {
        let stored = payouts.iter().find(|payout| payout.id == made.id);
        assert_eq!(stored.map(|payout| (payout.amount, payout.fee)), Some((made.amount, made.fee)), "{}", made.id);
    }
}

async fn payouts(world: &World) -> Vec<Payout> {
    let actor = world.tenant.actor.clone();
    let (merchant, status, created_from, created_until, after) = (None, None, None, None, None);
    let query = PayoutQuery { actor, merchant, status, created_from, created_until, after, limit: 1_000 };
    world.harness.store.list(&query).await.unwrap().items
}

/// The statement, read page by page, comes to what the merchant has.
pub async fn hold_for_the_merchant(world: &World, payments: &BTreeMap<PaymentId, Payment>) {
    let (merchant, store) = (world.tenant.merchant, &world.harness.store);
    let rows = store.balances_of(merchant).await.unwrap();
    let own = rows.iter().filter(|row| row.account.merchant_funds().is_some());
    let has: i64 = own.map(|row| row.credits - row.debits).sum();
    let (mut after, mut balance, mut payments_told) = (None, 0, 0);
    loop {
        let (from, until, opening) = (None, None, None);
        let query = StatementQuery { merchant, currency: Currency::Usd, from, until, after, opening, limit: 3 };
        let page = store.statement(&query).await.unwrap();
        assert_eq!(page.opening, balance);
        let again = StatementQuery { opening: Some(balance), ..query };
        assert_eq!(store.statement(&again).await.unwrap(), page);
        for transaction in &page.items {
            balance += transaction.net();
            payments_told += usize::from(transaction.kind.code() == "payment");
        }
        after = page.items.last().map(|transaction| transaction.id);
        if !page.has_more {
            break;
        }
    }
    assert_eq!(balance, has);
    assert_eq!(payments_told, payments.values().filter(|payment| payment.fee > 0).count());
}
