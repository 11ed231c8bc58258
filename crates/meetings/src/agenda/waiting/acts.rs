//! Writing what waits, putting it on an agenda, taking it out, taking it up again.

use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::governances::store::{Head, head};
use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, Provenance, Result, Scope};
use store::{Tx, Value, params, versions};

use super::model::{WaitingItem, WaitingState};
use super::{propose, store as waiting};
use crate::agenda::acts::{enter, note, put};
use crate::agenda::documents;
use crate::agenda::model::{Content, ItemDraft};
use crate::model::{Item, Meeting};
use crate::store as reads;

/// Permission on a body, and the body with its governance.
pub(crate) fn enter_body(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Body>) -> Result<(Head, Body)> {
    let governance = bodies::governance_of(tx, id)?;
    ctx.require(Capability::ManageBody, Scope::Body { governance: governance.uuid(), body: id.uuid() })?;
    let head = head(tx, governance)?.ok_or(Error::NotFound)?;
    let body = bodies::find(tx, id)?.ok_or(Error::NotFound)?;
    Ok((head, body))
}

pub(super) fn refuse_closed(body: &Body) -> Result<()> {
    match body.closed_on {
        Some(_) => Err(Error::Conflict(format!("« {} » a pris fin : elle ne se réunit plus.", body.name))),
        None => Ok(()),
    }
}

/// Opens an act on what waits for a body, for those who animate it.
pub(super) fn enter_waiting(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<WaitingItem>) -> Result<(Head, WaitingItem)> {
    let body = waiting::find(tx, id)?.body.id;
    let (head, _) = enter_body(ctx, tx, body)?;
    Ok((head, waiting::lock(tx, id)?))
}

/// Registers an act on what waits for a body: whose, never what it says, since it is for those who sit there.
pub(crate) fn record(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    code: &'static str,
    governance: Id<governance::Governance>,
    body: Id<Body>,
    summary: String,
    provenance: &Provenance,
) {
    let subject = format!("instance:{body}");
    tx.record(ctx, Act::new(code, subject, summary).in_governance(governance.uuid()).from_source(provenance));
    tx.touch(versions::MEETINGS);
}

/// Where what waits comes from, beside its content.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub carried_from: Option<Id<Item>>,
    pub from_body: Option<Id<Body>>,
    pub from_item: Option<Id<Item>>,
    pub from_outcome: Option<Id<crate::model::Outcome>>,
    pub proposer: Option<(Id<governance::members::model::Member>, String)>,
}

pub(super) fn insert(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<Body>,
    state: WaitingState,
    new: &Content,
    from: &Origin,
    provenance: &Provenance,
) -> Result<Id<WaitingItem>> {
    let id: Id<WaitingItem> = ctx.new_id()?;
    let (proposer, name) = from.proposer.clone().map_or((None, String::new()), |(id, name)| (Some(id), name));
    tx.execute(
        "insert into waiting_item (id, body, state, title, kind, presenter, minutes, description, carried_from, from_body,
            from_item, from_outcome, proposer, proposer_name, origin, source, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            id,
            body,
            Value::code(state),
            &new.title,
            Value::code(new.kind),
            &new.presenter,
            new.minutes,
            &new.description,
            from.carried_from,
            from.from_body,
            from.from_item,
            from.from_outcome,
            proposer,
            name,
            Value::code(provenance.origin),
            &provenance.source,
            ctx.now(),
        ],
    )?;
    Ok(id)
}

/// Writes what should come on an agenda one day.
///
/// # Errors
/// One message per wrong field; a conflict when the body has ended.
pub fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<Body>,
    typed: &ItemDraft,
    provenance: &Provenance,
) -> Result<Id<WaitingItem>> {
    let (head, body) = enter_body(ctx, tx, body)?;
    refuse_closed(&body)?;
    let id = insert(ctx, tx, body.id, WaitingState::Waiting, &typed.parse()?, &Origin::default(), provenance)?;
    let summary = format!("Un point est mis en attente pour « {} »", body.name);
    record(ctx, tx, "waiting.written", head.id, body.id, summary, provenance);
    Ok(id)
}

/// Corrects what waits, if nobody else has changed it since `version`. What a member proposed is its own words until it is
/// kept.
///
/// # Errors
/// One message per wrong field; a conflict when somebody was quicker, or when it no longer waits.
pub fn change(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<WaitingItem>, version: i64, typed: &ItemDraft) -> Result<()> {
    let (head, item) = enter_waiting(ctx, tx, id)?;
    if item.state != WaitingState::Waiting {
        return Err(Error::Conflict("Ce point n'est plus en attente : on ne le corrige pas ici.".to_owned()));
    }
    if item.version.checked_sub(1) != Some(version) {
        return Err(Error::Conflict("Quelqu'un d'autre vient de modifier ce point.".to_owned()));
    }
    let new = typed.parse()?;
    tx.execute(
        "update waiting_item set title = $2, kind = $3, presenter = $4, minutes = $5, description = $6 where id = $1",
        params![id, &new.title, Value::code(new.kind), &new.presenter, new.minutes, &new.description],
    )?;
    let summary = format!("Un point en attente de « {} » est corrigé", item.body.name);
    record(ctx, tx, "waiting.changed", head.id, item.body.id, summary, &item.provenance);
    Ok(())
}

pub(super) fn set_state(tx: &mut Tx<'_>, id: Id<WaitingItem>, state: WaitingState) -> Result<()> {
    tx.execute("update waiting_item set state = $2 where id = $1", params![id, Value::code(state)])?;
    Ok(())
}

/// What is done with one button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A proposal is kept for a later meeting.
    Keep,
    /// What waits no longer does.
    Withdraw,
    /// What was refused or taken out waits again.
    Resume,
}

/// Takes a step. Whoever proposed is told of what is kept, and may be sure that nobody takes up what it has taken back.
///
/// # Errors
/// A conflict when it stands elsewhere, or when another body still waits for an answer.
pub fn step(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<WaitingItem>, step: Step) -> Result<()> {
    let (head, item) = enter_waiting(ctx, tx, id)?;
    let name = &item.body.name;
    let (next, code, summary) = match step {
        Step::Keep => {
            (WaitingState::Waiting, "waiting.kept", format!("« {name} » garde en attente une proposition de point"))
        }
        Step::Withdraw => {
            (WaitingState::Withdrawn, "waiting.withdrawn", format!("Un point en attente de « {name} » est retiré"))
        }
        Step::Resume => {
            (WaitingState::Waiting, "waiting.resumed", format!("Un point de « {name} » est remis en attente"))
        }
    };
    let from = match step {
        Step::Keep => item.state == WaitingState::Proposed,
        Step::Withdraw => item.state == WaitingState::Waiting,
        Step::Resume => {
            item.state == WaitingState::Refused || (item.state == WaitingState::Withdrawn && item.proposer.is_none())
        }
    };
    item.state.require(next)?;
    if !from {
        return Err(Error::Conflict(match step {
            Step::Withdraw => {
                "Une proposition se garde ou se refuse, avec un motif : elle ne se retire pas.".to_owned()
            }
            Step::Keep | Step::Resume => "La structure qui l'avait proposé y a renoncé.".to_owned(),
        }));
    }
    if step == Step::Withdraw && item.owes_answer() {
        return Err(Error::Conflict(
            "L'instance qui a transmis ce point attend une réponse : répondez-lui d'abord.".to_owned(),
        ));
    }
    set_state(tx, id, next)?;
    if step == Step::Keep {
        propose::tell(ctx, tx, &head, &item, "Elle est retenue : elle attend un prochain ordre du jour.")?;
    }
    record(ctx, tx, code, head.id, item.body.id, summary, &item.provenance);
    Ok(())
}

/// Puts what waits, or what is proposed, at the end of the agenda of a meeting of the body; gives the item.
///
/// # Errors
/// A conflict when it no longer waits, when the meeting is over, is another body's, or has a full agenda.
pub fn schedule(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<WaitingItem>, meeting: Id<Meeting>) -> Result<Id<Item>> {
    let meeting = enter(ctx, tx, meeting)?;
    let (head, waits) = enter_waiting(ctx, tx, id)?;
    waits.state.require(WaitingState::Planned)?;
    if !reads::bodies(tx, meeting.id)?.iter().any(|body| body.id == waits.body.id) {
        return Err(Error::invalid("meeting", "Choisissez une réunion de cette instance."));
    }
    let item = put(ctx, tx, meeting.id, &waits.content)?;
    tx.execute("update waiting_item set state = 'planned', item = $2 where id = $1", params![id, item])?;
    documents::acts::follow(ctx, tx, &waits, item)?;
    if waits.state == WaitingState::Proposed {
        let told = match meeting.is_hidden() {
            true => "Elle est retenue pour une réunion en préparation.".to_owned(),
            false => format!("Elle est retenue, à l'ordre du jour de « {} », {}.", meeting.title, meeting.when()),
        };
        propose::tell(ctx, tx, &head, &waits, &told)?;
    }
    note(ctx, tx, "agenda.item_added", &meeting, "ajouté", &waits.content.title);
    Ok(item)
}

/// When a session is closed, what was on its agenda is done with, unless it was carried over.
pub(crate) fn after_close(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<()> {
    tx.execute(
        "update waiting_item set state = 'done', version = version + 1
         where state = 'planned' and item in (select id from agenda_item where meeting = $1)",
        params![meeting],
    )?;
    Ok(())
}

/// When a meeting is cancelled, what had waited for its agenda waits again: of a draft as if nothing had been, else with
/// the cancelled meeting in its history.
pub(crate) fn after_cancel(ctx: &Context<'_>, tx: &mut Tx<'_>, before: &Meeting) -> Result<()> {
    let (came, _) = waiting::of_meeting(tx, before.id)?;
    let items = reads::agenda(tx, before.id)?;
    for waits in came.into_iter().filter(|one| one.state == WaitingState::Planned) {
        let Some(item) = items.iter().find(|item| waits.planned.as_ref().is_some_and(|(id, _)| *id == item.id)) else {
            continue;
        };
        if before.is_hidden() {
            waiting::give_back(tx, item)?;
        } else {
            super::carry::to_backlog(ctx, tx, before, item, waits.body.id)?;
        }
    }
    Ok(())
}
