//! The dial of roles: who is named to speak, to replace, to co-lead, to animate. Each kind is counted apart, no total.
//!
//! Mandates, memberships and bodies have dates, so that a past day can be told; the category and the involvement of a member
//! have none, and are those of today.

mod life;

use jiff::civil::Date;
use kernel::permission::RoleKind;
use kernel::time::french_date;
use kernel::{PartialDate, Result};
use store::Tx;

use self::life::{Instance, Known, Membership};
use super::dial::{Asked, Dial, Facts, Figure, Line, Method, Reading, Series, Unit};
use crate::members::model::CoLead;
use crate::url;

pub struct Roles;

const SERIES: [Series; 4] = [
    Series { code: "representatives", label: "Structures qui ont un titulaire", unit: Unit::Share },
    Series { code: "deputies", label: "Structures qui ont une suppléance", unit: Unit::Share },
    Series { code: "co_leads", label: "Co-porteurs désignés", unit: Unit::Count },
    Series { code: "animated", label: "Instances qui ont une animation", unit: Unit::Share },
];

impl Dial for Roles {
    fn code(&self) -> &'static str {
        "roles"
    }

    fn title(&self) -> &'static str {
        "Les rôles tenus"
    }

    fn series(&self) -> &'static [Series] {
        &SERIES
    }

    fn method(&self) -> Method {
        Method {
            counted: &[
                "Quatre décomptes, sans total : les structures membres qui ont un titulaire, celles qui ont une suppléance, les \
                 co-porteurs désignés, les instances dont l'animation est nommée et dont le mandat court.",
                "Les structures qui ont choisi d'observer ne sont pas comptées : rien n'est attendu d'elles. Les instances à venir, \
                 closes, ou qui existent ailleurs et sont seulement déclarées ici ne le sont pas non plus.",
                "Tant que personne n'a été noté dans un rôle, il n'est pas connu : le cadran le dit, et ne compte pas zéro. Pour un \
                 mois passé, ce sont les dates des mandats, des adhésions et des instances qui comptent.",
            ],
            unsaid: "Un rôle noté ne dit pas le temps que la personne peut y donner. Une structure sans titulaire noté peut être \
                     très présente. La suppléance est facultative. Aucun nom de personne n'est publié ici.",
        }
    }

    fn facts(&self, tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Box<dyn Facts>> {
        Ok(Box::new(Known::load(tx, asked)?))
    }

    fn closer(&self, slug: &str) -> Vec<(&'static str, String)> {
        vec![("Les membres", url::members(slug)), ("Les instances", url::bodies(slug))]
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The words of a count: one, several, what they have, what they lack, and what is said while nobody was ever named.
struct Words {
    one: &'static str,
    several: &'static str,
    have: &'static str,
    lack: &'static str,
    unknown: &'static str,
}

const PRINCIPALS: Words = Words {
    one: "structure",
    several: "structures",
    have: "un titulaire",
    lack: "de titulaire en ce moment",
    unknown: "Aucun titulaire n'est encore noté ici.",
};

const DEPUTIES: Words = Words {
    have: "une suppléance",
    lack: "de suppléance en ce moment",
    unknown: "Aucune suppléance n'est encore notée ici ; elle est facultative.",
    ..PRINCIPALS
};

const ANIMATORS: Words = Words {
    one: "instance",
    several: "instances",
    have: "une animation nommée, dont le mandat court",
    lack: "d'animation dont le mandat court",
    unknown: "Aucune animation n'est encore notée ici.",
};

/// A count among those that are counted, in a sentence and as a figure.
struct Share {
    value: usize,
    of: usize,
    /// Somebody was named once: else it is not known, and not zero.
    told: bool,
}

impl Share {
    /// « 18 structures sur 21 ont un titulaire. »
    fn said(&self, words: &Words) -> String {
        let Words { one, several, have, lack, unknown } = words;
        match (self.value, self.of) {
            _ if !self.told => (*unknown).to_owned(),
            (_, 0) => format!("Aucune {one} n'est encore comptée."),
            (1, 1) => format!("La seule {one} comptée a {have}."),
            (0, 1) => format!("La seule {one} comptée n'a pas {lack}."),
            (0, of) => format!("Aucune des {of} {several} n'a {lack}."),
            (value, of) if value == of => format!("Les {of} {several} ont {have}."),
            (1, of) => format!("1 {one} sur {of} a {have}."),
            (value, of) => format!("{value} {several} sur {of} ont {have}."),
        }
    }

    fn figure(&self) -> Figure {
        if self.told { Figure::share(number(self.value), number(self.of)) } else { Figure::UNKNOWN }
    }
}

impl Facts for Known {
    fn at(&self, day: Date) -> Reading {
        let present: Vec<&Membership> =
            self.members.iter().filter(|member| member.is_member_on(day, self.followed)).collect();
        let counted: Vec<&&Membership> = present.iter().filter(|member| !member.observes).collect();
        let observers = present.len() - counted.len();
        let having = |role| {
            let held = self.held(role, day);
            let value = counted.iter().filter(|member| held.contains(&member.id)).count();
            Share { value, of: counted.len(), told: self.is_told(role, day) }
        };
        let (principals, deputies) = (having(RoleKind::Representative), having(RoleKind::Deputy));
        let leads = |wanted: CoLead| {
            let is = |(co_lead, on): &(CoLead, Option<PartialDate>)| {
                *co_lead == wanted && on.map_or(self.followed, PartialDate::first_day) <= day
            };
            present.iter().filter(|member| member.co_lead.as_ref().is_some_and(is)).count()
        };
        let (designated, proposed) = (leads(CoLead::Designated), leads(CoLead::Proposed));
        let living: Vec<&Instance> = self.bodies.iter().filter(|body| body.lives_on(day)).collect();
        let meeting: Vec<&&Instance> = living.iter().filter(|body| !body.apart).collect();
        let animators = self.held(RoleKind::Animator, day);
        let animated = Share {
            value: meeting.iter().filter(|body| animators.contains(&body.id)).count(),
            of: meeting.len(),
            told: self.is_told(RoleKind::Animator, day),
        };
        let mut asides = Vec::new();
        asides.extend(match observers {
            0 => None,
            1 => Some("1 structure observe : elle n'est pas comptée, rien n'est attendu d'elle.".to_owned()),
            _ => Some(format!(
                "{observers} structures observent : elles ne sont pas comptées, rien n'est attendu d'elles."
            )),
        });
        asides.extend(match living.len() - meeting.len() {
            0 => None,
            1 => Some("1 instance à venir ou déclarée d'ailleurs n'est pas comptée.".to_owned()),
            apart => Some(format!("{apart} instances à venir ou déclarées d'ailleurs ne sont pas comptées.")),
        });
        let co_leads = match (designated, proposed) {
            (0, 0) => "Aucun co-porteur n'est désigné.".to_owned(),
            (0, 1) => "1 co-porteur est proposé, aucun n'est encore désigné.".to_owned(),
            (0, proposed) => format!("{proposed} co-porteurs sont proposés, aucun n'est encore désigné."),
            (1, 0) => "1 co-porteur est désigné.".to_owned(),
            (designated, 0) => format!("{designated} co-porteurs sont désignés."),
            (1, proposed) => format!("1 co-porteur est désigné, {proposed} proposé{}.", plural(proposed)),
            (designated, proposed) => {
                format!("{designated} co-porteurs sont désignés, {proposed} proposé{}.", plural(proposed))
            }
        };
        let optional = if deputies.told && !counted.is_empty() { " Elle est facultative." } else { "" };
        let co_led =
            if designated == 0 && day < self.followed { Figure::UNKNOWN } else { Figure::count(number(designated)) };
        if present.is_empty() && living.is_empty() {
            let sentence = "Pas encore de membre ni d'instance.".to_owned();
            return Reading {
                sentence,
                figures: vec![Figure::UNKNOWN; SERIES.len()],
                blank: true,
                ..Reading::default()
            };
        }
        Reading {
            sentence: format!(
                "Qui tient quel rôle au {}. Chaque rôle est compté à part, sans total.",
                french_date(day)
            ),
            lines: vec![
                Line::new("Titulaires", principals.said(&PRINCIPALS)),
                Line::new("Suppléances", format!("{}{optional}", deputies.said(&DEPUTIES))),
                Line::new("Co-porteurs", co_leads),
                Line::new("Animation", animated.said(&ANIMATORS)),
            ],
            asides,
            figures: vec![principals.figure(), deputies.figure(), co_led, animated.figure()],
            ..Reading::default()
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count > 1 { "s" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::life::Mandate;
    use super::*;
    use crate::members::model::MemberState;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn member(id: u128, observes: bool) -> Membership {
        Membership {
            id: Uuid::from_u128(id),
            state: MemberState::Admitted,
            observes,
            co_lead: None,
            since: "2025".parse().ok(),
            until: None,
        }
    }

    fn mandate(role: RoleKind, on: u128, since: &str, until: &str, ended: &str) -> Mandate {
        Mandate {
            role,
            on: Uuid::from_u128(on),
            since: day(since),
            until: until.parse().ok(),
            ended: ended.parse().ok(),
        }
    }

    fn known() -> Known {
        let body = |id, apart| Instance { id: Uuid::from_u128(id), entered: day("2026-01-10"), closed_on: None, apart };
        Known {
            followed: day("2026-01-10"),
            members: vec![member(1, false), member(2, false), member(3, true)],
            mandates: vec![
                mandate(RoleKind::Representative, 1, "2026-01-15", "2026-06-30", ""),
                mandate(RoleKind::Representative, 1, "2026-02-01", "", "2026-03-05"),
                mandate(RoleKind::Representative, 3, "2026-01-15", "", ""),
                mandate(RoleKind::Animator, 9, "2026-01-15", "", ""),
            ],
            bodies: vec![body(9, false), body(8, true)],
        }
    }

    #[test]
    fn a_role_is_held_from_its_first_day_to_its_last() {
        let principals = |on: &str| known().at(day(on)).figures[0];
        // Before anybody was named, nothing is known: that is not zero.
        assert_eq!(principals("2026-01-14"), Figure::UNKNOWN);
        assert_eq!(principals("2026-01-15"), Figure::share(1, 2));
        // Two persons for one structure are one structure.
        assert_eq!(principals("2026-02-10"), Figure::share(1, 2));
        assert_eq!(principals("2026-06-30"), Figure::share(1, 2));
        assert_eq!(principals("2026-07-01"), Figure::share(0, 2));
    }

    #[test]
    fn observers_are_told_apart_and_nothing_is_expected_of_them() {
        let reading = known().at(day("2026-02-10"));
        assert_eq!(reading.lines[0].said, "1 structure sur 2 a un titulaire.");
        assert_eq!(reading.lines[3].said, "La seule instance comptée a une animation nommée, dont le mandat court.");
        assert_eq!(reading.asides.len(), 2);
        assert!(reading.asides[0].contains("rien n'est attendu d'elle"));
    }

    #[test]
    fn nothing_to_count_is_said_and_not_zero() {
        let empty = Known { followed: day("2026-01-10"), members: vec![], mandates: vec![], bodies: vec![] };
        let reading = empty.at(day("2026-02-10"));
        assert_eq!(reading.figures[0], Figure::UNKNOWN);
        assert!(reading.blank && reading.lines.is_empty());
        let mut alone = known();
        alone.mandates.clear();
        let reading = alone.at(day("2026-02-10"));
        assert_eq!(reading.lines[0].said, "Aucun titulaire n'est encore noté ici.");
        assert_eq!(reading.figures[0], Figure::UNKNOWN);
    }

    #[test]
    fn what_has_no_date_is_known_since_the_governance_is_kept_here() {
        let mut facts = known();
        facts.members[0].since = None;
        facts.members[1].since = None;
        facts.mandates[0].since = day("2025-06-01");
        assert_eq!(facts.at(day("2025-12-01")).figures[0], Figure::UNKNOWN, "only the observer has a date");
        assert_eq!(facts.at(day("2026-01-10")).figures[0], Figure::share(1, 2));
        facts.members[0] =
            Membership { state: MemberState::Withdrawn, until: "2026-03".parse().ok(), ..facts.members[0].clone() };
        assert_eq!(facts.at(day("2026-03-31")).figures[0], Figure::share(1, 2));
        assert_eq!(facts.at(day("2026-04-01")).figures[0], Figure::share(0, 1));
    }

    #[test]
    fn sentences_count_in_french() {
        let said = |value, of| Share { value, of, told: true }.said(&PRINCIPALS);
        assert_eq!(said(18, 21), "18 structures sur 21 ont un titulaire.");
        assert_eq!(said(1, 21), "1 structure sur 21 a un titulaire.");
        assert_eq!(said(21, 21), "Les 21 structures ont un titulaire.");
        assert_eq!(said(0, 21), "Aucune des 21 structures n'a de titulaire en ce moment.");
        assert_eq!(said(0, 0), "Aucune structure n'est encore comptée.");
    }

    proptest! {
        /// One more mandate never lowers a figure, and the order of the rows does not matter.
        #[test]
        fn more_roles_never_lower(
            rows in proptest::collection::vec((0u128..6, 0i32..400, 0i32..400, any::<bool>()), 0..20),
            one in (0u128..6, 0i32..400, 0i32..400, any::<bool>()),
            on in 0i32..400,
        ) {
            use jiff::ToSpan as _;
            let at = |offset: i32| day("2026-01-10").saturating_add(offset.days());
            let make = |(member, since, length, deputy): (u128, i32, i32, bool)| Mandate {
                role: if deputy { RoleKind::Deputy } else { RoleKind::Representative },
                on: Uuid::from_u128(member),
                since: at(since),
                until: Some(at(since + length)),
                ended: None,
            };
            let mut facts = known();
            facts.members = (0..6).map(|id| member(id, id == 5)).collect();
            facts.mandates = rows.into_iter().map(make).collect();
            let before = facts.at(at(on)).figures;
            facts.mandates.reverse();
            facts.members.reverse();
            prop_assert_eq!(&facts.at(at(on)).figures, &before);
            facts.mandates.push(make(one));
            for (after, before) in facts.at(at(on)).figures.iter().zip(&before) {
                prop_assert!(after.value >= before.value);
                prop_assert!(after.of.is_none_or(|of| after.value.unwrap_or(0) <= of));
            }
        }
    }
}
