//! Queries on tasks.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use governance::Governance;
use governance::members::model::Member;
use kernel::{Error, Id, Result};
use store::{Row, Tx, Value, params};

use super::model::{Source, Task, TaskState};
use crate::decisions::{Decision, Number};
use crate::minutes::store::redactions;

const SELECT: &str =
    "select t.id, t.meeting, coalesce(m.title, d.title), m.slug, coalesce(o.text, t.text), coalesce(o.responsible, t.responsible),
    t.member, t.person, t.due_on, t.state, t.note, t.settled_at, t.version, n.state, o.item, t.decision, d.year, d.rank, g.slug
    from task t join governance g on g.id = t.governance left join outcome o on o.id = t.outcome
    left join meeting m on m.id = t.meeting left join decision d on d.id = t.decision left join minutes n on n.meeting = t.meeting";

fn task(row: &Row<'_>) -> Result<Task> {
    let (title, governance): (String, String) = (row.get(2)?, row.get(18)?);
    let (source, from) = match (row.get(1)?, row.get(15)?) {
        (_, Some(decision)) => {
            let number = Number { year: row.get(16)?, rank: row.get(17)? };
            let from = (format!("Décision {number} : {title}"), crate::url::decision(&governance, number));
            (Source::Decision(decision), from)
        }
        (Some(meeting), None) => {
            let slug: String = row.get(3)?;
            (Source::Meeting(meeting), (title, crate::url::meeting(&governance, &slug)))
        }
        (None, None) => return Err(Error::internal("a task of nothing")),
    };
    let published = row.get::<Option<String>>(13)?.as_deref() == Some("published");
    Ok(Task {
        id: row.get(0)?,
        source,
        from,
        text: row.get(4)?,
        responsible: row.get(5)?,
        member: row.get(6)?,
        person: row.get(7)?,
        due_on: row.get(8)?,
        state: row.code(9)?,
        note: row.get(10)?,
        settled_at: row.get(11)?,
        version: row.get(12)?,
        minutes_are_public: published || matches!(source, Source::Decision(_)),
        item: row.get(14)?,
    })
}

pub fn find(tx: &mut Tx<'_>, id: Id<Task>) -> Result<Task> {
    tx.get(&format!("{SELECT} where t.id = $1"), params![id], task)
}

pub fn governance_of(tx: &mut Tx<'_>, id: Id<Task>) -> Result<Id<Governance>> {
    tx.get("select governance from task where id = $1", params![id], |row| row.get(0))
}

/// Which tasks of a governance are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    All,
    /// Those of decisions and of published minutes, as everybody reads them.
    Public,
}

/// Tasks of a governance in one state: those to do by their last day, the others by the day on which they were settled. At most
/// `limit`, after the `offset` first (tasks of one governance are counted in hundreds).
pub fn list(
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    state: TaskState,
    seen: Seen,
    limit: i64,
    offset: i64,
) -> Result<Vec<Task>> {
    let published = if seen == Seen::Public { "and (n.state = 'published' or t.decision is not null)" } else { "" };
    let order = match state {
        TaskState::Open => "case when t.due_on is null then 1 else 0 end, t.due_on, t.id",
        TaskState::Done | TaskState::Dropped => "t.settled_at desc, t.id",
    };
    let mut tasks = tx.query(
        &format!("{SELECT} where t.governance = $1 and t.state = $2 {published} order by {order} limit $3 offset $4"),
        params![governance, Value::code(state), limit, offset],
        task,
    )?;
    if seen == Seen::Public {
        let mut hidden = HashMap::new();
        for task in &mut tasks {
            let Source::Meeting(meeting) = task.source else { continue };
            let of_meeting = match hidden.entry(meeting) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => free.insert(redactions(tx, meeting)?),
            };
            task.hide(of_meeting);
        }
    }
    Ok(tasks)
}

/// The tasks that a decision has given.
pub fn of_decision(tx: &mut Tx<'_>, decision: Id<Decision>) -> Result<Vec<Task>> {
    tx.query(&format!("{SELECT} where t.decision = $1 order by t.id"), params![decision], task)
}

/// What a member's representatives have to do.
pub fn of_member(tx: &mut Tx<'_>, member: Id<Member>, person: Option<Id<directory::Person>>) -> Result<Vec<Task>> {
    tx.query(
        &format!(
            "{SELECT} where t.member = $1 and t.state = 'open' and (t.person is null or t.person = $2)
             order by case when t.due_on is null then 1 else 0 end, t.due_on, t.id limit 20"
        ),
        params![member, person],
        task,
    )
}

/// What a person who animates has to do: tasks given to that person by no member.
pub fn of_person(tx: &mut Tx<'_>, governance: Id<Governance>, person: Id<directory::Person>) -> Result<Vec<Task>> {
    tx.query(
        &format!(
            "{SELECT} where t.governance = $1 and t.person = $2 and t.member is null and t.state = 'open'
             order by case when t.due_on is null then 1 else 0 end, t.due_on, t.id limit 20"
        ),
        params![governance, person],
        task,
    )
}
