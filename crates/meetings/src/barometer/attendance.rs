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
        0 => return "Pas encore de compte rendu public au cours des douze derniers mois : la présence des structures ne se lit que là.".to_owned(),
        1 => "sur 1 réunion dont le compte rendu est public".to_owned(),
        meetings => format!("sur {meetings} réunions dont le compte rendu est public"),
    };
    match (there, called) {
        (_, 0) => format!("Aucune structure membre n'était appelée, {over}."),
        (1, 1) => format!("La seule catégorie appelée est venue au moins une fois, {over}."),
        (0, _) => format!("Aucune catégorie n'est encore venue, {over}."),
        (there, called) if there == called => {
            format!("Les {called} catégories appelées sont venues au moins une fois, {over}.")
        }
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
        let mut lines: Vec<Line> = detailed
            .map(|(category, tally)| Line::new(category.label(), said(tally.came.len(), tally.called.len())))
            .collect();
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
            several => Some(format!(
                "{several} structures appelées ne sont pas membres : elles ne sont pas comptées par catégorie."
            )),
        });
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Reading {
            sentence: sentence(there, tallies.len(), meetings.len()),
            period: Some(period),
            lines,
            asides,
            figures: vec![Figure::share(number(there), number(tallies.len()))],
            fictitious: meetings.iter().any(|one| one.fictitious),
            blank: meetings.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    const TODAY: &str = "2026-11-22";

    fn held(number: u128, on: &str, published: &str) -> Held {
        Held {
            id: Id::from_uuid(Uuid::from_u128(number)),
            day: day(on),
            published: published.parse().ok(),
            fictitious: false,
        }
    }

    fn called(meeting: u128, organisation: u128, category: MemberCategory, came: bool) -> Called {
        Called {
            meeting: Id::from_uuid(Uuid::from_u128(meeting)),
            organisation: Uuid::from_u128(organisation),
            category: Some(category),
            observes: false,
            came,
        }
    }

    fn two_meetings() -> Known {
        use MemberCategory::{Association, Commune, Hub, SocialLandlord};
        Known {
            held: vec![held(1, "2026-03-12", "2026-04-02"), held(2, "2026-10-01", "2026-11-20")],
            called: vec![
                called(1, 10, Commune, true),
                called(1, 11, Commune, false),
                called(1, 12, Commune, false),
                called(2, 10, Commune, true),
                called(2, 11, Commune, true),
                called(2, 12, Commune, false),
                called(1, 20, Hub, true),
                called(2, 20, Hub, false),
                called(1, 30, SocialLandlord, false),
                Called { observes: true, ..called(1, 40, Association, false) },
                Called { category: None, ..called(2, 50, Association, true) },
            ],
        }
    }

    #[test]
    fn a_structure_that_came_once_came() {
        let reading = two_meetings().at(day(TODAY));
        assert_eq!(
            reading.sentence,
            "2 catégories sur 3 sont venues au moins une fois, sur 2 réunions dont le compte rendu est public."
        );
        assert_eq!(reading.figures, [Figure::share(2, 3)]);
        let lines: Vec<(&str, &str)> =
            reading.lines.iter().map(|line| (line.label.as_str(), line.said.as_str())).collect();
        assert_eq!(
            lines,
            [
                ("Commune", "2 structures sur 3 sont venues au moins une fois."),
                (
                    "Catégories d'une ou deux structures",
                    "Venues au moins une fois : Hub territorial. 1 autre n'est pas encore venue."
                ),
            ]
        );
        assert_eq!(reading.asides, ["1 structure appelée n'est pas membre : elle n'est pas comptée par catégorie."]);
    }

    #[test]
    fn nothing_is_told_of_a_meeting_before_its_minutes_are_public() {
        let reading = two_meetings().at(day("2026-11-19"));
        assert_eq!(reading.lines[0].said, "1 structure sur 3 est venue au moins une fois.");
        let early = two_meetings().at(day("2026-04-01"));
        assert!(early.blank && early.lines.is_empty() && early.figures == [Figure::UNKNOWN]);
        assert!(early.sentence.starts_with("Pas encore de compte rendu public"));
    }

    #[test]
    fn who_observes_is_never_said_to_be_missing() {
        let mut facts = two_meetings();
        let without = facts.at(day(TODAY));
        assert!(without.asides.iter().all(|aside| !aside.contains("observe")));
        for one in facts.called.iter_mut().filter(|one| one.observes) {
            one.came = true;
        }
        let with = facts.at(day(TODAY));
        assert_eq!(with.asides[0], "À part : 1 structure qui observe est venue.");
        assert_eq!((with.figures, with.lines), (without.figures, without.lines));
    }

    proptest! {
        /// Never more than the whole; somebody more there never lowers; the order of the rows does not matter; no line
        /// details fewer than three structures.
        #[test]
        fn the_reading_keeps_its_promises(
            rows in proptest::collection::vec((1u128..6, 1u128..20, any::<bool>(), any::<bool>()), 0..60),
            one in 0usize..60,
            back in 0i64..300,
        ) {
            let category = |organisation: u128| MemberCategory::ALL[(organisation % 5) as usize];
            let called: Vec<Called> = rows
                .iter()
                .map(|(meeting, organisation, observes, came)| Called {
                    observes: *observes && organisation % 7 == 0,
                    ..called(*meeting, *organisation, category(*organisation), *came)
                })
                .collect();
            let meetings: Vec<Held> = (1..6).map(|number| held(number, &format!("2026-0{number}-10"), &format!("2026-0{number}-25"))).collect();
            let on = day(TODAY).saturating_sub(back.days());
            let facts = Known { held: meetings.clone(), called: called.clone() };
            let before = facts.at(on);
            let figure = before.figures[0];
            prop_assert!(figure.value.unwrap_or(0) <= figure.of.unwrap_or(0));
            let mut turned = called.clone();
            turned.reverse();
            let turned = Known { held: meetings.clone(), called: turned }.at(on);
            prop_assert_eq!((&turned.figures, &turned.lines, &turned.asides), (&before.figures, &before.lines, &before.asides));
            for line in before.lines.iter().filter(|line| !line.label.starts_with("Catégories")) {
                prop_assert!(!line.said.contains("sur 1 ") && !line.said.contains("sur 2 "), "{}", line.said);
            }
            let mut more = called;
            if let Some(one) = more.get_mut(one) {
                one.came = true;
            }
            let after = Known { held: meetings, called: more }.at(on);
            prop_assert!(after.figures[0].value >= figure.value && after.figures[0].of == figure.of);
        }
    }
}
