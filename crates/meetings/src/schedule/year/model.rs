//! When a body is to be reminded of its next meeting. Pure.

use jiff::civil::{Date, date};

/// The time that it takes to prepare a meeting calmly, in days.
const PREPARED_WITHIN: i64 = 60;
/// In the last days of a year nobody is asked to meet for the number's sake.
const TOO_LATE: i64 = 15;

/// A body against the number of meetings that is expected of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Expected in a whole year.
    pub per_year: i64,
    /// Expected in this one.
    pub expected: i64,
    /// Held, announced or in preparation this year.
    pub counted: i64,
}

impl Pace {
    pub fn missing(self) -> i64 {
        (self.expected - self.counted).max(0)
    }

    /// True when what is missing fits in the rest of the year only if the next is prepared now: each one takes its part of
    /// the year, 60 days at most. A yearly meeting is thus reminded of in November, a monthly one when the next is not planned.
    pub fn asks_for_one(self, today: Date) -> bool {
        let missing = self.missing();
        let left = days_left(today);
        if missing == 0 || self.per_year <= 0 || left < TOO_LATE {
            return false;
        }
        let each = (365 / self.per_year).clamp(1, PREPARED_WITHIN);
        left <= missing.saturating_mul(each)
    }
}

/// Days of the year after this one.
fn days_left(today: Date) -> i64 {
    i64::from(date(today.year(), 12, 31).day_of_year() - today.day_of_year())
}

/// How many meetings a year expects of a body, whose governance may have begun within it.
pub fn expected_in(per_year: i64, year: i16, since: Option<Date>) -> i64 {
    match since {
        Some(since) if since.year() > year => 0,
        Some(since) if since.year() == year => per_year.saturating_mul(days_left(since)) / 365,
        _ => per_year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asks(per_year: i64, counted: i64, month: i8, day: i8) -> bool {
        Pace { per_year, expected: per_year, counted }.asks_for_one(date(2026, month, day))
    }

    #[test]
    fn reminders_are_calm() {
        // Once a year: in November, not before.
        assert!(!asks(1, 0, 10, 31) && asks(1, 0, 11, 1) && !asks(1, 1, 11, 1));
        // Four times: the first by May, the last in November.
        assert!(!asks(4, 0, 5, 1) && asks(4, 0, 5, 10) && !asks(4, 3, 10, 31) && asks(4, 3, 11, 2));
        // Monthly: when the next is not planned.
        assert!(asks(12, 5, 6, 10) && !asks(12, 6, 6, 10));
        // The last days of the year reproach nothing.
        assert!(asks(2, 0, 12, 16) && !asks(2, 0, 12, 17));
        assert!(!asks(0, 0, 12, 1));
    }

    #[test]
    fn a_governance_that_begins_within_the_year_owes_its_part() {
        assert_eq!(expected_in(4, 2026, Some(date(2026, 7, 1))), 2);
        assert_eq!(expected_in(4, 2026, Some(date(2020, 7, 1))), 4);
        assert_eq!(expected_in(4, 2026, Some(date(2027, 1, 1))), 0);
        assert_eq!(expected_in(1, 2026, Some(date(2026, 11, 1))), 0);
        assert_eq!(expected_in(4, 2026, None), 4);
    }

    proptest! {
        #[test]
        fn one_more_meeting_never_asks_for_more(per_year in 0i64..=366, expected in 0i64..=366, counted in 0i64..=400, day in 1i16..=365) {
            let today = date(2026, 1, 1).saturating_add(jiff::Span::new().days(day - 1));
            let pace = Pace { per_year, expected, counted };
            let after = Pace { counted: counted + 1, ..pace };
            prop_assert!(pace.asks_for_one(today) || !after.asks_for_one(today));
            prop_assert!(counted < expected || !pace.asks_for_one(today));
            prop_assert!(per_year > 0 || !pace.asks_for_one(today));
        }
    }
}
