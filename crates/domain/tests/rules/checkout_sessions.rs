//! Checkout sessions: what is refused, who wins, and that at most one payment of a session succeeds.

mod laws;
mod pay;

use std::fmt::Write;

use hedge_domain::checkout_session::{
    CheckoutSession, CheckoutSessionId, CheckoutStatus, CheckoutStep, CreateCheckoutSession, ExpireCheckoutSession,
    LONGEST_LIFE, LapseCheckoutSession, PayCheckoutSession, PayingCard, SHORTEST_LIFE,
};
use hedge_domain::customer::CustomerId;
use hedge_domain::event::EventKind;
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{
    AnswerChallenge, BeginProcessing, CancelPayment, FailureCode, Method, Outcome, PaymentId, PaymentStatus,
    RecordOutcome, ThreeDSecure,
};
use hedge_domain::{Currency, Duration, Key, Money, Refusal};

use crate::world::{JOB, MERCHANT, World, owner, stranger};

#[test]
fn every_state_meets_every_step_as_pinned() {
    let mut table = String::new();
    for status in CheckoutStatus::ALL {
        for step in CheckoutStep::ALL {
            let after = status.after(step).map_or("-", CheckoutStatus::code);
            writeln!(table, "{:<10} {:<10} {after}", status.code(), format!("{step:?}")).expect("writes to memory");
        }
    }
    insta::assert_snapshot!(table);
}

fn create() -> CreateCheckoutSession {
    CreateCheckoutSession {
        actor: owner(),
        merchant: MERCHANT,
        amount: Money::new(9_999, Currency::Usd),
        description: Some("Order #1234".into()),
        customer_email: None,
        customer: None,
        methods: Vec::new(),
        success_url: "https://shop.example/thanks".into(),
        cancel_url: "https://shop.example/cart".into(),
        expires_at: None,
        metadata: Metadata::new([("orderId".into(), "order_1234".into())].into()).expect("fits"),
    }
}

fn open(world: &mut World) -> CheckoutSessionId {
    world.run(create()).expect("created").id
}

fn session(world: &World, id: CheckoutSessionId) -> CheckoutSession {
    world.state.checkout_session(&owner(), id).expect("the session is there")
}

fn card(world: &World, number: u8, challenge: bool) -> PayingCard {
    let known = world.state.payment_method(crate::world::ACCOUNT, crate::world::TOKEN).expect("the card of the world");
    PayingCard { card: known.card, fingerprint: [number; 16], rail_token: "sandbox_succeeds".into(), challenge }
}

fn pay(world: &World, id: CheckoutSessionId) -> PayCheckoutSession {
    PayCheckoutSession { id, card: card(world, 1, false), email: "payer@example.com".into() }
}

fn paid(world: &mut World, id: CheckoutSessionId) -> PaymentId {
    let command = pay(world, id);
    world.run(command).expect("an attempt").id
}

/// An attempt that waits for its payer to be authenticated.
fn challenged(world: &mut World, id: CheckoutSessionId) -> PaymentId {
    let command = PayCheckoutSession { card: card(world, 1, true), ..pay(world, id) };
    world.run(command).expect("an attempt").id
}

fn answer(session: CheckoutSessionId, payment: PaymentId, passed: bool) -> AnswerChallenge {
    AnswerChallenge { session, payment, passed }
}

fn record(world: &mut World, payment: PaymentId, outcome: Outcome) {
    world.run(BeginProcessing { payment, job: JOB }).expect("begun");
    world.run(RecordOutcome { payment, job: JOB, outcome }).expect("recorded");
}

fn approve(world: &mut World, payment: PaymentId) {
    record(world, payment, Outcome::Approved(ThreeDSecure::NotSupported));
}

fn decline(world: &mut World, payment: PaymentId) {
    record(world, payment, Outcome::Declined(FailureCode::CardDeclined, ThreeDSecure::NotSupported));
}

fn expire(id: CheckoutSessionId) -> ExpireCheckoutSession {
    ExpireCheckoutSession { actor: owner(), id }
}

fn not_open(session: CheckoutSessionId, status: CheckoutStatus) -> Refusal {
    Refusal::CheckoutSessionNotOpen { session, status }
}

#[test]
fn a_session_is_open_for_a_day_unless_told() {
    let mut world = World::new();
    let id = open(&mut world);
    let made = session(&world, id);
    assert_eq!((made.status, made.payment, made.sequence), (CheckoutStatus::Open, None, 0));
    assert_eq!(made.expires_at, world.now.plus(Duration::from_hours(24)));
    assert_eq!(made.methods, [Method::Card]);
}

#[test]
fn a_session_expires_from_half_an_hour_to_a_day_ahead() {
    let mut world = World::new();
    let (second, now) = (Duration::from_secs(1), world.now);
    // The leeway of a second is for times that were cut to whole seconds on their way.
    let table = [
        (now.plus(SHORTEST_LIFE), true),
        (now.plus(SHORTEST_LIFE).minus(second), true),
        (now.plus(SHORTEST_LIFE).minus(second).minus(Duration::from_millis(1)), false),
        (now.plus(LONGEST_LIFE).plus(second), true),
        (now.plus(LONGEST_LIFE).plus(second).plus(Duration::from_millis(1)), false),
        (now, false),
        (now.minus(LONGEST_LIFE), false),
    ];
    for (asked, goes) in table {
        let made = world.run(CreateCheckoutSession { expires_at: Some(asked), ..create() });
        let expected = if goes { Ok(asked) } else { Err(Refusal::CheckoutExpiryOutOfRange { asked, now: world.now }) };
        assert_eq!(made.map(|session| session.expires_at), expected);
    }
}

#[test]
fn what_cannot_be_paid_with_is_not_offered() {
    let mut world = World::new();
    let table = [
        (vec![Method::Card], Ok(vec![Method::Card])),
        (vec![Method::Card, Method::Card], Ok(vec![Method::Card])),
        (vec![Method::Ach], Err(Refusal::CheckoutMethodUnavailable(Method::Ach))),
        (vec![Method::Card, Method::Crypto], Err(Refusal::CheckoutMethodUnavailable(Method::Crypto))),
    ];
    for (methods, expected) in table {
        let made = world.run(CreateCheckoutSession { methods: methods.clone(), ..create() });
        assert_eq!(made.map(|session| session.methods), expected, "{methods:?}");
    }
}

#[test]
fn the_email_is_the_sessions_then_the_customers_then_the_payers() {
    let mut world = World::new();
    let ada = world.customer();
    let given = || Some("given@example.com".to_owned());
    let table = [
        (given(), Some(ada), "given@example.com"),
        (given(), None, "given@example.com"),
        (None, Some(ada), "ada@example.com"),
        (None, None, "payer@example.com"),
    ];
    for (customer_email, customer, expected) in table {
        let id = world.run(CreateCheckoutSession { customer_email, customer, ..create() }).expect("created").id;
        let payment = paid(&mut world, id);
        assert_eq!(world.payment(payment).customer_email, expected);
        assert_eq!(world.payment(payment).customer, customer);
        approve(&mut world, payment);
        assert_eq!(session(&world, id).customer_email.as_deref(), Some(expected));
    }
}

#[test]
fn create_and_expire_of_what_is_not_the_callers_is_not_found() {
    let mut world = World::new();
    let id = open(&mut world);
    let unknown = CustomerId::from_bits(9);
    let with_stranger = CreateCheckoutSession { customer: Some(unknown), ..create() };
    assert_eq!(world.run(with_stranger), Err(Refusal::CustomerUnknown(unknown)));
    let at_stranger = CreateCheckoutSession { actor: stranger(), ..create() };
    assert_eq!(world.run(at_stranger), Err(Refusal::MerchantUnknown(MERCHANT)));
    let by_stranger = ExpireCheckoutSession { actor: stranger(), id };
    assert_eq!(world.run(by_stranger), Err(Refusal::CheckoutSessionNotFound(id)));
    assert_eq!(session(&world, id).status, CheckoutStatus::Open);
}

#[test]
fn expire_ends_an_open_session_once() {
    let mut world = World::new();
    let id = open(&mut world);
    let ended = world.run(expire(id)).expect("expired");
    assert_eq!((ended.status, ended.expired_at), (CheckoutStatus::Expired, Some(world.now)));
    assert_eq!(world.run(expire(id)), Err(not_open(id, CheckoutStatus::Expired)));
    let command = pay(&world, id);
    assert_eq!(world.run(command), Err(not_open(id, CheckoutStatus::Expired)));
}

#[test]
fn expire_takes_a_payment_that_waits_for_3d_secure_with_it() {
    let mut world = World::new();
    let id = open(&mut world);
    let payment = challenged(&mut world, id);
    world.run(expire(id)).expect("expired");
    let canceled = world.payment(payment);
    assert_eq!(canceled.status, PaymentStatus::Canceled);
    assert_eq!(canceled.cancellation.and_then(|end| end.reason).as_deref(), Some("expired"));
    assert_eq!(world.run(answer(id, payment, true)).expect("harmless").status, PaymentStatus::Canceled);
}

#[test]
fn expire_is_refused_while_a_payment_is_on_its_way_and_its_success_counts() {
    let mut world = World::new();
    let id = open(&mut world);
    let payment = paid(&mut world, id);
    let in_payment = || Err(Refusal::CheckoutSessionInPayment { session: id, payment });
    assert_eq!(world.run(expire(id)), in_payment());
    world.run(BeginProcessing { payment, job: JOB }).expect("begun");
    assert_eq!(world.run(expire(id)), in_payment());
    approve(&mut world, payment);
    assert_eq!(world.run(expire(id)), Err(not_open(id, CheckoutStatus::Complete)));
}

#[test]
fn expire_goes_once_the_payment_has_failed() {
    let mut world = World::new();
    let id = open(&mut world);
    let payment = paid(&mut world, id);
    decline(&mut world, payment);
    assert_eq!(world.run(expire(id)).expect("expired").status, CheckoutStatus::Expired);
    assert_eq!(world.status(payment), PaymentStatus::Failed);
}

#[test]
fn lapse_waits_for_the_time_and_for_a_payment_on_its_way() {
    let mut world = World::new();
    let (unpaid, declined, succeeded) = (open(&mut world), open(&mut world), open(&mut world));
    let lapse = |world: &mut World, id| world.run(LapseCheckoutSession { id }).expect("harmless");
    assert!(!lapse(&mut world, unpaid));
    let (no, yes) = (paid(&mut world, declined), paid(&mut world, succeeded));
    world.now = world.now.plus(LONGEST_LIFE);
    assert!(lapse(&mut world, unpaid));
    assert!(!lapse(&mut world, unpaid), "once");
    assert!(!lapse(&mut world, declined) && !lapse(&mut world, succeeded));
    decline(&mut world, no);
    approve(&mut world, yes);
    assert!(lapse(&mut world, declined));
    assert!(!lapse(&mut world, succeeded));
    let statuses = [unpaid, declined, succeeded].map(|id| session(&world, id).status);
    assert_eq!(statuses, [CheckoutStatus::Expired, CheckoutStatus::Expired, CheckoutStatus::Complete]);
    assert!(!lapse(&mut world, CheckoutSessionId::from_bits(9)), "there is none");
}

#[test]
fn a_session_announces_its_end_and_nothing_else() {
    let mut world = World::new();
    let (complete, expired, still_open) = (open(&mut world), open(&mut world), open(&mut world));
    let payment = paid(&mut world, complete);
    approve(&mut world, payment);
    world.run(expire(expired)).expect("expired");
    paid(&mut world, still_open);
    let changes = world.state.into_changes();
    let told: Vec<_> = [complete, expired, still_open]
        .map(|id| {
            let own = changes.events.iter().filter(|event| event.subject.object() == id.bits());
            own.map(|event| (event.kind, event.sequence)).collect::<Vec<_>>()
        })
        .into();
    assert_eq!(told, [vec![(EventKind::CheckoutCompleted, 1)], vec![(EventKind::CheckoutExpired, 1)], vec![]]);
}
