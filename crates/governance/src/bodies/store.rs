//! Queries on bodies.

use std::collections::HashMap;

use kernel::{Id, Provenance, Result};
use store::{Row, Tx, params};

use super::model::{Body, BodyFunction, Seat};
use crate::Governance;
use crate::members::model::Member;

const SELECT: &str =
    "select b.id, b.slug, b.name, b.form, b.parent, b.declared, b.upcoming, b.meetings_min, b.meetings_max,
    b.composition, b.note, b.voting_rule, b.origin, b.source, b.version, b.closed_on, b.closed_reason from body b";

fn body(row: &Row<'_>) -> Result<Body> {
    Ok(Body {
        id: row.get(0)?,
        slug: row.get(1)?,
        name: row.get(2)?,
        form: row.code(3)?,
        functions: Vec::new(),
        parent: row.get(4)?,
        declared: row.get(5)?,
        upcoming: row.get(6)?,
        meetings_min: row.get(7)?,
        meetings_max: row.get(8)?,
        composition: row.get(9)?,
        note: row.get(10)?,
        voting_rule: row.code(11)?,
        provenance: Provenance { origin: row.code(12)?, source: row.get(13)? },
        version: row.get(14)?,
        closed_on: row.get(15)?,
        closed_reason: row.get(16)?,
    })
}

pub fn find(tx: &mut Tx<'_>, id: Id<Body>) -> Result<Option<Body>> {
    tx.find(&format!("{SELECT} where b.id = $1"), params![id], body)
}

pub fn governance_of(tx: &mut Tx<'_>, id: Id<Body>) -> Result<Id<Governance>> {
    tx.get("select governance from body where id = $1", params![id], |row| row.get(0))
}

/// The bodies of a governance with their functions, in the order of their creation.
pub fn list(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<Body>> {
    let mut bodies =
        tx.query(&format!("{SELECT} where b.governance = $1 order by b.rank"), params![governance], body)?;
    let functions: Vec<(Id<Body>, BodyFunction)> = tx.query(
        "select f.body, f.function from body_function f join body b on b.id = f.body where b.governance = $1",
        params![governance],
        |row| Ok((row.get(0)?, row.code(1)?)),
    )?;
    for body in &mut bodies {
        body.functions = functions.iter().filter(|(id, _)| *id == body.id).map(|(_, function)| *function).collect();
        body.functions.sort_unstable();
    }
    Ok(bodies)
}

/// The bodies that have not ended.
pub fn living(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<Body>> {
    let mut bodies = list(tx, governance)?;
    bodies.retain(|body| body.closed_on.is_none());
    Ok(bodies)
}

/// The missions of every body of a governance.
pub fn missions(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<HashMap<Id<Body>, Vec<String>>> {
    let rows: Vec<(Id<Body>, String)> = tx.query(
        "select m.body, m.mission from body_mission m join body b on b.id = m.body
         where b.governance = $1 order by m.body, m.rank",
        params![governance],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut out: HashMap<_, Vec<_>> = HashMap::new();
    for (body, mission) in rows {
        out.entry(body).or_default().push(mission);
    }
    Ok(out)
}

/// The seats of one body.
pub fn seats(tx: &mut Tx<'_>, id: Id<Body>) -> Result<Vec<Seat>> {
    tx.query(
        "select s.organisation, o.name, s.function, s.voting, s.mandate, s.chair, s.seats, s.origin, s.source, s.id
         from seat s left join organisation o on o.id = s.organisation where s.body = $1 order by s.rank",
        params![id],
        |row| {
            Ok(Seat {
                organisation: row.get(0)?,
                organisation_name: row.get(1)?,
                function: row.get(2)?,
                voting: row.get(3)?,
                mandate: row.optional_code(4)?,
                chair: row.optional_code(5)?,
                seats: row.get(6)?,
                provenance: Provenance { origin: row.code(7)?, source: row.get(8)? },
                id: row.get(9)?,
            })
        },
    )
}

/// A member that sits in a body by one of its rules.
#[derive(Clone, Debug)]
pub struct Sitting {
    pub organisation: Id<directory::Organisation>,
    pub name: String,
    pub co_lead: bool,
}

/// The admitted members that sit in a body by rule, by name.
pub fn sitting_by_rule(tx: &mut Tx<'_>, id: Id<Body>) -> Result<Vec<Sitting>> {
    let rules = rules(tx, id)?;
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let members: Vec<(Sitting, String, Option<Id<crate::members::model::College>>)> = tx.query(
        "select m.organisation, o.name, m.co_lead, m.category, m.college from member m
         join organisation o on o.id = m.organisation join body b on b.governance = m.governance
         where b.id = $1 and m.state = 'admitted' order by o.name_key",
        params![id],
        |row| {
            let co_lead = row.get::<Option<String>>(2)?.as_deref() == Some("designated");
            Ok((Sitting { organisation: row.get(0)?, name: row.get(1)?, co_lead }, row.get(3)?, row.get(4)?))
        },
    )?;
    let sits = |(sitting, category, college): &(Sitting, String, Option<Id<_>>)| {
        is_ruled_in(&rules, sitting.organisation, sitting.co_lead, category, *college)
    };
    Ok(members.into_iter().filter(|row| sits(row)).map(|(sitting, _, _)| sitting).collect())
}

/// True when one of the rules of a body lets an admitted member sit.
fn is_ruled_in(
    rules: &[(String, String)],
    organisation: Id<directory::Organisation>,
    co_lead: bool,
    category: &str,
    college: Option<Id<crate::members::model::College>>,
) -> bool {
    rules.iter().any(|(rule, value)| match rule.as_str() {
        "all" => true,
        "co_leads" => co_lead,
        "category" => category == value,
        "college" => college.is_some_and(|college| college.to_string() == *value),
        _ => organisation.to_string() == *value,
    })
}

/// True when one of these members sits in a body, by seat or by rule: without looking at all the others.
pub fn any_sits(tx: &mut Tx<'_>, id: Id<Body>, members: &[Id<Member>]) -> Result<bool> {
    if members.is_empty() {
        return Ok(false);
    }
    let rules = rules(tx, id)?;
    for member in members {
        let sits = tx.find(
            "select m.organisation, m.co_lead, m.category, m.college, m.state,
                exists (select 1 from seat s where s.body = b.id and s.organisation = m.organisation)
             from member m join body b on b.governance = m.governance
             where b.id = $1 and m.id = $2 and m.state <> 'withdrawn' and not m.refused",
            params![id, *member],
            |row| {
                let co_lead = row.get::<Option<String>>(1)?.as_deref() == Some("designated");
                let (category, college): (String, Option<Id<_>>) = (row.get(2)?, row.get(3)?);
                let admitted = row.get::<String>(4)? == "admitted";
                let ruled_in = admitted && is_ruled_in(&rules, row.get(0)?, co_lead, &category, college);
                Ok(ruled_in || row.get(5)?)
            },
        )?;
        if sits == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The members that sit in a body, by seat or by rule, by name; those that have left are not among them.
pub fn sitting_members(tx: &mut Tx<'_>, id: Id<Body>) -> Result<Vec<(Id<Member>, String)>> {
    let organisations: std::collections::HashSet<Id<directory::Organisation>> =
        sitting_by_rule(tx, id)?.into_iter().map(|sitting| sitting.organisation).collect();
    let known: Vec<(Id<Member>, String, Id<directory::Organisation>, bool)> = tx.query(
        "select m.id, o.name, o.id, exists (select 1 from seat s where s.body = b.id and s.organisation = o.id)
         from member m join organisation o on o.id = m.organisation join body b on b.governance = m.governance
         where b.id = $1 and m.state <> 'withdrawn' and not m.refused order by o.name_key, m.id",
        params![id],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let sits = known.into_iter().filter(|(_, _, organisation, seat)| *seat || organisations.contains(organisation));
    Ok(sits.map(|(member, name, ..)| (member, name)).collect())
}

/// The rules of a body as they are stored: what, and its value.
pub fn rules(tx: &mut Tx<'_>, id: Id<Body>) -> Result<Vec<(String, String)>> {
    tx.query("select rule, value from body_rule where body = $1 order by rule, value", params![id], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Open bodies that are part of this one, by name.
pub fn inside(tx: &mut Tx<'_>, id: Id<Body>) -> Result<Vec<String>> {
    tx.query("select name from body where parent = $1 and closed_on is null order by rank", params![id], |row| {
        row.get(0)
    })
}
