//! Queries on what waits for an agenda.

use governance::Governance;
use governance::bodies::model::Body;
use governance::members::model::Member;
use kernel::zone::Zone;
use kernel::{Error, Id, Provenance, Result, Timestamp};
use store::{Row, Tx, Value, params};

use super::model::{Brief, Place, Sent, WaitingItem, WaitingState};
use crate::agenda::model::Content;
use crate::model::{Item, Meeting, Outcome};

const SELECT: &str = "select w.id, w.state, w.title, w.kind, w.presenter, w.minutes, w.description, w.carried_from, w.proposer,
    w.proposer_name, w.reason, w.version, w.origin, w.source, w.answer, w.answered_at, w.item,
    b.id, b.name, b.slug, g.slug, g.name, fb.id, fb.name, fb.slug, fg.slug, fg.name,
    m.slug, m.title, m.starts_at, m.zone, m.state, m.convened_at, fm.slug, fm.title, fm.starts_at, fm.zone, fm.state, fm.convened_at,
    w.from_outcome is null or n.state = 'published'
    from waiting_item w join body b on b.id = w.body join governance g on g.id = b.governance
    left join body fb on fb.id = w.from_body left join governance fg on fg.id = fb.governance
    left join agenda_item i on i.id = w.item left join meeting m on m.id = i.meeting
    left join agenda_item fi on fi.id = w.from_item left join meeting fm on fm.id = fi.meeting
    left join minutes n on n.meeting = fm.id";

fn zone(name: &str) -> Result<Zone> {
    Zone::from_name(name).ok_or_else(|| Error::internal(format!("unknown zone {name}")))
}

/// A meeting from six columns that follow each other; nothing where there is none.
fn brief(row: &Row<'_>, from: usize, governance: Option<&str>) -> Result<Option<Brief>> {
    let slug: Option<String> = row.get(from)?;
    let (Some(slug), Some(governance)) = (slug, governance) else { return Ok(None) };
    let name: String = row.get(from + 3)?;
    Ok(Some(Brief {
        governance: governance.to_owned(),
        slug,
        title: row.get(from + 1)?,
        starts_at: row.get(from + 2)?,
        zone: zone(&name)?,
        state: row.code(from + 4)?,
        was_convened: row.get::<Option<Timestamp>>(from + 5)?.is_some(),
    }))
}

fn place(row: &Row<'_>, from: usize) -> Result<Option<Place>> {
    let Some(id) = row.get::<Option<Id<Body>>>(from)? else { return Ok(None) };
    Ok(Some(Place {
        id,
        name: row.get(from + 1)?,
        slug: row.get(from + 2)?,
        governance: (row.get(from + 3)?, row.get(from + 4)?),
    }))
}

fn waiting(row: &Row<'_>) -> Result<WaitingItem> {
    let body = place(row, 17)?.ok_or(Error::NotFound)?;
    let sent = match place(row, 22)? {
        Some(by) => Some(Sent {
            meeting: brief(row, 33, Some(&by.governance.0))?,
            published: row.get::<Option<bool>>(39)? == Some(true),
            answer: row.get(14)?,
            answered_at: row.get(15)?,
            by,
        }),
        None => None,
    };
    let item: Option<Id<Item>> = row.get(16)?;
    Ok(WaitingItem {
        id: row.get(0)?,
        state: row.code(1)?,
        content: Content {
            title: row.get(2)?,
            kind: row.code(3)?,
            presenter: row.get(4)?,
            minutes: row.get(5)?,
            description: row.get(6)?,
        },
        planned: item.zip(brief(row, 27, Some(&body.governance.0))?),
        carried_from: row.get(7)?,
        past: Vec::new(),
        proposer: row.get(8)?,
        proposer_name: row.get(9)?,
        reason: row.get(10)?,
        version: row.get(11)?,
        provenance: Provenance { origin: row.code(12)?, source: row.get(13)? },
        sent,
        body,
    })
}

pub fn find(tx: &mut Tx<'_>, id: Id<WaitingItem>) -> Result<WaitingItem> {
    tx.get(&format!("{SELECT} where w.id = $1"), params![id], waiting)
}

/// Locks it until the end of the transaction and counts it up: every act on it begins so.
pub fn lock(tx: &mut Tx<'_>, id: Id<WaitingItem>) -> Result<WaitingItem> {
    if tx.execute("update waiting_item set version = version + 1 where id = $1", params![id])? == 0 {
        return Err(Error::NotFound);
    }
    find(tx, id)
}

/// Some of what waits, the oldest first: at most `limit`, after `key`, with the earlier meetings of each.
pub fn list(
    tx: &mut Tx<'_>,
    of: Of,
    states: &[WaitingState],
    key: Option<Id<WaitingItem>>,
    limit: i64,
) -> Result<Vec<WaitingItem>> {
    let (condition, id) = match of {
        Of::Body(id) => ("w.body = $1", id),
        // What was carried over without an answer lives on as what carries it.
        Of::SentBy(id) => ("w.from_body = $1 and (w.state <> 'carried' or w.answered_at is not null)", id),
    };
    let mut values: Vec<Value> = vec![id.into(), limit.into()];
    let mut mark = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let states: Vec<String> = states.iter().map(|state| mark(Value::code(*state))).collect();
    let after = key.map(|key| format!(" and w.id > {}", mark(key.into()))).unwrap_or_default();
    let sql =
        format!("{SELECT} where {condition} and w.state in ({}){after} order by w.id limit $2", states.join(", "));
    let mut found = tx.query(&sql, &values, waiting)?;
    let chains = chains(tx, "w.body = $1 or w.from_body = $1", id.into())?;
    for one in &mut found {
        one.past = chains.iter().filter(|(start, _)| *start == one.id).map(|(_, past)| past.clone()).collect();
    }
    Ok(found)
}

/// Whose list.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Body(Id<Body>),
    SentBy(Id<Body>),
}

/// How many there are in each state.
pub fn tally(tx: &mut Tx<'_>, body: Id<Body>) -> Result<Vec<(WaitingState, i64)>> {
    tx.query("select state, count(*) from waiting_item where body = $1 group by state", params![body], |row| {
        Ok((row.code(0)?, row.get(1)?))
    })
}

/// What some members have proposed to a body, the latest first. What was carried over is told by what carries it.
pub fn proposals(tx: &mut Tx<'_>, body: Id<Body>, members: &[Id<Member>]) -> Result<Vec<WaitingItem>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (2..members.len() + 2).map(|place| format!("${place}")).collect();
    let mut values: Vec<Value> = vec![body.into()];
    values.extend(members.iter().map(|id| Value::from(*id)));
    let sql = format!(
        "{SELECT} where w.body = $1 and w.state <> 'carried' and w.proposer in ({}) order by w.id desc limit 50",
        marks.join(", ")
    );
    tx.query(&sql, &values, waiting)
}

/// An item of a meeting, and what was made of it for later or elsewhere.
pub type Left = (Id<Item>, WaitingItem);

/// What has become of, or came to, the items of a meeting: what they were while they waited, and what was sent from them.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<(Vec<WaitingItem>, Vec<Left>)> {
    let mut came = tx.query(&format!("{SELECT} where i.meeting = $1"), params![meeting], waiting)?;
    let here = "w.item in (select id from agenda_item where meeting = $1)";
    let chains = chains(tx, here, meeting.into())?;
    for one in &mut came {
        one.past = chains.iter().filter(|(start, _)| *start == one.id).map(|(_, past)| past.clone()).collect();
    }
    let left = tx.query(
        &format!("{SELECT} where fi.meeting = $1 and w.state <> 'withdrawn' and (w.state <> 'carried' or w.answered_at is not null)
             order by w.id"),
        params![meeting],
        waiting,
    )?;
    let from: Vec<(Id<WaitingItem>, Id<Item>)> = tx.query(
        "select w.id, w.from_item from waiting_item w join agenda_item i on i.id = w.from_item where i.meeting = $1",
        params![meeting],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let item_of = |one: &WaitingItem| from.iter().find(|(id, _)| *id == one.id).map(|(_, item)| *item);
    Ok((came, left.into_iter().filter_map(|one| Some((item_of(&one)?, one))).collect()))
}

/// The earlier meetings of what waits, the latest first, for the rows of `condition` with `$1`. Twenty are enough.
fn chains(tx: &mut Tx<'_>, condition: &str, value: Value) -> Result<Vec<(Id<WaitingItem>, Brief)>> {
    let found = tx.query(
        &format!(
            "with recursive chain(start, item, depth) as (
                select w.id, w.carried_from, 1 from waiting_item w where w.carried_from is not null and ({condition})
                union all
                select c.start, w.carried_from, c.depth + 1 from chain c join waiting_item w on w.item = c.item
                where w.carried_from is not null and c.depth < 20)
             select c.start, g.slug, m.slug, m.title, m.starts_at, m.zone, m.state, m.convened_at
             from chain c join agenda_item i on i.id = c.item join meeting m on m.id = i.meeting
             join governance g on g.id = m.governance order by c.start, c.depth"
        ),
        &[value],
        |row| {
            let governance: String = row.get(1)?;
            Ok((row.get(0)?, brief(row, 2, Some(&governance))?))
        },
    )?;
    Ok(found.into_iter().filter_map(|(start, past)| Some((start, past?))).collect())
}

/// What an item was while it waited.
pub fn of_item(tx: &mut Tx<'_>, item: Id<Item>) -> Result<Option<WaitingItem>> {
    tx.find(&format!("{SELECT} where w.item = $1"), params![item], waiting)
}

/// True when the item is taken up again by what waits elsewhere.
pub fn is_carried(tx: &mut Tx<'_>, item: Id<Item>) -> Result<bool> {
    let count: i64 = tx.get(
        "select count(*) from waiting_item where carried_from = $1 and from_outcome is null and state <> 'withdrawn'",
        params![item],
        |row| row.get(0),
    )?;
    Ok(count > 0)
}

/// True when something elsewhere comes from the item.
pub fn is_followed(tx: &mut Tx<'_>, item: Id<Item>) -> Result<bool> {
    let count: i64 =
        tx.get("select count(*) from waiting_item where carried_from = $1 or from_item = $1", params![item], |row| {
            row.get(0)
        })?;
    Ok(count > 0)
}

/// True when the outcome waits, or waited, for an agenda.
pub fn is_sent(tx: &mut Tx<'_>, outcome: Id<Outcome>) -> Result<bool> {
    let count: i64 =
        tx.get("select count(*) from waiting_item where from_outcome = $1", params![outcome], |row| row.get(0))?;
    Ok(count > 0)
}

/// An item leaves its agenda: if it waited before, it waits again, as it was last written.
pub fn give_back(tx: &mut Tx<'_>, item: &Item) -> Result<()> {
    tx.execute(
        "update waiting_item set state = 'waiting', item = null, title = $2, kind = $3, presenter = $4, minutes = $5,
            description = $6, version = version + 1 where item = $1",
        params![item.id, &item.title, Value::code(item.kind), &item.presenter, item.minutes, &item.description],
    )?;
    Ok(())
}

/// The meetings of a body that have not begun, the soonest first: those that may take an item.
pub fn coming(tx: &mut Tx<'_>, body: Id<Body>, now: Timestamp) -> Result<Vec<(Id<Meeting>, Brief)>> {
    let found = tx.query(
        "select m.id, g.slug, m.slug, m.title, m.starts_at, m.zone, m.state, m.convened_at
         from meeting m join meeting_body mb on mb.meeting = m.id join governance g on g.id = m.governance
         where mb.body = $1 and (m.state = 'open' or (m.state in ('draft', 'convened') and m.starts_at > $2))
         order by m.starts_at, m.id limit 50",
        params![body, now],
        |row| {
            let governance: String = row.get(1)?;
            Ok((row.get(0)?, brief(row, 2, Some(&governance))?))
        },
    )?;
    Ok(found.into_iter().filter_map(|(id, meeting)| Some((id, meeting?))).collect())
}

/// The bodies to which those of a governance may send: its own, those of the governance above, those of the ones inside.
pub fn within_reach(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<Place>> {
    tx.query(
        "select b.id, b.name, b.slug, g.slug, g.name from body b join governance g on g.id = b.governance
         where b.closed_on is null and g.state <> 'closed'
           and (g.id = $1 or g.parent = $1 or g.id = (select own.parent from governance own where own.id = $1))
         order by case when g.id = $1 then 0 when g.parent = $1 then 2 else 1 end, g.name_key, g.id, b.rank",
        params![governance],
        |row| place(row, 0)?.ok_or(Error::NotFound),
    )
}

/// A body with where it is found.
pub fn place_of(tx: &mut Tx<'_>, body: Id<Body>) -> Result<Place> {
    tx.get(
        "select b.id, b.name, b.slug, g.slug, g.name from body b join governance g on g.id = b.governance where b.id = $1",
        params![body],
        |row| place(row, 0)?.ok_or(Error::NotFound),
    )
}

/// Something to do: title, detail, button, address.
pub type Todo = (String, String, &'static str, String);

/// What those who animate a body have to answer: proposals of its members, and other bodies.
pub fn duties(tx: &mut Tx<'_>, body: Id<Body>) -> Result<Vec<Todo>> {
    let (mut all, place) = (Vec::new(), place_of(tx, body)?);
    let proposed: i64 =
        tx.get("select count(*) from waiting_item where body = $1 and state = 'proposed'", params![body], |row| {
            row.get(0)
        })?;
    if proposed > 0 {
        let plural = if proposed > 1 { "s attendent" } else { " attend" };
        all.push((
            format!("Examiner les points proposés : {}", place.name),
            format!("{proposed} proposition{plural} une réponse."),
            "Voir les propositions",
            format!("{}?etat=propositions", place.points()),
        ));
    }
    let sql = format!(
        "{SELECT} where w.body = $1 and w.from_body is not null and w.answered_at is null and w.state <> 'carried'
         order by w.id limit 20"
    );
    for one in tx.query(&sql, params![body], waiting)? {
        let detail = format!("Transmis par {} à « {} ».", one.sender().unwrap_or_default(), one.body.name);
        all.push((format!("Répondre : {}", one.content.title), detail, "Répondre", one.at("reponse")));
    }
    Ok(all)
}

/// The outcomes of a meeting that were sent, each with the name of a body that has it.
pub fn sent_outcomes(
    tx: &mut Tx<'_>,
    meeting: Id<crate::model::Meeting>,
) -> Result<Vec<(Id<crate::model::Outcome>, String)>> {
    tx.query(
        "select w.from_outcome, b.name from waiting_item w join outcome o on o.id = w.from_outcome
         join agenda_item i on i.id = o.item join body b on b.id = w.body
         where i.meeting = $1 and w.state <> 'withdrawn' order by w.id",
        params![meeting],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
