//! Paying: attempts, double clicks, declines, and the issuer's challenge.

use hedge_domain::checkout_session::MOST_ATTEMPTS;
use hedge_domain::payment::ConfirmPayment;

use super::*;
use crate::world::TOKEN;

#[test]
fn pay_submits_a_payment_of_the_session_and_its_success_completes_it() {
    let mut world = World::new();
    let id = open(&mut world);
    let payment = paid(&mut world, id);
    let (attempt, of) = (world.payment(payment), session(&world, id));
    assert_eq!((attempt.status, attempt.checkout_session), (PaymentStatus::Initiated, Some(id)));
    assert_eq!((attempt.amount, attempt.merchant, &attempt.metadata), (of.amount, of.merchant, &of.metadata));
    assert_eq!((attempt.description.as_deref(), attempt.expires_at), (Some("Order #1234"), of.expires_at));
    assert_eq!((of.status, of.payment), (CheckoutStatus::Open, Some(payment)));

    world.now = world.now.plus(Duration::from_secs(5));
    approve(&mut world, payment);
    let complete = session(&world, id);
    assert_eq!((complete.status, complete.payment), (CheckoutStatus::Complete, Some(payment)));
    assert_eq!((complete.completed_at, complete.expired_at), (Some(world.now), None));
    let again = pay(&world, id);
    assert_eq!(world.run(again), Err(not_open(id, CheckoutStatus::Complete)));
}

#[test]
fn pay_while_a_payment_is_on_its_way_returns_that_one() {
    let mut world = World::new();
    let id = open(&mut world);
    let first = paid(&mut world, id);
    let other_card = PayCheckoutSession { card: card(&world, 2, true), ..pay(&world, id) };
    assert_eq!(world.run(other_card).expect("the first").id, first);
    world.run(BeginProcessing { payment: first, job: JOB }).expect("begun");
    assert_eq!(paid(&mut world, id), first);
    // Also when the session's time is up meanwhile: the payer is told of what was begun in time.
    world.now = world.now.plus(LONGEST_LIFE);
    assert_eq!(paid(&mut world, id), first);
}

#[test]
fn pay_after_a_decline_or_a_cancellation_is_a_new_payment() {
    let mut world = World::new();
    let id = open(&mut world);
    let first = paid(&mut world, id);
    decline(&mut world, first);
    let second = paid(&mut world, id);
    world.run(CancelPayment { actor: owner(), id: second, reason: None }).expect("canceled");
    let third = paid(&mut world, id);
    approve(&mut world, third);
    let statuses = [first, second, third].map(|payment| world.status(payment));
    assert_eq!(statuses, [PaymentStatus::Failed, PaymentStatus::Canceled, PaymentStatus::Succeeded]);
    assert_eq!(session(&world, id).payment, Some(third));
    assert_eq!(world.state.into_changes().postings.len(), 1);
}

#[test]
fn pay_ends_after_so_many_attempts() {
    let mut world = World::new();
    let id = open(&mut world);
    for _ in 0..MOST_ATTEMPTS {
        let attempt = paid(&mut world, id);
        decline(&mut world, attempt);
    }
    let before = session(&world, id);
    let command = pay(&world, id);
    assert_eq!(world.run(command).map(|payment| payment.id), Err(Refusal::CheckoutAttemptsExhausted(id)));
    assert_eq!((session(&world, id), before.attempts), (before.clone(), MOST_ATTEMPTS));
}

#[test]
fn pay_after_the_time_is_up_is_refused_even_before_the_worker_came() {
    let mut world = World::new();
    let id = open(&mut world);
    let payment = challenged(&mut world, id);
    world.now = world.now.plus(LONGEST_LIFE);
    let refusal = || Err(not_open(id, CheckoutStatus::Expired));
    let command = pay(&world, id);
    assert_eq!(world.run(command), refusal());
    assert_eq!(world.run(answer(id, payment, true)), refusal());
    assert_eq!(world.run(expire(id)), Err(not_open(id, CheckoutStatus::Expired)));
}

#[test]
fn pay_of_no_session_is_not_found() {
    let mut world = World::new();
    let id = CheckoutSessionId::from_bits(9);
    let command = pay(&world, id);
    assert_eq!(world.run(command), Err(Refusal::CheckoutSessionNotFound(id)));
}

#[test]
fn the_card_of_a_page_is_nobodys_to_use_again() {
    let mut world = World::new();
    let ada = world.customer();
    let id = world.run(CreateCheckoutSession { customer: Some(ada), ..create() }).expect("created").id;
    let payment = paid(&mut world, id);
    let token = world.payment(payment).payment_method.expect("the card");
    let kept = world.state.payment_methods.find(token, Key::PaymentMethod).expect("loaded").expect("there");
    assert_eq!(kept.customer, None);
}

#[test]
fn a_payment_that_waits_for_a_challenge_is_confirmed_no_other_way() {
    let mut world = World::new();
    let id = open(&mut world);
    let payment = challenged(&mut world, id);
    let confirm = ConfirmPayment { actor: owner(), id: payment, token: TOKEN };
    assert_eq!(world.run(confirm), Err(Refusal::PaymentAwaitsChallenge(payment)));
    assert_eq!(world.payment(payment).status, PaymentStatus::Pending);
}

#[test]
fn a_challenge_holds_the_payment_until_it_is_answered() {
    let mut world = World::new();
    let id = open(&mut world);
    let payment = challenged(&mut world, id);
    assert!(world.payment(payment).awaits_challenge());
    assert_eq!(world.run(BeginProcessing { payment, job: JOB }), Ok(None), "the rail is not asked");
    let submitted = world.run(answer(id, payment, true)).expect("answered");
    assert_eq!((submitted.status, submitted.awaits_challenge()), (PaymentStatus::Initiated, false));
    // A second click, whatever it says.
    for passed in [true, false] {
        assert_eq!(world.run(answer(id, payment, passed)), Ok(world.payment(payment)));
    }
    let charge = world.run(BeginProcessing { payment, job: JOB }).expect("begun").expect("a charge");
    assert_eq!(charge.three_d_secure, Some(ThreeDSecure::Authenticated));
}

#[test]
fn a_failed_challenge_fails_the_payment_and_leaves_the_session_open() {
    let mut world = World::new();
    let id = open(&mut world);
    let payment = challenged(&mut world, id);
    let failed = world.run(answer(id, payment, false)).expect("answered");
    assert_eq!((failed.status, failed.failure), (PaymentStatus::Failed, Some(FailureCode::AuthenticationFailed)));
    assert_eq!(failed.three_d_secure, Some(ThreeDSecure::Failed));
    assert_eq!(session(&world, id).status, CheckoutStatus::Open);
    let second = paid(&mut world, id);
    assert_ne!(second, payment);
    approve(&mut world, second);
    assert_eq!(session(&world, id).payment, Some(second));
}

#[test]
fn a_payer_may_turn_away_from_a_challenge_to_another_card() {
    let mut world = World::new();
    let id = open(&mut world);
    let first = challenged(&mut world, id);
    assert_eq!(challenged(&mut world, id), first, "the same card again is the same attempt");
    let other_card = PayCheckoutSession { card: card(&world, 2, false), ..pay(&world, id) };
    let second = world.run(other_card).expect("an attempt").id;
    assert_ne!(second, first);
    assert_eq!((world.status(first), world.status(second)), (PaymentStatus::Canceled, PaymentStatus::Initiated));
    // The first tab's challenge has come to nothing.
    assert_eq!(world.run(answer(id, first, true)).expect("harmless").status, PaymentStatus::Canceled);
}

#[test]
fn a_challenge_is_answered_through_its_own_session_only() {
    let mut world = World::new();
    let (one, other) = (open(&mut world), open(&mut world));
    let payment = challenged(&mut world, one);
    assert_eq!(world.run(answer(other, payment, true)), Err(Refusal::PaymentNotFound(payment)));
    let plain = world.pending();
    assert_eq!(world.run(answer(one, plain, true)), Err(Refusal::PaymentNotFound(plain)));
    assert!(world.payment(payment).awaits_challenge());
}
