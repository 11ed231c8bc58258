//! The time of a territory. France spans twelve time zones: a meeting in La Réunion is told in the hour of La Réunion.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::Timestamp;
use crate::time::french_date;

/// A time zone of a French territory, by its name in the IANA database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone(&'static str);

/// Zone, its name in words, and the départements and collectivities (official codes) that keep it.
const ZONES: [(&str, &str, &[&str]); 12] = [
    ("Europe/Paris", "heure de Paris", &[]),
    ("America/Guadeloupe", "heure de la Guadeloupe", &["971"]),
    ("America/Martinique", "heure de la Martinique", &["972"]),
    ("America/Cayenne", "heure de la Guyane", &["973"]),
    ("Indian/Reunion", "heure de La Réunion", &["974"]),
    ("America/Miquelon", "heure de Saint-Pierre-et-Miquelon", &["975"]),
    ("Indian/Mayotte", "heure de Mayotte", &["976"]),
    ("America/St_Barthelemy", "heure de Saint-Barthélemy", &["977"]),
    ("America/Marigot", "heure de Saint-Martin", &["978"]),
    ("Pacific/Wallis", "heure de Wallis-et-Futuna", &["986"]),
    ("Pacific/Tahiti", "heure de Tahiti", &["987"]),
    ("Pacific/Noumea", "heure de Nouméa", &["988"]),
];

/// Why a typed hour is no instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HourFault {
    /// The night in March when 2 h is followed by 3 h.
    Skipped,
    OutOfRange,
}

impl std::fmt::Display for HourFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Skipped => "Cette heure n'existe pas ce jour-là : c'est la nuit du passage à l'heure d'été.",
            Self::OutOfRange => "Cette date n'est pas possible.",
        })
    }
}

impl Zone {
    pub const PARIS: Self = Self("Europe/Paris");

    /// The zone of a département or of a collectivity, by its official code; Paris for the others.
    pub fn of_departement(code: &str) -> Self {
        let found = ZONES.iter().find(|(_, _, codes)| codes.contains(&code));
        found.map_or(Self::PARIS, |(name, ..)| Self(name))
    }

    /// A zone by its IANA name, among those of France.
    pub fn from_name(name: &str) -> Option<Self> {
        ZONES.iter().find(|(known, ..)| *known == name).map(|(known, ..)| Self(known))
    }

    pub fn name(self) -> &'static str {
        self.0
    }

    /// « heure de La Réunion ».
    pub fn label(self) -> &'static str {
        ZONES.iter().find(|(name, ..)| *name == self.0).map_or("", |(_, label, _)| label)
    }

    fn jiff(self) -> TimeZone {
        TimeZone::get(self.0).unwrap_or(TimeZone::UTC)
    }

    /// The instant of an hour of a day. An hour that comes twice (the night in October) is the first of both.
    ///
    /// # Errors
    /// [`HourFault::Skipped`] for an hour that the clocks jump over.
    pub fn instant(self, day: Date, hour: Time) -> Result<Timestamp, HourFault> {
        let ambiguous = self.jiff().into_ambiguous_zoned(day.to_datetime(hour));
        if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            return Err(HourFault::Skipped);
        }
        let zoned = ambiguous.earlier().map_err(|_| HourFault::OutOfRange)?;
        Ok(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
    }

    /// The day and the hour of an instant here.
    pub fn civil(self, at: Timestamp) -> (Date, Time) {
        match jiff::Timestamp::from_microsecond(at.as_micros()) {
            Ok(at) => {
                let zoned = at.to_zoned(self.jiff());
                (zoned.date(), zoned.time())
            }
            Err(_) => (Date::ZERO, Time::midnight()),
        }
    }

    /// « 14 h », « 14 h 05 ».
    pub fn hour(self, at: Timestamp) -> String {
        french_hour(self.civil(at).1)
    }

    /// « jeudi 3 décembre 2026 à 14 h », with the zone where it is not that of Paris.
    pub fn moment(self, at: Timestamp) -> String {
        let (day, hour) = self.civil(at);
        let place = if self == Self::PARIS { String::new() } else { format!(" ({})", self.label()) };
        format!("{} {} à {}{place}", weekday(day), french_date(day), french_hour(hour))
    }
}

/// « 14 h », « 14 h 05 »: never cut at the end of a line.
pub fn french_hour(time: Time) -> String {
    match time.minute() {
        0 => format!("{}\u{a0}h", time.hour()),
        minute => format!("{}\u{a0}h\u{a0}{minute:02}", time.hour()),
    }
}

/// « lundi ».
pub fn weekday(day: Date) -> &'static str {
    use jiff::civil::Weekday as W;
    match day.weekday() {
        W::Monday => "lundi",
        W::Tuesday => "mardi",
        W::Wednesday => "mercredi",
        W::Thursday => "jeudi",
        W::Friday => "vendredi",
        W::Saturday => "samedi",
        W::Sunday => "dimanche",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn hour(hour: i8, minute: i8) -> Time {
        Time::new(hour, minute, 0, 0).unwrap()
    }

    #[test]
    fn each_overseas_territory_has_its_hour() {
        let noon = |code| Zone::of_departement(code).instant(day("2026-12-03"), hour(12, 0)).unwrap().iso();
        assert_eq!(noon("85"), "2026-12-03T11:00:00Z");
        assert_eq!(noon("974"), "2026-12-03T08:00:00Z");
        assert_eq!(noon("971"), "2026-12-03T16:00:00Z");
        assert_eq!(noon("987"), "2026-12-03T22:00:00Z");
        assert_eq!(noon("988"), "2026-12-03T01:00:00Z");
        for (name, label, _) in ZONES {
            assert_eq!(Zone::from_name(name).unwrap().label(), label);
            assert!(TimeZone::get(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn nights_when_the_clocks_change() {
        let paris = |date, at| Zone::PARIS.instant(day(date), at);
        assert_eq!(paris("2027-03-28", hour(2, 30)), Err(HourFault::Skipped));
        // 2 h 30 comes twice: the first one, in summer time.
        assert_eq!(paris("2027-10-31", hour(2, 30)).unwrap().iso(), "2027-10-31T00:30:00Z");
    }

    #[test]
    fn a_moment_is_told_as_people_say_it() {
        let at = Zone::PARIS.instant(day("2026-12-03"), hour(14, 5)).unwrap();
        assert_eq!(Zone::PARIS.moment(at), "jeudi 3 décembre 2026 à 14\u{a0}h\u{a0}05");
        let there = Zone::of_departement("974");
        assert_eq!(there.moment(at), "jeudi 3 décembre 2026 à 17\u{a0}h\u{a0}05 (heure de La Réunion)");
    }

    proptest! {
        #[test]
        fn an_hour_reads_back(days in 0i32..20_000, minutes in 0i32..1_440, zone in 0usize..12) {
            let zone = Zone(ZONES[zone].0);
            let date = day("1990-01-01").saturating_add(jiff::Span::new().days(days));
            let time = hour((minutes / 60) as i8, (minutes % 60) as i8);
            if let Ok(at) = zone.instant(date, time) {
                prop_assert_eq!(zone.civil(at), (date, time));
            }
        }
    }
}
