//! Telling persons what they will read in their next message, and choosing what one is told.

use kernel::coded::Coded as _;
use kernel::{Capability, Context, Error, Id, Result, Scope};
use store::Tx;

use super::model::{LetterKind, News, Rhythm, morning_after};
use super::store as reads;
use crate::Person;
use crate::accounts::acts::note;
use crate::accounts::store as accounts;

/// Tells a person something in their next grouped message; called within the act that makes it true.
///
/// Nothing is kept for a kind that the person has refused, without a rhythm, nor for an account that is not open yet (the
/// invitation speaks for itself), except what is told the next morning in any case ([`LetterKind::is_prompt`]).
pub fn tell(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, kind: LetterKind, news: &News) -> Result<()> {
    reads::keep(tx, ctx.new_id()?, person, kind, &news.bounded(), ctx.now())
}

/// Takes back what was told of a page that is gone, for whoever has not been sent it yet; called within the act that removes
/// what the page showed.
pub fn untell(tx: &mut Tx<'_>, path: &str) -> Result<()> {
    reads::drop_of_path(tx, path)
}

/// Chooses how often, and which kinds.
///
/// # Errors
/// [`Error::NotFound`] without an own account.
pub fn choose(ctx: &Context<'_>, tx: &mut Tx<'_>, rhythm: Rhythm, wanted: &[LetterKind]) -> Result<()> {
    let person = own(ctx, tx)?;
    let mut changed = change_rhythm(ctx, tx, person, rhythm)?;
    for kind in LetterKind::ALL.iter().copied().filter(|kind| kind.is_a_choice()) {
        changed |= change_kind(tx, person, kind, wanted.contains(&kind))?;
    }
    note_change(ctx, tx, person, changed)
}

/// Chooses how often.
pub fn choose_rhythm(ctx: &Context<'_>, tx: &mut Tx<'_>, rhythm: Rhythm) -> Result<()> {
    let person = own(ctx, tx)?;
    let changed = change_rhythm(ctx, tx, person, rhythm)?;
    note_change(ctx, tx, person, changed)
}

/// Wants to hear of these kinds again, or of nothing of them any more.
pub fn choose_kinds(ctx: &Context<'_>, tx: &mut Tx<'_>, kinds: &[LetterKind], wanted: bool) -> Result<()> {
    let person = own(ctx, tx)?;
    let mut changed = false;
    for kind in kinds.iter().copied().filter(|kind| kind.is_a_choice()) {
        changed |= change_kind(tx, person, kind, wanted)?;
    }
    note_change(ctx, tx, person, changed)
}

/// Whoever acts on the own account, signed in or by a signed link.
fn own(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<Id<Person>> {
    ctx.require(Capability::OwnAccount, Scope::Platform)?;
    let person = Id::from_uuid(ctx.who().person_id().ok_or(Error::NotFound)?);
    accounts::lock(tx, person).map(|account| account.person)
}

fn change_rhythm(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, rhythm: Rhythm) -> Result<bool> {
    if reads::choices(tx, person)?.rhythm == rhythm {
        return Ok(false);
    }
    reads::set_rhythm(tx, person, rhythm, rhythm.next_after(ctx.now()), morning_after(ctx.now()))?;
    if rhythm == Rhythm::Never {
        // What will not be told is not kept.
        for kind in LetterKind::ALL.iter().copied().filter(|kind| !kind.is_prompt()) {
            reads::forget_kind(tx, person, kind)?;
        }
    }
    Ok(true)
}

fn change_kind(tx: &mut Tx<'_>, person: Id<Person>, kind: LetterKind, wanted: bool) -> Result<bool> {
    if wanted {
        return reads::want(tx, person, kind);
    }
    reads::forget_kind(tx, person, kind)?;
    reads::refuse(tx, person, kind)
}

/// In the journal of the account: choices are nobody else's business. Mail programs unsubscribe several times.
fn note_change(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, changed: bool) -> Result<()> {
    if changed { note(ctx, tx, person, "Choix des courriels changés", "") } else { Ok(()) }
}
