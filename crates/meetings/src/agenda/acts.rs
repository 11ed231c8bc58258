//! The items of an agenda: added, corrected, moved, taken out.

use kernel::{Context, Error, Id, Result};
use store::{Tx, Value, params};

use super::model::{Content, ITEMS_MAX, ItemDraft, Move, carry};
use super::waiting::store as waiting;
use crate::ballots;
use crate::decisions::acts as decisions;
use crate::model::{Item, Meeting, MeetingState};
use crate::planning::acts::{enter_meeting, record};
use crate::store as reads;

/// Opens an act on the agenda of a meeting. It changes until the meeting is over: in session too, an item may come.
pub(super) fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Meeting> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if matches!(meeting.state, MeetingState::Closed | MeetingState::Cancelled) {
        return Err(Error::Conflict(
            "Cette réunion est passée ou annulée : son ordre du jour ne change plus.".to_owned(),
        ));
    }
    Ok(meeting)
}

/// Registers what happened to an item; of a draft the register names nothing.
pub(super) fn note(ctx: &Context<'_>, tx: &mut Tx<'_>, code: &'static str, meeting: &Meeting, what: &str, title: &str) {
    let point = if meeting.is_hidden() { "un point".to_owned() } else { format!("« {title} »") };
    let summary = format!("Ordre du jour de {} : {point} {what}", meeting.public_name());
    record(ctx, tx, code, meeting.governance, meeting.id, summary, &meeting.provenance);
}

/// Adds an item at the end. A form that is sent twice adds one: the last item is the one that is meant.
///
/// # Errors
/// One message per wrong field; a conflict when the meeting is over or its agenda is full.
pub fn add(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, typed: &ItemDraft) -> Result<Id<Item>> {
    let meeting = enter(ctx, tx, id)?;
    let new = typed.parse()?;
    if let Some(last) = reads::agenda(tx, id)?.last().filter(|last| Content::from(*last) == new) {
        return Ok(last.id);
    }
    let item = put(ctx, tx, id, &new)?;
    note(ctx, tx, "agenda.item_added", &meeting, "ajouté", &new.title);
    Ok(item)
}

/// Writes an item at the end of an agenda that the caller has entered.
pub(super) fn put(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, new: &Content) -> Result<Id<Item>> {
    let present = reads::agenda(tx, id)?.len();
    if present >= ITEMS_MAX {
        return Err(Error::Conflict(format!("Un ordre du jour ne dépasse pas {ITEMS_MAX} points.")));
    }
    insert(ctx, tx, id, i64::try_from(present).map_err(Error::internal)? + 1, new)
}

/// Writes an item at a rank that is free.
pub(super) fn insert(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    rank: i64,
    new: &Content,
) -> Result<Id<Item>> {
    let item: Id<Item> = ctx.new_id()?;
    tx.execute(
        "insert into agenda_item (id, meeting, rank, title, kind, presenter, minutes, description)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![item, id, rank, &new.title, Value::code(new.kind), &new.presenter, new.minutes, &new.description],
    )?;
    Ok(item)
}

/// The item, when it is one of this meeting.
pub(super) fn own(tx: &mut Tx<'_>, meeting: Id<Meeting>, item: Id<Item>) -> Result<(usize, Vec<Item>)> {
    let all = reads::agenda(tx, meeting)?;
    let at = all.iter().position(|one| one.id == item).ok_or(Error::NotFound)?;
    Ok((at, all))
}

/// Corrects an item, if nobody else has since `version`.
///
/// # Errors
/// One message per wrong field; a conflict when somebody was quicker, or when the meeting is over.
pub fn change(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    item: Id<Item>,
    version: i64,
    typed: &ItemDraft,
) -> Result<()> {
    let meeting = enter(ctx, tx, id)?;
    let (at, all) = own(tx, id, item)?;
    let present = all.get(at).ok_or(Error::NotFound)?;
    if present.version != version {
        // Sent twice, it is so already.
        return match typed.parse() {
            Ok(new) if Content::from(present) == new => Ok(()),
            _ => Err(Error::Conflict("Quelqu'un d'autre vient de corriger ce point.".to_owned())),
        };
    }
    let new = typed.parse()?;
    tx.execute(
        "update agenda_item set title = $2, kind = $3, presenter = $4, minutes = $5, description = $6,
            version = version + 1 where id = $1",
        params![item, &new.title, Value::code(new.kind), &new.presenter, new.minutes, &new.description],
    )?;
    note(ctx, tx, "agenda.item_changed", &meeting, "corrigé", &new.title);
    Ok(())
}

/// Moves an item, or takes it out; what was noted of it in session keeps it there, and so does what came of it elsewhere.
/// An item that waited for an agenda waits again.
pub fn place(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, item: Id<Item>, to: Move) -> Result<()> {
    let meeting = enter(ctx, tx, id)?;
    let (at, mut all) = own(tx, id, item)?;
    let title = all.get(at).map(|one| one.title.clone()).unwrap_or_default();
    let what = if to == Move::Out {
        take_out(tx, &all.remove(at))?;
        "retiré"
    } else {
        let Some(target) = to.target(at, all.len()) else { return Ok(()) };
        carry(&mut all, at, target);
        "déplacé"
    };
    for (rank, one) in (1i64..).zip(&all) {
        tx.execute("update agenda_item set rank = $2 where id = $1", params![one.id, rank])?;
    }
    note(ctx, tx, "agenda.item_moved", &meeting, what, &title);
    Ok(())
}

fn take_out(tx: &mut Tx<'_>, gone: &Item) -> Result<()> {
    if !gone.notes.is_empty() || !gone.outcomes.is_empty() {
        return Err(Error::Conflict("Des notes ont été prises sur ce point : il reste à l'ordre du jour.".to_owned()));
    }
    if waiting::is_followed(tx, gone.id)? {
        return Err(Error::Conflict(
            "Ce point a été reporté ou transmis à une autre instance : il reste à l'ordre du jour.".to_owned(),
        ));
    }
    decisions::leave_item(tx, gone.id)?;
    ballots::acts::leave_item(tx, gone.id)?;
    waiting::give_back(tx, gone)?;
    tx.execute("delete from item_document where item = $1", params![gone.id])?;
    tx.execute("delete from agenda_item where id = $1", params![gone.id])?;
    Ok(())
}
