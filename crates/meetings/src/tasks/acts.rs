//! Giving a task, saying that it is done.

use directory::correspondence::{News, untell};
use governance::Governance;
use governance::bodies::store as bodies;
use governance::governances::store::lock as lock_governance;
use governance::members::store as members;
use governance::powers::store as powers;
use jiff::civil::Date;
use kernel::permission::{Reach, RoleKind};
use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Id, PartialDate, Result, Scope, Who, text};
use store::{Tx, Value, params, versions};

use super::model::{Assigned, Doer, Settling, Source, Task, TaskState};
use super::store as reads;
use crate::Meeting;
use crate::decisions::{Decision, store as decisions};
use crate::minutes::store::redactions;
use crate::model::Outcome;
use crate::news::tell_doer;
use crate::planning::acts::record;

/// Who may be given a task: the members of the governance, then the persons who hold a power in it. Each with what a form
/// shows; the list is for those who animate, since it names persons.
pub(crate) fn doers(tx: &mut Tx<'_>, day: Date, governance: Id<Governance>) -> Result<Vec<(Doer, String)>> {
    let mut all: Vec<(Doer, String)> = members::list(tx, governance, &members::Filter::default())?
        .into_iter()
        .map(|member| (Doer::Member(member.id), member.name))
        .collect();
    for power in powers::of_governance(tx, governance, day)? {
        if !power.name.is_empty() && does(power.role) {
            let on = power.on.as_deref().unwrap_or("gouvernance");
            all.push((Doer::Holder(power.id), format!("{} ({}, {on})", power.name, power.role)));
        }
    }
    Ok(all)
}

fn does(role: RoleKind) -> bool {
    matches!(role, RoleKind::Representative | RoleKind::Deputy | RoleKind::Animator | RoleKind::Manager)
}

/// Who a choice of the list stands for.
///
/// # Errors
/// `doer` when it is none of this governance, or holds its power no more.
pub(crate) fn assigned(tx: &mut Tx<'_>, day: Date, governance: Id<Governance>, doer: &Doer) -> Result<Assigned> {
    let unknown = || Error::invalid("doer", "Choisissez dans la liste qui s'en charge.");
    match doer {
        Doer::Member(id) => {
            let member = members::find(tx, *id).map_err(|_| unknown())?;
            if members::governance_of(tx, *id)? != governance {
                return Err(unknown());
            }
            Ok(Assigned { member: Some(*id), person: None, shown: member.name })
        }
        Doer::Holder(id) => {
            let held = powers::of_governance(tx, governance, day)?;
            let power = held.into_iter().find(|power| power.id == *id && does(power.role)).ok_or_else(unknown)?;
            let (member, shown) = match power.reach {
                Reach::Member { member, .. } => {
                    let member = members::find(tx, Id::from_uuid(member))?;
                    (Some(member.id), member.name)
                }
                Reach::Body { body, .. } => {
                    let body = bodies::find(tx, Id::from_uuid(body))?.ok_or(Error::NotFound)?;
                    (None, format!("Animation de {}", body.name))
                }
                _ => (None, power.role.to_string()),
            };
            Ok(Assigned { member, person: Some(power.person), shown })
        }
    }
}

/// Keeps who does the task of an outcome; within the act that adds the outcome.
pub fn create(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    meeting: &Meeting,
    (outcome, text): (Id<Outcome>, &str),
    does: &Assigned,
    due_on: Option<PartialDate>,
) -> Result<()> {
    let id: Id<Task> = ctx.new_id()?;
    tx.execute(
        "insert into task (id, outcome, governance, meeting, member, person, due_on, state)
         values ($1, $2, $3, $4, $5, $6, $7, 'open')",
        params![id, outcome, meeting.governance, meeting.id, does.member, does.person, due_on],
    )?;
    let (slug, _) = crate::store::address(tx, meeting.id)?;
    let due = due_on.map(|due| format!("Pour le {}. ", due.french())).unwrap_or_default();
    let news = News {
        title: format!("Une tâche vous est confiée : {text}"),
        text: format!("{due}Réunion : {}.", meeting.title),
        path: format!("{}/{id}", crate::url::tasks(&slug)),
    };
    tell_doer(ctx, tx, meeting.governance, does, &news)
}

/// Gives a task that comes out of a decision; within the act that adopts it.
pub(crate) fn create_of_decision(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    of: &Decision,
    text: &str,
    does: &Assigned,
    due_on: Option<PartialDate>,
) -> Result<()> {
    let id: Id<Task> = ctx.new_id()?;
    tx.execute(
        "insert into task (id, governance, member, person, due_on, state, decision, text, responsible)
         values ($1, $2, $3, $4, $5, 'open', $6, $7, $8)",
        params![id, of.governance, does.member, does.person, due_on, of.id, text, &does.shown],
    )?;
    let due = due_on.map(|due| format!("Pour le {}. ", due.french())).unwrap_or_default();
    let news = News {
        title: format!("Une tâche vous est confiée : {text}"),
        text: format!("{due}{} : {}.", of.name(), of.title),
        path: format!("{}/{id}", crate::url::tasks(&of.of.1)),
    };
    tell_doer(ctx, tx, of.governance, does, &news)
}

/// Takes back the task of an outcome, and the news of it that nobody has read yet; within the act that takes the outcome back.
pub fn forget(tx: &mut Tx<'_>, meeting: &Meeting, outcome: Id<Outcome>) -> Result<()> {
    let (slug, _) = crate::store::address(tx, meeting.id)?;
    let gone: Option<Id<Task>> =
        tx.find("select id from task where outcome = $1", params![outcome], |row| row.get(0))?;
    let Some(id) = gone else { return Ok(()) };
    untell(tx, &format!("{}/{id}", crate::url::tasks(&slug)))?;
    tx.execute("delete from task where id = $1", params![id])?;
    Ok(())
}

/// May this person say that a task is done? Who does it, who speaks for the member that does it, who animates a body of the
/// meeting, or the one that took the decision.
pub(super) fn may_settle(tx: &mut Tx<'_>, who: &Who, task: &Task) -> Result<bool> {
    let governance = reads::governance_of(tx, task.id)?.uuid();
    if task.person.is_some() && task.person.map(Id::uuid) == who.person_id() {
        return Ok(true);
    }
    if task
        .member
        .is_some_and(|member| who.may(Capability::SpeakForMember, Scope::Member { governance, member: member.uuid() }))
    {
        return Ok(true);
    }
    let bodies: Vec<_> = match task.source {
        Source::Meeting(meeting) => crate::store::bodies(tx, meeting)?.into_iter().map(|body| body.id).collect(),
        Source::Decision(decision) => vec![decisions::find(tx, decision)?.body],
    };
    Ok(bodies.iter().any(|body| who.may(Capability::ManageBody, Scope::Body { governance, body: body.uuid() })))
}

/// Says that a task is done or dropped, or opens it again; if nobody else has since `version`.
///
/// # Errors
/// `note` for a task that is dropped without a reason; a conflict when somebody else was quicker.
pub fn settle(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Task>, version: i64, said: &Settling) -> Result<()> {
    let task = reads::find(tx, id)?;
    if !may_settle(tx, ctx.who(), &task)? {
        return Err(Error::Forbidden(
            "Seules la structure qui s'en charge et l'animation peuvent dire où en est cette tâche.".to_owned(),
        ));
    }
    // The row of its meeting, else that of its governance, puts two acts at once in order.
    let meeting = match task.source {
        Source::Meeting(id) => Some(crate::store::lock(tx, id)?),
        Source::Decision(_) => None,
    };
    let governance = reads::governance_of(tx, id)?;
    if meeting.is_none() {
        lock_governance(tx, governance)?;
    }
    let mut errors = Errors::default();
    let note = errors.check("note", text::optional_line(&said.note, 500)).flatten().unwrap_or_default();
    if said.state == TaskState::Dropped && note.is_empty() && errors.of("note").is_none() {
        errors.add("note", "Dites pourquoi elle est abandonnée.");
    }
    errors.into_result()?;
    let now = reads::find(tx, id)?;
    if now.version != version && (now.state, &now.note) == (said.state, &note) {
        // Sent twice, it is so already.
        return Ok(());
    }
    let settled = (said.state != TaskState::Open).then(|| ctx.now());
    let changed = tx.execute(
        "update task set state = $2, note = $3, settled_at = $4, version = version + 1 where id = $1 and version = $5",
        params![id, Value::code(said.state), &note, settled, version],
    )?;
    if changed == 0 {
        return Err(Error::Conflict("Quelqu'un d'autre vient de dire où en est cette tâche.".to_owned()));
    }
    let state = said.state.to_string().to_lowercase();
    match meeting {
        Some(meeting) => {
            let what = match task.minutes_are_public {
                // What it says is public once the minutes are.
                false => format!("Une tâche de « {} » : {state}", meeting.title),
                true => {
                    let mut seen = task;
                    seen.hide(&redactions(tx, meeting.id)?);
                    format!("Tâche « {} » : {state}", seen.text)
                }
            };
            record(ctx, tx, "task.settled", meeting.governance, meeting.id, what, &meeting.provenance);
        }
        None => {
            let summary = format!("Tâche « {} » : {state}", task.text);
            tx.record(ctx, Act::new("task.settled", format!("tache:{id}"), summary).in_governance(governance.uuid()));
        }
    }
    tx.touch(versions::MEETINGS);
    Ok(())
}
