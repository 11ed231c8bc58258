//! A member proposes an item to a body in which it sits; those who animate the body keep it, or refuse it with a reason.

use directory::correspondence::{LetterKind, News};
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::governances::store::Head;
use governance::members::model::Member;
use governance::members::own::acts::{Request, speak};
use kernel::{Context, Error, Id, Provenance, Result, text};
use store::{Tx, params};

use super::acts::{Origin, enter_waiting, insert, record, refuse_closed, same, set_state};
use super::model::{WaitingItem, WaitingState};
use super::store as waiting;
use crate::agenda::model::ItemDraft;
use crate::news::tell_member;

/// A member may not drown a body.
const PENDING_MAX: i64 = 20;

/// Proposes an item, in the name of a member that sits in the body.
///
/// # Errors
/// One message per wrong field; `asked` for the secretariat when it does not say who asked; a conflict when the body has
/// ended, or when too many proposals of this member wait already.
pub fn propose(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<Body>,
    member: Id<Member>,
    typed: &ItemDraft,
    request: Option<&Request>,
    provenance: &Provenance,
) -> Result<Id<WaitingItem>> {
    let voice = speak(ctx, tx, member, request)?;
    if !bodies::sitting_members(tx, body)?.iter().any(|(id, _)| *id == member) {
        return Err(Error::Forbidden(
            "Seules les structures qui siègent dans cette instance proposent un point.".to_owned(),
        ));
    }
    let body = bodies::find(tx, body)?.ok_or(Error::NotFound)?;
    refuse_closed(&body)?;
    let new = typed.parse()?;
    if let Some(known) = same(tx, body.id, WaitingState::Proposed, Some(member), &new)? {
        return Ok(known);
    }
    let pending: i64 = tx.get(
        "select count(*) from waiting_item where body = $1 and proposer = $2 and state = 'proposed'",
        params![body.id, member],
        |row| row.get(0),
    )?;
    if pending >= PENDING_MAX {
        return Err(Error::Conflict(format!(
            "{PENDING_MAX} propositions de votre structure attendent déjà une réponse."
        )));
    }
    let from = Origin { proposer: Some((member, voice.member.name.clone())), ..Origin::default() };
    let id = insert(ctx, tx, body.id, WaitingState::Proposed, &new, &from, provenance)?;
    let summary = format!("« {} » propose un point à « {} »{}", voice.member.name, body.name, voice.asked_note());
    record(ctx, tx, "waiting.proposed", voice.head.id, body.id, summary, provenance);
    Ok(id)
}

/// A member takes its own proposal back, as long as it is on no agenda.
///
/// # Errors
/// Not found when it is another's; a conflict when it is on an agenda, or answered.
pub fn retract(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<WaitingItem>, request: Option<&Request>) -> Result<()> {
    let member = waiting::find(tx, id)?.proposer.ok_or(Error::NotFound)?;
    let voice = speak(ctx, tx, member, request)?;
    let item = waiting::lock(tx, id)?;
    item.state.require(WaitingState::Withdrawn)?;
    set_state(tx, id, WaitingState::Withdrawn)?;
    let summary =
        format!("« {} » renonce à un point proposé à « {} »{}", voice.member.name, item.body.name, voice.asked_note());
    record(ctx, tx, "waiting.retracted", voice.head.id, item.body.id, summary, &item.provenance);
    Ok(())
}

/// Refuses a proposal; whoever proposed it is told, with the reason.
///
/// # Errors
/// `reason` when it is empty or too long; a conflict when it is no longer a proposal.
pub fn refuse(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<WaitingItem>, reason: &str) -> Result<()> {
    let (head, item) = enter_waiting(ctx, tx, id)?;
    item.state.require(WaitingState::Refused)?;
    let reason = text::line(reason, 600).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    tx.execute("update waiting_item set state = 'refused', reason = $2 where id = $1", params![id, &reason])?;
    tell(ctx, tx, &head, &item, &format!("Elle n'est pas retenue : {reason}"))?;
    // Whose proposal it was, and why it was refused, is between them.
    let summary = format!("« {} » répond à une proposition de point", item.body.name);
    record(ctx, tx, "waiting.refused", head.id, item.body.id, summary, &item.provenance);
    Ok(())
}

/// Tells those who represent the member what became of its proposal.
pub(super) fn tell(ctx: &Context<'_>, tx: &mut Tx<'_>, head: &Head, item: &WaitingItem, told: &str) -> Result<()> {
    let Some(member) = item.proposer else { return Ok(()) };
    let news = News {
        title: format!("Votre proposition : {}", item.content.title),
        text: format!("Votre structure a proposé ce point à « {} ». {told}", item.body.name),
        path: item.body.points(),
    };
    tell_member(ctx, tx, head.id, member, LetterKind::Answers, &news)
}
