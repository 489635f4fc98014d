//! The operator's prices: what one word changes, and what it leaves as it was.

use hedge_domain::audit::FieldChange;
use hedge_domain::fee::{FeePlan, FeeSchedule};
use hedge_domain::merchant::{AlreadyAhead, CancelNextPrices, Merchant, NextPrices, PriceChange, SetPrices};
use hedge_domain::{Refusal, Timestamp};

use crate::world::{MERCHANT, START, World, owner, stranger};

const STANDARD: FeePlan = FeePlan::STANDARD;

fn at(day: i64) -> Timestamp {
    START.plus(hedge_domain::Duration::from_millis(day * 86_400_000))
}

fn flat(fixed: i64) -> FeeSchedule {
    FeeSchedule { basis_points: 0, fixed, cap: None }
}

fn card(fixed: i64) -> PriceChange {
    PriceChange { card: Some(flat(fixed)), ..PriceChange::default() }
}

fn ach(fixed: i64) -> PriceChange {
    PriceChange { ach: Some(flat(fixed)), ..PriceChange::default() }
}

fn set(world: &mut World, change: PriceChange, from: Option<Timestamp>) -> Result<Merchant, AlreadyAhead> {
    world.run(SetPrices { actor: owner(), id: MERCHANT, change, from }).expect("a merchant of the caller")
}

/// What each entry of the audit log says, at the end.
fn told(world: World) -> Vec<Vec<FieldChange>> {
    world.state.into_changes().audit.into_iter().map(|entry| entry.changes).collect()
}

#[test]
fn a_word_at_once_leaves_what_is_to_come() {
    let mut world = World::new();
    set(&mut world, card(25), Some(at(9))).expect("nothing is ahead");
    // The card is to change on its day all the same; what was not to change follows.
    let merchant = set(&mut world, ach(9), None).expect("at once");
    assert_eq!(merchant.prices.current, FeePlan { ach: flat(9), ..STANDARD });
    let plan = FeePlan { card: flat(25), ach: flat(9), ..STANDARD };
    assert_eq!(merchant.prices.next, Some(NextPrices { plan, from: at(9) }));
    let merchant = set(&mut world, card(99), None).expect("at once");
    assert_eq!(merchant.prices.current, FeePlan { card: flat(99), ach: flat(9), ..STANDARD });
    assert_eq!(merchant.prices.next, Some(NextPrices { plan, from: at(9) }));
}

#[test]
fn there_is_one_moment_ahead_and_it_is_added_to() {
    let mut world = World::new();
    let ahead = set(&mut world, card(25), Some(at(9))).expect("nothing is ahead").prices.next.expect("it is ahead");
    for other in [at(8), at(10)] {
        assert_eq!(set(&mut world, ach(9), Some(other)), Err(AlreadyAhead(ahead)));
    }
    let merchant = set(&mut world, ach(9), Some(at(9))).expect("the same moment");
    let plan = FeePlan { card: flat(25), ach: flat(9), ..STANDARD };
    assert_eq!((merchant.prices.current, merchant.prices.next), (STANDARD, Some(NextPrices { plan, from: at(9) })));

    // What has come is not ahead any more, and a time that has been is at once.
    world.now = at(9);
    let merchant = set(&mut world, ach(7), Some(at(8))).expect("at once");
    assert_eq!((merchant.prices.current, merchant.prices.next), (FeePlan { ach: flat(7), ..plan }, None));

    let fields = |changes: Vec<FieldChange>| changes.into_iter().map(|change| change.field).collect::<Vec<_>>();
    let told: Vec<_> = told(world).into_iter().map(fields).collect();
    assert_eq!(told, [vec!["fees.card", "fees.effective_at"], vec!["fees.ach", "fees.effective_at"], vec!["fees.ach"]]);
}

#[test]
fn what_is_to_come_can_be_taken_back_and_the_audit_log_says_so() {
    let mut world = World::new();
    let cancel = || CancelNextPrices { actor: owner(), id: MERCHANT };
    set(&mut world, card(25), Some(at(9))).expect("nothing is ahead");
    let merchant = world.run(cancel()).expect("taken back");
    assert_eq!((merchant.prices.current, merchant.prices.next), (STANDARD, None));
    assert_eq!(world.run(cancel()), Ok(merchant), "there is nothing to take back");
    let foreign = CancelNextPrices { actor: stranger(), id: MERCHANT };
    assert_eq!(world.run(foreign), Err(Refusal::MerchantNotFound(MERCHANT)));

    let text = |schedule: FeeSchedule| Some(schedule.to_string());
    let changes = [
        FieldChange::between("fees.card", text(flat(25)), text(STANDARD.card)),
        FieldChange::between("fees.effective_at", Some(at(9).to_string()), None),
    ];
    let [_, taken_back] = told(world).try_into().expect("two entries");
    assert_eq!(taken_back, changes.map(|change| change.expect("a change")));
}
