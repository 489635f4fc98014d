//! Webhooks: endpoints come back as they were, every event has its deliveries, and lists find both.

use std::collections::BTreeSet;

use hedge_domain::customer::MetadataChange;
use hedge_domain::delivery::{
    Attempt, AttemptError, AttemptErrorCode, Contract, Delivery, DeliveryId, DeliveryQuery, DeliveryStatus, Pace,
    RecordAttempt, Report, ResendEvents,
};
use hedge_domain::event::{EventKind, EventQuery, Order};
use hedge_domain::payment::{CancelPayment, PaymentId};
use hedge_domain::test_clock::{ClockMove, MoveClock};
use hedge_domain::webhook_endpoint::{
    CreateWebhookEndpoint, DeleteWebhookEndpoint, Disabled, DisabledReason, EndpointChange, RotateWebhookSecret,
    SealedSecret, SendTestEvent, Streak, Subscriptions, UpdateWebhookEndpoint, Wanted, WebhookEndpoint,
};
use hedge_domain::{AccountId, Duration, Id, Refusal};
use hedge_store::{Attempts, Outbox, OutboxRow, WebhookEndpointsOf};

use crate::harness::Harness;
use crate::sample::{Tenant, another_tenant, create, first_tenant, metadata};

promises! {
    endpoints_keep_every_field,
    endpoints_are_listed_newest_first,
    an_account_has_so_many_endpoints_and_no_more,
    every_event_is_delivered_to_whoever_wants_it,
    a_refused_command_fans_nothing_out,
    deliveries_and_attempts_keep_every_field,
    deliveries_are_listed_newest_first_by_status,
    test_events_go_where_they_are_sent,
    events_are_listed_by_every_filter,
    a_range_of_events_goes_by_the_clock,
    events_are_sent_again_without_a_second_delivery,
}

const HOUR: Duration = Duration::from_hours(1);

pub fn create_endpoint(account: AccountId, wanted: Wanted) -> CreateWebhookEndpoint {
    CreateWebhookEndpoint {
        origin: hedge_domain::audit::Origin::SYSTEM,
        account,
        url: "https://shop.example.com/hooks".to_owned(),
        wanted,
        description: None,
        metadata: metadata(&[]),
        secret: SealedSecret(vec![7; 3]),
    }
}

pub fn kinds(kinds: &[EventKind]) -> Wanted {
    Wanted::Kinds(kinds.iter().copied().collect())
}

pub async fn all_of(harness: &Harness, endpoint: &WebhookEndpoint) -> Vec<Delivery> {
    listed(harness, DeliveryQuery { endpoint: endpoint.id, status: None, after: None, limit: 100 }).await.0
}

async fn listed(harness: &Harness, query: DeliveryQuery) -> (Vec<Delivery>, bool) {
    let page = harness.store.list(&query).await.unwrap();
    (page.items, page.has_more)
}

pub fn report(delivery: &Delivery, error: Option<AttemptErrorCode>) -> RecordAttempt {
    RecordAttempt {
        account: delivery.account,
        endpoint: delivery.endpoint,
        delivery: delivery.id,
        contract: Contract::Hedge,
        pace: Pace::Production,
        jitter: 0,
        report: Report {
            retry_after: None,
            took: Duration::from_millis(84),
            status: error.is_none().then_some(204),
            error: error.map(|code| AttemptError { code, message: "it ‘did not’ work".to_owned() }),
            response: "the answer\0s beginning".to_owned(),
        },
    }
}

async fn endpoints_keep_every_field(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let account = tenant.account;
    let made = harness.run(create_endpoint(account, Wanted::All)).await;
    assert_eq!(harness.store.get::<WebhookEndpoint>(made.id).await.unwrap(), Some(made.clone()));
    let change = EndpointChange {
        url: Some("https://other.example.com/ü".to_owned()),
        wanted: Some(kinds(&[EventKind::PaymentFailed, EventKind::PaymentCreated])),
        description: Some(Some("Orders".to_owned())),
        enabled: Some(false),
        metadata: MetadataChange::Merge([("a".to_owned(), Some("1".to_owned()))].into()),
    };
    harness
        .run(UpdateWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account, id: made.id, change })
        .await;
    let secret = SealedSecret((0..=255).collect());
    let rotated = harness
        .run(RotateWebhookSecret {
            origin: hedge_domain::audit::Origin::SYSTEM,
            account,
            id: made.id,
            secret,
            overlap: HOUR,
        })
        .await;
    assert!(rotated.previous.is_some() && rotated.disabled.is_some());
    assert_eq!(harness.store.get::<WebhookEndpoint>(made.id).await.unwrap(), Some(rotated.clone()));
    let whole = WebhookEndpoint {
        streak: Some(Streak { since: harness.now(), last: harness.now().plus(HOUR) }),
        disabled: Some(Disabled { at: harness.now(), reason: DisabledReason::Failing }),
        sequence: 3,
        ..rotated
    };
    let kept = whole.clone();
    harness
        .act(move |state, _| {
            state.webhook_endpoint(kept.account, kept.id)?;
            state.webhook_endpoints.put(kept.id, kept.clone());
            Ok(())
        })
        .await;
    assert_eq!(harness.store.all(&WebhookEndpointsOf(account)).await.unwrap(), [whole]);
    let deleted =
        harness.run(DeleteWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account, id: made.id }).await;
    assert_eq!(deleted.secret, SealedSecret::default());
    assert_eq!(harness.store.all(&WebhookEndpointsOf(account)).await.unwrap(), []);
    assert_eq!(harness.store.get::<WebhookEndpoint>(made.id).await.unwrap(), Some(deleted));
}

async fn endpoints_are_listed_newest_first(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let stranger = another_tenant(&harness).await;
    let first = harness.run(create_endpoint(tenant.account, Wanted::All)).await;
    harness.run(create_endpoint(stranger.account, Wanted::All)).await;
    let second = harness.run(create_endpoint(tenant.account, Wanted::All)).await;
    assert_eq!(harness.store.all(&WebhookEndpointsOf(tenant.account)).await.unwrap(), [second, first]);
}

/// At once, so that on a database with several writers some of them meet.
async fn an_account_has_so_many_endpoints_and_no_more(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let tries = (0..Subscriptions::MOST * 2).map(|_| harness.try_run(create_endpoint(tenant.account, Wanted::All)));
    let made = futures::future::join_all(tries).await;
    let (made, refused): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (Subscriptions::MOST, Subscriptions::MOST));
    let limit = Err(Refusal::WebhookEndpointLimit { most: Subscriptions::MOST });
    assert!(refused.iter().all(|one| *one == limit), "{refused:?}");
    let gone = made[0].as_ref().unwrap().id;
    harness
        .run(DeleteWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account: tenant.account, id: gone })
        .await;
    harness.run(create_endpoint(tenant.account, Wanted::All)).await;
    assert_eq!(harness.try_run(create_endpoint(tenant.account, Wanted::All)).await, limit);
}

async fn every_event_is_delivered_to_whoever_wants_it(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let stranger = another_tenant(&harness).await;
    let account = tenant.account;
    let before = harness.run(create(&tenant, 1)).await;
    let all = harness.run(create_endpoint(account, Wanted::All)).await;
    let some = harness.run(create_endpoint(account, kinds(&[EventKind::PaymentCanceled]))).await;
    let off = harness.run(create_endpoint(account, Wanted::All)).await;
    let change = EndpointChange { enabled: Some(false), ..Default::default() };
    harness
        .run(UpdateWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account, id: off.id, change })
        .await;
    let gone = harness.run(create_endpoint(account, Wanted::All)).await;
    harness.run(DeleteWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account, id: gone.id }).await;
    let theirs = harness.run(create_endpoint(stranger.account, Wanted::All)).await;

    let payment = harness.run(create(&tenant, 2)).await;
    harness.run(cancel(&tenant, payment.id)).await;
    harness.run(cancel(&tenant, before.id)).await;

    let events = harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap();
    let expect = |endpoint: &WebhookEndpoint, wanted: &dyn Fn(&OutboxRow) -> bool| -> Vec<Delivery> {
        let delivery = |event: &OutboxRow| Delivery {
            id: DeliveryId::between(event.id, endpoint.id),
            account,
            endpoint: endpoint.id,
            event: event.id,
            kind: event.kind,
            status: DeliveryStatus::Pending,
            attempts: 0,
            failures: 0,
            due_at: event.at,
            settled_at: None,
            created_at: event.at,
        };
        let mut expected: Vec<_> = events.iter().filter(|event| wanted(event)).map(delivery).collect();
        expected.sort_by_key(|delivery| std::cmp::Reverse(delivery.id));
        expected
    };
    let first = events[0].id;
    assert_eq!(all_of(&harness, &all).await, expect(&all, &|event| event.id != first));
    assert_eq!(all_of(&harness, &all).await.len(), 3);
    assert_eq!(all_of(&harness, &some).await, expect(&some, &|event| event.kind == EventKind::PaymentCanceled));
    for nobody in [&off, &gone, &theirs] {
        assert_eq!(all_of(&harness, nobody).await, []);
    }
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

fn cancel(tenant: &Tenant, id: PaymentId) -> CancelPayment {
    CancelPayment { actor: tenant.actor.clone(), id, reason: None }
}

async fn a_refused_command_fans_nothing_out(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoint = harness.run(create_endpoint(tenant.account, Wanted::All)).await;
    let actor = tenant.actor.clone();
    let refused = harness
        .try_act(move |state, cx| {
            let command = hedge_domain::payment::CreatePayment { actor: actor.clone(), ..create(&tenant, 5) };
            hedge_domain::Command::decide(&command, state, cx)?;
            Err::<(), _>(Refusal::KeyLimited.into())
        })
        .await;
    assert_eq!(refused, Err(Refusal::KeyLimited));
    assert_eq!(all_of(&harness, &endpoint).await, []);
}

async fn deliveries_and_attempts_keep_every_field(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoint = harness.run(create_endpoint(tenant.account, Wanted::All)).await;
    harness.run(create(&tenant, 1)).await;
    let [delivery] = &all_of(&harness, &endpoint).await[..] else { panic!("one was written") };
    let mut expected = Vec::new();
    for code in AttemptErrorCode::ALL {
        harness.clock.advance(Duration::from_millis(7));
        let command = report(delivery, Some(code));
        let Report { took, status, error, .. } = command.report.clone();
        let number = u32::try_from(expected.len()).unwrap() + 1;
        let recorded = harness.run(command).await.unwrap();
        assert_eq!(harness.store.get::<Delivery>(delivery.id).await.unwrap(), Some(recorded));
        expected.push((number, harness.now(), took, status, error));
    }
    harness.run(report(delivery, None)).await;
    expected.push((
        u32::try_from(expected.len()).unwrap() + 1,
        harness.now(),
        Duration::from_millis(84),
        Some(204),
        None,
    ));
    let attempts = harness.store.all(&Attempts { delivery: delivery.id, limit: 100 }).await.unwrap();
    let read: Vec<_> = attempts
        .into_iter()
        .rev()
        .map(|Attempt { number, at, took, status, error, response, .. }| {
            assert!(response.starts_with("the answer"), "{response}");
            (number, at, took, status, error)
        })
        .collect();
    assert_eq!(read, expected);
    let last = harness.store.all(&Attempts { delivery: delivery.id, limit: 2 }).await.unwrap();
    assert_eq!(last.iter().rev().map(|attempt| attempt.number).collect::<Vec<_>>(), [9, 10], "the latest, in order");
    let settled = harness.store.get::<Delivery>(delivery.id).await.unwrap().unwrap();
    assert_eq!((settled.status, settled.attempts, settled.failures), (DeliveryStatus::Delivered, 10, 6));
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

async fn deliveries_are_listed_newest_first_by_status(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let endpoint = harness.run(create_endpoint(tenant.account, Wanted::All)).await;
    for amount in 1..=7 {
        harness.run(create(&tenant, amount)).await;
        harness.clock.advance(Duration::from_millis(3));
    }
    let all = all_of(&harness, &endpoint).await;
    assert!(all.is_sorted_by_key(|delivery| std::cmp::Reverse(delivery.created_at)));
    for index in [1, 4] {
        harness.run(report(&all[index], None)).await;
    }
    let ids = |indices: &[usize]| indices.iter().map(|&index| all[index].id).collect::<Vec<_>>();
    let table = [
        (None, None, ids(&[0, 1, 2, 3, 4, 5, 6])),
        (None, Some(all[2].id), ids(&[3, 4, 5, 6])),
        (Some(DeliveryStatus::Delivered), None, ids(&[1, 4])),
        (Some(DeliveryStatus::Delivered), Some(all[1].id), ids(&[4])),
        (Some(DeliveryStatus::Pending), Some(all[1].id), ids(&[2, 3, 5, 6])),
        (Some(DeliveryStatus::Failed), None, vec![]),
    ];
    for (status, after, expected) in table {
        for limit in [1, 2, 100] {
            let query = DeliveryQuery { endpoint: endpoint.id, status, after, limit };
            let (found, has_more) = listed(&harness, query.clone()).await;
            let shown = expected.len().min(usize::try_from(limit).unwrap());
            assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), expected[..shown], "{query:?}");
            assert_eq!(has_more, shown < expected.len(), "{query:?}");
        }
    }
}

async fn test_events_go_where_they_are_sent(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let account = tenant.account;
    let all = harness.run(create_endpoint(account, Wanted::All)).await;
    let other = harness.run(create_endpoint(account, kinds(&[EventKind::PaymentFailed]))).await;
    let send = |endpoint| SendTestEvent {
        account,
        kind: EventKind::PaymentCreated,
        endpoint,
        object: 99,
        data: "{\"a\":1}".to_owned(),
    };
    let (event, count) = harness.run(send(Some(other.id))).await;
    assert_eq!((count, all_of(&harness, &all).await.len()), (1, 0));
    assert_eq!(all_of(&harness, &other).await[0].event, event.id);
    let row = harness.store.get::<OutboxRow>(event.id).await.unwrap().unwrap();
    assert_eq!((row.object, row.sequence, row.payload), (99, 0, b"payment.created 0 {\"a\":1}".to_vec()));
    let (_, count) = harness.run(send(None)).await;
    assert_eq!((count, all_of(&harness, &all).await.len(), all_of(&harness, &other).await.len()), (1, 1, 1));
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

fn of(tenant: &Tenant) -> EventQuery {
    EventQuery {
        account: tenant.account,
        kinds: None,
        object: None,
        created_from: None,
        created_until: None,
        order: Order::NewestFirst,
        after: None,
        limit: 100,
    }
}

async fn events_are_listed_by_every_filter(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let stranger = another_tenant(&harness).await;
    let start = harness.now();
    let at = |hours: i64| Some(start.plus(HOUR.times(hours)));
    // Two hours apart, so that a time range lies between rows and not within the clock's own uncertainty.
    let mut payments = Vec::new();
    for amount in 1..=3 {
        payments.push(harness.run(create(&tenant, amount)).await.id);
        harness.run(create(&stranger, amount)).await;
        harness.clock.advance(HOUR.times(2));
    }
    harness.run(cancel(&tenant, payments[0])).await;
    let every = harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap();
    let own: Vec<OutboxRow> = every.into_iter().filter(|event| event.account == tenant.account).collect();
    let [one, two, three, canceled] = own.iter().map(|event| event.id).collect::<Vec<_>>()[..] else {
        panic!("four happened")
    };
    let created = Some(BTreeSet::from([EventKind::PaymentCreated]));
    let either = Some(BTreeSet::from([EventKind::PaymentCreated, EventKind::PaymentCanceled]));
    let all = || of(&tenant);
    let table = [
        (all(), vec![canceled, three, two, one]),
        (EventQuery { kinds: created.clone(), ..all() }, vec![three, two, one]),
        (EventQuery { kinds: either, ..all() }, vec![canceled, three, two, one]),
        (EventQuery { kinds: Some([EventKind::PaymentFailed].into()), ..all() }, vec![]),
        (EventQuery { object: Some(payments[0].bits()), ..all() }, vec![canceled, one]),
        (EventQuery { object: Some(payments[0].bits()), kinds: created.clone(), ..all() }, vec![one]),
        (EventQuery { object: Some(payments[0].bits()), ..of(&stranger) }, vec![]),
        (EventQuery { created_from: at(2), ..all() }, vec![canceled, three, two]),
        (EventQuery { created_until: at(2), ..all() }, vec![one]),
        (EventQuery { created_from: at(1), created_until: at(5), ..all() }, vec![three, two]),
        (EventQuery { created_from: at(1), object: Some(payments[0].bits()), ..all() }, vec![canceled]),
        (EventQuery { after: Some(three), ..all() }, vec![two, one]),
        (EventQuery { after: Some(canceled), created_from: at(2), ..all() }, vec![three, two]),
        (EventQuery { order: Order::OldestFirst, ..all() }, vec![one, two, three, canceled]),
        (EventQuery { order: Order::OldestFirst, after: Some(two), ..all() }, vec![three, canceled]),
        (EventQuery { order: Order::OldestFirst, created_from: at(3), kinds: created, ..all() }, vec![three]),
    ];
    for (asked, expected) in table {
        for limit in [1, 2, 100] {
            let query = EventQuery { limit, ..asked.clone() };
            let page = harness.store.list(&query).await.unwrap();
            let shown = expected.len().min(usize::try_from(limit).unwrap());
            assert_eq!(page.items.iter().map(|event| event.id).collect::<Vec<_>>(), expected[..shown], "{query:?}");
            assert_eq!(page.has_more, shown < expected.len(), "{query:?}");
        }
    }
    assert_eq!(harness.store.get::<OutboxRow>(one).await.unwrap().as_ref(), own.first());
    assert_eq!(harness.store.get::<OutboxRow>(Id::from_bits(1)).await.unwrap(), None);
}

async fn a_range_of_events_goes_by_the_clock(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    harness.run(create(&tenant, 1)).await;
    let year = HOUR.times(24 * 365);
    harness
        .run(MoveClock {
            account: tenant.account,
            to: ClockMove::AdvanceBy(year),
            origin: hedge_domain::audit::Origin::SYSTEM,
        })
        .await;
    harness.run(create(&tenant, 2)).await;
    let later = Some(harness.now().plus(HOUR));
    let count = async |query: EventQuery| harness.store.list(&query).await.unwrap().items.len();
    assert_eq!(count(EventQuery { created_from: later, ..of(&tenant) }).await, 1);
    assert_eq!(count(EventQuery { created_until: later, ..of(&tenant) }).await, 1);
}

/// Those it has had become pending again, those it has not are written; twice is as good as once.
async fn events_are_sent_again_without_a_second_delivery(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let account = tenant.account;
    harness.run(create(&tenant, 1)).await;
    let endpoint = harness.run(create_endpoint(account, Wanted::All)).await;
    for amount in [2, 3] {
        harness.clock.advance(Duration::from_millis(1));
        harness.run(create(&tenant, amount)).await;
    }
    let before = all_of(&harness, &endpoint).await;
    harness.run(report(&before[0], None)).await;
    let events = harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap();
    let events: Vec<_> = events.iter().map(|event| (event.id, event.kind)).collect();
    let resend =
        |undelivered_only| ResendEvents { account, endpoint: endpoint.id, events: events.clone(), undelivered_only };
    harness.clock.advance(HOUR);
    let again = (0..4).map(|_| harness.try_run(resend(true)));
    for resent in futures::future::join_all(again).await {
        assert_eq!(resent.map(|resent| resent.queued), Ok(2));
    }
    let after = all_of(&harness, &endpoint).await;
    let state: Vec<_> = after.iter().map(|one| (one.status, one.attempts, one.due_at == harness.now())).collect();
    let waits = DeliveryStatus::Pending;
    assert_eq!(state, [(DeliveryStatus::Delivered, 1, false), (waits, 0, false), (waits, 0, true)]);
    assert_eq!(harness.run(resend(false)).await.queued, 3);
    let after = all_of(&harness, &endpoint).await;
    assert_eq!(
        after.iter().map(|one| (one.status, one.attempts)).collect::<Vec<_>>(),
        [(waits, 1), (waits, 0), (waits, 0)]
    );
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}
