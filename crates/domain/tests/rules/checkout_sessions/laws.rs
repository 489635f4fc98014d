//! What holds of a session whatever happens to it: random moves on one session and its attempts, in any order.

use hedge_domain::payment::{ConfirmPayment, ExpirePayment, Payment};
use proptest::prelude::*;

use super::*;
use crate::world::TOKEN;

#[derive(Clone, Debug)]
enum Move {
    Pay { card: u8, challenge: bool },
    Answer { which: usize, passed: bool },
    Confirm(usize),
    Cancel(usize),
    ExpirePayment(usize),
    Begin(usize),
    Approve(usize),
    Decline(usize),
    Expire,
    Lapse,
    Wait(i64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let which = || 0..5usize;
    let any = prop_oneof![
        6 => (0..3u8, any::<bool>()).prop_map(|(card, challenge)| Move::Pay { card, challenge }),
        3 => (which(), any::<bool>()).prop_map(|(which, passed)| Move::Answer { which, passed }),
        1 => which().prop_map(Move::Confirm),
        1 => which().prop_map(Move::Cancel),
        1 => which().prop_map(Move::ExpirePayment),
        4 => which().prop_map(Move::Begin),
        2 => which().prop_map(Move::Approve),
        3 => which().prop_map(Move::Decline),
        1 => Just(Move::Expire),
        2 => Just(Move::Lapse),
        1 => (0..9i64).prop_map(Move::Wait),
    ];
    proptest::collection::vec(any, 1..50)
}

fn play(world: &mut World, id: CheckoutSessionId, attempts: &mut Vec<PaymentId>, step: &Move) {
    let chosen = |which: usize| attempts.get(which % attempts.len().max(1)).copied();
    let outcome = |world: &mut World, which, outcome| {
        if let Some(payment) = chosen(which) {
            world.run(RecordOutcome { payment, job: JOB, outcome }).expect("an outcome is always recorded");
        }
    };
    match *step {
        Move::Pay { card: number, challenge } => {
            let command = PayCheckoutSession { card: card(world, number, challenge), ..pay(world, id) };
            if let Ok(payment) = world.run(command)
                && !attempts.contains(&payment.id)
            {
                attempts.push(payment.id);
            }
        }
        Move::Answer { which, passed } => {
            let _refused = chosen(which).map(|payment| world.run(answer(id, payment, passed)));
        }
        Move::Confirm(which) => {
            let _refused = chosen(which).map(|id| world.run(ConfirmPayment { actor: owner(), id, token: TOKEN }));
        }
        Move::Cancel(which) => {
            let _refused = chosen(which).map(|id| world.run(CancelPayment { actor: owner(), id, reason: None }));
        }
        Move::ExpirePayment(which) => {
            let _harmless = chosen(which).map(|id| world.run(ExpirePayment { id }));
        }
        Move::Begin(which) => {
            let _refused = chosen(which).map(|payment| world.run(BeginProcessing { payment, job: JOB }));
        }
        Move::Approve(which) => outcome(world, which, Outcome::Approved(ThreeDSecure::NotSupported)),
        Move::Decline(which) => {
            outcome(world, which, Outcome::Declined(FailureCode::CardDeclined, ThreeDSecure::NotSupported));
        }
        Move::Expire => {
            let _refused = world.run(expire(id));
        }
        Move::Lapse => {
            let _harmless = world.run(LapseCheckoutSession { id });
        }
        Move::Wait(hours) => world.now = world.now.plus(Duration::from_hours(hours)),
    }
}

proptest! {
    #[test]
    fn a_session_and_its_attempts_always_agree(moves in moves()) {
        let mut world = World::new();
        let id = open(&mut world);
        let mut attempts = Vec::new();
        for step in &moves {
            let before = session(&world, id);
            play(&mut world, id, &mut attempts, step);
            let now = session(&world, id);
            let all: Vec<Payment> = attempts.iter().map(|&payment| world.payment(payment)).collect();
            let succeeded: Vec<_> =
                all.iter().filter(|payment| payment.status == PaymentStatus::Succeeded).map(|it| it.id).collect();
            let live: Vec<_> = all
                .iter()
                .filter(|payment| payment.status == PaymentStatus::Pending || payment.status.is_in_flight())
                .map(|payment| payment.id)
                .collect();

            // One payment at most is under way or has succeeded, and the session names it.
            prop_assert!(succeeded.len() + live.len() <= 1, "{:?} {:?}", succeeded, live);
            prop_assert!(succeeded.iter().chain(&live).all(|payment| now.payment == Some(*payment)));
            // It is complete if and only if one has succeeded, and once it has ended nothing is under way.
            prop_assert_eq!(now.status == CheckoutStatus::Complete, succeeded.len() == 1);
            prop_assert!(now.status == CheckoutStatus::Open || live.is_empty());
            prop_assert_eq!(now.completed_at.is_some(), now.status == CheckoutStatus::Complete);
            prop_assert_eq!(now.expired_at.is_some(), now.status == CheckoutStatus::Expired);
            // An end is for good.
            if before.status != CheckoutStatus::Open {
                prop_assert_eq!(now, before);
            }
        }
        let ended = session(&world, id);
        let changes = world.state.into_changes();
        let own = changes.events.iter().filter(|event| event.subject.object() == id.bits()).count();
        prop_assert_eq!(own, usize::from(ended.status != CheckoutStatus::Open));
        prop_assert_eq!(changes.postings.len(), usize::from(ended.status == CheckoutStatus::Complete));
    }
}
