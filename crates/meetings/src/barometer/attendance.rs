//! The dial of attendance: in how many categories of those that were called somebody came. It counts structures over a year,
//! never persons, and never who was missing.

use std::collections::{BTreeMap, HashSet};

use governance::barometer::month::Period;
use governance::barometer::{Asked, Dial, Facts, Figure, Line, Method, Reading, Series, Unit};
use governance::members::model::{Involvement, MemberCategory};
use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::{Id, Result};
use store::Tx;
use uuid::Uuid;

use super::facts::{self, HELD, Held};
use crate::model::{Meeting, Presence};
use crate::url;

pub struct Attendance;

/// Below so many structures, a category is not detailed: its figures would point at one of them.
const DETAILED_FROM: usize = 3;

const SERIES: [Series; 1] =
    [Series { code: "categories_there", label: "Catégories venues au moins une fois", unit: Unit::Share }];

impl Dial for Attendance {
    fn code(&self) -> &'static str {
        "participation"
    }

    fn title(&self) -> &'static str {
        "La participation, par catégorie"
    }

    fn series(&self) -> &'static [Series] {
        &SERIES
    }

    fn method(&self) -> Method {
        Method {
            counted: &[
                "Sur les réunions tenues en douze mois dont le compte rendu est public, le cadran regarde quelles catégories de \
                 membres (communes, associations, opérateurs…) étaient appelées, et lesquelles ont eu au moins une structure \
                 présente au moins une fois, par son titulaire ou sa suppléance. Être là pour une partie de la séance suffit.",
                "Une catégorie de moins de trois structures n'est pas détaillée : ses chiffres désigneraient l'une d'elles. Les \
                 structures qui observent sont mises à part et ne sont jamais dites absentes. Un pouvoir donné compte pour le \
                 quorum, pas ici. La catégorie d'un membre est celle d'aujourd'hui.",
            ],
            unsaid: "Venir n'est pas la seule façon de prendre part : une structure peut agir, répondre, financer sans être en \
                     réunion. Ce cadran ne dit pas qui manquait, et ne compte pas les personnes.",
        }
    }

    fn facts(&self, tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Box<dyn Facts>> {
        let mut held = facts::held(tx, asked)?;
        held.retain(|one| one.published.is_some());
        let called = tx.query(
            &format!(
                "select p.meeting, p.organisation, b.category, b.involvement, p.presence, p.left_at is not null
                 from participant p join meeting m on m.id = p.meeting
                 join minutes n on n.meeting = m.id and n.state = 'published'
                 left join member b on b.id = p.member where {HELD} and p.organisation is not null"
            ),
            &facts::bounds(asked)?,
            |row| {
                let presence: Presence = row.code(4)?;
                let left: bool = row.get(5)?;
                Ok(Called {
                    meeting: row.get(0)?,
                    organisation: row.get(1)?,
                    category: row.optional_code(2)?,
                    observes: row.optional_code(3)? == Some(Involvement::Observes),
                    came: presence.is_there() || left,
                })
            },
        )?;
        Ok(Box::new(Known { held, called }))
    }

    fn closer(&self, slug: &str) -> Vec<(&'static str, String)> {
        vec![("Les comptes rendus", url::meetings(slug)), ("Les membres", governance::url::members(slug))]
    }
}

/// A structure that was called to a meeting whose minutes are public.
#[derive(Clone, Debug)]
struct Called {
    meeting: Id<Meeting>,
    organisation: Uuid,
    /// Nothing: it is no member.
    category: Option<MemberCategory>,
    observes: bool,
    came: bool,
}

struct Known {
    held: Vec<Held>,
    called: Vec<Called>,
}

/// The structures of a category: called, and come at least once.
#[derive(Clone, Debug, Default)]
struct Tally {
    called: HashSet<Uuid>,
    came: HashSet<Uuid>,
}

impl Tally {
    fn note(&mut self, one: &Called) {
        self.called.insert(one.organisation);
        if one.came {
            self.came.insert(one.organisation);
        }
    }
}

/// « 7 structures sur 9 sont venues au moins une fois. »
fn said(came: usize, called: usize) -> String {
    match came {
        0 => format!("Pas encore de structure venue, sur {called} appelées."),
        came if came == called => format!("Les {called} structures sont venues au moins une fois."),
        1 => format!("1 structure sur {called} est venue au moins une fois."),
        came => format!("{came} structures sur {called} sont venues au moins une fois."),
    }
}

/// The small categories together: those that came are named, the others only counted.
fn small(tallies: &BTreeMap<MemberCategory, Tally>) -> Option<Line> {
    let few = || tallies.iter().filter(|(_, tally)| tally.called.len() < DETAILED_FROM);
    let there: Vec<&str> =
        few().filter(|(_, tally)| !tally.came.is_empty()).map(|(category, _)| category.label()).collect();
    let others = few().count() - there.len();
    let named = (!there.is_empty()).then(|| format!("Venues au moins une fois : {}.", there.join(", ")));
    let rest = match (others, there.is_empty()) {
        (0, _) => None,
        (1, true) => Some("1 catégorie appelée, pas encore venue.".to_owned()),
        (1, false) => Some("1 autre n'est pas encore venue.".to_owned()),
        (others, true) => Some(format!("{others} catégories appelées, pas encore venues.")),
        (others, false) => Some(format!("{others} autres ne sont pas encore venues.")),
    };
    let told: Vec<String> = named.into_iter().chain(rest).collect();
    (!told.is_empty()).then(|| Line::new("Catégories d'une ou deux structures", told.join(" ")))
}

fn sentence(there: usize, called: usize, meetings: usize) -> String {
    let over = match meetings {
        0 => return "Pas encore de compte rendu public sur ces douze mois : la présence des structures ne se lit que là.".to_owned(),
        1 => "sur 1 réunion dont le compte rendu est public".to_owned(),
        meetings => format!("sur {meetings} réunions dont le compte rendu est public"),
    };
    match (there, called) {
        (_, 0) => format!("Aucune structure membre n'était appelée, {over}."),
        (1, 1) => format!("La seule catégorie appelée est venue au moins une fois, {over}."),
        (0, _) => format!("Aucune catégorie n'est encore venue, {over}."),
        (there, called) if there == called => format!("Les {called} catégories appelées sont venues au moins une fois, {over}."),
        (1, called) => format!("1 catégorie sur {called} est venue au moins une fois, {over}."),
        (there, called) => format!("{there} catégories sur {called} sont venues au moins une fois, {over}."),
    }
}

impl Facts for Known {
    fn at(&self, day: Date) -> Reading {
        let period = Period::year_to(day);
        let public = |one: &&Held| period.holds(one.day) && one.is_public_on(day);
        let meetings: Vec<&Held> = self.held.iter().filter(public).collect();
        let ids: HashSet<Id<Meeting>> = meetings.iter().map(|one| one.id).collect();
        let mut tallies: BTreeMap<MemberCategory, Tally> = BTreeMap::new();
        let (mut observers, mut outside) = (HashSet::new(), HashSet::new());
        for one in self.called.iter().filter(|one| ids.contains(&one.meeting)) {
            match one.category {
                _ if one.observes && one.came => drop(observers.insert(one.organisation)),
                _ if one.observes => {}
                Some(category) => tallies.entry(category).or_default().note(one),
                None => drop(outside.insert(one.organisation)),
            }
        }
        let there = tallies.values().filter(|tally| !tally.came.is_empty()).count();
        let detailed = tallies.iter().filter(|(_, tally)| tally.called.len() >= DETAILED_FROM);
        let mut lines: Vec<Line> =
            detailed.map(|(category, tally)| Line::new(category.label(), said(tally.came.len(), tally.called.len()))).collect();
        lines.extend(small(&tallies));
        let mut asides = Vec::new();
        asides.extend(match observers.len() {
            0 => None,
            1 => Some("À part : 1 structure qui observe est venue.".to_owned()),
            several => Some(format!("À part : {several} structures qui observent sont venues.")),
        });
        asides.extend(match outside.len() {
            0 => None,
            1 => Some("1 structure appelée n'est pas membre : elle n'est pas comptée par catégorie.".to_owned()),
            several => Some(format!("{several} structures appelées ne sont pas membres : elles ne sont pas comptées par catégorie.")),
        });
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Reading {
            sentence: sentence(there, tallies.len(), meetings.len()),
            period: Some(period),
            lines,
            asides,
            figures: vec![Figure::share(number(there), number(tallies.len()))],
            fictitious: meetings.iter().any(|one| one.fictitious),
        }
    }
}
