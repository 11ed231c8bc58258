//! Time: instants to the microsecond, and dates as precise as their source.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The months as French writes them, in lower case.
pub const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// In microseconds, as [`Timestamp`] counts.
pub const MINUTE: i64 = 60_000_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// An instant in microseconds since 1970-01-01T00:00:00Z: what both database engines hold without loss.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Later (or, with a negative number, earlier) by so many microseconds.
    pub fn plus(self, micros: i64) -> Self {
        Self::from_micros(self.as_micros().saturating_add(micros))
    }

    /// The day at this instant in Paris, the reference for what is national.
    pub fn day(self) -> Date {
        jiff::Timestamp::from_microsecond(self.0).map_or(Date::ZERO, |at| at.to_zoned(paris()).date())
    }

    /// The instant at which the day of this one begins in Paris.
    pub fn start_of_day(self) -> Self {
        let begins = self.day().to_zoned(paris()).map(|zoned| zoned.timestamp().as_microsecond());
        begins.map_or(self, Self)
    }

    /// The instant at which the next day begins in Paris, whatever the hours of this one (23, 24 or 25).
    pub fn end_of_day(self) -> Self {
        let tomorrow = self.day().tomorrow().and_then(|day| day.to_zoned(paris()));
        tomorrow.map_or(self, |zoned| Self(zoned.timestamp().as_microsecond()))
    }

    /// `2026-11-21T23:02:24.000001Z`, for exports and logs.
    pub fn iso(self) -> String {
        jiff::Timestamp::from_microsecond(self.0).map_or_else(|_| String::new(), |at| at.to_string())
    }
}

fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)
}

/// « 12 mars 2026 », « 1er avril 2026 ».
pub fn french_date(date: Date) -> String {
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day} {} {}", month_name(date.month()), date.year())
}

fn month_name(month: i8) -> &'static str {
    usize::try_from(month).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1))).copied().unwrap_or("")
}

/// A date as precise as what is known of it: a year, a month or a day. Written `2018`, `2023-07` or `2023-07-04`,
/// which sorts by time as text; the database holds it so.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// The years that a date of this field can have: before the first public access points nobody governed it.
pub const YEARS: std::ops::RangeInclusive<i16> = 1980..=2100;

/// What is wrong with a typed date, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateFault {
    Shape,
    Impossible,
    OutOfRange(i16),
}

impl fmt::Display for DateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => f.write_str("Écrivez la date ainsi : 12/03/2026, 03/2026 ou 2026."),
            Self::Impossible => f.write_str("Cette date n'existe pas dans le calendrier."),
            Self::OutOfRange(year) => {
                write!(f, "L'année {year} n'est pas possible ici : de {} à {}.", YEARS.start(), YEARS.end())
            }
        }
    }
}

impl PartialDate {
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Result<Self, DateFault> {
        if !YEARS.contains(&year) {
            return Err(DateFault::OutOfRange(year));
        }
        if day.is_some() && month.is_none() {
            return Err(DateFault::Shape);
        }
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).map_err(|_| DateFault::Impossible)?;
        Ok(Self { year, month, day })
    }

    pub fn of_day(date: Date) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }

    /// The first day that it may mean.
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).unwrap_or(Date::ZERO)
    }

    /// The last day that it may mean.
    pub fn last_day(self) -> Date {
        let first = Date::new(self.year, self.month.unwrap_or(12), 1).unwrap_or(Date::ZERO);
        match self.day {
            Some(_) => self.first_day(),
            None => first.last_of_month(),
        }
    }

    /// « 4 juillet 2023 », « juillet 2023 », « 2018 ».
    pub fn french(self) -> String {
        match (self.month, self.day) {
            (Some(_), Some(_)) => french_date(self.first_day()),
            (Some(month), None) => format!("{} {}", month_name(month), self.year),
            _ => self.year.to_string(),
        }
    }

    /// « le 4 juillet 2023 », « en juillet 2023 », « en 2018 ».
    pub fn french_when(self) -> String {
        format!("{} {}", if self.day.is_some() { "le" } else { "en" }, self.french())
    }

    /// « depuis le 4 juillet 2023 », « depuis 2018 ».
    pub fn french_since(self) -> String {
        format!("depuis {}{}", if self.day.is_some() { "le " } else { "" }, self.french())
    }

    /// True when it cannot be earlier than `other`: an end is compared with a beginning as kindly as both allow.
    pub fn may_follow(self, other: Self) -> bool {
        self.last_day() >= other.first_day()
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = DateFault;

    /// Reads `2026`, `2026-03`, `2026-03-12`, and as people type it `12/03/2026`, `03/2026`.
    fn from_str(text: &str) -> Result<Self, DateFault> {
        let text = text.trim();
        let numbers = |separator: char| {
            text.split(separator)
                .map(|part| {
                    let digits = !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
                    digits.then(|| part.parse::<i16>().ok()).flatten().ok_or(DateFault::Shape)
                })
                .collect::<Result<Vec<i16>, DateFault>>()
        };
        let small = |number: i16| i8::try_from(number).map_err(|_| DateFault::Impossible);
        if text.contains('/') {
            return match numbers('/')?.as_slice() {
                [day, month, year] => Self::new(*year, Some(small(*month)?), Some(small(*day)?)),
                [month, year] => Self::new(*year, Some(small(*month)?), None),
                _ => Err(DateFault::Shape),
            };
        }
        match numbers('-')?.as_slice() {
            [year] => Self::new(*year, None, None),
            [year, month] => Self::new(*year, Some(small(*month)?), None),
            [year, month, day] => Self::new(*year, Some(small(*month)?), Some(small(*day)?)),
            _ => Err(DateFault::Shape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    #[test]
    fn dates_read_as_precisely_as_they_are_known() {
        assert_eq!(date("2023-07-04").french(), "4 juillet 2023");
        assert_eq!(date("1/4/2024").french_when(), "le 1er avril 2024");
        assert_eq!(date("07/2023").french_when(), "en juillet 2023");
        assert_eq!(date("2018").french_since(), "depuis 2018");
    }

    #[test]
    fn impossible_dates_are_refused_with_a_reason() {
        assert_eq!("1900".parse::<PartialDate>(), Err(DateFault::OutOfRange(1900)));
        assert_eq!("31/02/2024".parse::<PartialDate>(), Err(DateFault::Impossible));
        assert_eq!("hier".parse::<PartialDate>(), Err(DateFault::Shape));
        assert_eq!("2024-".parse::<PartialDate>(), Err(DateFault::Shape));
        assert_eq!("99999-1-1".parse::<PartialDate>(), Err(DateFault::Shape));
    }

    #[test]
    fn an_end_in_the_same_year_may_follow_a_beginning_on_a_day() {
        assert!(date("2023").may_follow(date("2023-07-04")));
        assert!(!date("2022").may_follow(date("2023-07-04")));
    }

    #[test]
    fn a_day_is_told_in_paris_time() {
        // 23:30 UTC on 30 June is already 1 July in Paris.
        let at = Timestamp::from_micros(1_719_790_200_000_000);
        assert_eq!(french_date(at.day()), "1er juillet 2024");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_never_a_panic(text in "\\PC{0,20}") {
            let _ = text.parse::<PartialDate>();
        }

        #[test]
        fn text_order_is_time_order(a in 1980i16..2100, b in 1980i16..2100, m in 1i8..=12, d in 1i8..=28) {
            let (first, second) = (PartialDate::new(a, Some(m), Some(d)).unwrap(), PartialDate::new(b, Some(m), Some(d)).unwrap());
            prop_assert_eq!(first.to_string().cmp(&second.to_string()), first.first_day().cmp(&second.first_day()));
            prop_assert_eq!(first.to_string().parse::<PartialDate>().unwrap(), first);
        }
    }
}
