//! Refunds: whole, in parts, and never too much.

use hedge_domain::event::{Event, EventKind, Subject};
use hedge_domain::ledger::LedgerAccount;
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{PaymentId, PaymentStatus, RefundPayment, SettlePayment};
use hedge_domain::refund::MOST_REFUNDS;
use hedge_domain::{Currency, Duration, Money, Refusal};

use crate::world::{ACCOUNT, MERCHANT, World, owner, stranger};

fn refund(id: PaymentId, amount: Option<i64>) -> RefundPayment {
    let reason = Some("customer_requested".into());
    RefundPayment { actor: owner(), id, amount, reason, metadata: Metadata::default() }
}

#[test]
fn refund_without_an_amount_gives_back_all_that_remains() {
    let mut world = World::new();
    let id = world.succeeded();
    world.run(refund(id, Some(2_500))).expect("refunded");
    let payment = world.run(refund(id, None)).expect("refunded");
    assert_eq!((payment.status, payment.refunded), (PaymentStatus::Refunded, 9_999));
    assert_eq!(payment.refunds.iter().map(|refund| refund.amount).collect::<Vec<_>>(), [2_500, 7_499]);
}

#[test]
fn refund_in_parts_moves_the_status_with_the_sum() {
    let mut world = World::new();
    let id = world.succeeded();
    let table = [
        (2_500, PaymentStatus::PartiallyRefunded, 2_500),
        (7_498, PaymentStatus::PartiallyRefunded, 9_998),
        (1, PaymentStatus::Refunded, 9_999),
    ];
    for (amount, status, sum) in table {
        let payment = world.run(refund(id, Some(amount))).expect("refunded");
        assert_eq!((payment.status, payment.refunded), (status, sum), "after {amount}");
    }
}

#[test]
fn refund_above_remaining_is_refused_and_changes_nothing() {
    let mut world = World::new();
    let payment = world.succeeded();
    world.run(refund(payment, Some(7_500))).expect("refunded");
    let before = world.payment(payment);
    let usd = |minor| Money::new(minor, Currency::Usd);
    let refusal =
        Refusal::RefundAmountExceeded { payment, original: usd(9_999), refunded: usd(7_500), requested: usd(5_000) };
    assert_eq!(world.run(refund(payment, Some(5_000))), Err(refusal));
    assert_eq!(world.payment(payment), before);
}

#[test]
fn refund_needs_a_payment_that_succeeded() {
    let mut world = World::new();
    let (pending, initiated, processing, refunded) =
        (world.pending(), world.initiated(), world.processing(), world.succeeded());
    world.run(refund(refunded, None)).expect("refunded");
    for payment in [pending, initiated, processing, refunded] {
        let refusal = Refusal::PaymentNotRefundable { payment, status: world.status(payment) };
        assert_eq!(world.run(refund(payment, Some(1))), Err(refusal));
    }
}

#[test]
fn refund_of_nothing_is_refused() {
    for amount in [0, -1, i64::MIN] {
        let mut world = World::new();
        let id = world.succeeded();
        assert!(matches!(world.run(refund(id, Some(amount))), Err(Refusal::RefundAmountExceeded { .. })), "{amount}");
    }
}

#[test]
fn refund_by_a_stranger_is_not_found() {
    let mut world = World::new();
    let id = world.succeeded();
    let command = RefundPayment { actor: stranger(), ..refund(id, None) };
    assert_eq!(world.run(command), Err(Refusal::PaymentNotFound(id)));
}

#[test]
fn refund_takes_from_the_merchant_and_keeps_the_fee() {
    let mut world = World::new();
    let id = world.succeeded();
    let payment = world.run(refund(id, None)).expect("refunded");
    assert_eq!(payment.fee, 320);
    let changes = world.state.into_changes();
    let turnovers = changes.turnovers();
    let net = |account| {
        let sides = turnovers[&(account, Currency::Usd)];
        sides.credits - sides.debits
    };
    assert_eq!(net(LedgerAccount::MerchantPending(MERCHANT)), -320);
    assert_eq!(net(LedgerAccount::ProcessingFees(Some(ACCOUNT))), 320);
    assert_eq!(net(LedgerAccount::CardClearing(Some(ACCOUNT))), 0);
    let kinds: Vec<_> = changes.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds.last(), Some(&EventKind::PaymentRefunded));
}

#[test]
fn refund_in_part_is_announced_as_both() {
    let mut world = World::new();
    let id = world.succeeded();
    world.run(refund(id, Some(1))).expect("refunded");
    let kinds: Vec<_> = world.state.into_changes().events.iter().map(|event| event.kind).collect();
    assert!(kinds.ends_with(&[EventKind::PaymentRefunded, EventKind::PaymentPartiallyRefunded]), "{kinds:?}");
}

#[test]
fn refund_number_one_hundred_may_only_be_of_all_that_remains() {
    let mut world = World::new();
    let payment = world.succeeded();
    for _ in 1..MOST_REFUNDS {
        world.run(refund(payment, Some(1))).expect("refunded");
    }
    let remaining = 9_999 - 99;
    let before = world.payment(payment);
    assert_eq!(world.run(refund(payment, Some(1))), Err(Refusal::RefundsExhausted { payment, remaining }));
    assert_eq!(world.payment(payment), before);
    let payment = world.run(refund(payment, None)).expect("nothing is left that nobody could give back");
    assert_eq!((payment.refunds.len(), payment.status), (MOST_REFUNDS, PaymentStatus::Refunded));
}

#[test]
fn refund_metadata_is_bounded_over_all_refunds_of_a_payment() {
    let of = |keys: usize| {
        let pairs = (0..keys).map(|key| (format!("{key:🧾>64}"), "🧾".repeat(Metadata::LONGEST_VALUE)));
        Metadata::new(pairs.collect()).expect("fits into one")
    };
    let with = |id, metadata| RefundPayment { metadata, ..refund(id, Some(1)) };
    let mut world = World::new();
    let payment = world.succeeded();
    world.run(with(payment, of(50))).expect("the most that one can have");
    assert_eq!(world.run(with(payment, of(50))), Err(Refusal::RefundMetadataExceeded));
    world.run(with(payment, of(1))).expect("there is some room left");
}

#[test]
fn an_event_shows_the_refund_that_it_is_about_and_no_other() {
    let mut world = World::new();
    let id = world.succeeded();
    world.run(refund(id, Some(1))).expect("refunded");
    world.run(refund(id, Some(2))).expect("refunded");
    world.now = world.now.plus(Duration::from_hours(10 * 24));
    assert_eq!(world.run(SettlePayment { id }), Ok(true));
    let shown = |event: &Event| {
        let Subject::Payment(payment) = &event.subject else { panic!("{event:?}") };
        let refunds: Vec<_> = payment.refunds.iter().map(|refund| refund.amount).collect();
        (event.kind, payment.refunded, refunds)
    };
    let seen: Vec<_> = world.state.into_changes().events.iter().map(shown).collect();
    let expected = [
        (EventKind::PaymentRefunded, 1, vec![1]),
        (EventKind::PaymentPartiallyRefunded, 1, vec![1]),
        (EventKind::PaymentRefunded, 3, vec![2]),
        (EventKind::PaymentPartiallyRefunded, 3, vec![2]),
        (EventKind::PaymentSettled, 3, vec![]),
    ];
    assert!(seen.ends_with(&expected), "{seen:?}");
}
