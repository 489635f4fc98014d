//! The days on which banks in the United States settle, and what is due on them.
//!
//! The holidays are those of the Federal Reserve (frbservices.org, "Holiday Schedules"): one that falls on a Sunday is kept
//! on the Monday after it, one that falls on a Saturday is not kept on another day. What a newcomer gets wrong: a banking
//! day is a day in New York, not in UTC; here New York keeps standard time all the year, so that a day is 24 hours.

use crate::Timestamp;
use crate::date::Date;

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
/// How far New York is behind UTC.
const BEHIND: i64 = 5 * HOUR;

/// When in a banking day something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Money that comes in by ACH is good from half past eight in New York.
    Morning,
    /// Payouts are made at ten: what became available in the morning goes out the same day.
    Payouts,
}

impl Window {
    const fn since_midnight(self) -> i64 {
        match self {
            Self::Morning => 8 * HOUR + HOUR / 2,
            Self::Payouts => 10 * HOUR,
        }
    }

    const fn on(self, day: i64) -> Timestamp {
        Timestamp::from_millis(day.saturating_mul(DAY).saturating_add(BEHIND + self.since_midnight()))
    }
}

/// The window of the so-many-th banking day after the day of `start`.
#[must_use]
pub const fn after(start: Timestamp, count: u32, window: Window) -> Timestamp {
    let mut day = day_of(start);
    let mut left = count;
    while left > 0 {
        day += 1;
        if is_banking_day(day) {
            left -= 1;
        }
    }
    window.on(day)
}

/// The next window after `start`, on any banking day.
#[must_use]
pub const fn next(start: Timestamp, window: Window) -> Timestamp {
    let mut day = day_of(start);
    while !(is_banking_day(day) && window.on(day).millis() > start.millis()) {
        day += 1;
    }
    window.on(day)
}

/// The next window after `start` on the first banking day of a week.
#[must_use]
pub const fn next_week(start: Timestamp, window: Window) -> Timestamp {
    let mut monday = day_of(start) - weekday(day_of(start));
    loop {
        let mut day = monday;
        while !is_banking_day(day) {
            day += 1;
        }
        if window.on(day).millis() > start.millis() {
            return window.on(day);
        }
        monday += 7;
    }
}

/// Days since 1970, in New York.
const fn day_of(at: Timestamp) -> i64 {
    at.millis().saturating_sub(BEHIND).div_euclid(DAY)
}

/// From 0, a Monday. The first of January 1970 was a Thursday.
const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

const fn is_banking_day(day: i64) -> bool {
    match weekday(day) {
        5 | 6 => false,
        // Sunday's holiday is kept today.
        0 => !is_holiday(day) && !is_holiday(day - 1),
        _ => !is_holiday(day),
    }
}

const MONDAY: i64 = 0;
const THURSDAY: i64 = 3;

const fn is_holiday(day: i64) -> bool {
    let Date { month, day: of_month, .. } = Date::of_days(day);
    let weekday = weekday(day);
    // Which one of its weekday in the month it is.
    let nth = (of_month - 1) / 7 + 1;
    match (month, of_month) {
        // New Year, Juneteenth, Independence, Veterans, Christmas.
        (1, 1) | (6, 19) | (7, 4) | (11, 11) | (12, 25) => true,
        // Martin Luther King, Washington.
        (1 | 2, _) => weekday == MONDAY && nth == 3,
        // Memorial: the last Monday.
        (5, _) => weekday == MONDAY && of_month > 24,
        // Labor.
        (9, _) => weekday == MONDAY && nth == 1,
        // Columbus.
        (10, _) => weekday == MONDAY && nth == 2,
        // Thanksgiving.
        (11, _) => weekday == THURSDAY && nth == 4,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noon in New York.
    fn noon(text: &str) -> Timestamp {
        let days = (0..40_000).find(|&days| Date::of_days(days).to_string() == text).expect("a day");
        Timestamp::from_millis(days * DAY + BEHIND + 12 * HOUR)
    }

    /// The holidays that the Federal Reserve publishes, where they are kept.
    #[test]
    fn holidays_are_those_published() {
        let table: [(i64, &[&str]); 3] = [
            (2026, &["01-01", "01-19", "02-16", "05-25", "06-19", "09-07", "10-12", "11-11", "11-26", "12-25"]),
            (2027, &["01-01", "01-18", "02-15", "05-31", "07-05", "09-06", "10-11", "11-11", "11-25"]),
            (2028, &["01-17", "02-21", "05-29", "06-19", "07-04", "09-04", "10-09", "11-23", "12-25"]),
        ];
        for (year, expected) in table {
            let kept: Vec<String> = (0..40_000)
                .filter(|&day| Date::of_days(day).year == year && weekday(day) < 5 && !is_banking_day(day))
                .map(|day| Date::of_days(day).to_string()[5..].to_owned())
                .collect();
            assert_eq!(kept, expected, "{year}");
        }
    }

    #[test]
    fn days_are_counted_without_weekends_and_holidays() {
        let table = [
            ("2026-11-16", "2026-11-19"),
            ("2026-11-20", "2026-11-25"),
            // Over Thanksgiving, a Thursday.
            ("2026-11-25", "2026-12-01"),
            ("2026-11-21", "2026-11-25"),
            ("2026-12-24", "2026-12-30"),
            // The fourth of July 2026 is a Saturday, and the Friday before is a banking day.
            ("2026-07-02", "2026-07-07"),
            ("2027-07-02", "2027-07-08"),
        ];
        for (start, expected) in table {
            let due = after(noon(start), 3, Window::Morning);
            assert_eq!(due.to_string(), format!("{expected}T13:30:00.000Z"), "{start}");
        }
    }

    #[test]
    fn the_day_is_that_of_new_york() {
        // Nine in the evening of a Monday there.
        let late = Timestamp::from_millis(noon("2026-11-16").millis() + 9 * HOUR);
        assert_eq!(late.to_string(), "2026-11-17T02:00:00.000Z");
        assert_eq!(after(late, 1, Window::Morning).to_string(), "2026-11-17T13:30:00.000Z");
    }

    #[test]
    fn payouts_go_out_at_the_next_window() {
        let table = [
            ("2026-11-16", "2026-11-17T15:00:00.000Z", "2026-11-23T15:00:00.000Z"),
            ("2026-11-20", "2026-11-23T15:00:00.000Z", "2026-11-23T15:00:00.000Z"),
            ("2026-11-22", "2026-11-23T15:00:00.000Z", "2026-11-23T15:00:00.000Z"),
            // The Monday of Memorial Day is none.
            ("2026-05-23", "2026-05-26T15:00:00.000Z", "2026-05-26T15:00:00.000Z"),
        ];
        for (start, daily, weekly) in table {
            assert_eq!(next(noon(start), Window::Payouts).to_string(), daily, "{start}");
            assert_eq!(next_week(noon(start), Window::Payouts).to_string(), weekly, "{start}");
        }
        let before_ten = Timestamp::from_millis(noon("2026-11-23").millis() - 3 * HOUR);
        assert_eq!(next(before_ten, Window::Payouts).to_string(), "2026-11-23T15:00:00.000Z");
        assert_eq!(next_week(before_ten, Window::Payouts).to_string(), "2026-11-23T15:00:00.000Z");
    }
}
