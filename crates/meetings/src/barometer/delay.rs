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

fn sentence(delays: &[i64], held: usize) -> String {
    match (delays, median(delays)) {
        ([], _) if held == 0 => "Pas encore de réunion tenue sur ces douze mois.".to_owned(),
        ([], _) if held == 1 => "Le compte rendu de la réunion tenue n'est pas encore public.".to_owned(),
        ([], _) => format!("Aucun compte rendu n'est encore public, sur {held} réunions tenues."),
        ([one], _) => format!("Le compte rendu public est paru {}.", after(*one)),
        ([one, other], _) => {
            let (first, second) = (one.min(other), one.max(other));
            match first == second {
                true => format!("Les 2 comptes rendus publics sont parus {}.", after(*first)),
                false => format!("Les 2 comptes rendus publics sont parus l'un {}, l'autre {}.", after(*first), after(*second)),
            }
        }
        (several, Some(0)) => format!("La moitié au moins des {} comptes rendus publics sont parus le jour même.", several.len()),
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
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count > 1 { "s" } else { "" }
}
