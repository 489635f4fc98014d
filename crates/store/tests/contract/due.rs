//! Deliveries that are due: claimed once, fairly between endpoints, by the time of their account.

use hedge_domain::delivery::{AttemptErrorCode, CancelDelivery, Delivery, DeliveryId, DeliveryStatus, ResendDelivery};
use hedge_domain::test_clock::{ClockMove, MoveClock};
use hedge_domain::webhook_endpoint::{
    DeleteWebhookEndpoint, EndpointChange, RotateWebhookSecret, SealedSecret, UpdateWebhookEndpoint, Wanted,
    WebhookEndpoint,
};
use hedge_domain::{Duration, Timestamp};
use hedge_store::{Backlog, DeliveryClaim, DueDelivery, OutboxRow};

use crate::harness::Harness;
use crate::sample::{Tenant, another_tenant, create, first_tenant};
use crate::webhooks::{all_of, create_endpoint, report};

promises! {
    due_deliveries_are_claimed_once_with_all_they_need,
    a_lease_of_a_delivery_ends_at_its_time,
    what_was_recorded_is_nobodys,
    endpoints_take_turns,
    accounts_take_turns_and_leave_places_to_each_other,
    what_waits_for_a_deleted_endpoint_is_canceled_before_its_time,
    an_account_with_many_deleted_endpoints_goes_on,
    deliveries_fall_due_by_the_clock_of_their_account,
    the_previous_secret_signs_until_its_end,
    what_is_due_to_nobody_is_canceled,
    deliverers_at_once_claim_apart,
    a_failing_endpoint_gets_fewer_until_it_succeeds,
    what_is_taken_while_more_is_made_is_taken_once,
}

const LEASE: Duration = Duration::from_secs(30);
const MINUTE: Duration = Duration::from_secs(60);

async fn claim(harness: &Harness, limit: u32, each: u32) -> Vec<DueDelivery> {
    let now = harness.now();
    let claim =
        DeliveryClaim { now, until: now.plus(LEASE), limit, total: 1_000, per_endpoint: each, per_failing: each };
    harness.store.claim_deliveries(claim).await.unwrap()
}

async fn ids(harness: &Harness, limit: u32, each: u32) -> Vec<DeliveryId> {
    let mut ids: Vec<_> = claim(harness, limit, each).await.into_iter().map(|due| due.delivery.id).collect();
    ids.sort_unstable();
    ids
}

async fn next_due(harness: &Harness) -> Option<Timestamp> {
    harness.store.next_delivery_due(2).await.unwrap()
}

async fn endpoint(harness: &Harness, tenant: &Tenant) -> WebhookEndpoint {
    harness.run(create_endpoint(tenant.account, Wanted::All)).await
}

/// Makes so many payments, a millisecond apart; the deliveries of their creation to the endpoint, oldest first.
async fn pay(harness: &Harness, tenant: &Tenant, endpoint: &WebhookEndpoint, count: i64) -> Vec<Delivery> {
    for amount in 1..=count {
        harness.run(create(tenant, amount)).await;
        harness.clock.advance(Duration::from_millis(1));
    }
    let mut deliveries = all_of(harness, endpoint).await;
    deliveries.reverse();
    deliveries
}

async fn due_deliveries_are_claimed_once_with_all_they_need(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoint = endpoint(&harness, &tenant).await;
    assert_eq!((claim(&harness, 10, 10).await, next_due(&harness).await), (vec![], None));
    let [one, two, three] = &pay(&harness, &tenant, &endpoint, 3).await[..] else { panic!("three were written") };
    assert_eq!(next_due(&harness).await, Some(one.due_at));
    let [due] = &claim(&harness, 1, 10).await[..] else { panic!("one was asked for") };
    let event = harness.store.get::<OutboxRow>(one.event).await.unwrap().unwrap();
    let expected = DueDelivery {
        delivery: one.clone(),
        payload: event.payload,
        url: endpoint.url.clone(),
        secret: endpoint.secret.clone(),
        previous_secret: None,
        is_called: true,
    };
    assert_eq!(*due, expected);
    assert_eq!(ids(&harness, 10, 10).await, [two.id, three.id]);
    assert_eq!(claim(&harness, 10, 10).await, []);
    assert_eq!(harness.store.delivery_backlog().await.unwrap(), Backlog { waiting: 3, oldest_due: Some(one.due_at) });
    harness.run(report(one, None)).await;
    assert_eq!(harness.store.delivery_backlog().await.unwrap(), Backlog { waiting: 2, oldest_due: Some(two.due_at) });
}

async fn a_lease_of_a_delivery_ends_at_its_time(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoint = endpoint(&harness, &tenant).await;
    let [one] = &pay(&harness, &tenant, &endpoint, 1).await[..] else { panic!("one was written") };
    assert_eq!(ids(&harness, 1, 1).await, [one.id]);
    let end = harness.now().plus(LEASE);
    assert_eq!(next_due(&harness).await, Some(end));
    harness.clock.advance(Duration::from_millis(LEASE.millis() - 1));
    assert_eq!(ids(&harness, 1, 1).await, []);
    harness.clock.advance(Duration::from_millis(1));
    assert_eq!(ids(&harness, 1, 1).await, [one.id]);
}

async fn what_was_recorded_is_nobodys(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoint = endpoint(&harness, &tenant).await;
    let [one, two] = &pay(&harness, &tenant, &endpoint, 2).await[..] else { panic!("two were written") };
    assert_eq!(ids(&harness, 2, 2).await, [one.id, two.id]);
    harness.run(report(one, None)).await;
    let failed = harness.run(report(two, Some(AttemptErrorCode::Timeout))).await.unwrap();
    assert_eq!(failed.due_at, harness.now().plus(MINUTE));
    assert_eq!(next_due(&harness).await, Some(failed.due_at));
    harness.clock.advance(Duration::from_millis(MINUTE.millis() - 1));
    assert_eq!(ids(&harness, 2, 2).await, []);
    harness.clock.advance(Duration::from_millis(1));
    let [again] = &claim(&harness, 2, 2).await[..] else { panic!("it is due again") };
    assert_eq!(again.delivery, failed);
    harness.run(report(two, None)).await;
    let account = tenant.account;
    harness.run(ResendDelivery { account, endpoint: endpoint.id, delivery: one.id }).await;
    assert_eq!(ids(&harness, 2, 2).await, [one.id]);
    // It is on its way: asking for more sends no more.
    harness.run(ResendDelivery { account, endpoint: endpoint.id, delivery: one.id }).await;
    assert_eq!(ids(&harness, 2, 2).await, []);
}

/// One that never answers must hold up nobody else's.
async fn endpoints_take_turns(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let dead = endpoint(&harness, &tenant).await;
    let old = pay(&harness, &tenant, &dead, 40).await;
    let live = endpoint(&harness, &tenant).await;
    let new = pay(&harness, &tenant, &live, 2).await;
    let of = |due: &[DueDelivery], endpoint: &WebhookEndpoint| {
        due.iter().filter(|due| due.delivery.endpoint == endpoint.id).count()
    };
    let claimed = claim(&harness, 4, 3).await;
    assert_eq!((of(&claimed, &dead), of(&claimed, &live)), (2, 2), "both take part");
    let claimed = claim(&harness, 100, 3).await;
    assert_eq!((of(&claimed, &dead), of(&claimed, &live)), (1, 0), "no more than three of one at a time");
    assert_eq!(claim(&harness, 100, 3).await, []);
    // As many as are settled may follow.
    for delivery in &new {
        harness.run(report(delivery, None)).await;
    }
    harness.run(report(&old[0], Some(AttemptErrorCode::Timeout))).await;
    let newest = pay(&harness, &tenant, &live, 3).await;
    let claimed = claim(&harness, 1, 3).await;
    assert_eq!(of(&claimed, &live), 1, "whoever has fewer on the way comes first");
    assert_eq!(newest.len(), 5);
}

async fn accounts_take_turns_and_leave_places_to_each_other(harness: Harness) {
    let (slow, _) = first_tenant(&harness).await;
    let other = another_tenant(&harness).await;
    for _ in 0..3 {
        endpoint(&harness, &slow).await;
    }
    let first = endpoint(&harness, &slow).await;
    pay(&harness, &slow, &first, 10).await;
    let now = harness.now();
    let claim =
        |limit| DeliveryClaim { now, until: now.plus(LEASE), limit, total: 16, per_endpoint: 8, per_failing: 8 };
    let of =
        |due: &[DueDelivery], tenant: &Tenant| due.iter().filter(|due| due.delivery.account == tenant.account).count();
    let claimed = harness.store.claim_deliveries(claim(16)).await.unwrap();
    assert_eq!(of(&claimed, &slow), 12, "a quarter of all places is left, though nobody wants them");
    assert_eq!(harness.store.claim_deliveries(claim(4)).await.unwrap(), []);

    let theirs = endpoint(&harness, &other).await;
    pay(&harness, &other, &theirs, 10).await;
    let now = harness.now();
    let claim =
        |limit| DeliveryClaim { now, until: now.plus(LEASE), limit, total: 16, per_endpoint: 8, per_failing: 8 };
    let claimed = harness.store.claim_deliveries(claim(4)).await.unwrap();
    assert_eq!((of(&claimed, &slow), of(&claimed, &other)), (0, 4), "whoever has more than a share waits");
}

async fn what_waits_for_a_deleted_endpoint_is_canceled_before_its_time(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let gone = endpoint(&harness, &tenant).await;
    let [delivery] = &pay(&harness, &tenant, &gone, 1).await[..] else { panic!("one was written") };
    claim(&harness, 1, 1).await;
    harness.run(report(delivery, Some(AttemptErrorCode::Timeout))).await;
    assert_eq!(ids(&harness, 1, 1).await, [], "it is put off");
    let (origin, account) = (hedge_domain::audit::Origin::SYSTEM, tenant.account);
    harness.run(DeleteWebhookEndpoint { origin, account, id: gone.id }).await;
    assert!(next_due(&harness).await.is_some_and(|due| due <= harness.now()));
    let due = claim(&harness, 1, 1).await;
    assert_eq!(due.iter().map(|due| (due.delivery.id, due.is_called)).collect::<Vec<_>>(), [(delivery.id, false)]);
}

async fn an_account_with_many_deleted_endpoints_goes_on(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let (origin, account) = (hedge_domain::audit::Origin::SYSTEM, tenant.account);
    for _ in 0..70 {
        let gone = endpoint(&harness, &tenant).await;
        harness.run(create(&tenant, 1)).await;
        harness.run(DeleteWebhookEndpoint { origin, account, id: gone.id }).await;
    }
    let last = endpoint(&harness, &tenant).await;
    pay(&harness, &tenant, &last, 1).await;
    let mut called = Vec::new();
    while called.is_empty() {
        let claimed = claim(&harness, 50, 1).await;
        assert!(!claimed.is_empty(), "the last one is never reached");
        for due in claimed {
            match due.is_called {
                true => called.push(due.delivery.endpoint),
                false => drop(harness.run(CancelDelivery { account, delivery: due.delivery.id }).await),
            }
        }
    }
    assert_eq!(called, [last.id]);
}

async fn deliveries_fall_due_by_the_clock_of_their_account(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let stranger = another_tenant(&harness).await;
    harness
        .run(MoveClock {
            account: tenant.account,
            to: ClockMove::Freeze(None),
            origin: hedge_domain::audit::Origin::SYSTEM,
        })
        .await;
    let clocked = endpoint(&harness, &tenant).await;
    let other = endpoint(&harness, &stranger).await;
    let [mine] = &pay(&harness, &tenant, &clocked, 1).await[..] else { panic!("one was written") };
    let [theirs] = &pay(&harness, &stranger, &other, 1).await[..] else { panic!("one was written") };
    assert_eq!(claim(&harness, 10, 10).await.len(), 2, "what is due now is due now");
    for delivery in [mine, theirs] {
        harness.run(report(delivery, Some(AttemptErrorCode::Connect))).await;
    }
    let backlog = harness.store.delivery_backlog().await.unwrap();
    assert_eq!((backlog.waiting, backlog.oldest_due), (2, next_due(&harness).await));
    assert_eq!(backlog.oldest_due, Some(harness.now().plus(MINUTE)), "a clock's times are not told");
    harness.clock.advance(MINUTE.times(60));
    assert_eq!(ids(&harness, 10, 10).await, [theirs.id], "a frozen clock holds its deliveries back");
    harness
        .run(MoveClock {
            account: tenant.account,
            to: ClockMove::AdvanceBy(MINUTE),
            origin: hedge_domain::audit::Origin::SYSTEM,
        })
        .await;
    assert_eq!(ids(&harness, 10, 10).await, [mine.id]);
}

async fn the_previous_secret_signs_until_its_end(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let account = tenant.account;
    let made = endpoint(&harness, &tenant).await;
    pay(&harness, &tenant, &made, 1).await;
    let secret = SealedSecret(vec![9]);
    harness
        .run(RotateWebhookSecret {
            origin: hedge_domain::audit::Origin::SYSTEM,
            account,
            id: made.id,
            secret: secret.clone(),
            overlap: MINUTE,
        })
        .await;
    let [due] = &claim(&harness, 1, 1).await[..] else { panic!("one is due") };
    assert_eq!((&due.secret, &due.previous_secret), (&secret, &Some(made.secret)));
    harness.clock.advance(MINUTE);
    let [due] = &claim(&harness, 1, 1).await[..] else { panic!("its lease has ended") };
    assert_eq!((&due.secret, &due.previous_secret), (&secret, &None));
}

async fn what_is_due_to_nobody_is_canceled(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let account = tenant.account;
    let (off, gone) = (endpoint(&harness, &tenant).await, endpoint(&harness, &tenant).await);
    pay(&harness, &tenant, &off, 1).await;
    let change = EndpointChange { enabled: Some(false), ..Default::default() };
    harness
        .run(UpdateWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account, id: off.id, change })
        .await;
    harness.run(DeleteWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account, id: gone.id }).await;
    let due = claim(&harness, 10, 10).await;
    assert_eq!((due.len(), due.iter().any(|due| due.is_called)), (2, false));
    for due in due {
        assert!(harness.run(CancelDelivery { account, delivery: due.delivery.id }).await);
    }
    for endpoint in [&off, &gone] {
        let all = all_of(&harness, endpoint).await;
        assert_eq!((all[0].status, all[0].settled_at), (DeliveryStatus::Canceled, Some(harness.now())));
    }
    assert_eq!(next_due(&harness).await, None);
}

async fn deliverers_at_once_claim_apart(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoints = [endpoint(&harness, &tenant).await, endpoint(&harness, &tenant).await];
    let mut all: Vec<DeliveryId> = pay(&harness, &tenant, &endpoints[0], 20).await.iter().map(|one| one.id).collect();
    all.extend(all_of(&harness, &endpoints[1]).await.iter().map(|one| one.id));
    let now = harness.now();
    let workers = (0..8).map(|_| {
        let store = harness.store.clone();
        let claim =
            DeliveryClaim { now, until: now.plus(LEASE), limit: 7, total: 1_000, per_endpoint: 100, per_failing: 100 };
        tokio::spawn(async move { store.claim_deliveries(claim).await.unwrap() })
    });
    let workers: Vec<_> = workers.collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap().into_iter().map(|due| due.delivery.id));
    }
    claimed.extend(ids(&harness, 100, 100).await);
    claimed.sort_unstable();
    all.sort_unstable();
    assert_eq!(claimed, all);
}

async fn a_failing_endpoint_gets_fewer_until_it_succeeds(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoints = [endpoint(&harness, &tenant).await, endpoint(&harness, &tenant).await];
    let all = pay(&harness, &tenant, &endpoints[0], 8).await;
    harness.run(report(&all[0], Some(AttemptErrorCode::Timeout))).await;
    let take = async |until: Duration| {
        let now = harness.now();
        let claim =
            DeliveryClaim { now, until: now.plus(until), limit: 100, total: 1_000, per_endpoint: 5, per_failing: 2 };
        let claimed = harness.store.claim_deliveries(claim).await.unwrap();
        endpoints.clone().map(|to| claimed.iter().filter(|due| due.delivery.endpoint == to.id).count())
    };
    assert_eq!(take(Duration::from_millis(1)).await, [2, 5]);
    harness.clock.advance(Duration::from_millis(1));
    harness.run(report(&all[1], None)).await;
    assert_eq!(take(LEASE).await, [5, 5]);
}

/// What is made can be taken as soon as it is committed, which is before the batch that made it is done.
async fn what_is_taken_while_more_is_made_is_taken_once(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoint = endpoint(&harness, &tenant).await;
    let now = harness.now();
    let made = tokio::spawn({
        let store = harness.store.clone();
        let payments: Vec<_> = (1..=100).map(|amount| create(&tenant, amount)).collect();
        async move {
            for payment in payments {
                store.run(payment).await.unwrap();
            }
        }
    });
    let mut claimed = Vec::new();
    loop {
        let is_last = made.is_finished();
        let claim = DeliveryClaim {
            now,
            until: now.plus(LEASE),
            limit: 100,
            total: 1_000,
            per_endpoint: 1_000,
            per_failing: 1_000,
        };
        let due = harness.store.claim_deliveries(claim).await.unwrap();
        claimed.extend(due.into_iter().map(|due| due.delivery.id));
        if is_last {
            break;
        }
        tokio::task::yield_now().await;
    }
    made.await.unwrap();
    claimed.sort_unstable();
    let mut all: Vec<_> = all_of(&harness, &endpoint).await.iter().map(|one| one.id).collect();
    all.sort_unstable();
    assert_eq!(claimed.len(), all.len());
    assert_eq!(claimed, all);
}
