//! Days of the calendar. A leaf: it knows no time of day and no zone.

use std::fmt;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i64,
    pub month: i64,
    pub day: i64,
}

impl Date {
    /// The day that many days after the first of January 1970.
    #[must_use]
    pub const fn of_days(days: i64) -> Self {
        // Counted in eras of 400 years from the first of March of the year 0, so that a leap day comes last.
        let days = days + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march + 2) / 5 + 1;
        let (month, next_year) = if march < 10 { (march + 3, 0) } else { (march - 9, 1) };
        Self { year: year + era * 400 + next_year, month, day }
    }
}

/// As `2024-06-15`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
