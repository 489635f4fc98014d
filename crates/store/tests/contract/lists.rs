//! Lists: newest first, page by page, narrowed by every filter, and never across the wall between tenants.

use std::collections::BTreeSet;

use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{CancelPayment, CreatePayment, Payment, PaymentQuery, PaymentStatus};
use hedge_domain::{Actor, Duration};

use crate::harness::Harness;
use crate::sample::{Tenant, another_merchant, another_tenant, create, customer, first_tenant, query, succeeded};

promises! {
    pages_go_from_newest_to_oldest,
    a_list_shows_whole_payments,
    a_page_ends_when_its_rows_are_large,
    every_status_can_be_asked_for,
    a_list_narrows_to_a_customer,
    a_time_range_is_closed_below_and_open_above,
    a_time_range_is_found_among_many_days,
    tenants_do_not_see_each_other,
    a_limited_key_sees_its_merchants,
    a_limited_key_asks_for_a_status_or_a_customer,
}

const NONE: [i64; 0] = [];

async fn ids(harness: &Harness, query: PaymentQuery) -> Vec<i64> {
    let page = harness.store.list(&query).await.unwrap();
    page.items.iter().map(|payment| payment.amount.minor()).collect()
}

/// Payments told apart by their amounts, one a second.
async fn make(harness: &Harness, tenant: &Tenant, amounts: &[i64]) -> Vec<Payment> {
    let mut made = Vec::new();
    for &amount in amounts {
        made.push(harness.run(create(tenant, amount)).await);
        harness.clock.advance(Duration::from_secs(1));
    }
    made
}

async fn pages_go_from_newest_to_oldest(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    make(&harness, &tenant, &[1, 2, 3, 4, 5]).await;
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    let mut after = None;
    loop {
        let page = harness.store.list(&PaymentQuery { after, limit: 2, ..query(&tenant.actor) }).await.unwrap();
        after = page.items.last().map(|payment| payment.id);
        sizes.push(page.items.len());
        seen.extend(page.items.iter().map(|payment| payment.amount.minor()));
        if !page.has_more {
            break;
        }
    }
    assert_eq!((seen, sizes), (vec![5, 4, 3, 2, 1], vec![2, 2, 1]));

    let exact = harness.store.list(&PaymentQuery { limit: 5, ..query(&tenant.actor) }).await.unwrap();
    assert_eq!((exact.items.len(), exact.has_more), (5, false));
    let beyond = PaymentQuery { after, ..query(&tenant.actor) };
    assert_eq!(ids(&harness, beyond).await, NONE);
}

async fn a_list_shows_whole_payments(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 900).await;
    let refund = |amount| hedge_domain::payment::RefundPayment {
        actor: tenant.actor.clone(),
        id: paid.id,
        amount: Some(amount),
        reason: None,
        metadata: hedge_domain::metadata::Metadata::default(),
    };
    harness.run(refund(1)).await;
    let refunded = harness.run(refund(2)).await;
    let page = harness.store.list(&query(&tenant.actor)).await.unwrap();
    assert_eq!(page.items, [refunded]);
}

async fn a_page_ends_when_its_rows_are_large(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let pairs = (0..50).map(|key| (format!("{key:k>64}"), "🧾".repeat(512)));
    let metadata = Metadata::new(pairs.collect()).unwrap();
    let of_one = metadata.size();
    for amount in 1..=30 {
        harness.run(CreatePayment { metadata: metadata.clone(), ..create(&tenant, amount) }).await;
    }
    let mut seen = Vec::new();
    let (mut after, mut pages) = (None, 0);
    loop {
        let page = harness.store.list(&PaymentQuery { after, limit: 100, ..query(&tenant.actor) }).await.unwrap();
        assert!(page.items.len() * of_one <= 2 * 1024 * 1024, "{}", page.items.len());
        after = page.items.last().map(|payment| payment.id);
        seen.extend(page.items.iter().map(|payment| payment.amount.minor()));
        pages += 1;
        if !page.has_more {
            break;
        }
    }
    assert_eq!((seen, pages), ((1..=30).rev().collect(), 2));
}

async fn every_status_can_be_asked_for(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let made = make(&harness, &tenant, &[1, 2, 3]).await;
    harness.run(CancelPayment { actor: tenant.actor.clone(), id: made[1].id, reason: None }).await;
    succeeded(&harness, &tenant, 4).await;
    succeeded(&harness, &tenant, 5).await;
    let asked = |status| PaymentQuery { status: Some(status), ..query(&tenant.actor) };
    for status in PaymentStatus::ALL {
        let expected: &[i64] = match status {
            PaymentStatus::Pending => &[3, 1],
            PaymentStatus::Canceled => &[2],
            PaymentStatus::Succeeded => &[5, 4],
            PaymentStatus::Initiated
            | PaymentStatus::Processing
            | PaymentStatus::Failed
            | PaymentStatus::Refunded
            | PaymentStatus::PartiallyRefunded => &[],
        };
        assert_eq!(ids(&harness, asked(status)).await, expected, "{status:?}");
        let of_merchant = PaymentQuery { merchant: Some(tenant.merchant), ..asked(status) };
        assert_eq!(ids(&harness, of_merchant).await, expected, "{status:?} of the merchant");
    }
    let mut counts = harness.store.payments_by_status().await.unwrap();
    counts.retain(|_, count| *count != 0);
    let expected = [(PaymentStatus::Pending, 2), (PaymentStatus::Succeeded, 2), (PaymentStatus::Canceled, 1)];
    assert_eq!(counts, expected.into());
}

async fn a_list_narrows_to_a_customer(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let (a, b) = (customer(&harness, &tenant).await, customer(&harness, &tenant).await);
    for (amount, customer) in [(1, Some(a)), (2, Some(b)), (3, None), (4, Some(a))] {
        harness.run(CreatePayment { customer, ..create(&tenant, amount) }).await;
    }
    let asked = |customer| PaymentQuery { customer: Some(customer), ..query(&tenant.actor) };
    assert_eq!(ids(&harness, asked(a)).await, [4, 1]);
    assert_eq!(ids(&harness, asked(b)).await, [2]);
    assert_eq!(ids(&harness, asked(hedge_domain::Id::from_bits(7))).await, NONE);
    let pending = PaymentQuery { status: Some(PaymentStatus::Pending), ..asked(a) };
    assert_eq!(ids(&harness, PaymentQuery { limit: 1, ..pending.clone() }).await, [4]);
    let failed = PaymentQuery { status: Some(PaymentStatus::Failed), ..asked(a) };
    assert_eq!(ids(&harness, failed).await, NONE);
}

async fn a_time_range_is_closed_below_and_open_above(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let start = harness.now();
    let second = |n: i64| start.plus(Duration::from_secs(n));
    make(&harness, &tenant, &[10, 11, 12, 13]).await;
    harness.clock.advance(Duration::from_hours(5));
    let evening = harness.now();
    make(&harness, &tenant, &[20, 21]).await;
    let table = [
        (None, None, vec![21, 20, 13, 12, 11, 10]),
        (Some(second(1)), None, vec![21, 20, 13, 12, 11]),
        (None, Some(second(2)), vec![11, 10]),
        (Some(second(1)), Some(second(3)), vec![12, 11]),
        (Some(second(2)), Some(second(2)), vec![]),
        (Some(evening), None, vec![21, 20]),
        (None, Some(evening), vec![13, 12, 11, 10]),
        (Some(second(4)), Some(evening), vec![]),
        (Some(evening.plus(Duration::from_hours(9))), None, vec![]),
        (None, Some(start), vec![]),
    ];
    for (from, until, expected) in table {
        let whole = PaymentQuery { created_from: from, created_until: until, ..query(&tenant.actor) };
        assert_eq!(ids(&harness, whole.clone()).await, expected, "{from:?} .. {until:?}");
        let of_merchant = PaymentQuery { merchant: Some(tenant.merchant), ..whole.clone() };
        assert_eq!(ids(&harness, of_merchant).await, expected, "{from:?} .. {until:?} of the merchant");
        let first = PaymentQuery { limit: 1, ..whole };
        assert_eq!(ids(&harness, first).await, expected.into_iter().take(1).collect::<Vec<_>>());
    }
}

async fn a_time_range_is_found_among_many_days(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let start = harness.now();
    let after = |hours: i64| start.plus(Duration::from_hours(hours));
    // One every seven hours, for two weeks.
    for number in 1..=48 {
        make(&harness, &tenant, &[number]).await;
        harness.clock.advance(Duration::from_hours(7));
    }
    for (from, until) in [(0, 336), (1, 7), (7, 15), (100, 200), (140, 148), (150, 153), (300, 329), (329, 330)] {
        let range = PaymentQuery {
            created_from: Some(after(from)),
            created_until: Some(after(until)),
            limit: 100,
            ..query(&tenant.actor)
        };
        let expected: Vec<i64> = (1..=48).rev().filter(|number| (from..until).contains(&((number - 1) * 7))).collect();
        assert_eq!(ids(&harness, range).await, expected, "hours {from} to {until}");
    }
}

async fn tenants_do_not_see_each_other(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let stranger = another_tenant(&harness).await;
    make(&harness, &tenant, &[1]).await;
    make(&harness, &stranger, &[2]).await;
    assert_eq!(ids(&harness, query(&tenant.actor)).await, [1]);
    assert_eq!(ids(&harness, query(&stranger.actor)).await, [2]);
    let theirs = PaymentQuery { merchant: Some(stranger.merchant), ..query(&tenant.actor) };
    assert_eq!(ids(&harness, theirs).await, NONE);
    let pretender =
        Actor { merchants: Some(BTreeSet::from([stranger.merchant, tenant.merchant])), ..tenant.actor.clone() };
    assert_eq!(ids(&harness, query(&pretender)).await, [1]);
}

async fn a_limited_key_sees_its_merchants(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let second = another_merchant(&harness, tenant.account).await;
    let third = another_merchant(&harness, tenant.account).await;
    for (amount, merchant) in
        [(1, tenant.merchant), (2, second), (3, third), (4, second), (5, tenant.merchant), (6, third)]
    {
        harness.run(CreatePayment { merchant, ..create(&tenant, amount) }).await;
    }
    let limited =
        |merchants: &[_]| Actor { merchants: Some(merchants.iter().copied().collect()), ..tenant.actor.clone() };
    let both = limited(&[tenant.merchant, second]);
    assert_eq!(ids(&harness, query(&both)).await, [5, 4, 2, 1]);
    let page = harness.store.list(&PaymentQuery { limit: 3, ..query(&both) }).await.unwrap();
    assert!(page.has_more);
    let rest = PaymentQuery { after: page.items.last().map(|payment| payment.id), ..query(&both) };
    assert_eq!(ids(&harness, rest).await, [1]);
    assert_eq!(ids(&harness, PaymentQuery { merchant: Some(second), ..query(&both) }).await, [4, 2]);
    assert_eq!(ids(&harness, PaymentQuery { merchant: Some(third), ..query(&both) }).await, NONE);
    assert_eq!(ids(&harness, query(&limited(&[]))).await, NONE);
    assert_eq!(ids(&harness, PaymentQuery { merchant: Some(third), ..query(&tenant.actor) }).await, [6, 3]);
}

async fn a_limited_key_asks_for_a_status_or_a_customer(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let second = another_merchant(&harness, tenant.account).await;
    let third = another_merchant(&harness, tenant.account).await;
    let buyer = customer(&harness, &tenant).await;
    for (amount, merchant) in [(1, tenant.merchant), (2, second), (3, third), (4, second), (5, tenant.merchant)] {
        let customer = (amount % 2 == 0).then_some(buyer);
        let made = harness.run(CreatePayment { merchant, customer, ..create(&tenant, amount) }).await;
        if amount > 3 {
            harness.run(CancelPayment { actor: tenant.actor.clone(), id: made.id, reason: None }).await;
        }
    }
    let limited =
        |merchants: &[_]| Actor { merchants: Some(merchants.iter().copied().collect()), ..tenant.actor.clone() };
    let (both, none) = (limited(&[tenant.merchant, second]), limited(&[]));
    let table = [
        (&both, Some(PaymentStatus::Canceled), None, vec![5, 4]),
        (&both, Some(PaymentStatus::Pending), None, vec![2, 1]),
        (&both, Some(PaymentStatus::Failed), None, vec![]),
        (&both, None, Some(buyer), vec![4, 2]),
        (&both, Some(PaymentStatus::Canceled), Some(buyer), vec![4]),
        (&none, Some(PaymentStatus::Canceled), None, vec![]),
        (&none, None, Some(buyer), vec![]),
    ];
    for (actor, status, customer, expected) in table {
        let asked = PaymentQuery { status, customer, ..query(actor) };
        assert_eq!(ids(&harness, asked.clone()).await, expected, "{status:?} {customer:?}");
        let first = PaymentQuery { limit: 1, ..asked };
        assert_eq!(ids(&harness, first).await, expected.into_iter().take(1).collect::<Vec<_>>());
    }
}
