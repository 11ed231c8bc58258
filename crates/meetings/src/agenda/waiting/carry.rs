//! Carrying an item over: into what waits for the body, or to one of its coming meetings, with its history and documents.

use governance::bodies::model::Body;
use kernel::{Capability, Context, Error, Id, Result, Scope};
use store::{Tx, params};

use super::acts::{Origin, insert, record, refuse_closed};
use super::model::{WaitingItem, WaitingState};
use super::store as waiting;
use crate::agenda::acts::{enter, note, own, put};
use crate::agenda::documents;
use crate::agenda::model::Content;
use crate::model::{Item, Meeting, MeetingState};
use crate::planning::acts::enter_meeting;
use crate::store as reads;

/// Carries an item of a session, of a meeting that was held or of one that was cancelled, for one of the bodies that the
/// meeting served: to the agenda of `to`, or among what waits.
///
/// # Errors
/// `body` for a body that the meeting did not serve; `meeting` for one that is not to come or not of this body; a conflict
/// when the item was carried already, or when the meeting has not begun.
pub fn carry(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    item: Id<Item>,
    body: Id<Body>,
    to: Option<Id<Meeting>>,
) -> Result<Id<WaitingItem>> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if !may_carry(&meeting) {
        return Err(Error::Conflict(
            "On ne reporte un point qu'en séance, ou après : ici, retirez-le de l'ordre du jour.".to_owned(),
        ));
    }
    let (at, mut items) = own(tx, id, item)?;
    let item = items.swap_remove(at);
    let bodies = reads::bodies(tx, id)?;
    let body = bodies.iter().find(|one| one.id == body);
    let body = body.ok_or_else(|| Error::invalid("body", "Choisissez une instance de cette réunion."))?;
    ctx.require(Capability::ManageBody, Scope::Body { governance: meeting.governance.uuid(), body: body.id.uuid() })?;
    refuse_closed(body)?;
    if waiting::is_carried(tx, item.id)? {
        return Err(Error::Conflict("Ce point est déjà reporté.".to_owned()));
    }
    let carried = to_backlog(ctx, tx, &meeting, &item, body.id)?;
    if let Some(to) = to {
        let next = enter(ctx, tx, to)?;
        if next.starts_at <= meeting.starts_at || !reads::bodies(tx, to)?.iter().any(|one| one.id == body.id) {
            return Err(Error::invalid("meeting", "Choisissez une réunion à venir de cette instance."));
        }
        let waits = waiting::find(tx, carried)?;
        let new = put(ctx, tx, to, &waits.content)?;
        tx.execute("update waiting_item set state = 'planned', item = $2 where id = $1", params![carried, new])?;
        documents::acts::follow(ctx, tx, &waits, new)?;
        note(ctx, tx, "agenda.item_added", &next, "ajouté", &waits.content.title);
    }
    let summary = format!("Un point de la réunion « {} » est reporté pour « {} »", meeting.title, body.name);
    record(ctx, tx, "agenda.item_carried", meeting.governance, body.id, summary, &meeting.provenance);
    Ok(carried)
}

/// True when the items of a meeting may be carried over: it has begun, or will not take place. A draft that was given up
/// has shown nothing to anybody.
pub fn may_carry(meeting: &Meeting) -> bool {
    match meeting.state {
        MeetingState::Open | MeetingState::Closed => true,
        MeetingState::Cancelled => meeting.convened_at.is_some(),
        MeetingState::Draft | MeetingState::Convened => false,
    }
}

/// The item waits for its body, as it stands. What it was while it waited before ends there: whoever proposed it, and the
/// body that sent it and waits for an answer, follow what carries it.
pub(super) fn to_backlog(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    meeting: &Meeting,
    item: &Item,
    body: Id<Body>,
) -> Result<Id<WaitingItem>> {
    let before = waiting::of_item(tx, item.id)?.filter(|before| before.body.id == body);
    let mut from = Origin { carried_from: Some(item.id), ..Origin::default() };
    if let Some(before) = &before {
        from.proposer = before.proposer.map(|id| (id, before.proposer_name.clone()));
    }
    let id = insert(ctx, tx, body, WaitingState::Waiting, &Content::from(item), &from, &meeting.provenance)?;
    if let Some(before) = before {
        // An answer that was given stays where it was given; one that is due goes on being due.
        if before.owes_answer() {
            tx.execute(
                "update waiting_item set from_body = (select b.from_body from waiting_item b where b.id = $2),
                    from_item = (select b.from_item from waiting_item b where b.id = $2),
                    from_outcome = (select b.from_outcome from waiting_item b where b.id = $2) where id = $1",
                params![id, before.id],
            )?;
        }
        tx.execute(
            "update waiting_item set state = 'carried', version = version + 1 where id = $1",
            params![before.id],
        )?;
    }
    Ok(id)
}
