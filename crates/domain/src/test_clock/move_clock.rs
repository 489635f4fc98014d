//! Moving a test clock: stopping it, setting it forward, letting it run again.

use super::{Reading, TestClock};
use crate::actor::Origin;
use crate::audit::{AuditAction, AuditEntry};
use crate::command::{Command, Context, Stop};
use crate::field_change::FieldChange;
use crate::{AccountId, Duration, Key, Refusal, State, Timestamp};

/// The start of the year 2100: far enough for any test, and near enough for every sum of times.
const LAST: Timestamp = Timestamp::from_millis(4_102_444_800_000);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMove {
    /// Stop, here or at a later instant.
    Freeze(Option<Timestamp>),
    AdvanceBy(Duration),
    AdvanceTo(Timestamp),
    /// Run again from here.
    Resume,
}

pub struct MoveClock {
    pub account: AccountId,
    pub to: ClockMove,
    pub origin: Origin,
}

impl Command for MoveClock {
    type Output = TestClock;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<TestClock, Stop> {
        let found = state.test_clocks.find(self.account, Key::TestClock)?;
        let stands = found.as_ref().is_some_and(TestClock::stands);
        let until = match self.to {
            ClockMove::Freeze(at) => at.unwrap_or(cx.now),
            ClockMove::AdvanceBy(span) => cx.now.plus(span),
            ClockMove::AdvanceTo(at) => at,
            ClockMove::Resume => cx.now,
        };
        if until < cx.now {
            return Err(Refusal::ClockBackwards { now: cx.now, asked: until }.into());
        }
        if until > LAST {
            return Err(Refusal::ClockTooFar { last: LAST }.into());
        }
        let freezes = match self.to {
            ClockMove::Freeze(_) => true,
            ClockMove::AdvanceBy(_) | ClockMove::AdvanceTo(_) => stands,
            ClockMove::Resume => false,
        };
        let reading = if freezes { Reading::Frozen(until) } else { Reading::Shifted(until.since(cx.real)) };
        let clock = TestClock { account: self.account, reading };
        let status = found.map_or("real", |clock| clock.status());
        let changes = [
            FieldChange::between("status", Some(status.to_owned()), Some(clock.status().to_owned())),
            FieldChange::between("now", Some(cx.now.to_string()), Some(until.to_string())),
        ];
        let entry = AuditEntry::new(cx, self.origin, AuditAction::TestClockMoved, self.account);
        state.audit(entry.of(self.account).with(changes.into_iter().flatten().collect()));
        state.test_clocks.put(self.account, clock.clone());
        Ok(clock)
    }
}
