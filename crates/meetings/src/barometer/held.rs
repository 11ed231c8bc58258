//! The dial of meetings held against those that each body expects of itself. More is not better: beyond what was expected,
//! nothing changes (source: the documents warn against stacking meetings).

use governance::barometer::month::Period;
use governance::barometer::{Asked, Dial, Facts, Figure, Line, Method, Reading, Series, Unit, entered};
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use jiff::civil::Date;
use kernel::time::french_date;
use kernel::{Id, Result};
use store::Tx;

use super::facts::{self, Held};
use crate::model::Meeting;
use crate::url;

pub struct Meetings;

const SERIES: [Series; 1] = [Series {
    code: "meetings_reached",
    label: "Instances qui ont tenu les réunions prévues",
    unit: Unit::Share,
}];

impl Dial for Meetings {
    fn code(&self) -> &'static str {
        "reunions"
    }

    fn title(&self) -> &'static str {
        "Les réunions tenues"
    }

    fn series(&self) -> &'static [Series] {
        &SERIES
    }

    fn method(&self) -> Method {
        Method {
            counted: &[
                "Chaque instance dit elle-même combien de fois par an elle prévoit de se réunir. Le cadran compte, sur douze mois, \
                 les réunions tenues (dont la séance est close) et les compare au plus petit nombre prévu. Une réunion annulée ou \
                 en préparation n'est pas comptée ; une réunion commune compte pour chacune de ses instances.",
                "Une instance suivie ici depuis moins de douze mois est comparée à la part de l'année écoulée depuis ; quand cette \
                 part ne fait pas une réunion, il est trop tôt pour comparer. Une instance qui n'a rien prévu, ou qui existe ailleurs \
                 et est seulement déclarée ici, n'est pas comparée.",
            ],
            unsaid: "Plus de réunions n'est pas mieux : au-delà du nombre prévu, rien ne change. Le nombre ne dit rien de ce qui \
                     s'y décide, ni de ce qui se fait entre deux réunions. Une réunion qui n'a pas été saisie n'est pas connue.",
        }
    }

    fn facts(&self, tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Box<dyn Facts>> {
        let held = facts::held(tx, asked)?;
        let served = facts::served(tx, asked)?;
        let bodies = bodies::list(tx, asked.governance)?;
        let followed = |body: &Body| entered(body.id).unwrap_or(asked.followed).max(asked.followed);
        Ok(Box::new(Known {
            bodies: bodies.into_iter().map(|body| (followed(&body), body)).collect(),
            held,
            served,
        }))
    }

    fn closer(&self, slug: &str) -> Vec<(&'static str, String)> {
        vec![("Les réunions", url::meetings(slug)), ("Les instances", governance::url::bodies(slug))]
    }
}

/// How a body stands to what it expects of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It expects no number.
    Free,
    /// It was followed for too short a time to expect one meeting.
    TooRecent,
    Reached {
        expected: i64,
    },
    Below {
        expected: i64,
    },
}

/// Compares the meetings of a period with the number that is expected a year, of a body that is followed since `followed`.
pub fn standing(held: i64, a_year: Option<i64>, followed: Date, period: &Period) -> Standing {
    let Some(a_year) = a_year.filter(|number| *number > 0) else { return Standing::Free };
    if held >= a_year {
        return Standing::Reached { expected: a_year };
    }
    let whole = period.days_from(period.from).max(1);
    match a_year.saturating_mul(period.days_from(followed)) / whole {
        0 => Standing::TooRecent,
        expected if held >= expected => Standing::Reached { expected },
        expected => Standing::Below { expected },
    }
}

struct Known {
    /// Since when each is followed.
    bodies: Vec<(Date, Body)>,
    held: Vec<Held>,
    served: Vec<(Id<Meeting>, Id<Body>)>,
}

fn meetings(count: i64) -> String {
    match count {
        0 => "aucune réunion tenue".to_owned(),
        1 => "1 réunion tenue".to_owned(),
        several => format!("{several} réunions tenues"),
    }
}

/// With a capital, at the beginning of a sentence.
fn begin(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn line(body: &Body, held: i64, standing: Standing, followed: Date, period: &Period) -> Line {
    let frequency = body.frequency().unwrap_or_default();
    let young = followed > period.from;
    let since = french_date(followed);
    let told = meetings(held);
    let said = match standing {
        Standing::Free if body.declared => {
            format!("Instance qui existe ailleurs : rien n'est attendu ici. {}.", begin(&told))
        }
        Standing::Free => format!("{}. Aucun nombre de réunions n'est prévu.", begin(&told)),
        Standing::TooRecent => {
            format!("{} ; prévu {frequency}. Suivie ici depuis le {since} : trop tôt pour comparer.", begin(&told))
        }
        Standing::Reached { expected } | Standing::Below { expected } => {
            let share = if young && Some(expected) != body.meetings_min {
                format!("{} depuis le {since}, où l'instance est entrée ici", expected_words(expected))
            } else {
                expected_words(expected)
            };
            format!("{} pour {share} (prévu {frequency}).", begin(&told))
        }
    };
    let badge = match standing {
        Standing::Reached { .. } => Some(("Atteint", "success")),
        _ => None,
    };
    Line { badge, ..Line::new(&body.name, said) }
}

fn expected_words(count: i64) -> String {
    if count > 1 { format!("{count} attendues au moins") } else { "1 attendue au moins".to_owned() }
}

/// « 2 instances sur 3 ont tenu les réunions prévues. »
fn sentence(reached: usize, compared: usize, held: usize) -> String {
    match (reached, compared) {
        (_, 0) if held == 0 => "Pas encore de réunion tenue sur ces douze mois.".to_owned(),
        (_, 0) => format!("{}. Rien à comparer encore.", begin(&meetings(i64::try_from(held).unwrap_or(i64::MAX)))),
        (1, 1) => "La seule instance comparée a tenu les réunions qu'elle prévoyait.".to_owned(),
        (0, 1) => "La seule instance comparée n'a pas encore tenu toutes les réunions qu'elle prévoyait.".to_owned(),
        (0, all) => format!("Aucune des {all} instances comparées n'a encore tenu toutes les réunions qu'elle prévoyait."),
        (reached, all) if reached == all => format!("Les {all} instances comparées ont tenu les réunions qu'elles prévoyaient."),
        (1, all) => format!("1 instance sur {all} a tenu les réunions qu'elle prévoyait."),
        (reached, all) => format!("{reached} instances sur {all} ont tenu les réunions qu'elles prévoyaient."),
    }
}

impl Facts for Known {
    fn at(&self, day: Date) -> Reading {
        let period = Period::year_to(day);
        let past: Vec<&Held> = self.held.iter().filter(|one| period.holds(one.day)).collect();
        let served = |meeting: Id<Meeting>| self.served.iter().filter(move |(id, _)| *id == meeting);
        let (mut lines, mut reached, mut compared, mut upcoming) = (Vec::new(), 0usize, 0usize, 0usize);
        for (followed, body) in &self.bodies {
            let held = past.iter().filter(|one| served(one.id).any(|(_, other)| *other == body.id)).count();
            let held = i64::try_from(held).unwrap_or(i64::MAX);
            if body.closed_on.is_some_and(|closed| closed.first_day() <= day) || (*followed > day && held == 0) {
                continue;
            }
            if body.upcoming && held == 0 {
                upcoming += 1;
                continue;
            }
            let a_year = body.meetings_min.filter(|_| !body.declared);
            let standing = standing(held, a_year, *followed, &period);
            match standing {
                Standing::Reached { .. } => (reached, compared) = (reached + 1, compared + 1),
                Standing::Below { .. } => compared += 1,
                Standing::Free | Standing::TooRecent => {}
            }
            lines.push(line(body, held, standing, *followed, &period));
        }
        let joint = past.iter().filter(|one| served(one.id).count() > 1).count();
        let mut asides = Vec::new();
        asides.extend(match joint {
            0 => None,
            1 => Some("1 réunion commune à plusieurs instances compte pour chacune.".to_owned()),
            joint => Some(format!("{joint} réunions communes à plusieurs instances comptent pour chacune.")),
        });
        asides.extend(match upcoming {
            0 => None,
            1 => Some("1 instance à venir n'est pas comptée.".to_owned()),
            upcoming => Some(format!("{upcoming} instances à venir ne sont pas comptées.")),
        });
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Reading {
            sentence: sentence(reached, compared, past.len()),
            period: Some(period),
            lines,
            asides,
            figures: vec![Figure::share(number(reached), number(compared))],
            fictitious: past.iter().any(|one| one.fictitious),
        }
    }
}
