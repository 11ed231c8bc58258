//! Queries on decisions.

use governance::Governance;
use governance::bodies::model::Body;
use jiff::civil::Date;
use kernel::{Error, Id, PartialDate, Provenance, Result, Timestamp};
use store::{Row, Tx, Value, params};
use uuid::Uuid;

use super::effects::{Chosen, Planned};
use super::model::{Decision, Execution, Link, LinkKind, Number, OnItem, REVIEW_WARNED, Step};
use crate::model::{Item, Meeting, MeetingState};

const SELECT: &str = "select d.id, d.governance, g.name, g.slug, d.body, b.name, b.slug, d.state, d.year, d.rank, d.title,
    d.body_text, d.arising, d.arising_note, d.item, i.title, m.title, m.slug, m.state, m.convened_at, d.ballot, d.way, d.manner,
    d.sentence, d.decided_on, d.to_execute, d.responsible, d.due_on, d.execution, d.review_on, d.version, d.origin, d.source
    from decision d join governance g on g.id = d.governance join body b on b.id = d.body
    left join agenda_item i on i.id = d.item left join meeting m on m.id = i.meeting";

/// What has a number and a public page.
const PUBLIC: &str = "d.state in ('adopted', 'amended', 'repealed')";

fn number(year: Option<i64>, rank: Option<i64>) -> Option<Number> {
    year.zip(rank).map(|(year, rank)| Number { year, rank })
}

fn decision(row: &Row<'_>) -> Result<Decision> {
    let item: Option<Id<Item>> = row.get(14)?;
    // A meeting that nobody was convened to is known to those who prepare it only.
    let shown = match row.optional_code(18)? {
        None | Some(MeetingState::Draft) => false,
        Some(MeetingState::Cancelled) => row.get::<Option<Timestamp>>(19)?.is_some(),
        Some(MeetingState::Convened | MeetingState::Open | MeetingState::Closed) => true,
    };
    let meeting = row.get::<Option<String>>(16)?.zip(row.get::<Option<String>>(17)?).filter(|_| shown);
    Ok(Decision {
        id: row.get(0)?,
        governance: row.get(1)?,
        of: (row.get(2)?, row.get(3)?),
        body: row.get(4)?,
        author: (row.get(5)?, row.get(6)?),
        state: row.code(7)?,
        number: number(row.get(8)?, row.get(9)?),
        title: row.get(10)?,
        text: row.get(11)?,
        arising: row.code(12)?,
        arising_note: row.get(13)?,
        item: item.zip(row.get(15)?),
        meeting,
        ballot: row.get(20)?,
        way: row.optional_code(21)?,
        manner: row.optional_code(22)?,
        sentence: row.get(23)?,
        decided_on: row.get(24)?,
        to_execute: row.get(25)?,
        responsible: row.get(26)?,
        due_on: row.get(27)?,
        execution: row.code(28)?,
        review_on: row.get(29)?,
        version: row.get(30)?,
        provenance: Provenance { origin: row.code(31)?, source: row.get(32)? },
    })
}

pub fn find(tx: &mut Tx<'_>, id: Id<Decision>) -> Result<Decision> {
    tx.get(&format!("{SELECT} where d.id = $1"), params![id], decision)
}

/// An adopted decision by its number.
pub fn by_number(tx: &mut Tx<'_>, governance: Id<Governance>, number: Number) -> Result<Option<Decision>> {
    let sql = format!("{SELECT} where d.governance = $1 and d.year = $2 and d.rank = $3");
    tx.find(&sql, params![governance, number.year, number.rank], decision)
}

/// The number that the next decision of a governance takes in a year; under the lock of the governance.
pub fn next_number(tx: &mut Tx<'_>, governance: Id<Governance>, year: i64) -> Result<Number> {
    let sql = "select coalesce(max(rank), 0) from decision where governance = $1 and year = $2";
    let greatest: i64 = tx.get(sql, params![governance, year], |row| row.get(0))?;
    Ok(Number::after(year, greatest))
}

/// What the body prepares: the drafts, the last written first.
pub fn drafts_of_body(tx: &mut Tx<'_>, body: Id<Body>) -> Result<Vec<Decision>> {
    let sql = format!("{SELECT} where d.body = $1 and d.state = 'draft' order by d.created_at desc, d.id desc");
    tx.query(&sql, params![body], decision)
}

/// The decision that a ballot is about, or has settled.
pub fn of_ballot(tx: &mut Tx<'_>, ballot: Uuid) -> Result<Option<Decision>> {
    tx.find(&format!("{SELECT} where d.ballot = $1"), params![ballot], decision)
}

/// What the body has left behind, rejected or given up: the last first, at most `limit`.
pub fn left_of_body(tx: &mut Tx<'_>, body: Id<Body>, limit: i64) -> Result<Vec<Decision>> {
    let sql = format!(
        "{SELECT} where d.body = $1 and d.state in ('rejected', 'given_up') order by d.settled_at desc, d.id desc limit $2"
    );
    tx.query(&sql, params![body, limit], decision)
}

/// The drafts on the items of a meeting.
pub fn drafts_of_meeting(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<Vec<Decision>> {
    let sql = format!("{SELECT} where i.meeting = $1 and d.state = 'draft' order by d.created_at, d.id");
    tx.query(&sql, params![meeting], decision)
}

/// What was adopted on the items of a meeting, in the order of the numbers.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<Vec<OnItem>> {
    let sql = format!("{SELECT} where i.meeting = $1 and {PUBLIC} order by d.year, d.rank");
    let adopted = tx.query(&sql, params![meeting], decision)?;
    let line = |one: Decision| {
        let href = one.page()?;
        let ((item, _), number, on) = (one.item?, one.number?, one.decided_on?);
        Some(OnItem { item, number, title: one.title, sentence: one.sentence, on, href })
    };
    Ok(adopted.into_iter().filter_map(line).collect())
}

/// What the list of adopted decisions is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub governance: Option<Id<Governance>>,
    pub body: Option<Id<Body>>,
    pub year: Option<i64>,
    pub execution: Option<Execution>,
    /// Folded words, each of which stands at the beginning of a word of the number, the title or the text.
    pub words: Vec<String>,
}

impl Filter {
    fn sql(&self, first: usize) -> (String, Vec<Value>) {
        let (mut sql, mut values) = (PUBLIC.to_owned(), Vec::<Value>::new());
        let mut add = |condition: &str, value: Value| {
            sql.push_str(&format!(" and {condition} ${}", first + values.len()));
            values.push(value);
        };
        if let Some(governance) = self.governance {
            add("d.governance =", governance.into());
        }
        if let Some(body) = self.body {
            add("d.body =", body.into());
        }
        if let Some(year) = self.year {
            add("d.year =", year.into());
        }
        if let Some(execution) = self.execution {
            // What was repealed before it was done waits for nobody.
            add(
                "(d.state <> 'repealed' or d.execution in ('done', 'dropped')) and d.execution =",
                Value::code(execution),
            );
        }
        for word in &self.words {
            add("' ' || d.words_key like", format!("% {word}%").into());
        }
        (sql, values)
    }
}

/// Where a page of the list begins: the day, the rank, the decision.
pub type Key = (String, i64, Id<Decision>);

/// « 2026-03-12~3~0192… ».
pub fn key(one: &Decision) -> String {
    let on = one.decided_on.map(|on| on.to_string()).unwrap_or_default();
    format!("{on}~{}~{}", one.number.map_or(0, |number| number.rank), one.id)
}

pub fn read_key(typed: &str) -> Option<Key> {
    let (on, rest) = typed.split_once('~')?;
    let (rank, id) = rest.split_once('~')?;
    on.parse::<PartialDate>().ok()?;
    Some((on.to_owned(), rank.parse().ok()?, id.parse().ok()?))
}

/// Adopted decisions, the last first: at most `limit`, after `key` (or, `backwards`, before it, in reverse order).
pub fn list(tx: &mut Tx<'_>, filter: &Filter, key: Option<&Key>, backwards: bool, limit: i64) -> Result<Vec<Decision>> {
    let mut values: Vec<Value> = vec![limit.into()];
    let (mut condition, filtered) = filter.sql(2);
    values.extend(filtered);
    let (compare, order) = if backwards { (">", "asc") } else { ("<", "desc") };
    if let Some((on, rank, id)) = key {
        let first = values.len() + 1;
        condition.push_str(&format!(
            " and (d.decided_on, d.rank, d.id) {compare} (${first}, ${}, ${})",
            first + 1,
            first + 2
        ));
        values.extend([on.clone().into(), (*rank).into(), (*id).into()]);
    }
    let sql =
        format!("{SELECT} where {condition} order by d.decided_on {order}, d.rank {order}, d.id {order} limit $1");
    tx.query(&sql, &values, decision)
}

pub fn count(tx: &mut Tx<'_>, filter: &Filter) -> Result<i64> {
    let (condition, values) = filter.sql(1);
    tx.get(&format!("select count(*) from decision d where {condition}"), &values, |row| row.get(0))
}

/// The years in which a governance (or any) has decided, the last first.
pub fn years(tx: &mut Tx<'_>, governance: Option<Id<Governance>>) -> Result<Vec<i64>> {
    let within = if governance.is_some() { "and d.governance = $1" } else { "" };
    let values: Vec<Value> = governance.into_iter().map(Value::from).collect();
    let sql = format!("select distinct d.year from decision d where {PUBLIC} {within} order by d.year desc");
    tx.query(&sql, &values, |row| row.get(0))
}

/// The bodies of a governance that have decided: identifier, address, name.
pub fn authors(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<(Id<Body>, String, String)>> {
    let sql = format!(
        "select b.id, b.slug, b.name from body b where b.governance = $1
         and exists (select 1 from decision d where d.body = b.id and {PUBLIC}) order by b.rank"
    );
    tx.query(&sql, params![governance], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn link(row: &Row<'_>) -> Result<Link> {
    Ok(Link { kind: row.code(0)?, number: Number { year: row.get(1)?, rank: row.get(2)? }, title: row.get(3)? })
}

/// The earlier decisions that one amends or repeals.
pub fn links(tx: &mut Tx<'_>, id: Id<Decision>) -> Result<Vec<Link>> {
    let sql = "select l.kind, d.year, d.rank, d.title from decision_link l join decision d on d.id = l.target
        where l.decision = $1 order by l.kind, d.year, d.rank";
    tx.query(sql, params![id], link)
}

/// The later decisions, adopted, that amend or repeal one.
pub fn linked_by(tx: &mut Tx<'_>, id: Id<Decision>) -> Result<Vec<Link>> {
    let sql = format!(
        "select l.kind, d.year, d.rank, d.title from decision_link l join decision d on d.id = l.decision
         where l.target = $1 and {PUBLIC} order by d.year, d.rank"
    );
    tx.query(&sql, params![id], link)
}

/// The targets of the links of a decision.
pub(super) fn targets(tx: &mut Tx<'_>, id: Id<Decision>) -> Result<Vec<(LinkKind, Id<Decision>)>> {
    let sql = "select kind, target from decision_link where decision = $1 order by target";
    tx.query(sql, params![id], |row| Ok((row.code(0)?, row.get(1)?)))
}

/// What is to run when a decision is adopted, or has run.
pub fn effects(tx: &mut Tx<'_>, id: Id<Decision>) -> Result<Vec<Planned>> {
    tx.query(
        "select id, kind, member, subject, note, due_on, told, done, href, done_at from decision_effect
         where decision = $1 order by rank",
        params![id],
        |row| {
            Ok(Planned {
                id: row.get(0)?,
                kind: row.get(1)?,
                chosen: Chosen { member: row.get(2)?, subject: row.get(3)?, note: row.get(4)?, due_on: row.get(5)? },
                told: row.get(6)?,
                done: row.get(7)?,
                href: row.get(8)?,
                has_run: row.get::<Option<Timestamp>>(9)?.is_some(),
            })
        },
    )
}

/// The steps of the execution, in their order.
pub fn steps(tx: &mut Tx<'_>, id: Id<Decision>) -> Result<Vec<Step>> {
    tx.query(
        "select state, note, on_date, at from decision_execution where decision = $1 order by rank",
        params![id],
        |row| {
            let on = row.get::<Option<PartialDate>>(2)?.ok_or(Error::NotFound)?;
            Ok(Step { state: row.code(0)?, note: row.get(1)?, on, at: row.get(3)? })
        },
    )
}

/// What those who animate a body should look at: what is late, and what is to be reviewed within 30 days.
pub fn expected_of(tx: &mut Tx<'_>, body: Id<Body>, today: Date, limit: i64) -> Result<Vec<Decision>> {
    use jiff::ToSpan as _;
    let soon = today.saturating_add(REVIEW_WARNED.days());
    let sql = format!(
        "{SELECT} where d.body = $1 and d.state in ('adopted', 'amended')
         and (d.review_on <= $2 or (d.execution in ('todo', 'under_way') and d.due_on < $3))
         order by d.decided_on, d.rank, d.id limit $4"
    );
    tx.query(&sql, params![body, soon.to_string(), today.to_string(), limit], decision)
}

/// An item on which a body may decide.
#[derive(Clone, Debug)]
pub struct Place {
    pub item: Id<Item>,
    pub title: String,
    pub meeting: Meeting,
}

/// The items on which a body may decide, the latest meeting first: of meetings that are prepared, convened, open or held, at
/// most `limit` of them.
pub fn places(tx: &mut Tx<'_>, body: Id<Body>, limit: i64) -> Result<Vec<Place>> {
    let rows: Vec<(Id<Item>, String, Id<Meeting>)> = tx.query(
        "select i.id, i.title, i.meeting from agenda_item i join meeting m on m.id = i.meeting
         join meeting_body mb on mb.meeting = m.id
         where mb.body = $1 and m.state <> 'cancelled' order by m.starts_at desc, i.rank limit $2",
        params![body, limit],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let mut known: Vec<Meeting> = Vec::new();
    let mut out = Vec::with_capacity(rows.len());
    for (item, title, id) in rows {
        let meeting = match known.iter().find(|one| one.id == id) {
            Some(meeting) => meeting.clone(),
            None => {
                let meeting = crate::store::find(tx, id)?;
                known.push(meeting.clone());
                meeting
            }
        };
        out.push(Place { item, title, meeting });
    }
    Ok(out)
}

/// Whether a vote on a decision is open or unpublished.
pub fn is_being_voted(tx: &mut Tx<'_>, id: Id<Decision>) -> Result<bool> {
    let sql = "select count(*) from decision where id = $1 and ballot is not null and state = 'draft'";
    tx.get(sql, params![id], |row| row.get::<i64>(0)).map(|count| count > 0)
}

/// A link between two adopted decisions: what it is, the later one, the earlier one.
pub type Linked = (LinkKind, (Id<Decision>, Number), (Id<Decision>, Number));

/// All links between adopted decisions, of one governance or of all: for exports.
pub fn every_link(tx: &mut Tx<'_>, governance: Option<Id<Governance>>) -> Result<Vec<Linked>> {
    let within = if governance.is_some() { "and d.governance = $1" } else { "" };
    let values: Vec<Value> = governance.into_iter().map(Value::from).collect();
    let sql = format!(
        "select l.kind, d.id, d.year, d.rank, e.id, e.year, e.rank from decision_link l join decision d on d.id = l.decision
         join decision e on e.id = l.target where {PUBLIC} {within} order by d.year, d.rank, e.year, e.rank"
    );
    tx.query(&sql, &values, |row| {
        let later = (row.get(1)?, Number { year: row.get(2)?, rank: row.get(3)? });
        let earlier = (row.get(4)?, Number { year: row.get(5)?, rank: row.get(6)? });
        Ok((row.code(0)?, later, earlier))
    })
}

/// What the effects of all adopted decisions have done, of one governance or of all: for exports.
pub fn every_effect(tx: &mut Tx<'_>, governance: Option<Id<Governance>>) -> Result<Vec<(Id<Decision>, String)>> {
    let within = if governance.is_some() { "and d.governance = $1" } else { "" };
    let values: Vec<Value> = governance.into_iter().map(Value::from).collect();
    let sql = format!(
        "select f.decision, f.done from decision_effect f join decision d on d.id = f.decision
         where {PUBLIC} {within} order by f.decision, f.rank"
    );
    tx.query(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}
