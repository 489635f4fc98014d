//! Confirming pending payments.

use hedge_domain::Refusal;
use hedge_domain::payment::{ConfirmPayment, PaymentId, PaymentStatus, UNPAID_LIFETIME};
use hedge_domain::payment_method::PaymentMethodId;

use crate::world::{TOKEN, World, owner, stranger};

fn confirm(id: PaymentId) -> ConfirmPayment {
    ConfirmPayment { actor: owner(), id, token: TOKEN }
}

#[test]
fn confirm_submits_a_pending_payment() {
    let mut world = World::new();
    let id = world.pending();
    let payment = world.run(confirm(id)).expect("confirmed");
    assert_eq!((payment.status, payment.payment_method), (PaymentStatus::Initiated, Some(TOKEN)));
}

#[test]
fn confirm_twice_is_refused() {
    let mut world = World::new();
    let payment = world.initiated();
    let refusal = Refusal::PaymentNotConfirmable { payment, status: PaymentStatus::Initiated };
    assert_eq!(world.run(confirm(payment)), Err(refusal));
}

#[test]
fn confirm_after_the_time_is_up_is_refused_even_before_the_worker_came() {
    let mut world = World::new();
    let payment = world.pending();
    world.now = world.now.plus(UNPAID_LIFETIME);
    let refusal = Refusal::PaymentNotConfirmable { payment, status: PaymentStatus::Pending };
    assert_eq!(world.run(confirm(payment)), Err(refusal));
}

#[test]
fn confirm_of_or_with_what_is_not_the_callers_is_not_found() {
    let mut world = World::new();
    let id = world.pending();
    let unknown = PaymentMethodId::from_bits(9);
    assert_eq!(
        world.run(ConfirmPayment { token: unknown, ..confirm(id) }),
        Err(Refusal::PaymentMethodUnknown(unknown))
    );
    assert_eq!(world.run(ConfirmPayment { actor: stranger(), ..confirm(id) }), Err(Refusal::PaymentNotFound(id)));
}
