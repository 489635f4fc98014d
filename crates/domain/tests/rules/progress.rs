//! What the worker does to payments.

use hedge_domain::payment::{BeginProcessing, FailureCode, Outcome, PaymentStatus, RecordOutcome, ThreeDSecure};

use crate::world::{JOB, World};

#[test]
fn begin_says_what_to_charge_and_may_be_repeated() {
    let mut world = World::new();
    let payment = world.initiated();
    let first = world.run(BeginProcessing { payment, job: JOB }).expect("begun").expect("a charge");
    let again = world.run(BeginProcessing { payment, job: JOB }).expect("begun").expect("a charge");
    assert_eq!(first, again);
    assert_eq!((first.amount.minor(), first.rail_token.as_str()), (9_999, "sandbox_succeeds"));
    assert_eq!(world.payment(payment).sequence, 3, "the second time announces nothing");
}

#[test]
fn approval_takes_the_fee_and_posts_the_ledger_once() {
    let mut world = World::new();
    let payment = world.processing();
    let outcome = Outcome::Approved(ThreeDSecure::Authenticated);
    for _ in 0..2 {
        world.run(RecordOutcome { payment, job: JOB, outcome }).expect("recorded");
    }
    let recorded = world.payment(payment);
    assert_eq!((recorded.status, recorded.fee), (PaymentStatus::Succeeded, 320));
    assert_eq!(recorded.net().map(|net| net.minor()), Some(9_679));
    assert_eq!(recorded.three_d_secure, Some(ThreeDSecure::Authenticated));
    assert_eq!(world.state.into_changes().postings.len(), 1);
}

#[test]
fn a_decline_fails_the_payment_and_posts_nothing() {
    let mut world = World::new();
    let payment = world.processing();
    let outcome = Outcome::Declined(FailureCode::InsufficientFunds, ThreeDSecure::NotSupported);
    world.run(RecordOutcome { payment, job: JOB, outcome }).expect("recorded");
    let failed = world.payment(payment);
    assert_eq!((failed.status, failed.failure), (PaymentStatus::Failed, Some(FailureCode::InsufficientFunds)));
    assert_eq!(failed.fee, 0);
    assert!(world.state.into_changes().postings.is_empty());
}

#[test]
fn the_first_outcome_stands() {
    let mut world = World::new();
    let payment = world.succeeded();
    let outcome = Outcome::Declined(FailureCode::CardDeclined, ThreeDSecure::NotSupported);
    world.run(RecordOutcome { payment, job: JOB, outcome }).expect("recorded");
    assert_eq!(world.status(payment), PaymentStatus::Succeeded);
}
