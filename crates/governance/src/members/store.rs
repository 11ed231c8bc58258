//! Queries on members.

use kernel::{Id, PartialDate, Provenance, Result, Timestamp};
use store::{Row, Tx, Value, params};

use super::model::{CoLead, College, Member, MemberCategory, MemberState, StandingMandate};
use crate::Governance;
use crate::governances::model::Tier;

const SELECT: &str = "select m.id, m.organisation, o.name, m.category, c.name, m.state, m.involvement, m.co_lead,
    m.co_lead_since, m.since, m.until, m.note, m.origin, m.source,
    m.version, m.refused, m.college
    from member m join organisation o on o.id = m.organisation left join college c on c.id = m.college";

fn member(row: &Row<'_>) -> Result<Member> {
    Ok(Member {
        id: row.get(0)?,
        organisation: row.get(1)?,
        name: row.get(2)?,
        category: row.code(3)?,
        college: row.get(4)?,
        state: row.code(5)?,
        involvement: row.code(6)?,
        co_lead: row.optional_code(7)?,
        co_lead_since: row.get(8)?,
        since: row.get(9)?,
        until: row.get(10)?,
        note: row.get(11)?,
        provenance: Provenance { origin: row.code(12)?, source: row.get(13)? },
        version: row.get(14)?,
        refused: row.get(15)?,
        college_id: row.get(16)?,
    })
}

pub fn governance_of(tx: &mut Tx<'_>, id: Id<Member>) -> Result<Id<Governance>> {
    tx.get("select governance from member where id = $1", params![id], |row| row.get(0))
}

pub fn find(tx: &mut Tx<'_>, id: Id<Member>) -> Result<Member> {
    tx.get(&format!("{SELECT} where m.id = $1"), params![id], member)
}

/// What the list of members is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<MemberState>,
    pub category: Option<MemberCategory>,
    /// With the candidates that were not admitted: for managers only.
    pub with_refused: bool,
}

/// The members of a governance: co-leads first, then by name.
pub fn list(tx: &mut Tx<'_>, governance: Id<Governance>, filter: &Filter) -> Result<Vec<Member>> {
    let mut values: Vec<Value> = vec![governance.into()];
    let mut condition = String::from("m.governance = $1");
    if !filter.with_refused {
        condition.push_str(" and not m.refused");
    }
    if let Some(state) = filter.state {
        values.push(Value::code(state));
        condition.push_str(&format!(" and m.state = ${}", values.len()));
    }
    if let Some(category) = filter.category {
        values.push(Value::code(category));
        condition.push_str(&format!(" and m.category = ${}", values.len()));
    }
    tx.query(
        &format!(
            "{SELECT} where {condition} order by
             case m.co_lead when 'designated' then 0 when 'proposed' then 1 else 2 end, o.name_key, m.id"
        ),
        &values,
        member,
    )
}

/// Name, category and rank of each co-lead, by name.
pub fn co_leads(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<(String, MemberCategory, CoLead)>> {
    tx.query(
        "select o.name, m.category, m.co_lead from member m join organisation o on o.id = m.organisation
         where m.governance = $1 and m.co_lead is not null order by o.name_key",
        params![governance],
        |row| Ok((row.get(0)?, row.code(1)?, row.code(2)?)),
    )
}

pub fn colleges(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<College>> {
    tx.query(
        "select id, name, note, origin, source from college where governance = $1 order by rank",
        params![governance],
        |row| {
            Ok(College {
                id: row.get(0)?,
                name: row.get(1)?,
                note: row.get(2)?,
                provenance: Provenance { origin: row.code(3)?, source: row.get(4)? },
            })
        },
    )
}

pub fn mandates(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<StandingMandate>> {
    tx.query(
        "select s.holder, ho.name, s.represented, r.name, s.since, s.until, s.note, s.origin, s.source, s.id
         from standing_mandate s join member h on h.id = s.holder join organisation ho on ho.id = h.organisation
         join organisation r on r.id = s.represented where s.governance = $1 order by ho.name_key, r.name_key",
        params![governance],
        |row| {
            Ok(StandingMandate {
                holder: row.get(0)?,
                holder_name: row.get(1)?,
                represented: row.get(2)?,
                represented_name: row.get(3)?,
                since: row.get(4)?,
                until: row.get(5)?,
                note: row.get(6)?,
                provenance: Provenance { origin: row.code(7)?, source: row.get(8)? },
                id: row.get(9)?,
            })
        },
    )
}

/// How many members are in each state.
pub fn tally(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<(MemberState, i64)>> {
    tx.query(
        "select state, count(*) from member where governance = $1 and not refused group by state order by state",
        params![governance],
        |row| Ok((row.code(0)?, row.get(1)?)),
    )
}

/// A governance in which an organisation is, for the organisation's page.
#[derive(Clone, Debug)]
pub struct Membership {
    pub slug: String,
    pub governance: String,
    pub tier: Tier,
    pub category: MemberCategory,
    pub state: MemberState,
    pub co_lead: Option<CoLead>,
    pub involvement: super::model::Involvement,
    pub fictitious: bool,
}

pub fn of_organisation(tx: &mut Tx<'_>, organisation: Id<directory::Organisation>) -> Result<Vec<Membership>> {
    tx.query(
        "select g.slug, g.name, g.tier, m.category, m.state, m.co_lead, m.involvement, m.origin
         from member m join governance g on g.id = m.governance where m.organisation = $1 and not m.refused order by g.name_key",
        params![organisation],
        |row| {
            Ok(Membership {
                slug: row.get(0)?,
                governance: row.get(1)?,
                tier: row.code(2)?,
                category: row.code(3)?,
                state: row.code(4)?,
                co_lead: row.optional_code(5)?,
                involvement: row.code(6)?,
                fictitious: row.code::<kernel::Origin>(7)? == kernel::Origin::Fictitious,
            })
        },
    )
}

/// A moment in the life of a membership.
#[derive(Clone, Debug)]
pub struct Moment {
    pub what: String,
    pub on: Option<PartialDate>,
    /// The body of whose decision it is the effect, and the date of that decision.
    pub body: String,
    pub decided_on: Option<PartialDate>,
    pub reason: String,
    pub at: Timestamp,
}

impl Moment {
    /// « décision de « Assemblée » du 3 mars 2026 », or nothing.
    pub fn decision(&self) -> String {
        match (self.body.as_str(), self.decided_on) {
            ("", None) => String::new(),
            ("", Some(date)) => format!("Décision prise {}", date.french_when()),
            (body, None) => format!("Décision de « {body} »"),
            (body, Some(date)) => format!("Décision de « {body} », {}", date.french_when()),
        }
    }
}

/// The life of a membership, the oldest moment first.
pub fn life(tx: &mut Tx<'_>, id: Id<Member>) -> Result<Vec<Moment>> {
    tx.query(
        "select what, on_date, body_name, decided_on, reason, at from member_change where member = $1 order by rank",
        params![id],
        |row| {
            Ok(Moment {
                what: row.get(0)?,
                on: row.get(1)?,
                body: row.get(2)?,
                decided_on: row.get(3)?,
                reason: row.get(4)?,
                at: row.get(5)?,
            })
        },
    )
}

/// An organisation's membership of a governance, whatever its state.
pub fn in_governance(
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    organisation: Id<directory::Organisation>,
) -> Result<Option<Member>> {
    let sql = format!("{SELECT} where m.governance = $1 and m.organisation = $2");
    tx.find(&sql, params![governance, organisation], member)
}
