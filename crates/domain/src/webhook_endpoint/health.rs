//! When an endpoint has failed for so long that it is no longer called.
//!
//! What is remembered of an endpoint is one streak of failures. A newcomer's usual mistake is to remember only when it
//! began: an endpoint that is called twice a month would then be disabled for its second bad moment. So a streak that
//! nothing has confirmed for two days (longer than the longest pause between two attempts) begins anew.

use crate::{Duration, Timestamp};

/// Failures with no success between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streak {
    pub since: Timestamp,
    pub last: Timestamp,
}

/// What becomes of the endpoint after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Healthy,
    Failing(Streak),
    /// It has failed for five days: stop calling it, and tell its owner.
    Disable(Streak),
}

const LIMIT: Duration = Duration::from_hours(5 * 24);
const SILENCE: Duration = Duration::from_hours(48);

/// Judges an endpoint by an attempt that ended `at`, given what was remembered before.
#[must_use]
pub fn judge(before: Option<Streak>, delivered: bool, at: Timestamp) -> Verdict {
    if delivered {
        return Verdict::Healthy;
    }
    let fresh = Streak { since: at, last: at };
    let streak = match before {
        // Replicas report out of order: an older failure moves nothing back.
        Some(streak) if at <= streak.last.plus(SILENCE) => Streak { last: at.max(streak.last), ..streak },
        Some(_) | None => fresh,
    };
    if streak.last >= streak.since.plus(LIMIT) { Verdict::Disable(streak) } else { Verdict::Failing(streak) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::default().plus(Duration::from_hours(hour))
    }

    fn streak(since: i64, last: i64) -> Streak {
        Streak { since: hour(since), last: hour(last) }
    }

    #[test]
    fn an_endpoint_is_judged_by_its_streak() {
        let table = [
            ("a success of a healthy one", None, true, 3, Verdict::Healthy),
            ("a success ends any streak", Some(streak(0, 119)), true, 121, Verdict::Healthy),
            ("the first failure", None, false, 3, Verdict::Failing(streak(3, 3))),
            ("a second failure", Some(streak(0, 1)), false, 25, Verdict::Failing(streak(0, 25))),
            ("just under five days", Some(streak(0, 100)), false, 119, Verdict::Failing(streak(0, 119))),
            ("five days", Some(streak(0, 100)), false, 120, Verdict::Disable(streak(0, 120))),
            ("after five days", Some(streak(0, 100)), false, 121, Verdict::Disable(streak(0, 121))),
            ("two days of silence are borne", Some(streak(0, 80)), false, 128, Verdict::Disable(streak(0, 128))),
            ("more are not", Some(streak(0, 80)), false, 129, Verdict::Failing(streak(129, 129))),
            ("an old failure comes late", Some(streak(0, 50)), false, 40, Verdict::Failing(streak(0, 50))),
        ];
        for (name, before, delivered, at, expected) in table {
            assert_eq!(judge(before, delivered, hour(at)), expected, "{name}");
        }
    }

    #[test]
    fn one_event_that_fails_to_the_end_does_not_disable() {
        let mut streak = None;
        for at in [0, 1, 2, 3, 5, 30] {
            match judge(streak, false, hour(at)) {
                Verdict::Failing(now) => streak = Some(now),
                other @ (Verdict::Healthy | Verdict::Disable(_)) => panic!("{other:?} at {at}"),
            }
        }
    }
}
