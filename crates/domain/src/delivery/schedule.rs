//! What a family promises about its deliveries: which answers count, how long to wait for one, and when to try again.
//!
//! Pure functions of what they are given; the clock and the dice are the caller's. A newcomer's usual mistake is to
//! count from 0: `failed` is the number of attempts that have failed so far, this one included.

use std::time::Duration as Wait;

use crate::{Duration, Timestamp};

/// Whose rules a delivery follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contract {
    /// Any 2xx within 10 s; again after 1 m, 5 m, 30 m, 2 h and 24 h. HexPay's deliveries follow it, too.
    Hedge,
    /// Exactly 200 within 5 s; again after 1 m, 10 m and 1 h.
    SideBet,
}

/// How fast the schedule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pace {
    Production,
    /// Sixty times as fast, so that a developer sees the retries: minutes are seconds.
    Sandbox,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Retry(Timestamp),
    /// The last attempt has failed: the delivery is `failed` until somebody sends it again by hand.
    GiveUp,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const HEDGE_DELAYS: &[i64] = &[MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 24 * HOUR];
const SIDEBET_DELAYS: &[i64] = &[MINUTE, 10 * MINUTE, HOUR];
const SANDBOX_DIVISOR: i64 = 60;
/// Jitter adds at most a tenth: receivers are never called sooner than the documents say.
const JITTER_DIVISOR: i64 = 10;

impl Contract {
    /// How long a receiver may take, from the first byte we send to the status it answers.
    #[must_use]
    pub const fn patience(self) -> Wait {
        match self {
            Self::Hedge => Wait::from_secs(10),
            Self::SideBet => Wait::from_secs(5),
        }
    }

    /// Whether a receiver that answers this has taken the delivery. A redirect has not: we don't follow it.
    #[must_use]
    pub const fn accepts(self, status: u16) -> bool {
        match self {
            Self::Hedge => matches!(status, 200..=299),
            Self::SideBet => status == 200,
        }
    }

    /// When to try again after the `failed`th failed attempt, which ended `at`.
    ///
    /// `jitter` is the roll of a dice over the whole range of its type, so that deliveries that failed together do not
    /// come back together.
    #[must_use]
    pub fn after_failure(self, failed: u32, pace: Pace, at: Timestamp, jitter: u16) -> Next {
        let index = usize::try_from(failed.saturating_sub(1)).unwrap_or(usize::MAX);
        match self.delays().get(index) {
            Some(seconds) => Next::Retry(at.plus(pace.of(*seconds, jitter))),
            None => Next::GiveUp,
        }
    }

    /// How many attempts a delivery gets in all.
    #[must_use]
    pub const fn attempts(self) -> usize {
        self.delays().len().saturating_add(1)
    }

    const fn delays(self) -> &'static [i64] {
        match self {
            Self::Hedge => HEDGE_DELAYS,
            Self::SideBet => SIDEBET_DELAYS,
        }
    }
}

impl Pace {
    fn of(self, seconds: i64, jitter: u16) -> Duration {
        let millis = match self {
            Self::Production => seconds.saturating_mul(1_000),
            Self::Sandbox => seconds.saturating_mul(1_000) / SANDBOX_DIVISOR,
        };
        let most = millis / JITTER_DIVISOR;
        let extra = most.saturating_mul(i64::from(jitter)) / i64::from(u16::MAX);
        Duration::from_millis(millis.saturating_add(extra))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_000_000);

    fn delay(contract: Contract, failed: u32, pace: Pace, jitter: u16) -> Option<i64> {
        match contract.after_failure(failed, pace, AT, jitter) {
            Next::Retry(then) => Some(then.millis() - AT.millis()),
            Next::GiveUp => None,
        }
    }

    #[test]
    fn retries_come_when_the_documents_say() {
        let table = [
            (Contract::Hedge, 1, Some(60)),
            (Contract::Hedge, 2, Some(300)),
            (Contract::Hedge, 3, Some(1_800)),
            (Contract::Hedge, 4, Some(7_200)),
            (Contract::Hedge, 5, Some(86_400)),
            (Contract::Hedge, 6, None),
            (Contract::Hedge, u32::MAX, None),
            (Contract::SideBet, 1, Some(60)),
            (Contract::SideBet, 2, Some(600)),
            (Contract::SideBet, 3, Some(3_600)),
            (Contract::SideBet, 4, None),
        ];
        for (contract, failed, seconds) in table {
            let exact = seconds.map(|seconds| seconds * 1_000);
            assert_eq!(delay(contract, failed, Pace::Production, 0), exact, "{contract:?} {failed}");
            let sandbox = seconds.map(|seconds| seconds * 1_000 / 60);
            assert_eq!(delay(contract, failed, Pace::Sandbox, 0), sandbox, "{contract:?} {failed} in sandbox");
        }
    }

    #[test]
    fn jitter_adds_up_to_a_tenth_and_takes_nothing_away() {
        let table = [(0, 60_000), (1, 60_000), (u16::MAX / 2, 62_999), (u16::MAX, 66_000)];
        for (jitter, millis) in table {
            assert_eq!(delay(Contract::Hedge, 1, Pace::Production, jitter), Some(millis), "{jitter}");
        }
        assert_eq!(delay(Contract::Hedge, 5, Pace::Production, u16::MAX), Some(95_040_000));
        assert_eq!(delay(Contract::Hedge, 1, Pace::Sandbox, u16::MAX), Some(1_100));
    }

    #[test]
    fn a_delivery_has_one_attempt_more_than_retries() {
        assert_eq!(Contract::Hedge.attempts(), 6);
        assert_eq!(Contract::SideBet.attempts(), 4);
    }

    #[test]
    fn the_end_of_time_is_not_passed() {
        let end = Timestamp::from_millis(i64::MAX);
        assert_eq!(Contract::Hedge.after_failure(1, Pace::Production, end, 9), Next::Retry(end));
    }

    #[test]
    fn each_contract_takes_its_own_answers() {
        let table = [
            (199, false, false),
            (200, true, true),
            (201, true, false),
            (202, true, false),
            (204, true, false),
            (299, true, false),
            (300, false, false),
            (301, false, false),
            (302, false, false),
            (304, false, false),
            (307, false, false),
            (308, false, false),
            (400, false, false),
            (401, false, false),
            (410, false, false),
            (429, false, false),
            (500, false, false),
            (503, false, false),
        ];
        for (status, hedge, sidebet) in table {
            assert_eq!(Contract::Hedge.accepts(status), hedge, "{status}");
            assert_eq!(Contract::SideBet.accepts(status), sidebet, "{status}");
        }
        assert_eq!(Contract::Hedge.patience(), Wait::from_secs(10));
        assert_eq!(Contract::SideBet.patience(), Wait::from_secs(5));
    }
}
