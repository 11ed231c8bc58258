//! Queries on meetings.

use governance::Governance;
use governance::bodies::model::Body;
use governance::members::model::Member;
use kernel::zone::Zone;
use kernel::{Error, Id, Provenance, Result, Timestamp};
use store::{Row, Tx, params};

use crate::model::{Item, Meeting, Outcome, Participant, Place};

const SELECT: &str =
    "select m.id, m.governance, m.slug, m.title, m.format, m.state, m.starts_at, m.minutes, m.zone, m.place,
    m.video, m.presentation, m.second, m.convened_at, m.opened_at, m.closed_at, m.cancelled_reason, m.current_item, m.version, m.origin,
    m.source from meeting m";

fn meeting(row: &Row<'_>) -> Result<Meeting> {
    let zone: String = row.get(8)?;
    Ok(Meeting {
        id: row.get(0)?,
        governance: row.get(1)?,
        slug: row.get(2)?,
        title: row.get(3)?,
        format: row.code(4)?,
        state: row.code(5)?,
        starts_at: row.get(6)?,
        minutes: row.get(7)?,
        zone: Zone::from_name(&zone).ok_or_else(|| Error::internal(format!("unknown zone {zone}")))?,
        place: row.get(9)?,
        video: row.get(10)?,
        presentation: row.get(11)?,
        second: row.get(12)?,
        convened_at: row.get(13)?,
        opened_at: row.get(14)?,
        closed_at: row.get(15)?,
        cancelled_reason: row.get(16)?,
        current: row.get(17)?,
        version: row.get(18)?,
        provenance: Provenance { origin: row.code(19)?, source: row.get(20)? },
    })
}

pub fn find(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Meeting> {
    tx.get(&format!("{SELECT} where m.id = $1"), params![id], meeting)
}

pub fn by_slug(tx: &mut Tx<'_>, governance: Id<Governance>, slug: &str) -> Result<Meeting> {
    tx.get(&format!("{SELECT} where m.governance = $1 and m.slug = $2"), params![governance, slug], meeting)
}

/// Locks the meeting until the end of the transaction and counts it up: every act on it begins so.
pub fn lock(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Meeting> {
    if tx.execute("update meeting set version = version + 1 where id = $1", params![id])? == 0 {
        return Err(Error::NotFound);
    }
    find(tx, id)
}

/// The bodies that a meeting serves, in their order.
pub fn bodies(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Vec<Body>> {
    let ids: Vec<Id<Body>> =
        tx.query("select body from meeting_body where meeting = $1 order by rank", params![id], |row| row.get(0))?;
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        out.extend(governance::bodies::store::find(tx, id)?);
    }
    Ok(out)
}

/// A body with its name.
pub type Named = (Id<Body>, String);

/// A meeting in a list, with the names of its bodies.
#[derive(Clone, Debug)]
pub struct Listed {
    pub meeting: Meeting,
    pub bodies: Vec<Named>,
    /// Name and address of the governance.
    pub governance: (String, String),
    pub minutes_published: bool,
}

impl Listed {
    pub fn names(&self) -> String {
        self.bodies.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// What a list of meetings is narrowed by.
#[derive(Clone, Copy, Debug)]
pub enum In {
    Governance(Id<Governance>),
    Body(Id<Body>),
    /// To which a member is called.
    Called(Id<Member>),
    Everywhere,
}

/// Meetings from an instant on (the soonest first), or before it (the latest first): at most `limit`, after `key`.
pub fn list(
    tx: &mut Tx<'_>,
    of: In,
    from: Timestamp,
    past: bool,
    key: Option<(Timestamp, Id<Meeting>)>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut values = params![from, limit].to_vec();
    let mut condition = if past { "m.starts_at < $1" } else { "m.starts_at >= $1" }.to_owned();
    match of {
        In::Governance(id) => {
            values.push(id.into());
            condition.push_str(" and m.governance = $3");
        }
        In::Body(id) => {
            values.push(id.into());
            condition.push_str(" and exists (select 1 from meeting_body mb where mb.meeting = m.id and mb.body = $3)");
        }
        In::Called(id) => {
            values.push(id.into());
            condition.push_str(
                " and m.state <> 'draft' and exists (select 1 from participant p where p.meeting = m.id and p.member = $3)",
            );
        }
        // Drafts are for those who prepare them, on the page of their governance.
        In::Everywhere => {
            condition.push_str(" and m.state <> 'draft' and (m.state <> 'cancelled' or m.convened_at is not null)")
        }
    }
    let (compare, order) = if past { ("<", "desc") } else { (">", "asc") };
    if let Some((at, id)) = key {
        values.push(at.into());
        let at = values.len();
        values.push(id.into());
        let id = values.len();
        condition
            .push_str(&format!(" and (m.starts_at {compare} ${at} or (m.starts_at = ${at} and m.id {compare} ${id}))"));
    }
    let sql = SELECT.replace(" from meeting m", ", g.name, g.slug, n.state from meeting m join governance g on g.id = m.governance left join minutes n on n.meeting = m.id");
    let mut listed = tx.query(
        &format!("{sql} where {condition} order by m.starts_at {order}, m.id {order} limit $2"),
        &values,
        |row| {
            Ok(Listed {
                meeting: meeting(row)?,
                bodies: Vec::new(),
                governance: (row.get(21)?, row.get(22)?),
                minutes_published: row.get::<Option<String>>(23)?.as_deref() == Some("published"),
            })
        },
    )?;
    if listed.is_empty() {
        return Ok(listed);
    }
    let marks: Vec<String> = (1..=listed.len()).map(|place| format!("${place}")).collect();
    let ids: Vec<store::Value> = listed.iter().map(|one| one.meeting.id.into()).collect();
    let bodies: Vec<(Id<Meeting>, Named)> = tx.query(
        &format!(
            "select mb.meeting, b.id, b.name from meeting_body mb join body b on b.id = mb.body
             where mb.meeting in ({}) order by mb.meeting, mb.rank",
            marks.join(", ")
        ),
        &ids,
        |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))),
    )?;
    for (meeting, body) in bodies {
        if let Some(one) = listed.iter_mut().find(|one| one.meeting.id == meeting) {
            one.bodies.push(body);
        }
    }
    Ok(listed)
}

/// The agenda, with what came out of each item.
pub fn agenda(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Vec<Item>> {
    let mut items = tx.query(
        "select id, title, kind, presenter, minutes, description, notes, notes_version, begun_at, ended_at, quorum, version
         from agenda_item where meeting = $1 order by rank",
        params![id],
        |row| {
            Ok(Item {
                id: row.get(0)?,
                title: row.get(1)?,
                kind: row.code(2)?,
                presenter: row.get(3)?,
                minutes: row.get(4)?,
                description: row.get(5)?,
                notes: row.get(6)?,
                notes_version: row.get(7)?,
                begun_at: row.get(8)?,
                ended_at: row.get(9)?,
                quorum: row.get(10)?,
                version: row.get(11)?,
                outcomes: Vec::new(),
            })
        },
    )?;
    let outcomes: Vec<(Id<Item>, Outcome)> = tx.query(
        "select o.item, o.id, o.kind, o.text, o.responsible, o.due_on from outcome o join agenda_item i on i.id = o.item
         where i.meeting = $1 order by o.item, o.rank",
        params![id],
        |row| {
            let outcome = Outcome {
                id: row.get(1)?,
                kind: row.code(2)?,
                text: row.get(3)?,
                responsible: row.get(4)?,
                due_on: row.get(5)?,
            };
            Ok((row.get(0)?, outcome))
        },
    )?;
    for (item, outcome) in outcomes {
        if let Some(item) = items.iter_mut().find(|one| one.id == item) {
            item.outcomes.push(outcome);
        }
    }
    Ok(items)
}

/// The addresses of a meeting: that of its governance, and its own.
pub fn address(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<(String, String)> {
    tx.get(
        "select g.slug, m.slug from meeting m join governance g on g.id = m.governance where m.id = $1",
        params![id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The meeting of an item.
pub fn meeting_of(tx: &mut Tx<'_>, item: Id<Item>) -> Result<Id<Meeting>> {
    tx.get("select meeting from agenda_item where id = $1", params![item], |row| row.get(0))
}

/// Those who are called, by name, with where each sits.
pub fn participants(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Vec<Participant>> {
    let mut everyone = tx.query(
        "select id, member, organisation, name, answer, presence, proxy, arrived_at, left_at
         from participant where meeting = $1 order by rank",
        params![id],
        |row| {
            Ok(Participant {
                id: row.get(0)?,
                member: row.get(1)?,
                organisation: row.get(2)?,
                name: row.get(3)?,
                reply: row.code(4)?,
                presence: row.code(5)?,
                proxy: row.get(6)?,
                arrived_at: row.get(7)?,
                left_at: row.get(8)?,
                places: Vec::new(),
            })
        },
    )?;
    let places: Vec<(Id<Participant>, Place)> = tx.query(
        "select pb.participant, pb.body, pb.voting, pb.college from participant_body pb
         join participant p on p.id = pb.participant where p.meeting = $1",
        params![id],
        |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))),
    )?;
    for (participant, place) in places {
        if let Some(one) = everyone.iter_mut().find(|one| one.id == participant) {
            one.places.push(place);
        }
    }
    Ok(everyone)
}

/// The meeting and the member of a participant.
pub fn participant(tx: &mut Tx<'_>, id: Id<Participant>) -> Result<(Id<Meeting>, Option<Id<Member>>)> {
    tx.get("select meeting, member from participant where id = $1", params![id], |row| Ok((row.get(0)?, row.get(1)?)))
}
