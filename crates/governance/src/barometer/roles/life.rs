//! The dated facts of roles: memberships, mandates of persons, bodies.

use std::collections::HashSet;

use jiff::civil::Date;
use kernel::permission::RoleKind;
use kernel::{Id, PartialDate, Result, Timestamp};
use store::{Tx, Value, params};
use uuid::Uuid;

use crate::barometer::dial::Asked;
use crate::bodies::model::Body;
use crate::members::model::{CoLead, Involvement, MemberState};

#[derive(Clone, Debug)]
pub struct Membership {
    pub id: Uuid,
    pub state: MemberState,
    pub observes: bool,
    pub co_lead: Option<(CoLead, Option<PartialDate>)>,
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
}

impl Membership {
    /// An entry without a date is known since the governance is kept here; a departure without one may have been on any day,
    /// and is not counted on any.
    pub fn is_member_on(&self, day: Date, followed: Date) -> bool {
        let begun = self.since.map_or(followed, PartialDate::first_day) <= day;
        match self.state {
            MemberState::Candidate => false,
            MemberState::Admitted => begun,
            MemberState::Withdrawn => begun && self.until.is_some_and(|until| until.last_day() >= day),
        }
    }
}

/// A power of a person on a member or on a body; who holds it does not matter here.
#[derive(Clone, Debug)]
pub struct Mandate {
    pub role: RoleKind,
    pub on: Uuid,
    pub since: Date,
    pub until: Option<Date>,
    pub ended: Option<Date>,
}

impl Mandate {
    pub fn holds_on(&self, day: Date) -> bool {
        self.since <= day && self.until.is_none_or(|until| until >= day) && self.ended.is_none_or(|ended| ended > day)
    }
}

#[derive(Clone, Debug)]
pub struct Instance {
    pub id: Uuid,
    pub entered: Date,
    pub closed_on: Option<PartialDate>,
    /// Exists elsewhere, or is only announced.
    pub apart: bool,
}

impl Instance {
    pub fn lives_on(&self, day: Date) -> bool {
        self.entered <= day && self.closed_on.is_none_or(|closed| closed.first_day() > day)
    }
}

#[derive(Clone, Debug)]
pub struct Known {
    pub followed: Date,
    pub members: Vec<Membership>,
    pub mandates: Vec<Mandate>,
    pub bodies: Vec<Instance>,
}

impl Known {
    pub fn load(tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Self> {
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
                let entered = super::super::entered(id).unwrap_or(asked.followed);
                Ok(Instance { id: id.uuid(), entered, closed_on: row.get(1)?, apart: declared || upcoming })
            },
        )?;
        Ok(Self { followed: asked.followed, members, mandates, bodies })
    }

    /// On whom somebody holds this role on that day.
    pub fn held(&self, role: RoleKind, day: Date) -> HashSet<Uuid> {
        let of_role = self.mandates.iter().filter(|mandate| mandate.role == role && mandate.holds_on(day));
        of_role.map(|mandate| mandate.on).collect()
    }

    /// True when somebody was named to this role by that day, for however long: before, nothing is known of it.
    pub fn is_told(&self, role: RoleKind, day: Date) -> bool {
        self.mandates.iter().any(|mandate| mandate.role == role && mandate.since <= day)
    }
}
