//! Canceling payments, by the merchant and by time.

use hedge_domain::Refusal;
use hedge_domain::payment::{BeginProcessing, CancelPayment, ExpirePayment, PaymentId, PaymentStatus, UNPAID_LIFETIME};

use crate::world::{JOB, World, owner, stranger};

fn cancel(id: PaymentId) -> CancelPayment {
    CancelPayment { actor: owner(), id, reason: Some("out of stock".into()) }
}

#[test]
fn cancel_works_until_processing_begins() {
    let mut world = World::new();
    let (pending, initiated, processing, succeeded) =
        (world.pending(), world.initiated(), world.processing(), world.succeeded());
    for id in [pending, initiated] {
        let payment = world.run(cancel(id)).expect("canceled");
        let cancellation = payment.cancellation.expect("says why");
        assert_eq!((payment.status, cancellation.reason.as_deref()), (PaymentStatus::Canceled, Some("out of stock")));
        assert_eq!(cancellation.at, payment.updated_at);
    }
    for payment in [pending, processing, succeeded] {
        let refusal = Refusal::PaymentNotCancelable { payment, status: world.status(payment) };
        assert_eq!(world.run(cancel(payment)), Err(refusal));
    }
}

#[test]
fn cancel_by_a_stranger_is_not_found() {
    let mut world = World::new();
    let id = world.pending();
    assert_eq!(world.run(CancelPayment { actor: stranger(), ..cancel(id) }), Err(Refusal::PaymentNotFound(id)));
}

#[test]
fn a_canceled_payment_is_never_charged() {
    let mut world = World::new();
    let payment = world.initiated();
    world.run(cancel(payment)).expect("canceled");
    assert_eq!(world.run(BeginProcessing { payment, job: JOB }), Ok(None));
    assert_eq!(world.status(payment), PaymentStatus::Canceled);
}

#[test]
fn an_unpaid_payment_expires_when_its_time_is_up_and_not_before() {
    let mut world = World::new();
    let id = world.pending();
    assert_eq!(world.run(ExpirePayment { id }), Ok(false));
    world.now = world.now.plus(UNPAID_LIFETIME);
    assert_eq!(world.run(ExpirePayment { id }), Ok(true));
    assert_eq!(world.run(ExpirePayment { id }), Ok(false));
    let reason = world.payment(id).cancellation.and_then(|cancellation| cancellation.reason);
    assert_eq!(reason.as_deref(), Some("expired"));
}

#[test]
fn a_payment_that_was_submitted_does_not_expire() {
    let mut world = World::new();
    let id = world.initiated();
    world.now = world.now.plus(UNPAID_LIFETIME);
    assert_eq!(world.run(ExpirePayment { id }), Ok(false));
}
