//! Standing mandates: an organisation speaks through a member.

use directory::{Organisation, organisations};
use kernel::register::Act;
use kernel::{Context, Error, Errors, Id, PartialDate, Provenance, Result, text};
use store::{Tx, Value, params};

use super::acts::{enter, enter_by_member, subject};
use super::model::{Member, MemberState, StandingMandate};
use super::store as reads;
use crate::Governance;
use crate::bodies::model::MandatePeriod;

/// A mandate that an organisation gives to a member, to represent it here.
#[derive(Clone, Debug)]
pub struct NewMandate {
    pub holder: Id<Member>,
    pub represented: Id<Organisation>,
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
    pub note: String,
    pub provenance: Provenance,
}

/// Notes a standing mandate.
///
/// # Errors
/// One message per wrong field; a conflict when another mandate of this organisation holds at the same time.
pub fn give_mandate(ctx: &Context<'_>, tx: &mut Tx<'_>, mandate: &NewMandate) -> Result<()> {
    let (head, holder) = enter_by_member(ctx, tx, mandate.holder)?;
    let mut errors = Errors::default();
    let note = errors.check("note", text::optional_line(&mandate.note, 1000)).flatten().unwrap_or_default();
    let represented = organisations::store::find(tx, mandate.represented)?;
    if represented.is_none() {
        errors.add("represented", "Cette structure n'existe pas.");
    }
    if mandate.represented == holder.organisation {
        errors.add("represented", "Une structure ne se représente pas elle-même.");
    }
    if holder.state == MemberState::Withdrawn {
        errors.add("holder", "Cette structure n'est plus membre : elle ne peut pas en représenter une autre.");
    }
    if let (Some(since), Some(until)) = (mandate.since, mandate.until)
        && !until.may_follow(since)
    {
        errors.add("until", "La fin du mandat ne peut pas précéder son début.");
    }
    errors.into_result()?;
    refuse_second(ctx, tx, head.id, mandate)?;
    let id: Id<NewMandate> = ctx.new_id()?;
    tx.execute(
        "insert into standing_mandate (id, governance, holder, represented, since, until, note, origin, source)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            id,
            head.id,
            mandate.holder,
            mandate.represented,
            mandate.since,
            mandate.until,
            note,
            Value::code(mandate.provenance.origin),
            &mandate.provenance.source,
        ],
    )?;
    let represented = represented.map(|organisation| organisation.name).unwrap_or_default();
    let summary = format!("« {represented} » donne mandat à « {} » dans « {} »", holder.name, head.name);
    tx.record(
        ctx,
        Act::new("mandate.given", subject(mandate.holder), summary)
            .in_governance(head.id.uuid())
            .from_source(&mandate.provenance),
    );
    Ok(())
}

/// One organisation has one representative at a time, whoever that is.
fn refuse_second(ctx: &Context<'_>, tx: &mut Tx<'_>, governance: Id<Governance>, new: &NewMandate) -> Result<()> {
    let today = PartialDate::of_day(ctx.now().day());
    let period = MandatePeriod { since: new.since, until: new.until };
    let others = reads::mandates(tx, governance)?.into_iter().filter(|other| other.represented == new.represented);
    for other in others {
        if (MandatePeriod { since: other.since, until: other.until }).overlaps(&period, today) {
            return Err(Error::Conflict(format!(
                "Cette structure a déjà un représentant ici à ces dates : « {} ». Mettez d'abord fin à ce mandat, ou changez \
                 les dates.",
                other.holder_name
            )));
        }
    }
    Ok(())
}

/// Ends a standing mandate: the organisation speaks for itself again, or mandates another member.
///
/// # Errors
/// `until` before its beginning; a conflict when it has ended already.
pub fn end_mandate(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<StandingMandate>,
    until: Option<PartialDate>,
) -> Result<()> {
    let governance: Id<Governance> =
        tx.get("select governance from standing_mandate where id = $1", params![id], |row| row.get(0))?;
    let head = enter(ctx, tx, governance)?;
    let today = PartialDate::of_day(ctx.now().day());
    let mandate = reads::mandates(tx, governance)?.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    if mandate.until.is_some_and(|until| !until.may_follow(today)) {
        return Err(Error::Conflict("Ce mandat a déjà pris fin.".to_owned()));
    }
    let until = until.unwrap_or(today);
    if mandate.since.is_some_and(|since| !until.may_follow(since)) {
        return Err(Error::invalid("until", "La fin du mandat ne peut pas précéder son début."));
    }
    tx.execute("update standing_mandate set until = $2 where id = $1", params![id, until])?;
    let summary = format!(
        "Le mandat donné par « {} » à « {} » dans « {} » finit {}",
        mandate.represented_name,
        mandate.holder_name,
        head.name,
        until.french_when()
    );
    let act = Act::new("mandate.ended", format!("membre:{}", mandate.holder), summary);
    tx.record(ctx, act.in_governance(governance.uuid()));
    Ok(())
}
