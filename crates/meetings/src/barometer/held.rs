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

const SERIES: [Series; 1] =
    [Series { code: "meetings_reached", label: "Instances qui ont tenu les réunions prévues", unit: Unit::Share }];

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
        Ok(Box::new(Known { bodies: bodies.into_iter().map(|body| (followed(&body), body)).collect(), held, served }))
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
    let (told, since) = (begin(&meetings(held)), french_date(followed));
    let frequency = body.frequency().unwrap_or_default();
    let said = match standing {
        Standing::Free if body.declared => format!("{told}. Cette instance existe ailleurs : rien n'est attendu ici."),
        Standing::Free if frequency.is_empty() => format!("{told}. Aucun nombre de réunions n'est prévu."),
        Standing::Free => format!("{told}. Prévu : {frequency}, sans nombre à atteindre."),
        Standing::TooRecent => {
            format!(
                "{told}. Prévu : {frequency}. L'instance est suivie ici depuis le {since} : trop tôt pour comparer."
            )
        }
        Standing::Reached { expected } | Standing::Below { expected } => {
            let plural = if expected > 1 { "s" } else { "" };
            // A part of the year was enough, or is what is looked at.
            let part = if followed > period.from && Some(expected) != body.meetings_min {
                format!(" depuis le {since}, jour où l'instance est entrée ici")
            } else {
                String::new()
            };
            format!("{told}, {expected} attendue{plural} au moins{part} ({frequency}).")
        }
    };
    let badge = match standing {
        Standing::Reached { .. } => Some(("Atteint", "success")),
        _ => None,
    };
    Line { badge, ..Line::new(&body.name, said) }
}

/// « 2 instances sur 3 ont tenu les réunions prévues. »
fn sentence(reached: usize, compared: usize, held: usize) -> String {
    match (reached, compared) {
        (_, 0) if held == 0 => "Pas encore de réunion tenue au cours des douze derniers mois.".to_owned(),
        (_, 0) => format!("{}. Rien à comparer encore.", begin(&meetings(i64::try_from(held).unwrap_or(i64::MAX)))),
        (1, 1) => "La seule instance comparée a tenu les réunions qu'elle prévoyait.".to_owned(),
        (0, 1) => "La seule instance comparée n'a pas encore tenu toutes les réunions qu'elle prévoyait.".to_owned(),
        (0, all) => {
            format!("Aucune des {all} instances comparées n'a encore tenu toutes les réunions qu'elle prévoyait.")
        }
        (reached, all) if reached == all => {
            format!("Les {all} instances comparées ont tenu les réunions qu'elles prévoyaient.")
        }
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
        let blank = lines.is_empty();
        Reading {
            sentence: sentence(reached, compared, past.len()),
            period: Some(period),
            lines,
            asides,
            figures: vec![Figure::share(number(reached), number(compared))],
            fictitious: past.iter().any(|one| one.fictitious),
            blank,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governance::bodies::model::{BodyForm, VotingRule};
    use jiff::ToSpan as _;
    use kernel::Provenance;
    use proptest::prelude::*;

    const TODAY: &str = "2026-11-22";

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn ago(days: i64) -> Date {
        day(TODAY).saturating_sub(days.days())
    }

    fn id<T>(number: u128) -> Id<T> {
        Id::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn body(number: u128, min: Option<i64>, max: Option<i64>) -> Body {
        Body {
            id: id(number),
            slug: format!("instance-{number}"),
            name: format!("Instance {number}"),
            form: BodyForm::Committee,
            functions: Vec::new(),
            parent: None,
            declared: false,
            upcoming: false,
            meetings_min: min,
            meetings_max: max,
            composition: String::new(),
            note: String::new(),
            voting_rule: VotingRule::OnePerStructure,
            provenance: Provenance::entered(),
            version: 1,
            closed_on: None,
            closed_reason: String::new(),
        }
    }

    /// Bodies that have been followed for years, and meetings: how long ago, and for which of them.
    fn known(bodies: Vec<Body>, meetings: &[(i64, Vec<u128>)]) -> Known {
        let held = |(number, (days, _)): (u128, &(i64, Vec<u128>))| Held {
            id: id(number),
            day: ago(*days),
            published: None,
            fictitious: false,
        };
        let served = |(number, (_, bodies)): (u128, &(i64, Vec<u128>))| {
            bodies.iter().map(move |body| (id(number), id(*body))).collect::<Vec<_>>()
        };
        Known {
            bodies: bodies.into_iter().map(|body| (day("2020-01-01"), body)).collect(),
            held: (100..).zip(meetings).map(held).collect(),
            served: (100..).zip(meetings).flat_map(served).collect(),
        }
    }

    #[test]
    fn a_body_is_compared_with_what_it_expects_of_itself() {
        let facts = known(
            vec![
                body(1, Some(3), Some(4)),
                body(2, Some(1), Some(1)),
                body(3, None, None),
                body(4, None, Some(6)),
                body(5, Some(2), Some(2)),
            ],
            &[(10, vec![1]), (40, vec![2]), (50, vec![2]), (60, vec![2]), (366, vec![5])],
        );
        let reading = facts.at(day(TODAY));
        let said: Vec<&str> = reading.lines.iter().map(|line| line.said.as_str()).collect();
        assert_eq!(
            said,
            [
                "1 réunion tenue, 3 attendues au moins (3 à 4 fois par an).",
                "3 réunions tenues, 1 attendue au moins (1 fois par an).",
                "Aucune réunion tenue. Aucun nombre de réunions n'est prévu.",
                "Aucune réunion tenue. Prévu : au plus 6 fois par an, sans nombre à atteindre.",
                "Aucune réunion tenue, 2 attendues au moins (2 fois par an).",
            ]
        );
        let badges: Vec<bool> = reading.lines.iter().map(|line| line.badge.is_some()).collect();
        assert_eq!(badges, [false, true, false, false, false]);
        assert_eq!(reading.figures, [Figure::share(1, 3)]);
        assert_eq!(reading.sentence, "1 instance sur 3 a tenu les réunions qu'elle prévoyait.");
    }

    #[test]
    fn a_joint_meeting_counts_for_each_body() {
        let facts =
            known(vec![body(1, Some(1), None), body(2, Some(1), None), body(3, Some(1), None)], &[(10, vec![1, 2])]);
        let reading = facts.at(day(TODAY));
        assert_eq!(reading.figures, [Figure::share(2, 3)]);
        assert_eq!(reading.asides, ["1 réunion commune à plusieurs instances compte pour chacune."]);
    }

    #[test]
    fn a_body_is_not_blamed_for_the_time_before_it_was_here() {
        let year = Period::year_to(day(TODAY));
        let of = |held, a_year, since: i64| standing(held, Some(a_year), ago(since), &year);
        assert_eq!(of(0, 4, 0), Standing::TooRecent);
        assert_eq!(of(0, 4, 90), Standing::TooRecent);
        assert_eq!(of(0, 4, 100), Standing::Below { expected: 1 });
        assert_eq!(of(1, 4, 100), Standing::Reached { expected: 1 });
        assert_eq!(of(1, 1, 0), Standing::Reached { expected: 1 });
        assert_eq!(of(0, 4, 364), Standing::Below { expected: 4 });
        assert_eq!(standing(7, None, ago(500), &year), Standing::Free);
        assert_eq!(standing(0, Some(0), ago(500), &year), Standing::Free);

        let mut facts = known(vec![body(1, Some(4), Some(6))], &[]);
        facts.bodies[0].0 = ago(12);
        let reading = facts.at(day(TODAY));
        assert_eq!(
            reading.lines[0].said,
            "Aucune réunion tenue. Prévu : 4 à 6 fois par an. L'instance est suivie ici depuis le 10 novembre 2026 : trop tôt pour comparer."
        );
        assert_eq!(reading.figures, [Figure::UNKNOWN]);
        facts.bodies[0].0 = ago(100);
        assert_eq!(
            facts.at(day(TODAY)).lines[0].said,
            "Aucune réunion tenue, 1 attendue au moins depuis le 14 août 2026, jour où l'instance est entrée ici (4 à 6 fois par an)."
        );
    }

    #[test]
    fn what_exists_elsewhere_is_to_come_or_is_over_is_not_compared() {
        let mut bodies = vec![body(1, Some(2), None), body(2, Some(2), None), body(3, Some(2), None)];
        bodies[0].declared = true;
        bodies[1].upcoming = true;
        bodies[2].closed_on = "2026-06".parse().ok();
        let facts = known(bodies, &[(10, vec![1])]);
        let reading = facts.at(day(TODAY));
        assert_eq!(reading.lines.len(), 1);
        assert_eq!(reading.lines[0].said, "1 réunion tenue. Cette instance existe ailleurs : rien n'est attendu ici.");
        assert_eq!(reading.asides, ["1 instance à venir n'est pas comptée."]);
        assert_eq!(reading.figures, [Figure::UNKNOWN]);
        // As long as it met, it was compared.
        assert_eq!(facts.at(day("2026-05-31")).figures, [Figure::share(0, 1)]);
    }

    #[test]
    fn without_a_meeting_it_says_so() {
        let reading = known(vec![body(1, None, None)], &[]).at(day(TODAY));
        assert_eq!(reading.sentence, "Pas encore de réunion tenue au cours des douze derniers mois.");
        assert_eq!(reading.figures, [Figure::UNKNOWN]);
        assert!(known(Vec::new(), &[]).at(day(TODAY)).blank);
    }

    fn rank(standing: Standing) -> i64 {
        match standing {
            Standing::Free | Standing::TooRecent | Standing::Below { .. } => 0,
            Standing::Reached { .. } => 1,
        }
    }

    proptest! {
        #[test]
        fn one_more_meeting_never_lowers(held in 0i64..400, a_year in proptest::option::of(0i64..400), since in 0i64..900) {
            let year = Period::year_to(day(TODAY));
            let at = |held| standing(held, a_year, ago(since), &year);
            prop_assert!(rank(at(held + 1)) >= rank(at(held)));
            if let Standing::Below { expected } | Standing::Reached { expected } = at(held) {
                prop_assert!((1..=a_year.unwrap_or(0)).contains(&expected));
            }
        }

        /// Never more than the whole; a further meeting never lowers; the order of the rows does not matter.
        #[test]
        fn the_reading_keeps_its_promises(
            meetings in proptest::collection::vec((0i64..500, proptest::collection::btree_set(1u128..5, 1..4)), 0..25),
            further in (0i64..365, proptest::collection::btree_set(1u128..5, 1..4)),
            back in 0i64..400,
        ) {
            let bodies = || vec![body(1, Some(1), None), body(2, Some(4), Some(6)), body(3, None, Some(2)), body(4, Some(12), None)];
            let list = |meetings: &[(i64, std::collections::BTreeSet<u128>)]| -> Vec<(i64, Vec<u128>)> {
                meetings.iter().map(|(days, of)| (*days, of.iter().copied().collect())).collect()
            };
            let on = ago(back);
            let before = known(bodies(), &list(&meetings)).at(on);
            let mut turned = known(bodies(), &list(&meetings));
            turned.held.reverse();
            turned.served.reverse();
            let turned = turned.at(on);
            prop_assert_eq!((&turned.figures, &turned.lines, &turned.sentence), (&before.figures, &before.lines, &before.sentence));
            let mut more = meetings.clone();
            more.push(further);
            let after = known(bodies(), &list(&more)).at(on);
            let (was, is) = (before.figures[0], after.figures[0]);
            prop_assert!(is.value >= was.value && is.of == was.of);
            prop_assert!(is.value.unwrap_or(0) <= is.of.unwrap_or(0));
        }
    }
}
