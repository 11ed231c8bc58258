//! Public holidays, by territory. Pure.
//!
//! Everywhere: code du travail, article L. 3133-1. In Moselle, Bas-Rhin and Haut-Rhin, Good Friday and 26 December too
//! (article L. 3134-13; Good Friday by law only in communes with a Protestant or shared church, told for the whole of the
//! territory here, since it only unticks a proposal). Overseas, the day that commemorates the abolition of slavery (article
//! L. 3422-2); in Saint-Martin it is kept on 28 May since 2018, whatever the article says of it. The Pacific collectivities
//! have a labour law of their own, whose days are not known here.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan as _};

/// Easter Sunday of a year: the Gregorian rule (Meeus, Jones and Butcher), in whole numbers.
pub fn easter(year: i16) -> Date {
    let year_number = i32::from(year);
    let golden = year_number.rem_euclid(19);
    let (century, of_century) = (year_number.div_euclid(100), year_number.rem_euclid(100));
    let correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let moon = (19 * golden + century - century.div_euclid(4) - correction + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * century.rem_euclid(4) + 2 * of_century.div_euclid(4) - moon - of_century.rem_euclid(4)).rem_euclid(7);
    let late = (golden + 11 * moon + 22 * to_sunday).div_euclid(451);
    // Days after 22 March.
    let after = moon + to_sunday - 7 * late;
    Date::new(year, 3, 22).map_or(Date::ZERO, |first| first.saturating_add(Span::new().days(after)))
}

/// The name of the public holiday on a day, in a territory by the official code of its département or collectivity (empty
/// where there is none: what holds everywhere).
pub fn holiday(day: Date, departement: &str) -> Option<&'static str> {
    let fixed = match (day.month(), day.day()) {
        (1, 1) => Some("Jour de l'an"),
        (5, 1) => Some("Fête du Travail"),
        (5, 8) => Some("Victoire de 1945"),
        (7, 14) => Some("Fête nationale"),
        (8, 15) => Some("Assomption"),
        (11, 1) => Some("Toussaint"),
        (11, 11) => Some("Armistice de 1918"),
        (12, 25) => Some("Noël"),
        _ => None,
    };
    let after_easter = easter(day.year()).until(day).map_or(i32::MIN, |span| span.get_days());
    let moving = match after_easter {
        1 => Some("Lundi de Pâques"),
        39 => Some("Ascension"),
        50 => Some("Lundi de Pentecôte"),
        _ => None,
    };
    let local = match (departement, day.month(), day.day()) {
        ("57" | "67" | "68", 12, 26) => Some("26 décembre, férié en Alsace et en Moselle"),
        ("57" | "67" | "68", ..) if after_easter == -2 => Some("Vendredi saint, férié en Alsace et en Moselle"),
        ("971", 5, 27)
        | ("972", 5, 22)
        | ("973", 6, 10)
        | ("974", 12, 20)
        | ("976", 4, 27)
        | ("977", 10, 9)
        | ("978", 5, 28) => Some("Commémoration de l'abolition de l'esclavage"),
        _ => None,
    };
    fixed.or(moving).or(local)
}

/// The public holidays of a year, in their order.
pub fn of_year(year: i16, departement: &str) -> Vec<(Date, &'static str)> {
    let mut found = Vec::new();
    let mut day = date(year, 1, 1);
    while day.year() == year {
        found.extend(holiday(day, departement).map(|name| (day, name)));
        match day.checked_add(1.day()) {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Weekday;
    use proptest::prelude::*;

    #[test]
    fn easter_falls_where_the_tables_say() {
        // From the table of the Institut de mécanique céleste, the earliest and the latest of this time among them.
        for (year, month, day) in [
            (1981, 4, 19),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2024, 3, 31),
            (2027, 3, 28),
            (2038, 4, 25),
            (2049, 4, 18),
            (2100, 3, 28),
        ] {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn each_territory_has_its_days() {
        let names = |code: &str| of_year(2027, code).len();
        assert_eq!((names(""), names("85"), names("67"), names("974"), names("977")), (11, 11, 13, 12, 12));
        for (code, day) in [
            ("971", date(2027, 5, 27)),
            ("972", date(2027, 5, 22)),
            ("973", date(2027, 6, 10)),
            ("974", date(2027, 12, 20)),
            ("976", date(2027, 4, 27)),
            ("977", date(2027, 10, 9)),
            ("978", date(2027, 5, 28)),
        ] {
            assert!(holiday(day, code).unwrap().contains("esclavage"), "{code}");
            assert_eq!(holiday(day, "85"), None);
        }
        assert_eq!(holiday(date(2027, 3, 26), "68"), Some("Vendredi saint, férié en Alsace et en Moselle"));
        assert_eq!(holiday(date(2027, 5, 6), ""), Some("Ascension"));
        // Two on one day in 2008: one name is enough.
        assert_eq!(holiday(date(2008, 5, 1), ""), Some("Fête du Travail"));
    }

    #[test]
    fn they_are_those_of_another_calculation() {
        // Of the years 2019 to 2100: how many days, and the sum of their rank in the year times that of the year, as the
        // library jours-feries-france 0.7.0 of Etalab gives them.
        for (code, many, sum) in [
            ("", 898, 6_914_907),
            ("67", 1_062, 8_472_047),
            ("971", 975, 7_382_181),
            ("972", 976, 7_384_393),
            ("973", 976, 7_452_286),
            ("974", 980, 8_120_369),
            ("976", 980, 7_313_858),
            ("977", 980, 7_875_353),
            ("978", 976, 7_382_589),
        ] {
            let days: Vec<Date> = (2019..=2100).flat_map(|year| of_year(year, code)).map(|(day, _)| day).collect();
            let weighed = |day: &Date| i64::from(day.day_of_year()) * i64::from(day.year() - 2018);
            assert_eq!((days.len(), days.iter().map(weighed).sum::<i64>()), (many, sum), "{code}");
        }
    }

    proptest! {
        #[test]
        fn easter_is_a_sunday_between_22_march_and_25_april(year in 1980i16..=2100) {
            let found = easter(year);
            prop_assert_eq!(found.weekday(), Weekday::Sunday);
            prop_assert!((date(year, 3, 22)..=date(year, 4, 25)).contains(&found));
            // Eleven days, ten where Ascension falls on 1 or 8 May.
            prop_assert!((10..=11).contains(&of_year(year, "").len()));
        }
    }
}
