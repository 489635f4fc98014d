//! Idempotency claims.

use std::cell::Cell;

use hedge_domain::command::{Context, Stop};
use hedge_domain::idempotency::{Claim, Fingerprint, IdempotencyKey, SavedAnswer};
use hedge_domain::{Duration, IdSource, Key, Refusal, State, Timestamp};

use crate::world::START;

struct NoIds(Cell<u128>);

impl IdSource for NoIds {
    fn next(&self, _now: Timestamp) -> u128 {
        self.0.replace(self.0.get() + 1)
    }
}

const KEY: IdempotencyKey = IdempotencyKey([1; 16]);

fn claim(fingerprint: u8) -> Claim {
    Claim { key: KEY, fingerprint: Fingerprint([fingerprint; 16]), keep: Duration::from_hours(24) }
}

fn answer() -> SavedAnswer {
    SavedAnswer { status: 201, body: b"{}".to_vec() }
}

fn saved() -> State {
    let mut state = State::default();
    let ids = NoIds(Cell::new(0));
    claim(1).save(answer(), &mut state, &Context { now: START, real: START, ids: &ids });
    state.keep();
    state
}

fn replay(state: &State, fingerprint: u8, after: Duration) -> Result<Option<SavedAnswer>, Stop> {
    let ids = NoIds(Cell::new(0));
    claim(fingerprint).replay(state, &Context { now: START.plus(after), real: START, ids: &ids })
}

#[test]
fn the_same_request_gets_the_saved_answer() {
    assert_eq!(replay(&saved(), 1, Duration::ZERO), Ok(Some(answer())));
}

#[test]
fn another_request_is_refused() {
    assert_eq!(replay(&saved(), 2, Duration::ZERO), Err(Stop::Refused(Refusal::IdempotencyKeyReused)));
}

#[test]
fn a_key_is_kept_for_its_time_and_then_free() {
    let last = Duration::from_millis(24 * 3_600_000 - 1);
    assert_eq!(replay(&saved(), 1, last), Ok(Some(answer())));
    assert_eq!(replay(&saved(), 1, Duration::from_hours(24)), Ok(None));
    assert_eq!(replay(&saved(), 2, Duration::from_hours(24)), Ok(None));
}

#[test]
fn an_unknown_key_has_to_be_looked_up_first() {
    let mut state = State::default();
    assert_eq!(replay(&state, 1, Duration::ZERO), Err(Stop::Missing(Key::Idempotency(KEY))));
    state.idempotency.supply(KEY, None);
    assert_eq!(replay(&state, 1, Duration::ZERO), Ok(None));
}
