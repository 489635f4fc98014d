//! Creating payments.

use hedge_domain::event::EventKind;
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::{CreatePayment, Method, PaymentStatus, UNPAID_LIFETIME};
use hedge_domain::payment_method::PaymentMethodId;
use hedge_domain::{Actor, Refusal};

use crate::world::{MERCHANT, START, TOKEN, World, create, owner, stranger};

#[test]
fn create_without_a_token_waits_to_be_paid() {
    let mut world = World::new();
    let payment = world.run(create(9_999)).expect("created");
    assert_eq!(payment.status, PaymentStatus::Pending);
    assert_eq!(payment.statement_descriptor, "HEDGE PAYMENTS");
    assert_eq!(payment.expires_at, START.plus(UNPAID_LIFETIME));
    assert_eq!((payment.fee, payment.refunded), (0, 0));
    let changes = world.state.into_changes();
    assert_eq!(changes.events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::PaymentCreated]);
    assert!(changes.jobs.is_empty() && changes.postings.is_empty());
}

#[test]
fn create_with_a_token_is_submitted_at_once() {
    let mut world = World::new();
    let payment = world.run(CreatePayment { token: Some(TOKEN), ..create(9_999) }).expect("created");
    assert_eq!((payment.status, payment.method), (PaymentStatus::Initiated, Some(Method::Card)));
    let changes = world.state.into_changes();
    let kinds: Vec<_> = changes.events.iter().map(|event| (event.sequence, event.kind)).collect();
    assert_eq!(kinds, [(1, EventKind::PaymentCreated), (2, EventKind::PaymentInitiated)]);
    assert_eq!(changes.jobs.len(), 1);
}

#[test]
fn create_refuses_what_is_not_the_callers() {
    let limited = Actor { merchants: Some([MerchantId::from_bits(7)].into()), ..owner() };
    let table = [
        (CreatePayment { actor: stranger(), ..create(1) }, Refusal::MerchantUnknown(MERCHANT)),
        (CreatePayment { actor: limited, ..create(1) }, Refusal::MerchantUnknown(MERCHANT)),
        (
            CreatePayment { merchant: MerchantId::from_bits(8), ..create(1) },
            Refusal::MerchantUnknown(MerchantId::from_bits(8)),
        ),
        (
            CreatePayment { token: Some(PaymentMethodId::from_bits(9)), ..create(1) },
            Refusal::PaymentMethodUnknown(PaymentMethodId::from_bits(9)),
        ),
    ];
    for (command, refusal) in table {
        let mut world = World::new();
        assert_eq!(world.run(command), Err(refusal));
        assert!(world.state.into_changes().payments.is_empty());
    }
}

#[test]
fn create_by_a_method_without_a_rail_is_refused() {
    for method in [Method::Ach, Method::Crypto] {
        let command = CreatePayment { method: Some(method), ..create(1) };
        assert_eq!(World::new().run(command), Err(Refusal::MethodUnavailable(method)));
    }
}

#[test]
fn create_through_a_limited_key_reaches_its_own_merchant() {
    let limited = Actor { merchants: Some([MERCHANT].into()), ..owner() };
    assert!(World::new().run(CreatePayment { actor: limited, ..create(1) }).is_ok());
}
