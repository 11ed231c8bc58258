//! What people do with decisions. Of a draft the register says nothing: nobody else sees it.

mod after;
mod draft;
mod planned;
mod settle;

use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::governances::store::{Head, lock};
use kernel::{Capability, Context, Error, Id, PartialDate, Result, Scope};
use store::Tx;

use super::effects::Deciding;
use super::model::{Decision, DecisionState};
use super::store as reads;

pub use after::{Progress, execute, review};
pub(crate) use draft::leave_item;
pub use draft::{correct, give_up, write};
pub use planned::{NewEffect, plan_effect, take_effect_off};
pub(crate) use settle::held;
pub use settle::{Adoption, Consensus, adopt, attach_ballot, detach_ballot, settle_by_vote};

pub(crate) fn subject(id: Id<Decision>) -> String {
    format!("decision:{id}")
}

/// A body with its functions, which [`bodies::find`] does not read.
pub(crate) fn whole_body(tx: &mut Tx<'_>, head: &Head, id: Id<Body>) -> Result<Body> {
    bodies::list(tx, head.id)?.into_iter().find(|body| body.id == id).ok_or(Error::NotFound)
}

/// Opens an act on the decisions of a body: the permission, the lock of its governance.
fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Body>) -> Result<(Head, Body)> {
    let governance = bodies::governance_of(tx, id)?;
    ctx.require(Capability::ManageBody, Scope::Body { governance: governance.uuid(), body: id.uuid() })?;
    let head = lock(tx, governance)?;
    let body = whole_body(tx, &head, id)?;
    Ok((head, body))
}

/// As [`enter`], for what a body that has ended does no more.
fn enter_living(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Body>) -> Result<(Head, Body)> {
    let (head, body) = enter(ctx, tx, id)?;
    if body.closed_on.is_some() {
        return Err(Error::Conflict(format!("« {} » a pris fin : elle ne décide plus.", body.name)));
    }
    Ok((head, body))
}

/// Opens an act on a draft.
///
/// # Errors
/// A conflict when it has been settled.
fn enter_draft(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>) -> Result<(Deciding, Body)> {
    let body = reads::find(tx, id)?.body;
    let (head, body) = enter_living(ctx, tx, body)?;
    // Read again under the lock: somebody may have settled it meanwhile.
    let decision = reads::find(tx, id)?;
    if decision.state != DecisionState::Draft {
        return Err(Error::Conflict(match decision.number {
            Some(number) => format!("Cette décision est adoptée sous le numéro {number} : elle ne change plus."),
            None => format!("Ce projet est clos ({}).", decision.state.to_string().to_lowercase()),
        }));
    }
    let on = PartialDate::of_day(ctx.now().day());
    Ok((Deciding { decision, head, on }, body))
}

/// Refuses what would change a text while people vote on it.
fn refuse_while_voted(decision: &Decision) -> Result<()> {
    if decision.is_being_voted() {
        return Err(Error::Conflict(
            "Ce projet est soumis à un vote : il ne change pas avant que le résultat soit publié.".to_owned(),
        ));
    }
    Ok(())
}

/// Opens an act on an adopted decision.
fn enter_adopted(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>) -> Result<(Head, Decision)> {
    let body = reads::find(tx, id)?.body;
    let (head, _) = enter(ctx, tx, body)?;
    let decision = reads::find(tx, id)?;
    match decision.state {
        DecisionState::Adopted | DecisionState::Amended => Ok((head, decision)),
        DecisionState::Repealed => {
            Err(Error::Conflict("Cette décision est abrogée : il n'y a plus rien à en suivre.".to_owned()))
        }
        _ => Err(Error::Conflict("Cette décision n'est pas adoptée.".to_owned())),
    }
}
