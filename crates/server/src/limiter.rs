//! The rate limiter: an exact sliding window. Every admitted request is remembered until it leaves the window.
//!
//! A refused request does not count, so a caller who waits as told is admitted. Each replica counts for itself.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::IpAddr;

use hedge_domain::{Duration, Timestamp};
use parking_lot::Mutex;

/// So many requests in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub requests: usize,
    pub window: Duration,
}

/// Requests read the clock before they come to the window, so they may arrive a little out of order.
const AHEAD: Duration = Duration::from_secs(5);

/// Where a caller stands, as the three headers tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    pub admitted: bool,
    pub limit: usize,
    pub remaining: usize,
    /// When the window next has more room.
    pub reset: Timestamp,
}

#[derive(Debug, Default)]
pub struct Window {
    admitted: Mutex<VecDeque<i64>>,
}

impl Window {
    pub fn admit(&self, limit: Limit, now: Timestamp) -> RateLimit {
        let mut times = self.admitted.lock();
        let start = now.minus(limit.window).millis();
        while times.front().is_some_and(|&time| time <= start) {
            times.pop_front();
        }
        // The clock was set back: what is in the future now would otherwise shut the caller out until then.
        let ahead = now.plus(AHEAD).millis();
        while times.back().is_some_and(|&time| time > ahead) {
            times.pop_back();
        }
        let admitted = times.len() < limit.requests;
        if admitted {
            times.push_back(now.millis());
        }
        let oldest = times.front().copied().unwrap_or(now.millis());
        RateLimit {
            admitted,
            limit: limit.requests,
            remaining: limit.requests.saturating_sub(times.len()),
            reset: Timestamp::from_millis(oldest).plus(limit.window),
        }
    }
}

impl Window {
    /// Takes back what was admitted at this time: something else has refused the request, so it does not count.
    pub fn give_back(&self, time: Timestamp) {
        let mut times = self.admitted.lock();
        if let Some(at) = times.iter().rposition(|&admitted| admitted == time.millis()) {
            times.remove(at);
        }
    }

    /// Whether the next request would be let through.
    pub fn has_room(&self, limit: Limit, now: Timestamp) -> bool {
        let start = now.minus(limit.window).millis();
        self.admitted.lock().iter().filter(|&&time| time > start).count() < limit.requests
    }
}

impl Limit {
    /// So many times as many requests.
    #[must_use]
    pub const fn times(self, factor: usize) -> Self {
        Self { requests: self.requests.saturating_mul(factor), ..self }
    }
}

impl RateLimit {
    /// Of two that a request counts for, the one that its caller runs into first.
    #[must_use]
    pub const fn tighter(self, other: Self) -> Self {
        if other.remaining < self.remaining { other } else { self }
    }

    /// For when limits are switched off.
    #[must_use]
    pub const fn unlimited(limit: Limit, now: Timestamp) -> Self {
        Self { admitted: true, limit: limit.requests, remaining: limit.requests, reset: now }
    }

    /// Rounded up: at that second there is room.
    #[must_use]
    pub const fn reset_seconds(&self) -> i64 {
        (self.reset.millis() + 999).div_euclid(1_000)
    }

    #[must_use]
    pub fn retry_after_seconds(&self, now: Timestamp) -> i64 {
        ((self.reset.millis() - now.millis() + 999) / 1_000).max(1)
    }
}

/// Windows of callers who have no key to keep one with.
#[derive(Debug)]
pub struct Windows<K> {
    windows: Mutex<HashMap<K, Window>>,
}

/// Callers without a key, by address.
pub type AnonymousCallers = Windows<IpAddr>;

/// Bounds the memory that such callers can take.
const MOST_WINDOWS: usize = 10_000;

impl<K> Default for Windows<K> {
    fn default() -> Self {
        Self { windows: Mutex::default() }
    }
}

impl<K: Eq + Hash> Windows<K> {
    pub fn admit(&self, caller: K, limit: Limit, now: Timestamp) -> RateLimit {
        let mut windows = self.windows.lock();
        if windows.len() >= MOST_WINDOWS && !windows.contains_key(&caller) {
            let start = now.minus(limit.window).millis();
            windows.retain(|_, window| window.admitted.lock().back().is_some_and(|&last| last > start));
            if windows.len() >= MOST_WINDOWS {
                windows.clear();
            }
        }
        windows.entry(caller).or_default().admit(limit, now)
    }

    pub fn give_back(&self, caller: &K, time: Timestamp) {
        if let Some(window) = self.windows.lock().get(caller) {
            window.give_back(time);
        }
    }

    /// Whether the caller's next request would be let through.
    pub fn has_room(&self, caller: &K, limit: Limit, now: Timestamp) -> bool {
        self.windows.lock().get(caller).is_none_or(|window| window.has_room(limit, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { requests: 3, window: Duration::from_secs(60) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn the_window_slides_exactly() {
        let window = Window::default();
        let table = [
            // second, admitted, remaining, reset
            (0, true, 2, 60),
            (10, true, 1, 60),
            (59, true, 0, 60),
            (59, false, 0, 60),
            (60, true, 0, 70),
            (69, false, 0, 70),
            (70, true, 0, 119),
            (200, true, 2, 260),
        ];
        for (second, admitted, remaining, reset) in table {
            let rate_limit = window.admit(LIMIT, at(second));
            let seen = (rate_limit.admitted, rate_limit.remaining, rate_limit.reset_seconds());
            assert_eq!(seen, (admitted, remaining, reset), "at {second}");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_shuts_nobody_out() {
        let window = Window::default();
        for _ in 0..3 {
            window.admit(LIMIT, at(3_600));
        }
        assert!(!window.admit(LIMIT, at(3_599)).admitted, "out of order by a little");
        assert!(window.admit(LIMIT, at(0)).admitted);
    }

    #[test]
    fn whoever_waits_as_told_is_admitted() {
        let window = Window::default();
        for _ in 0..3 {
            window.admit(LIMIT, Timestamp::from_millis(1_500));
        }
        let refused = window.admit(LIMIT, Timestamp::from_millis(2_700));
        let wait = refused.retry_after_seconds(Timestamp::from_millis(2_700));
        assert!(!refused.admitted);
        assert!(window.admit(LIMIT, Timestamp::from_millis(2_700 + wait * 1_000)).admitted);
    }

    #[test]
    fn strangers_are_told_apart_by_address() {
        let anonymous = AnonymousCallers::default();
        let address = |last| IpAddr::from([10, 0, 0, last]);
        for _ in 0..3 {
            assert!(anonymous.admit(address(1), LIMIT, at(0)).admitted);
        }
        assert!(!anonymous.admit(address(1), LIMIT, at(0)).admitted);
        assert!(anonymous.admit(address(2), LIMIT, at(0)).admitted);
    }
}
