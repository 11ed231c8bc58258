//! The effects of a draft: planned, taken off.

use kernel::{Context, Error, Errors, Id, Result, text};
use store::{Tx, params};

use super::{enter_draft, refuse_while_voted};
use crate::decisions::effects::{self, Chosen, Planned};
use crate::decisions::model::{Decision, day};
use crate::decisions::store as reads;

/// Effects that one decision may have.
const EFFECTS_MAX: usize = 20;

/// What was typed of an effect.
#[derive(Clone, Debug, Default)]
pub struct NewEffect {
    pub kind: String,
    pub subject: String,
    pub note: String,
    pub due_on: String,
}

/// Plans an effect of a draft.
///
/// # Errors
/// One message per wrong field; a conflict when the body may not decide that, or while people vote on the draft.
pub fn plan_effect(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, typed: &NewEffect) -> Result<()> {
    let (of, body) = enter_draft(ctx, tx, id)?;
    refuse_while_voted(&of.decision)?;
    let effect = effects::find(&typed.kind).ok_or(Error::NotFound)?;
    effects::require(ctx, effect, &of, &body)?;
    let planned = reads::effects(tx, id)?;
    if planned.len() >= EFFECTS_MAX {
        return Err(Error::Conflict(format!("Une décision n'a pas plus de {EFFECTS_MAX} effets.")));
    }
    let asks = effect.asks();
    let mut errors = Errors::default();
    let note = errors.check("note", text::optional_line(&typed.note, 500)).flatten().unwrap_or_default();
    let due_on = day(&mut errors, "due_on", &typed.due_on);
    errors.into_result()?;
    let chosen = Chosen {
        note: if asks.note.is_empty() { String::new() } else { note },
        due_on: due_on.filter(|_| !asks.due_on.is_empty()),
        ..Chosen::default()
    };
    let chosen = effect.choose(tx, &of, &typed.subject, chosen)?;
    // What is impossible from the start is told at once, beside what it is about.
    let told = effect.told(tx, &of, &chosen).map_err(|error| match error {
        Error::Conflict(sentence) => Error::invalid("subject", sentence),
        other => other,
    })?;
    if planned.iter().any(|one| one.kind == effect.code() && one.told == told) {
        return Err(Error::invalid("subject", "Ce projet a déjà cet effet."));
    }
    let effect_id: Id<Planned> = ctx.new_id()?;
    tx.execute(
        "insert into decision_effect (id, decision, rank, kind, member, subject, note, due_on, told)
         select $1, $2, coalesce(max(rank), 0) + 1, $3, $4, $5, $6, $7, $8 from decision_effect where decision = $2",
        params![effect_id, id, effect.code(), chosen.member, &chosen.subject, &chosen.note, chosen.due_on, &told],
    )?;
    touch(tx, id)
}

/// Takes an effect off a draft. While people vote on it, only one that has become impossible.
pub fn take_effect_off(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, effect: Id<Planned>) -> Result<()> {
    let (of, _) = enter_draft(ctx, tx, id)?;
    let planned = reads::effects(tx, id)?.into_iter().find(|one| one.id == effect).ok_or(Error::NotFound)?;
    if of.decision.is_being_voted() && effects::now(tx, &of, &planned)?.is_ok() {
        refuse_while_voted(&of.decision)?;
    }
    tx.execute("delete from decision_effect where id = $1", params![effect])?;
    touch(tx, id)
}

fn touch(tx: &mut Tx<'_>, id: Id<Decision>) -> Result<()> {
    tx.execute("update decision set version = version + 1 where id = $1", params![id])?;
    Ok(())
}
