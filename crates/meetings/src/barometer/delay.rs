//! The dial of the delay between a meeting and its public minutes.

use governance::barometer::month::Period;
use governance::barometer::{Asked, Dial, Facts, Figure, Line, Method, Reading, Series, Unit, days};
use jiff::civil::Date;
use kernel::Result;
use store::Tx;

use super::facts::{self, Held};
use crate::url;

pub struct Delay;

const SERIES: [Series; 2] = [
    Series { code: "minutes_days", label: "Délai médian des comptes rendus", unit: Unit::Days },
    Series { code: "minutes_waiting", label: "Réunions sans compte rendu public", unit: Unit::Count },
];

impl Dial for Delay {
    fn code(&self) -> &'static str {
        "comptes-rendus"
    }

    fn title(&self) -> &'static str {
        "Le délai des comptes rendus"
    }

    fn series(&self) -> &'static [Series] {
        &SERIES
    }

    fn method(&self) -> Method {
        Method {
            counted: &[
                "Pour chaque réunion tenue en douze mois, le cadran compte les jours entre la réunion et la publication de son \
                 compte rendu. Le délai affiché est la médiane : la moitié au moins des comptes rendus est publiée dans ce délai \
                 ou plus vite.",
                "Les réunions dont le compte rendu n'est pas encore public sont comptées à part. Une réunion commune a un seul \
                 compte rendu, et compte une fois.",
            ],
            unsaid: "Beaucoup d'instances approuvent le compte rendu à la réunion suivante : un délai long peut être leur règle. Le \
                     délai ne dit rien de la qualité du compte rendu.",
        }
    }

    fn facts(&self, tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Box<dyn Facts>> {
        Ok(Box::new(Known { held: facts::held(tx, asked)? }))
    }

    fn closer(&self, slug: &str) -> Vec<(&'static str, String)> {
        vec![("Les réunions et leurs comptes rendus", url::meetings(slug))]
    }
}

/// The delay within which at least half of them are, in days: of two in the middle, the longer.
pub fn median(delays: &[i64]) -> Option<i64> {
    let mut sorted = delays.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

struct Known {
    held: Vec<Held>,
}

/// « le jour même », « 12 jours après ».
fn after(count: i64) -> String {
    if count == 0 { "le jour même".to_owned() } else { format!("{} après", days(count)) }
}

/// With the meeting, where it stands alone.
fn after_it(count: i64) -> String {
    if count == 0 { "le jour même de la réunion".to_owned() } else { format!("{} après la réunion", days(count)) }
}

fn sentence(delays: &[i64], held: usize) -> String {
    match (delays, median(delays)) {
        ([], _) if held == 0 => "Pas encore de réunion tenue au cours des douze derniers mois.".to_owned(),
        ([], _) if held == 1 => "Le compte rendu de la réunion tenue n'est pas encore public.".to_owned(),
        ([], _) => format!("Aucun compte rendu n'est encore public, sur {held} réunions tenues."),
        ([one], _) => format!("Le seul compte rendu public est paru {}.", after_it(*one)),
        ([one, other], _) => {
            let (first, second) = (one.min(other), one.max(other));
            match first == second {
                true => format!("Les 2 comptes rendus publics sont parus {}.", after_it(*first)),
                false => format!(
                    "Les 2 comptes rendus publics sont parus l'un {}, l'autre {}.",
                    after(*first),
                    after_it(*second)
                ),
            }
        }
        (several, Some(0)) => {
            format!("La moitié au moins des {} comptes rendus publics sont parus le jour même.", several.len())
        }
        (several, median) => format!(
            "La moitié au moins des {} comptes rendus publics sont parus en {} ou moins.",
            several.len(),
            days(median.unwrap_or_default())
        ),
    }
}

impl Facts for Known {
    fn at(&self, day: Date) -> Reading {
        let period = Period::year_to(day);
        let held: Vec<&Held> = self.held.iter().filter(|one| period.holds(one.day)).collect();
        let published = held.iter().filter(|one| one.is_public_on(day));
        let delay = |one: &&Held| one.published.map(|published| i64::from((published - one.day).get_days()).max(0));
        let mut delays: Vec<i64> = published.filter_map(delay).collect();
        delays.sort_unstable();
        let waiting = held.len() - delays.len();
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let mut lines = Vec::new();
        if !held.is_empty() {
            let public = match (delays.len(), held.len()) {
                (0, _) => "Aucun encore.".to_owned(),
                (public, all) => format!("{public} sur {all} réunion{} tenue{}.", plural(all), plural(all)),
            };
            lines.push(Line::new("Comptes rendus publics", public));
            let told = match waiting {
                0 => "Aucune réunion n'attend son compte rendu.".to_owned(),
                1 => "1 réunion attend encore son compte rendu public.".to_owned(),
                waiting => format!("{waiting} réunions attendent encore leur compte rendu public."),
            };
            lines.push(Line::new("En attente", told));
        }
        Reading {
            sentence: sentence(&delays, held.len()),
            period: Some(period),
            lines,
            asides: Vec::new(),
            figures: vec![
                Figure { value: median(&delays), of: None },
                if held.is_empty() { Figure::UNKNOWN } else { Figure::count(number(waiting)) },
            ],
            fictitious: held.iter().any(|one| one.fictitious),
            blank: held.is_empty(),
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count > 1 { "s" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;
    use kernel::Id;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Meetings: the day, and after how many days their minutes were public.
    fn known(meetings: &[(&str, Option<i64>)]) -> Known {
        let held = |(number, (on, after)): (u128, &(&str, Option<i64>))| Held {
            id: Id::from_uuid(uuid::Uuid::from_u128(number)),
            day: day(on),
            published: after.map(|after| day(on).saturating_add(after.days())),
            fictitious: false,
        };
        Known { held: (1..).zip(meetings).map(held).collect() }
    }

    #[test]
    fn the_sentence_is_never_more_precise_than_what_is_known() {
        let said = |meetings: &[(&str, Option<i64>)]| known(meetings).at(day("2026-11-22")).sentence;
        assert_eq!(said(&[]), "Pas encore de réunion tenue au cours des douze derniers mois.");
        assert_eq!(said(&[("2026-10-01", None)]), "Le compte rendu de la réunion tenue n'est pas encore public.");
        assert_eq!(
            said(&[("2026-10-01", Some(12))]),
            "Le seul compte rendu public est paru 12\u{a0}jours après la réunion."
        );
        assert_eq!(
            said(&[("2026-10-01", Some(1)), ("2026-09-01", Some(0))]),
            "Les 2 comptes rendus publics sont parus l'un le jour même, l'autre 1\u{a0}jour après la réunion."
        );
        assert_eq!(
            said(&[("2026-10-01", Some(30)), ("2026-09-01", Some(9)), ("2026-08-01", Some(15)), ("2026-07-01", None)]),
            "La moitié au moins des 3 comptes rendus publics sont parus en 15\u{a0}jours ou moins."
        );
    }

    #[test]
    fn a_past_day_knows_only_what_was_public_then() {
        let facts = known(&[("2026-03-10", Some(20)), ("2026-05-10", Some(100)), ("2025-03-10", Some(3))]);
        let on = |text: &str| facts.at(day(text)).figures;
        assert_eq!(on("2026-03-29"), [Figure::UNKNOWN, Figure::count(1)]);
        assert_eq!(on("2026-03-30"), [Figure::count(20), Figure::count(0)]);
        assert_eq!(on("2026-06-30"), [Figure::count(20), Figure::count(1)]);
        assert_eq!(on("2026-08-18"), [Figure::count(100), Figure::count(0)]);
        assert_eq!(on("2024-12-31"), [Figure::UNKNOWN, Figure::UNKNOWN]);
    }

    proptest! {
        /// At least half are as quick as the median, whatever the order.
        #[test]
        fn half_are_within_the_median(mut delays in proptest::collection::vec(0i64..400, 1..40)) {
            let found = median(&delays).unwrap();
            let within = delays.iter().filter(|delay| **delay <= found).count();
            prop_assert!(within * 2 >= delays.len());
            delays.reverse();
            prop_assert_eq!(median(&delays), Some(found));
        }

        /// Each meeting is either public or waiting, and counts once.
        #[test]
        fn nothing_is_counted_twice(meetings in proptest::collection::vec((0i64..500, proptest::option::of(0i64..200)), 0..30)) {
            let today = day("2026-11-22");
            let held: Vec<Held> = (1u128..)
                .zip(&meetings)
                .map(|(number, (ago, after))| {
                    let on = today.saturating_sub(ago.days());
                    Held { id: Id::from_uuid(uuid::Uuid::from_u128(number)), day: on, published: after.map(|after| on.saturating_add(after.days())), fictitious: false }
                })
                .collect();
            let period = Period::year_to(today);
            let all = held.iter().filter(|one| period.holds(one.day)).count() as i64;
            let public = held.iter().filter(|one| period.holds(one.day) && one.is_public_on(today)).count() as i64;
            let reading = Known { held }.at(today);
            prop_assert_eq!(reading.figures[1].value, (all > 0).then_some(all - public));
            prop_assert_eq!(reading.figures[0].value.is_some(), public > 0);
        }
    }
}
