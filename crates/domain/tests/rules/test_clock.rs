//! Test clocks: time stops, jumps and runs on, and never goes back.

use hedge_domain::audit::Origin;
use hedge_domain::test_clock::{ClockMove, MoveClock, Reading, TestClock};
use hedge_domain::{Duration, Refusal};

use crate::world::{ACCOUNT, START, World};

fn clock(world: &mut World, to: ClockMove) -> Result<TestClock, Refusal> {
    world.run(MoveClock { account: ACCOUNT, to, origin: Origin::SYSTEM })
}

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn a_frozen_clock_stands_until_it_is_moved() {
    let mut world = World::new();
    let frozen = clock(&mut world, ClockMove::Freeze(None)).expect("frozen");
    assert_eq!(frozen.read(START.plus(HOUR)), START);
    let moved = clock(&mut world, ClockMove::AdvanceBy(HOUR)).expect("moved");
    assert_eq!(moved.reading, Reading::Frozen(START.plus(HOUR)));
}

#[test]
fn a_running_clock_keeps_its_lead() {
    let mut world = World::new();
    let ahead = clock(&mut world, ClockMove::AdvanceBy(HOUR)).expect("moved");
    assert_eq!(ahead.read(START.plus(HOUR)), START.plus(HOUR.times(2)));
}

#[test]
fn a_resumed_clock_runs_on_from_where_it_stood() {
    let mut world = World::new();
    clock(&mut world, ClockMove::Freeze(Some(START.plus(HOUR)))).expect("frozen");
    let resumed = clock(&mut world, ClockMove::Resume).expect("resumed");
    assert_eq!(resumed.read(START), START.plus(HOUR));
    assert_eq!(resumed.read(START.plus(HOUR)), START.plus(HOUR.times(2)));
}

#[test]
fn no_clock_goes_beyond_the_century() {
    let refused = clock(&mut World::new(), ClockMove::AdvanceBy(HOUR.times(24 * 366 * 100)));
    assert!(matches!(refused, Err(Refusal::ClockTooFar { .. })), "{refused:?}");
}

#[test]
fn time_never_goes_back() {
    let earlier = START.minus(HOUR);
    let back = [ClockMove::Freeze(Some(earlier)), ClockMove::AdvanceTo(earlier), ClockMove::AdvanceBy(HOUR.times(-1))];
    for to in back {
        let refusal = Refusal::ClockBackwards { now: START, asked: earlier };
        assert_eq!(clock(&mut World::new(), to), Err(refusal), "{to:?}");
    }
}
