//! Sending an item, or what came out of one, to another body: it waits there for an agenda, and an answer is owed, which
//! both see. So the technical committee links the consultative and the strategic ones, and what comes out of a session of
//! co-construction becomes an item elsewhere.

use governance::bodies::model::Body;
use kernel::{Capability, Context, Error, Id, Result, Scope, text};
use store::{Tx, params};

use super::acts::{Origin, enter_waiting, insert, record, set_state};
use super::model::{Place, WaitingItem, WaitingState};
use super::store as waiting;
use crate::agenda::acts::own;
use crate::agenda::model::ItemDraft;
use crate::model::{Item, Meeting, MeetingState, Outcome};
use crate::planning::acts::enter_meeting;
use crate::store as reads;

/// Longest answer, in characters.
pub const ANSWER_MAX: usize = 4_000;

/// What is sent: an item of a meeting that was convened or held, or one outcome of a meeting that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    pub meeting: Id<Meeting>,
    pub item: Id<Item>,
    pub outcome: Option<Id<Outcome>>,
}

/// True when something of the meeting may be sent: nobody else knows a draft, and outcomes change until the close.
pub fn may_send(meeting: &Meeting, outcome: bool) -> bool {
    match meeting.state {
        MeetingState::Convened | MeetingState::Open => !outcome,
        MeetingState::Closed => true,
        MeetingState::Draft | MeetingState::Cancelled => false,
    }
}

/// The bodies to which something of a meeting may be sent. What comes out of a meeting may wait for its own bodies too.
pub fn targets(tx: &mut Tx<'_>, meeting: &Meeting, own: &[Body], outcome: bool) -> Result<Vec<Place>> {
    let mut all = waiting::within_reach(tx, meeting.governance)?;
    all.retain(|place| outcome || !own.iter().any(|body| body.id == place.id));
    Ok(all)
}

/// Sends it to a body, in words that may be one's own. From a body to itself no answer is owed.
///
/// # Errors
/// One message per wrong field; `body` for one that is out of reach or has it already; a conflict when nothing may be sent
/// from this meeting now.
pub fn send(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    source: Source,
    to: Id<Body>,
    typed: &ItemDraft,
) -> Result<Id<WaitingItem>> {
    let meeting = enter_meeting(ctx, tx, source.meeting)?;
    if !may_send(&meeting, source.outcome.is_some()) {
        return Err(Error::Conflict(
            match meeting.state {
                MeetingState::Draft => "Cette réunion est un brouillon : convoquez-la avant d'en transmettre un point.",
                MeetingState::Cancelled => "Cette réunion est annulée : reportez ses points.",
                _ => "Une suite se transmet après la clôture de la séance.",
            }
            .to_owned(),
        ));
    }
    let (at, mut items) = own(tx, source.meeting, source.item)?;
    let item = items.swap_remove(at);
    if source.outcome.is_some_and(|id| !item.outcomes.iter().any(|one| one.id == id)) {
        return Err(Error::NotFound);
    }
    let own = reads::bodies(tx, meeting.id)?;
    let target = targets(tx, &meeting, &own, source.outcome.is_some())?.into_iter().find(|place| place.id == to);
    let target = target.ok_or_else(|| Error::invalid("body", "Choisissez une instance de la liste."))?;
    let new = typed.parse()?;
    let twice: i64 = tx.get(
        "select count(*) from waiting_item where body = $1 and (from_item = $2 or carried_from = $2)
           and from_outcome is not distinct from $3 and state <> 'withdrawn' and (from_body is not null or from_outcome is not null)",
        params![to, item.id, source.outcome],
        |row| row.get(0),
    )?;
    if twice > 0 {
        return Err(Error::invalid("body", "Ce point lui est déjà transmis."));
    }
    let scope = |body: &Body| Scope::Body { governance: meeting.governance.uuid(), body: body.id.uuid() };
    let sender = own.iter().find(|body| ctx.who().may(Capability::ManageBody, scope(body))).or(own.first());
    let sender = sender.ok_or(Error::NotFound)?;
    let to_itself = own.iter().any(|body| body.id == to);
    let mut from = Origin { from_outcome: source.outcome, ..Origin::default() };
    if to_itself {
        from.carried_from = Some(item.id);
    } else {
        (from.from_body, from.from_item) = (Some(sender.id), Some(item.id));
    }
    let id = insert(ctx, tx, to, WaitingState::Waiting, &new, &from, &meeting.provenance)?;
    let summary = match to_itself {
        true => format!("Une suite de la réunion « {} » est mise en attente pour « {} »", meeting.title, target.name),
        false => format!("« {} » transmet un point à {}", sender.name, target.told(&waiting::place_of(tx, sender.id)?)),
    };
    record(ctx, tx, "waiting.sent", meeting.governance, sender.id, summary, &meeting.provenance);
    Ok(id)
}

/// Sends several outcomes at once, each to a body of its own: all of them, or none.
///
/// # Errors
/// As [`send()`], each message under the outcome that it is about: `to-{outcome}`; `to` when nothing is sent.
pub fn send_several(ctx: &Context<'_>, tx: &mut Tx<'_>, several: &[(Source, Id<Body>, ItemDraft)]) -> Result<usize> {
    if several.is_empty() {
        return Err(Error::invalid("to", "Choisissez une instance pour une suite au moins."));
    }
    let mut errors = kernel::Errors::default();
    for (source, to, draft) in several {
        match send(ctx, tx, *source, *to, draft) {
            Ok(_) => {}
            Err(Error::Invalid(wrong)) => {
                let about = source.outcome.map(|outcome| format!("to-{outcome}")).unwrap_or_default();
                wrong.iter().for_each(|one| errors.add(about.clone(), one.message.clone()));
            }
            Err(other) => return Err(other),
        }
    }
    errors.into_result()?;
    Ok(several.len())
}

/// Answers the body that sent it: both see the answer, and so does whoever reads the item there. With `done` it no longer
/// waits for an agenda.
///
/// # Errors
/// `answer` when it is empty or too long; a conflict when nobody waits for an answer, or when one was given.
pub fn answer(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<WaitingItem>, typed: &str, done: bool) -> Result<()> {
    let (head, item) = enter_waiting(ctx, tx, id)?;
    let sent = item.sent.as_ref().ok_or(Error::NotFound)?;
    if !item.owes_answer() {
        return Err(Error::Conflict("Une réponse a déjà été donnée.".to_owned()));
    }
    let answer = text::paragraphs(&kernel::pasted::pasted(typed), ANSWER_MAX);
    let answer = answer.map_err(|fault| Error::invalid("answer", fault.to_string()))?;
    let answer = answer.ok_or_else(|| Error::invalid("answer", "Écrivez la réponse."))?;
    tx.execute("update waiting_item set answer = $2, answered_at = $3 where id = $1", params![id, answer, ctx.now()])?;
    if done && item.state == WaitingState::Waiting {
        set_state(tx, id, WaitingState::Done)?;
    }
    let summary = format!("« {} » répond à {} sur un point transmis", item.body.name, sent.by.told(&item.body));
    record(ctx, tx, "waiting.answered", head.id, item.body.id, summary, &item.provenance);
    Ok(())
}
