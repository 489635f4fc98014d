//! What holds whatever happens: random commands on a few payments, in any order.

use std::collections::BTreeMap;

use hedge_domain::Duration;
use hedge_domain::event::Announced;
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{
    BeginProcessing, CancelPayment, ConfirmPayment, CreatePayment, ExpirePayment, FailureCode, Outcome, PaymentId,
    PaymentStatus, RecordOutcome, RefundPayment, ThreeDSecure,
};
use proptest::prelude::*;

use crate::world::{JOB, TOKEN, World, create, owner};

#[derive(Clone, Debug)]
enum Move {
    Create { amount: i64, with_token: bool },
    Confirm(usize),
    Cancel(usize),
    Expire(usize),
    Begin(usize),
    Approve(usize),
    Decline(usize),
    Refund(usize, Option<i64>),
    Wait,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let which = 0..4usize;
    let any = prop_oneof![
        2 => (1..=10_000i64, any::<bool>()).prop_map(|(amount, with_token)| Move::Create { amount, with_token }),
        2 => which.clone().prop_map(Move::Confirm),
        1 => which.clone().prop_map(Move::Cancel),
        1 => which.clone().prop_map(Move::Expire),
        3 => which.clone().prop_map(Move::Begin),
        3 => which.clone().prop_map(Move::Approve),
        1 => which.clone().prop_map(Move::Decline),
        4 => (which, proptest::option::of(-1..=6_000i64)).prop_map(|(which, amount)| Move::Refund(which, amount)),
        1 => Just(Move::Wait),
    ];
    proptest::collection::vec(any, 1..60)
}

fn play(world: &mut World, payments: &mut Vec<PaymentId>, step: &Move) {
    let chosen = |which: usize| payments.get(which % payments.len().max(1)).copied();
    let outcome = |world: &mut World, which, outcome| {
        if let Some(payment) = chosen(which) {
            world.run(RecordOutcome { payment, job: JOB, outcome }).expect("an outcome is always recorded");
        }
    };
    match *step {
        Move::Create { amount, with_token } => {
            let token = with_token.then_some(TOKEN);
            payments.push(world.run(CreatePayment { token, ..create(amount) }).expect("created").id);
        }
        Move::Confirm(which) => {
            let _refused = chosen(which).map(|id| world.run(ConfirmPayment { actor: owner(), id, token: TOKEN }));
        }
        Move::Cancel(which) => {
            let _refused = chosen(which).map(|id| world.run(CancelPayment { actor: owner(), id, reason: None }));
        }
        Move::Expire(which) => {
            let _refused = chosen(which).map(|id| world.run(ExpirePayment { id }));
        }
        Move::Begin(which) => {
            let _refused = chosen(which).map(|payment| world.run(BeginProcessing { payment, job: JOB }));
        }
        Move::Approve(which) => outcome(world, which, Outcome::Approved(ThreeDSecure::NotSupported)),
        Move::Decline(which) => {
            outcome(world, which, Outcome::Declined(FailureCode::CardDeclined, ThreeDSecure::NotSupported));
        }
        Move::Refund(which, amount) => {
            let metadata = Metadata::default();
            let _refused =
                chosen(which).map(|id| world.run(RefundPayment { actor: owner(), id, amount, reason: None, metadata }));
        }
        Move::Wait => world.now = world.now.plus(Duration::from_hours(9)),
    }
}

proptest! {
    #[test]
    fn money_and_events_always_add_up(moves in moves()) {
        let mut world = World::new();
        let mut payments = Vec::new();
        for step in &moves {
            play(&mut world, &mut payments, step);
        }
        let last: Vec<_> = payments.iter().map(|&id| world.payment(id)).collect();
        let changes = world.state.into_changes();

        // Debits equal credits, in total and so in every posting: a transfer has one amount for both sides.
        let turnovers = changes.turnovers();
        let (debits, credits) = turnovers.values().fold((0, 0), |sums, side| (sums.0 + side.debits, sums.1 + side.credits));
        prop_assert_eq!(debits, credits);
        prop_assert!(changes.postings.iter().flat_map(|posting| &posting.transfers).all(|t| t.amount.minor() > 0));

        let mut sequences: BTreeMap<u128, Vec<u32>> = BTreeMap::new();
        for event in &changes.events {
            sequences.entry(event.subject.object()).or_default().push(event.sequence);
        }
        for payment in last {
            let refunds: i64 = payment.refunds.iter().map(|refund| refund.amount).sum();
            prop_assert_eq!(refunds, payment.refunded);
            prop_assert!((0..=payment.amount.minor()).contains(&payment.refunded));
            prop_assert_eq!(payment.refunded == payment.amount.minor(), payment.status == PaymentStatus::Refunded);

            // No change without its event and no event without its change: the last snapshot is the payment.
            prop_assert_eq!(&sequences[&payment.id.bits()], &(1..=payment.sequence).collect::<Vec<_>>());
            let last = changes.events.iter().rfind(|event| event.subject.object() == payment.id.bits());
            let last = last.expect("every payment has events");
            prop_assert_eq!(&last.subject, &payment.subject(last.kind));
        }
    }
}
