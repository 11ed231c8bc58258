//! When meetings recur: « le 1er mercredi du mois », « un jeudi toutes les trois semaines ». Pure.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use kernel::coded;

/// Meetings of one series.
pub const MOST: usize = 60;
/// Longest time between the first and the last, in days: two years.
pub const LONGEST: i32 = 731;

coded! {
    pub enum DayOfWeek {
        Monday = "monday", "lundi";
        Tuesday = "tuesday", "mardi";
        Wednesday = "wednesday", "mercredi";
        Thursday = "thursday", "jeudi";
        Friday = "friday", "vendredi";
        Saturday = "saturday", "samedi";
        Sunday = "sunday", "dimanche";
    }
}

impl DayOfWeek {
    fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

coded! {
    /// Which of the same weekdays of a month.
    pub enum Nth {
        First = "1", "1er";
        Second = "2", "2e";
        Third = "3", "3e";
        Fourth = "4", "4e";
        Last = "last", "dernier";
    }
}

impl Nth {
    fn number(self) -> i8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
            Self::Fourth => 4,
            Self::Last => -1,
        }
    }
}

/// How often, and on which day. `every` is at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    Monthly { nth: Nth, day: DayOfWeek, every: i32 },
    Weekly { day: DayOfWeek, every: i32 },
}

/// Why there are no dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesFault {
    Backwards,
    TooLong,
    TooMany,
    Never,
}

impl std::fmt::Display for SeriesFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Backwards => f.write_str("Ce jour précède le premier."),
            Self::TooLong => f.write_str("Une série dure deux ans au plus : préparez la suite plus tard."),
            Self::TooMany => write!(f, "Une série compte {MOST} réunions au plus : finissez-la plus tôt."),
            Self::Never => f.write_str("Aucune réunion ne tombe entre ces deux jours."),
        }
    }
}

impl Rhythm {
    /// The days from `from` to `until`, both included, in their order. A month is counted from that of the first meeting.
    ///
    /// # Errors
    /// See [`SeriesFault`]: there are at least one day and at most [`MOST`], within two years.
    pub fn days(self, from: Date, until: Date) -> Result<Vec<Date>, SeriesFault> {
        if until < from {
            return Err(SeriesFault::Backwards);
        }
        if from.until(until).map_or(true, |span| span.get_days() > LONGEST) {
            return Err(SeriesFault::TooLong);
        }
        let mut days = Vec::new();
        let mut next = self.first(from);
        while let Some(day) = next.filter(|day| *day <= until) {
            if days.len() == MOST {
                return Err(SeriesFault::TooMany);
            }
            days.push(day);
            next = self.after(day);
        }
        if days.is_empty() { Err(SeriesFault::Never) } else { Ok(days) }
    }

    fn first(self, from: Date) -> Option<Date> {
        match self {
            Self::Monthly { nth, day, .. } => {
                let month = from.first_of_month();
                let here = month.nth_weekday_of_month(nth.number(), day.weekday()).ok().filter(|day| *day >= from);
                here.or_else(|| {
                    month.checked_add(1.month()).ok()?.nth_weekday_of_month(nth.number(), day.weekday()).ok()
                })
            }
            Self::Weekly { day, .. } => {
                let wait = day.weekday().since(from.weekday());
                from.checked_add(i64::from(wait).days()).ok()
            }
        }
    }

    fn after(self, last: Date) -> Option<Date> {
        match self {
            Self::Monthly { nth, day, every } => {
                let month = last.first_of_month().checked_add(i64::from(every.max(1)).months()).ok()?;
                month.nth_weekday_of_month(nth.number(), day.weekday()).ok()
            }
            Self::Weekly { every, .. } => last.checked_add(i64::from(every.max(1)).weeks()).ok(),
        }
    }

    /// « le 1er mercredi du mois », « le dernier jeudi, tous les 2 mois », « le mardi, toutes les 3 semaines ».
    pub fn in_words(self) -> String {
        match self {
            Self::Monthly { nth, day, every: 1 } => format!("le {nth} {day} du mois"),
            Self::Monthly { nth, day, every } => format!("le {nth} {day}, tous les {every} mois"),
            Self::Weekly { day, every: 1 } => format!("chaque {day}"),
            Self::Weekly { day, every } => format!("le {day}, toutes les {every} semaines"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use kernel::coded::Coded as _;
    use proptest::prelude::*;

    #[test]
    fn the_first_wednesday_of_each_month_over_the_end_of_a_year() {
        let rhythm = Rhythm::Monthly { nth: Nth::First, day: DayOfWeek::Wednesday, every: 1 };
        let days = rhythm.days(date(2026, 11, 22), date(2027, 3, 31)).unwrap();
        assert_eq!(days, [date(2026, 12, 2), date(2027, 1, 6), date(2027, 2, 3), date(2027, 3, 3)]);
        assert_eq!(rhythm.in_words(), "le 1er mercredi du mois");
    }

    #[test]
    fn other_rhythms() {
        let last = Rhythm::Monthly { nth: Nth::Last, day: DayOfWeek::Thursday, every: 2 };
        let days = last.days(date(2026, 12, 31), date(2027, 6, 30)).unwrap();
        assert_eq!(days, [date(2026, 12, 31), date(2027, 2, 25), date(2027, 4, 29), date(2027, 6, 24)]);
        assert_eq!(last.in_words(), "le dernier jeudi, tous les 2 mois");
        let weekly = Rhythm::Weekly { day: DayOfWeek::Tuesday, every: 3 };
        let days = weekly.days(date(2026, 12, 15), date(2027, 1, 31)).unwrap();
        assert_eq!(days, [date(2026, 12, 15), date(2027, 1, 5), date(2027, 1, 26)]);
        assert_eq!(weekly.in_words(), "le mardi, toutes les 3 semaines");
        // The month of 29 February.
        let leap = Rhythm::Monthly { nth: Nth::Last, day: DayOfWeek::Tuesday, every: 12 };
        assert_eq!(leap.days(date(2028, 2, 1), date(2028, 3, 1)).unwrap(), [date(2028, 2, 29)]);
    }

    #[test]
    fn what_cannot_be_a_series_says_why() {
        let weekly = Rhythm::Weekly { day: DayOfWeek::Monday, every: 1 };
        let fault = |from, until| weekly.days(from, until).unwrap_err();
        assert_eq!(fault(date(2027, 1, 2), date(2027, 1, 1)), SeriesFault::Backwards);
        assert_eq!(fault(date(2027, 1, 1), date(2029, 1, 2)), SeriesFault::TooLong);
        assert_eq!(fault(date(2027, 1, 1), date(2028, 12, 31)), SeriesFault::TooMany);
        assert_eq!(fault(date(2027, 1, 5), date(2027, 1, 9)), SeriesFault::Never);
    }

    fn any_rhythm() -> impl Strategy<Value = Rhythm> {
        let day = (0usize..7).prop_map(|day| DayOfWeek::ALL[day]);
        prop_oneof![
            (0usize..5, day.clone(), 1i32..=12).prop_map(|(nth, day, every)| Rhythm::Monthly {
                nth: Nth::ALL[nth],
                day,
                every
            }),
            (day, 1i32..=8).prop_map(|(day, every)| Rhythm::Weekly { day, every }),
        ]
    }

    proptest! {
        #[test]
        fn each_day_is_of_its_weekday_within_the_bounds_and_once(rhythm in any_rhythm(), start in 0i32..40_000, length in -10i32..800) {
            let from = date(1985, 1, 1).saturating_add(start.days());
            let until = from.saturating_add(length.days());
            let (Rhythm::Monthly { day, .. } | Rhythm::Weekly { day, .. }) = rhythm;
            match rhythm.days(from, until) {
                Ok(days) => {
                    prop_assert!(!days.is_empty() && days.len() <= MOST);
                    prop_assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
                    prop_assert!(days.iter().all(|one| (from..=until).contains(one) && one.weekday() == day.weekday()));
                    if let Rhythm::Monthly { nth, .. } = rhythm {
                        for one in days {
                            let week = if nth == Nth::Last { -1 } else { (one.day() - 1) / 7 + 1 };
                            prop_assert_eq!(week, nth.number());
                            prop_assert!(nth != Nth::Last || one.saturating_add(7.days()).month() != one.month());
                        }
                    }
                }
                Err(SeriesFault::Backwards) => prop_assert!(length < 0),
                Err(SeriesFault::TooLong) => prop_assert!(length > LONGEST),
                Err(SeriesFault::TooMany) => prop_assert!(length > 400, "only weekly ones over more than a year"),
                Err(SeriesFault::Never) => prop_assert!(length < 62),
            }
        }
    }
}
