//! Months, and the twelve months on which a reading looks back. Pure.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::Date;
use kernel::time::{MONTHS, french_date};

/// How many finished months the history shows.
pub const SHOWN: usize = 12;

const SHORT: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

/// A month of the calendar, written `2026-10`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month(Date);

impl Month {
    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    pub fn last_day(self) -> Date {
        self.0.last_of_month()
    }

    pub fn first_day(self) -> Date {
        self.0
    }

    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1.month()))
    }

    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1.month()))
    }

    /// The months that were over on `today`, the oldest first.
    pub fn finished(today: Date) -> Vec<Self> {
        let last = Self::of(today).before();
        let mut months: Vec<Self> =
            std::iter::successors(Some(last), |month| Some(month.before())).take(SHOWN).collect();
        months.reverse();
        months
    }

    fn named(self, names: &[&'static str; 12]) -> &'static str {
        usize::try_from(self.0.month()).ok().and_then(|month| names.get(month.wrapping_sub(1))).copied().unwrap_or("")
    }

    /// « octobre 2026 ».
    pub fn french(self) -> String {
        format!("{} {}", self.named(&MONTHS), self.0.year())
    }

    /// « d'octobre 2026 », « de mai 2026 ».
    pub fn french_of(self) -> String {
        let name = self.french();
        let elided = name.starts_with(['a', 'o']);
        if elided { format!("d'{name}") } else { format!("de {name}") }
    }

    /// « oct. 2026 ».
    pub fn short(self) -> String {
        format!("{}\u{a0}{}", self.named(&SHORT), self.0.year())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl FromStr for Month {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, month) = text.split_once('-').ok_or(())?;
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(());
        }
        let date = Date::new(year.parse().map_err(|_| ())?, month.parse().map_err(|_| ())?, 1).map_err(|_| ())?;
        Ok(Self(date))
    }
}

/// The twelve months that end with a day, that day included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

impl Period {
    pub fn year_to(to: Date) -> Self {
        Self { from: to.saturating_sub(1.year()).saturating_add(1.day()), to }
    }

    pub fn holds(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// How many days of the period are left from `since` on: all of them when it is before.
    pub fn days_from(&self, since: Date) -> i64 {
        i64::from((self.to - since.max(self.from)).get_days()).saturating_add(1).max(0)
    }

    /// « du 23 novembre 2025 au 22 novembre 2026 ».
    pub fn french(&self) -> String {
        format!("du {} au {}", french_date(self.from), french_date(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn months_follow_each_other_over_the_end_of_the_year() {
        let months = Month::finished(day("2026-02-28"));
        assert_eq!(months.len(), SHOWN);
        assert_eq!((months[0].to_string(), months[11].to_string()), ("2025-02".into(), "2026-01".into()));
        assert_eq!(months[11].french_of(), "de janvier 2026");
        assert_eq!("2026-10".parse::<Month>().unwrap().french_of(), "d'octobre 2026");
        assert_eq!("2026-08".parse::<Month>().unwrap().short(), "août\u{a0}2026");
        for wrong in ["", "2026", "2026-13", "2026-1", "2026-00", "20261-1", "2026-10-01", "é026-10", "-026-10"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_year_is_twelve_months_with_its_last_day() {
        let year = Period::year_to(day("2026-11-22"));
        assert_eq!((year.from, year.days_from(year.from)), (day("2025-11-23"), 365));
        assert_eq!(year.french(), "du 23 novembre 2025 au 22 novembre 2026");
        let leap = Period::year_to(day("2028-02-29"));
        assert_eq!((leap.from, leap.days_from(leap.from)), (day("2027-03-01"), 366));
        assert_eq!(year.days_from(day("2026-11-22")), 1);
        assert_eq!(year.days_from(day("2026-11-23")), 0);
        assert_eq!(year.days_from(day("2027-11-23")), 0);
    }

    proptest! {
        #[test]
        fn a_month_reads_back(year in 1980i16..2100, month in 1i8..=12) {
            let month = Month::of(Date::new(year, month, 15).unwrap());
            prop_assert_eq!(month.to_string().parse::<Month>(), Ok(month));
        }

        #[test]
        fn a_period_holds_its_days_and_no_other(offset in -800i32..800, ordinal in 0i32..20_000) {
            let to = day("2000-01-01").saturating_add(ordinal.days());
            let period = Period::year_to(to);
            let other = to.saturating_add(offset.days());
            prop_assert_eq!(period.holds(other), (-365..=0).contains(&offset) && other >= period.from);
            prop_assert!((365..=366).contains(&period.days_from(period.from)));
        }
    }
}
