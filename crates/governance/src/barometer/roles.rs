//! The dial of roles: who is named to speak, to replace, to co-lead, to animate. Each kind is counted apart, no total.
//!
//! Mandates, memberships and bodies have dates, so that a past day can be told; the category and the involvement of a member
//! have none, and are those of today.

use std::collections::HashSet;

use jiff::civil::Date;
use kernel::permission::RoleKind;
use kernel::time::french_date;
use kernel::{Id, PartialDate, Result, Timestamp};
use store::{Tx, Value, params};
use uuid::Uuid;

use super::dial::{Asked, Dial, Facts, Figure, Line, Method, Reading, Series, Unit};
use crate::bodies::model::Body;
use crate::members::model::{CoLead, Involvement, MemberState};
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
                "Pour un mois passé, ce sont les dates des mandats, des adhésions et des instances qui comptent. Avant l'arrivée \
                 de la gouvernance dans Maillage, un rôle que personne n'a daté n'est pas connu : le cadran n'affiche alors rien.",
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

#[derive(Clone, Debug)]
struct Membership {
    id: Uuid,
    state: MemberState,
    observes: bool,
    co_lead: Option<(CoLead, Option<PartialDate>)>,
    since: Option<PartialDate>,
    until: Option<PartialDate>,
}

impl Membership {
    /// A departure without a date is not counted on any day: it may have been on each.
    fn is_member_on(&self, day: Date) -> bool {
        let begun = self.since.is_none_or(|since| since.first_day() <= day);
        match self.state {
            MemberState::Candidate => false,
            MemberState::Admitted => begun,
            MemberState::Withdrawn => begun && self.until.is_some_and(|until| until.last_day() >= day),
        }
    }
}

/// A power of a person on a member or on a body; who holds it does not matter here.
#[derive(Clone, Debug)]
struct Mandate {
    role: RoleKind,
    on: Uuid,
    since: Date,
    until: Option<Date>,
    ended: Option<Date>,
}

impl Mandate {
    fn holds_on(&self, day: Date) -> bool {
        self.since <= day && self.until.is_none_or(|until| until >= day) && self.ended.is_none_or(|ended| ended > day)
    }
}

#[derive(Clone, Debug)]
struct Instance {
    id: Uuid,
    entered: Date,
    closed_on: Option<PartialDate>,
    /// Exists elsewhere, or is only announced.
    apart: bool,
}

impl Instance {
    fn lives_on(&self, day: Date) -> bool {
        self.entered <= day && self.closed_on.is_none_or(|closed| closed.first_day() > day)
    }
}

#[derive(Clone, Debug)]
struct Known {
    followed: Date,
    members: Vec<Membership>,
    mandates: Vec<Mandate>,
    bodies: Vec<Instance>,
}

impl Known {
    fn load(tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Self> {
        let members = tx.query(
            "select id, state, involvement, co_lead, co_lead_since, since, until from member
             where governance = $1 and not refused",
            params![asked.governance],
            |row| {
                let co_lead: Option<CoLead> = row.optional_code(3)?;
                let on: Option<PartialDate> = row.get(4)?;
                Ok(Membership {
                    id: row.get(0)?,
                    state: row.code(1)?,
                    observes: row.code::<Involvement>(2)? == Involvement::Observes,
                    co_lead: co_lead.map(|co_lead| (co_lead, on)),
                    since: row.get(5)?,
                    until: row.get(6)?,
                })
            },
        )?;
        let mandates = tx.query(
            "select role, coalesce(member, body), since, until, ended_at from power
             where governance = $1 and role in ($2, $3, $4) and coalesce(member, body) is not null",
            params![
                asked.governance,
                Value::code(RoleKind::Representative),
                Value::code(RoleKind::Deputy),
                Value::code(RoleKind::Animator)
            ],
            |row| {
                let (since, until): (Option<PartialDate>, Option<PartialDate>) = (row.get(2)?, row.get(3)?);
                Ok(Mandate {
                    role: row.code(0)?,
                    on: row.get(1)?,
                    since: since.map_or(asked.followed, PartialDate::first_day),
                    until: until.map(PartialDate::last_day),
                    ended: row.get::<Option<Timestamp>>(4)?.map(Timestamp::day),
                })
            },
        )?;
        let bodies = tx.query(
            "select id, closed_on, declared, upcoming from body where governance = $1",
            params![asked.governance],
            |row| {
                let id: Id<Body> = row.get(0)?;
                let (declared, upcoming): (bool, bool) = (row.get(2)?, row.get(3)?);
                let entered = super::entered(id).unwrap_or(asked.followed);
                Ok(Instance { id: id.uuid(), entered, closed_on: row.get(1)?, apart: declared || upcoming })
            },
        )?;
        Ok(Self { followed: asked.followed, members, mandates, bodies })
    }

    /// On whom somebody holds this role on that day.
    fn held(&self, role: RoleKind, day: Date) -> HashSet<Uuid> {
        let of_role = self.mandates.iter().filter(|mandate| mandate.role == role && mandate.holds_on(day));
        of_role.map(|mandate| mandate.on).collect()
    }

    /// A share, or nothing for a day of which nobody has told anything yet.
    fn told(&self, value: usize, of: usize, day: Date) -> Figure {
        if value == 0 && day < self.followed { Figure::UNKNOWN } else { Figure::share(number(value), number(of)) }
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// « 18 structures sur 21 ont un titulaire. »
fn share(value: usize, of: usize, (one, several, none): (&str, &str, &str), have: &str) -> String {
    match (value, of) {
        (_, 0) => none.to_owned(),
        (1, 1) => format!("La seule {one} comptée a {have}."),
        (0, 1) => format!("La seule {one} comptée n'a pas encore {have}."),
        (0, of) => format!("Aucune des {of} {several} n'a encore {have}."),
        (value, of) if value == of => format!("Les {of} {several} ont {have}."),
        (1, of) => format!("1 {one} sur {of} a {have}."),
        (value, of) => format!("{value} {several} sur {of} ont {have}."),
    }
}

impl Facts for Known {
    fn at(&self, day: Date) -> Reading {
        let present: Vec<&Membership> = self.members.iter().filter(|member| member.is_member_on(day)).collect();
        let counted: Vec<&&Membership> = present.iter().filter(|member| !member.observes).collect();
        let observers = present.len() - counted.len();
        let having = |role| {
            let held = self.held(role, day);
            counted.iter().filter(|member| held.contains(&member.id)).count()
        };
        let (principals, deputies) = (having(RoleKind::Representative), having(RoleKind::Deputy));
        let leads = |wanted: CoLead| {
            let is = |(co_lead, on): &(CoLead, Option<PartialDate>)| {
                *co_lead == wanted && on.is_none_or(|on| on.first_day() <= day)
            };
            present.iter().filter(|member| member.co_lead.as_ref().is_some_and(is)).count()
        };
        let (designated, proposed) = (leads(CoLead::Designated), leads(CoLead::Proposed));
        let living: Vec<&Instance> = self.bodies.iter().filter(|body| body.lives_on(day)).collect();
        let meeting: Vec<&&Instance> = living.iter().filter(|body| !body.apart).collect();
        let animators = self.held(RoleKind::Animator, day);
        let animated = meeting.iter().filter(|body| animators.contains(&body.id)).count();

        let structures = ("structure", "structures", "Aucune structure n'est encore comptée.");
        let instances = ("instance", "instances", "Aucune instance n'est encore en place.");
        let mut asides = Vec::new();
        asides.extend(match observers {
            0 => None,
            1 => Some("1 structure observe : elle n'est pas comptée, rien n'est attendu d'elle.".to_owned()),
            _ => Some(format!("{observers} structures observent : elles ne sont pas comptées, rien n'est attendu d'elles.")),
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
        let optional = if counted.is_empty() { "" } else { " Elle est facultative." };
        Reading {
            sentence: format!("Qui tient quel rôle, le {} : quatre décomptes à part, sans total.", french_date(day)),
            lines: vec![
                Line::new("Titulaires", share(principals, counted.len(), structures, "un titulaire")),
                Line::new(
                    "Suppléances",
                    format!("{}{optional}", share(deputies, counted.len(), structures, "une suppléance")),
                ),
                Line::new("Co-porteurs", co_leads),
                Line::new(
                    "Animation",
                    share(animated, meeting.len(), instances, "une animation nommée, dont le mandat court"),
                ),
            ],
            asides,
            figures: vec![
                self.told(principals, counted.len(), day),
                self.told(deputies, counted.len(), day),
                if designated == 0 && day < self.followed { Figure::UNKNOWN } else { Figure::count(number(designated)) },
                self.told(animated, meeting.len(), day),
            ],
            ..Reading::default()
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count > 1 { "s" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        assert_eq!(principals("2026-01-14"), Figure::share(0, 2));
        assert_eq!(principals("2026-01-15"), Figure::share(1, 2));
        // Two persons for one structure are one structure.
        assert_eq!(principals("2026-02-10"), Figure::share(1, 2));
        assert_eq!(principals("2026-06-30"), Figure::share(1, 2));
        assert_eq!(principals("2026-07-01"), Figure::share(0, 2));
        // Before anything was kept here, nothing is known.
        assert_eq!(principals("2026-01-09"), Figure::UNKNOWN);
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
        assert_eq!(reading.lines[0].said, "Aucune structure n'est encore comptée.");
        assert_eq!(reading.lines[3].said, "Aucune instance n'est encore en place.");
    }

    #[test]
    fn sentences_count_in_french() {
        let said = |value, of| share(value, of, ("structure", "structures", "Rien."), "un titulaire");
        assert_eq!(said(18, 21), "18 structures sur 21 ont un titulaire.");
        assert_eq!(said(21, 21), "Les 21 structures ont un titulaire.");
        assert_eq!(said(0, 21), "Aucune des 21 structures n'a encore un titulaire.");
        assert_eq!(said(0, 0), "Rien.");
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
