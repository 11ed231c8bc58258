//! What managers change of a body: its sheet, its seats, its end.

use kernel::coded::Coded as _;
use kernel::permission::RoleKind;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, PartialDate, Result, Scope, text};
use store::{Tx, Value, params};

use super::acts::{put_lists, put_missions, stored, subject};
use super::model::{Body, BodyTexts, NewBody, Seat};
use super::{store as reads, votes};
use crate::Governance;
use crate::governances::store::{Head, lock};
use crate::members::model::College;

/// Permission, lock of the governance, and the body as it is.
fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Body>) -> Result<(Head, Body)> {
    let governance = reads::governance_of(tx, id)?;
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    lock_open(tx, governance, id)
}

fn lock_open(tx: &mut Tx<'_>, governance: Id<Governance>, id: Id<Body>) -> Result<(Head, Body)> {
    let head = lock(tx, governance)?;
    let body = reads::find(tx, id)?.ok_or(Error::NotFound)?;
    if body.closed_on.is_some() {
        return Err(Error::Conflict(format!("« {} » a pris fin : elle ne change plus.", body.name)));
    }
    Ok((head, body))
}

/// Rewrites the sheet of a body, if nobody else has since `version`. Its address stays. Sent twice, it is so already.
///
/// # Errors
/// One message per wrong field; `parent` when the body would stand inside itself; a conflict when somebody was quicker.
pub fn describe(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Body>, version: i64, new: &NewBody) -> Result<()> {
    let (head, body) = enter(ctx, tx, id)?;
    let texts = new.parse()?;
    let college_votes = votes::checked(tx, head.id, new)?;
    let all = reads::list(tx, head.id)?;
    if body.version != version {
        let known = all.iter().find(|known| known.id == id).unwrap_or(&body);
        if is_so(tx, head.id, known, new, &texts, &college_votes)? {
            return Ok(());
        }
        return Err(Error::Conflict("Quelqu'un d'autre vient de modifier cette instance.".to_owned()));
    }
    let same = |other: &&Body| other.id != id && text::fold(&other.name) == text::fold(&texts.name);
    if all.iter().any(|other| same(&other) && other.closed_on.is_none()) {
        return Err(Error::invalid("name", "Une instance de cette gouvernance a déjà ce nom."));
    }
    refuse_cycle(&all, id, new.parent)?;
    tx.execute(
        "update body set name = $2, form = $3, parent = $4, declared = $5, upcoming = $6, meetings_min = $7,
            meetings_max = $8, composition = $9, note = $10, voting_rule = $11, version = version + 1 where id = $1",
        params![
            id,
            &texts.name,
            Value::code(new.form),
            new.parent,
            new.declared,
            new.upcoming,
            new.meetings_min,
            new.meetings_max,
            &texts.composition,
            &texts.note,
            Value::code(new.voting_rule),
        ],
    )?;
    for table in ["body_function", "body_mission", "body_rule"] {
        tx.execute(&format!("delete from {table} where body = $1"), params![id])?;
    }
    put_lists(tx, id, new, &texts)?;
    let before = votes::rule_words(body.voting_rule, &votes::of_body(tx, id)?);
    votes::put(tx, id, &college_votes)?;
    let rule = votes::rule_words(new.voting_rule, &votes::of_body(tx, id)?);
    let told = if rule == before { String::new() } else { format!(". Règle de vote : {rule}") };
    let summary = format!("Modification de l'instance « {} » dans « {} »{told}", texts.name, head.name);
    tx.record(
        ctx,
        Act::new("body.described", subject(id), summary)
            .in_governance(head.id.uuid())
            .with("forme", new.form.code())
            .with("regle_de_vote", rule),
    );
    Ok(())
}

/// True when the body is already as the form would make it.
fn is_so(
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    known: &Body,
    new: &NewBody,
    texts: &BodyTexts,
    college_votes: &[(Id<College>, i64)],
) -> Result<bool> {
    let mut functions = new.functions.clone();
    functions.sort_unstable();
    functions.dedup();
    let mut rules: Vec<(String, String)> =
        new.rules.iter().map(stored).map(|(rule, value)| (rule.to_owned(), value)).collect();
    rules.sort_unstable();
    rules.dedup();
    let mut stands: Vec<(Id<College>, i64)> =
        votes::of_body(tx, known.id)?.into_iter().map(|one| (one.college, one.votes)).collect();
    stands.sort_unstable();
    let mut stored_rules = reads::rules(tx, known.id)?;
    stored_rules.sort_unstable();
    let missions = reads::missions(tx, governance)?.remove(&known.id).unwrap_or_default();
    Ok((&known.name, known.form, known.parent) == (&texts.name, new.form, new.parent)
        && (known.declared, known.upcoming) == (new.declared, new.upcoming)
        && (known.meetings_min, known.meetings_max) == (new.meetings_min, new.meetings_max)
        && (&known.composition, &known.note, &missions) == (&texts.composition, &texts.note, &texts.missions)
        && known.voting_rule == new.voting_rule
        && known.functions == functions
        && stored_rules == rules
        && stands == college_votes)
}

/// What those who animate a body say of it; its form, its functions and who sits in it stay with the managers.
#[derive(Clone, Debug, Default)]
pub struct Presentation {
    pub missions: Vec<String>,
    pub note: String,
    pub meetings_min: Option<i64>,
    pub meetings_max: Option<i64>,
}

/// Rewrites what a body says of itself, if nobody else has since `version`.
///
/// # Errors
/// One message per wrong field; a conflict when somebody was quicker, or the body has ended.
pub fn present(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Body>, version: i64, new: &Presentation) -> Result<()> {
    let governance = reads::governance_of(tx, id)?;
    ctx.require(Capability::ManageBody, Scope::Body { governance: governance.uuid(), body: id.uuid() })?;
    let (head, body) = lock_open(tx, governance, id)?;
    if body.version != version {
        return Err(Error::Conflict("Quelqu'un d'autre vient de modifier cette instance.".to_owned()));
    }
    let texts = BodyTexts::parse(
        &body.name,
        &new.missions,
        &body.composition,
        &new.note,
        (new.meetings_min, new.meetings_max),
    )?;
    tx.execute(
        "update body set meetings_min = $2, meetings_max = $3, note = $4, version = version + 1 where id = $1",
        params![id, new.meetings_min, new.meetings_max, &texts.note],
    )?;
    tx.execute("delete from body_mission where body = $1", params![id])?;
    put_missions(tx, id, &texts.missions)?;
    let summary = format!("Présentation de l'instance « {} » réécrite dans « {} »", body.name, head.name);
    tx.record(ctx, Act::new("body.presented", subject(id), summary).in_governance(head.id.uuid()));
    Ok(())
}

/// A body stands inside another one of its governance, never inside itself, however far above.
fn refuse_cycle(all: &[Body], id: Id<Body>, parent: Option<Id<Body>>) -> Result<()> {
    let mut above = parent;
    // As many steps as there are bodies: more would go round in a circle.
    for _ in 0..=all.len() {
        let Some(next) = above else { return Ok(()) };
        if next == id {
            return Err(Error::invalid("parent", "Une instance ne peut pas faire partie d'elle-même."));
        }
        let Some(found) = all.iter().find(|body| body.id == next) else {
            return Err(Error::invalid("parent", "Cette instance n'est pas dans la même gouvernance."));
        };
        above = found.parent;
    }
    Err(Error::invalid("parent", "Une instance ne peut pas faire partie d'elle-même."))
}

/// Takes a seat away. What was decided with it stays.
pub fn take_seat(ctx: &Context<'_>, tx: &mut Tx<'_>, body: Id<Body>, seat: Id<Seat>) -> Result<()> {
    let (head, body) = enter(ctx, tx, body)?;
    let seat = reads::seats(tx, body.id)?.into_iter().find(|one| one.id == seat).ok_or(Error::NotFound)?;
    tx.execute("delete from seat where id = $1", params![seat.id])?;
    let summary = format!("Siège retiré à « {} » dans « {} », « {} »", seat.holder(), body.name, head.name);
    tx.record(ctx, Act::new("seat.taken", subject(body.id), summary).in_governance(head.id.uuid()));
    Ok(())
}

/// Ends a body: its page and its history stay, nobody animates it any more.
///
/// # Errors
/// `reason` without one; `on` when it is to come; a conflict while other bodies are part of it, or when it has ended.
pub fn close(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Body>, on: Option<PartialDate>, reason: &str) -> Result<()> {
    let (head, body) = enter(ctx, tx, id)?;
    let reason = text::line(reason, 300).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    let today = ctx.now().day();
    let on = on.unwrap_or_else(|| PartialDate::of_day(today));
    if on.first_day() > today {
        return Err(Error::invalid("on", "Cette date est à venir : notez la fin le jour venu."));
    }
    let inside = reads::inside(tx, id)?;
    if !inside.is_empty() {
        return Err(Error::Conflict(format!(
            "D'autres instances en font partie : {}. Rattachez-les ailleurs ou mettez-y fin d'abord.",
            inside.join(", ")
        )));
    }
    tx.execute(
        "update body set closed_on = $2, closed_reason = $3, upcoming = $4, version = version + 1 where id = $1",
        params![id, on, &reason, false],
    )?;
    let animators: Vec<uuid::Uuid> = tx.query(
        "update power set ended_at = $2, ended_reason = 'Fin de l''instance' where body = $1 and ended_at is null
         returning person",
        params![id, ctx.now()],
        |row| row.get(0),
    )?;
    let summary = format!("Fin de l'instance « {} » de « {} » : {reason}", body.name, head.name);
    tx.record(ctx, Act::new("body.closed", subject(id), summary).in_governance(head.id.uuid()));
    for person in animators {
        let summary =
            format!("Pouvoir « {} » retiré : fin de l'instance « {} »", RoleKind::Animator.label(), body.name);
        tx.record(
            ctx,
            Act::new("power.ended", format!("personne:{person}"), summary)
                .in_governance(head.id.uuid())
                .with("pouvoir", RoleKind::Animator.code()),
        );
    }
    Ok(())
}
