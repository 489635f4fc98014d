//! Webhooks: what becomes of endpoints, and of deliveries with every attempt.

use hedge_domain::delivery::{
    AttemptError, AttemptErrorCode, CancelDelivery, Contract, Delivery, DeliveryId, DeliveryStatus, Pace,
    RecordAttempt, Report, ResendDelivery, ResendEvents,
};
use hedge_domain::event::{EventKind, Subject};
use hedge_domain::metadata::Metadata;
use hedge_domain::webhook_endpoint::{
    CreateWebhookEndpoint, DeleteWebhookEndpoint, DisabledReason, EndpointChange, RotateWebhookSecret, SealedSecret,
    SendTestEvent, Streak, UpdateWebhookEndpoint, Wanted, WebhookEndpoint, WebhookEndpointId,
};
use hedge_domain::{AccountId, Duration, Id, Key, Refusal};

use crate::world::{ACCOUNT, World, create};

const STRANGER: AccountId = AccountId::from_bits(99);
const HOUR: Duration = Duration::from_hours(1);

fn endpoint(world: &mut World) -> WebhookEndpoint {
    let command = CreateWebhookEndpoint {
        origin: hedge_domain::audit::Origin::SYSTEM,
        account: ACCOUNT,
        url: "https://shop.example.com".into(),
        wanted: Wanted::All,
        description: None,
        metadata: Metadata::default(),
        secret: SealedSecret(vec![1]),
    };
    world.run(command).expect("made")
}

/// The delivery of an event that has just happened.
fn delivery(world: &mut World, to: &WebhookEndpoint) -> DeliveryId {
    world.run(create(1)).expect("created");
    fan_out(world);
    let mut found = deliveries(world, to);
    found.sort_unstable_by_key(|delivery| delivery.created_at);
    found.last().expect("one delivery").id
}

/// The world is one long batch, so what has been fanned out is looked at again; that makes no difference.
fn fan_out(world: &mut World) {
    while let Err(missing) = world.state.fan_out() {
        for key in missing {
            let Key::Subscriptions(account) = key else { panic!("{key:?}") };
            world.state.subscriptions.supply(account, None);
        }
    }
}

fn deliveries(world: &World, to: &WebhookEndpoint) -> Vec<Delivery> {
    let of = |event| world.state.deliveries.kept(DeliveryId::between(event, to.id)).cloned();
    world.events().into_iter().filter_map(|event| of(event.id)).collect()
}

fn kept(world: &World, id: DeliveryId) -> Delivery {
    world.state.deliveries.kept(id).cloned().expect("it is there")
}

fn endpoint_now(world: &World, id: WebhookEndpointId) -> WebhookEndpoint {
    world.state.webhook_endpoints.kept(id).cloned().expect("it is there")
}

fn attempt(world: &mut World, id: DeliveryId, works: bool) -> Delivery {
    answered(world, id, works.then_some(200))
}

fn answered(world: &mut World, id: DeliveryId, status: Option<u16>) -> Delivery {
    asked_to_wait(world, id, status, None)
}

fn asked_to_wait(world: &mut World, id: DeliveryId, status: Option<u16>, retry_after: Option<Duration>) -> Delivery {
    let works = status == Some(200);
    let before = kept(world, id);
    let error = AttemptError { code: AttemptErrorCode::Timeout, message: "no answer in time".into() };
    let command = RecordAttempt {
        account: before.account,
        endpoint: before.endpoint,
        delivery: id,
        contract: Contract::Hedge,
        pace: Pace::Production,
        jitter: 0,
        report: Report {
            retry_after,
            took: Duration::from_secs(1),
            status,
            error: (!works).then_some(error),
            response: String::new(),
        },
    };
    world.run(command).expect("recorded").expect("it is there")
}

fn update(world: &mut World, id: WebhookEndpointId, change: EndpointChange) -> Result<WebhookEndpoint, Refusal> {
    world.run(UpdateWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account: ACCOUNT, id, change })
}

fn enabled(enabled: bool) -> EndpointChange {
    EndpointChange { enabled: Some(enabled), ..Default::default() }
}

#[test]
fn a_strangers_endpoint_is_not_found() {
    let mut world = World::new();
    let made = endpoint(&mut world);
    let id = made.id;
    let sent = delivery(&mut world, &made);
    let not_found = Refusal::WebhookEndpointNotFound(id);
    let change = EndpointChange::default();
    let refused = [
        world
            .run(UpdateWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account: STRANGER, id, change })
            .err(),
        world.run(DeleteWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account: STRANGER, id }).err(),
        world
            .run(RotateWebhookSecret {
                origin: hedge_domain::audit::Origin::SYSTEM,
                account: STRANGER,
                id,
                secret: SealedSecret(vec![]),
                overlap: HOUR,
            })
            .err(),
        world.run(ResendDelivery { account: STRANGER, endpoint: id, delivery: sent }).err(),
        world.run(ResendEvents { account: STRANGER, endpoint: id, events: vec![], undelivered_only: false }).err(),
    ];
    assert!(refused.iter().all(|one| *one == Some(not_found.clone())), "{refused:?}");
    let test = SendTestEvent {
        account: STRANGER,
        kind: EventKind::PaymentFailed,
        endpoint: Some(id),
        object: 1,
        data: String::new(),
    };
    assert_eq!(world.run(test).err(), Some(Refusal::WebhookEndpointUnknown(id)));
}

#[test]
fn a_deleted_endpoint_is_not_found_and_its_secrets_are_gone() {
    let mut world = World::new();
    let id = endpoint(&mut world).id;
    let rotate = RotateWebhookSecret {
        origin: hedge_domain::audit::Origin::SYSTEM,
        account: ACCOUNT,
        id,
        secret: SealedSecret(vec![2]),
        overlap: HOUR,
    };
    world.run(rotate).expect("rotated");
    let deleted = world
        .run(DeleteWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account: ACCOUNT, id })
        .expect("deleted");
    assert_eq!((deleted.secret, deleted.previous), (SealedSecret(vec![]), None));
    assert_eq!(update(&mut world, id, enabled(true)), Err(Refusal::WebhookEndpointNotFound(id)));
    let again = world.run(DeleteWebhookEndpoint { origin: hedge_domain::audit::Origin::SYSTEM, account: ACCOUNT, id });
    assert_eq!(again.err(), Some(Refusal::WebhookEndpointNotFound(id)));
}

#[test]
fn an_update_that_changes_nothing_is_none() {
    let mut world = World::new();
    let made = endpoint(&mut world);
    world.now = world.now.plus(HOUR);
    let same = EndpointChange { url: Some(made.url.clone()), enabled: Some(true), ..Default::default() };
    assert_eq!(update(&mut world, made.id, same), Ok(made));
}

#[test]
fn the_old_secret_signs_until_the_overlap_ends() {
    let mut world = World::new();
    let made = endpoint(&mut world);
    let rotate = |secret: u8, overlap| RotateWebhookSecret {
        origin: hedge_domain::audit::Origin::SYSTEM,
        account: ACCOUNT,
        id: made.id,
        secret: SealedSecret(vec![secret]),
        overlap,
    };
    let after = world.run(rotate(2, HOUR)).expect("rotated");
    let end = world.now.plus(HOUR);
    let last = end.minus(Duration::from_millis(1));
    assert_eq!((after.previous_secret(last), after.previous_secret(end)), (Some(&made.secret), None));
    let after = world.run(rotate(3, HOUR)).expect("rotated");
    assert_eq!(after.previous_secret(world.now), Some(&SealedSecret(vec![2])), "the oldest is gone");
    let after = world.run(rotate(4, Duration::ZERO)).expect("rotated");
    assert_eq!((after.secret, after.previous), (SealedSecret(vec![4]), None));
}

#[test]
fn six_failures_are_the_end_of_a_delivery() {
    let mut world = World::new();
    let to = endpoint(&mut world);
    let id = delivery(&mut world, &to);
    let waits: [i64; 5] = [60, 5 * 60, 30 * 60, 2 * 3_600, 24 * 3_600];
    for (failures, wait) in (1..).zip(waits) {
        let after = attempt(&mut world, id, false);
        let due = world.now.plus(Duration::from_secs(wait));
        assert_eq!((after.status, after.failures, after.due_at), (DeliveryStatus::Pending, failures, due));
        world.now = due;
    }
    let last = attempt(&mut world, id, false);
    assert_eq!((last.status, last.attempts, last.settled_at), (DeliveryStatus::Failed, 6, Some(world.now)));
    assert_eq!(endpoint_now(&world, to.id).disabled, None, "one event that fails to the end disables nothing");
}

/// What a report does, by what the delivery is when it comes.
#[test]
fn a_late_success_counts_and_a_late_failure_does_not() {
    use DeliveryStatus::{Canceled, Delivered, Failed, Pending};
    let table = [
        (Pending, true, Delivered),
        (Pending, false, Pending),
        (Delivered, true, Delivered),
        (Delivered, false, Delivered),
        (Failed, true, Delivered),
        (Failed, false, Failed),
        (Canceled, true, Delivered),
        (Canceled, false, Canceled),
    ];
    for (before, works, expected) in table {
        let mut world = World::new();
        let to = endpoint(&mut world);
        let id = delivery(&mut world, &to);
        let settled_at = (before != Pending).then_some(world.now);
        world.state.deliveries.put(id, Delivery { status: before, settled_at, ..kept(&world, id) });
        world.state.keep();
        world.now = world.now.plus(HOUR);
        let after = attempt(&mut world, id, works);
        assert_eq!((after.status, after.attempts), (expected, 1), "{before:?} {works}");
        let moved = if before == expected { settled_at } else { Some(world.now) };
        assert_eq!(after.settled_at, moved, "{before:?} {works}");
    }
}

#[test]
fn an_endpoint_that_fails_for_five_days_is_disabled_and_the_others_are_told() {
    let mut world = World::new();
    let (failing, other) = (endpoint(&mut world), endpoint(&mut world));
    for hour in 0..=120 {
        assert_eq!(endpoint_now(&world, failing.id).disabled, None, "after {hour} hours");
        let id = delivery(&mut world, &failing);
        attempt(&mut world, id, false);
        world.now = world.now.plus(HOUR);
    }
    let disabled = endpoint_now(&world, failing.id).disabled.expect("disabled");
    assert_eq!((disabled.reason, disabled.at), (DisabledReason::Failing, world.now.minus(HOUR)));
    let before = (deliveries(&world, &failing).len(), deliveries(&world, &other).len());
    fan_out(&mut world);
    let told = world.events().into_iter().filter(|event| event.kind == EventKind::WebhookEndpointDisabled);
    let told: Vec<_> = told.collect();
    let [event] = &told[..] else { panic!("{told:?}") };
    let Subject::WebhookEndpoint(shown) = &event.subject else { panic!("{event:?}") };
    assert_eq!((shown.id, shown.disabled, event.sequence), (failing.id, Some(disabled), 1));
    let after = (deliveries(&world, &failing).len(), deliveries(&world, &other).len());
    assert_eq!(after, (before.0, before.1 + 1));

    let again = update(&mut world, failing.id, enabled(true)).expect("enabled");
    assert_eq!((again.disabled, again.streak), (None, None));
}

#[test]
fn an_endpoint_that_answers_that_it_is_gone_is_disabled_at_once_and_the_others_are_told() {
    let mut world = World::new();
    let (gone, _other) = (endpoint(&mut world), endpoint(&mut world));
    for (status, is_called) in [(404, true), (500, true), (410, false)] {
        let id = delivery(&mut world, &gone);
        answered(&mut world, id, Some(status));
        assert_eq!(endpoint_now(&world, gone.id).disabled.is_none(), is_called, "{status}");
    }
    let told = world.events().into_iter().filter(|event| event.kind == EventKind::WebhookEndpointDisabled);
    assert_eq!(told.count(), 1);
}

#[test]
fn a_success_ends_a_streak_and_writes_nothing_else_of_the_endpoint() {
    let mut world = World::new();
    let to = endpoint(&mut world);
    let id = delivery(&mut world, &to);
    attempt(&mut world, id, true);
    assert_eq!(endpoint_now(&world, to.id), to);
    let id = delivery(&mut world, &to);
    attempt(&mut world, id, false);
    let streak = Some(Streak { since: world.now, last: world.now });
    assert_eq!(endpoint_now(&world, to.id), WebhookEndpoint { streak, ..to.clone() });
    world.now = world.now.plus(Duration::from_secs(59));
    attempt(&mut world, id, false);
    assert_eq!(endpoint_now(&world, to.id).streak, streak, "under a minute is not written down");
    attempt(&mut world, id, true);
    assert_eq!(endpoint_now(&world, to.id), to);
}

#[test]
fn only_what_is_due_to_nobody_is_canceled() {
    let mut world = World::new();
    let to = endpoint(&mut world);
    let id = delivery(&mut world, &to);
    let cancel = || CancelDelivery { account: ACCOUNT, delivery: id };
    assert_eq!(world.run(cancel()), Ok(false), "it is called");
    update(&mut world, to.id, enabled(false)).expect("disabled");
    assert_eq!(world.run(cancel()), Ok(true));
    assert_eq!(kept(&world, id).status, DeliveryStatus::Canceled);
    assert_eq!(world.run(cancel()), Ok(false), "once");
    assert_eq!(world.run(CancelDelivery { account: ACCOUNT, delivery: Id::from_bits(5) }), Ok(false));
}

#[test]
fn sending_again_begins_the_schedule_anew() {
    let mut world = World::new();
    let to = endpoint(&mut world);
    let id = delivery(&mut world, &to);
    for _ in 0..6 {
        attempt(&mut world, id, false);
    }
    world.now = world.now.plus(HOUR);
    let resend = || ResendDelivery { account: ACCOUNT, endpoint: to.id, delivery: id };
    let again = world.run(resend()).expect("sent");
    let expected = (DeliveryStatus::Pending, 6, 0, world.now, None);
    assert_eq!((again.status, again.attempts, again.failures, again.due_at, again.settled_at), expected);
    assert_eq!(world.run(resend()), Ok(again), "it is due already");
    let failed = attempt(&mut world, id, false);
    assert_eq!((failed.failures, failed.attempts), (1, 7));
    assert_eq!(world.run(resend()).map(|again| again.due_at), Ok(world.now), "it does not wait for its time");

    let other = endpoint(&mut world);
    let elsewhere = ResendDelivery { account: ACCOUNT, endpoint: other.id, delivery: id };
    assert_eq!(world.run(elsewhere), Err(Refusal::DeliveryNotFound(id)));
    update(&mut world, to.id, enabled(false)).expect("disabled");
    assert_eq!(world.run(resend()), Err(Refusal::WebhookEndpointDisabled(to.id)));
}

#[test]
fn one_event_and_one_endpoint_have_one_delivery() {
    let ids = |bits: u128| (0..100).map(move |n| bits << 64 | n);
    let mut all: Vec<_> =
        ids(1).flat_map(|e| ids(2).map(move |w| DeliveryId::between(Id::from_bits(e), Id::from_bits(w)))).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 10_000);
    let between = |event| DeliveryId::between(Id::from_bits(event), Id::from_bits(3));
    assert!(between(5 << 64) < between(6 << 64), "they sort as their events do");
}

#[test]
fn a_receiver_can_ask_for_more_time_than_the_schedule_gives_but_not_for_less_nor_for_ever() {
    for (asked, waits) in [(None, 60), (Some(10), 60), (Some(600), 600), (Some(10 * 86_400), 86_400)] {
        let mut world = World::new();
        let made = endpoint(&mut world);
        let sent = delivery(&mut world, &made);
        let after = asked_to_wait(&mut world, sent, Some(503), asked.map(Duration::from_secs));
        assert_eq!(after.due_at, world.now.plus(Duration::from_secs(waits)), "{asked:?}");
    }
}
