//! The agenda: items added, changed, moved, taken out.

use kernel::{Context, Error, Errors, Id, Result, text};
use store::{Tx, Value, params};

use super::acts::{enter_meeting, record};
use crate::model::{Item, ItemKind, Meeting, MeetingState};
use crate::store as reads;

/// More than anybody can discuss.
const ITEMS_MAX: usize = 100;

/// What was typed of an item.
#[derive(Clone, Debug, Default)]
pub struct ItemDraft {
    pub title: String,
    pub kind: String,
    pub presenter: String,
    pub minutes: String,
    pub description: String,
}

struct Understood {
    title: String,
    kind: ItemKind,
    presenter: String,
    minutes: i64,
    description: String,
}

impl ItemDraft {
    fn parse(&self) -> Result<Understood> {
        let mut errors = Errors::default();
        let title = errors.check("title", text::line(&self.title, text::NAME_MAX)).unwrap_or_default();
        let kind = governance::forms::coded::<ItemKind>(&mut errors, "kind", &self.kind);
        let presenter =
            errors.check("presenter", text::optional_line(&self.presenter, 200)).flatten().unwrap_or_default();
        let minutes = self.minutes.trim().parse().ok().filter(|minutes| (0..=1_440).contains(minutes));
        if minutes.is_none() {
            errors.add("minutes", "Donnez la durée en minutes, de 0 à 1440.");
        }
        let description =
            errors.check("description", text::paragraphs(&self.description, 4_000)).flatten().unwrap_or_default();
        match (errors.into_result(), kind, minutes) {
            (Ok(()), Some(kind), Some(minutes)) => Ok(Understood { title, kind, presenter, minutes, description }),
            (Err(error), ..) => Err(error),
            (Ok(()), ..) => Err(Error::NotFound),
        }
    }
}

/// The agenda changes until the meeting is over: in session too, an item may come.
fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Meeting> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if matches!(meeting.state, MeetingState::Closed | MeetingState::Cancelled) {
        return Err(Error::Conflict(
            "Cette réunion est passée ou annulée : son ordre du jour ne change plus.".to_owned(),
        ));
    }
    Ok(meeting)
}

fn note(ctx: &Context<'_>, tx: &mut Tx<'_>, code: &'static str, meeting: &Meeting, what: &str, title: &str) {
    let point = if meeting.is_hidden() { "un point".to_owned() } else { format!("« {title} »") };
    let summary = format!("Ordre du jour de {} : {point} {what}", meeting.public_name());
    record(ctx, tx, code, meeting.governance, meeting.id, summary, &meeting.provenance);
}

/// Adds an item at the end.
pub fn add(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, typed: &ItemDraft) -> Result<Id<Item>> {
    let meeting = enter(ctx, tx, id)?;
    let new = typed.parse()?;
    let present = reads::agenda(tx, id)?.len();
    if present >= ITEMS_MAX {
        return Err(Error::Conflict(format!("Un ordre du jour ne dépasse pas {ITEMS_MAX} points.")));
    }
    let item: Id<Item> = ctx.new_id()?;
    tx.execute(
        "insert into agenda_item (id, meeting, rank, title, kind, presenter, minutes, description)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            item,
            id,
            i64::try_from(present).map_err(Error::internal)? + 1,
            &new.title,
            Value::code(new.kind),
            &new.presenter,
            new.minutes,
            &new.description
        ],
    )?;
    note(ctx, tx, "agenda.item_added", &meeting, "ajouté", &new.title);
    Ok(item)
}

/// The item, when it is one of this meeting.
fn own(tx: &mut Tx<'_>, meeting: Id<Meeting>, item: Id<Item>) -> Result<(usize, Vec<Item>)> {
    let all = reads::agenda(tx, meeting)?;
    let at = all.iter().position(|one| one.id == item).ok_or(Error::NotFound)?;
    Ok((at, all))
}

/// Corrects an item.
pub fn change(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, item: Id<Item>, typed: &ItemDraft) -> Result<()> {
    let meeting = enter(ctx, tx, id)?;
    own(tx, id, item)?;
    let new = typed.parse()?;
    tx.execute(
        "update agenda_item set title = $2, kind = $3, presenter = $4, minutes = $5, description = $6 where id = $1",
        params![item, &new.title, Value::code(new.kind), &new.presenter, new.minutes, &new.description],
    )?;
    note(ctx, tx, "agenda.item_changed", &meeting, "corrigé", &new.title);
    Ok(())
}

/// Where an item goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    Out,
}

/// Moves an item, or takes it out; what was noted of it in session keeps it there.
pub fn place(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, item: Id<Item>, to: Move) -> Result<()> {
    let meeting = enter(ctx, tx, id)?;
    let (at, mut all) = own(tx, id, item)?;
    let title = all.get(at).map(|one| one.title.clone()).unwrap_or_default();
    let what = match to {
        Move::Up if at > 0 => {
            all.swap(at, at - 1);
            "déplacé"
        }
        Move::Down if at + 1 < all.len() => {
            all.swap(at, at + 1);
            "déplacé"
        }
        Move::Up | Move::Down => return Ok(()),
        Move::Out => {
            let gone = all.remove(at);
            if !gone.notes.is_empty() || !gone.outcomes.is_empty() {
                return Err(Error::Conflict(
                    "Des notes ont été prises sur ce point : il reste à l'ordre du jour.".to_owned(),
                ));
            }
            tx.execute("delete from agenda_item where id = $1", params![item])?;
            "retiré"
        }
    };
    for (rank, one) in (1i64..).zip(&all) {
        tx.execute("update agenda_item set rank = $2 where id = $1", params![one.id, rank])?;
    }
    note(ctx, tx, "agenda.item_moved", &meeting, what, &title);
    Ok(())
}
