//! Preparing a series, giving up what follows.

use governance::bodies::model::Body;
use jiff::civil::Date;
use kernel::register::Act;
use kernel::time::DAY;
use kernel::{Context, Error, Id, Provenance, Result, text};
use store::{Tx, params, versions};

use super::form::Series;
use super::store as reads;
use crate::agenda::waiting::acts::after_cancel;
use crate::model::{Meeting, MeetingState};
use crate::planning::acts::{Plan, create, enter, enter_meeting, names, subject, zone};
use crate::schedule::{guests, poll};

/// Prepares a meeting on each of the chosen days, all or none; drafts that tell nobody.
///
/// # Errors
/// `dates` when none is chosen, when one is no day of the series, when the clocks jump over its hour or when one of the
/// bodies meets at that instant already (a form that was sent twice).
pub fn plan_series(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    ids: &[Id<Body>],
    series: &Series,
    chosen: &[Date],
    provenance: &Provenance,
) -> Result<Vec<Id<Meeting>>> {
    let (head, bodies) = enter(ctx, tx, ids)?;
    let (Some(first), Some(last)) = (chosen.iter().min(), chosen.iter().max()) else {
        return Err(Error::invalid("dates", "Choisissez au moins une date."));
    };
    if chosen.iter().any(|day| !series.days.contains(day)) {
        return Err(Error::invalid("dates", "Choisissez des dates de la liste."));
    }
    let zone = zone(tx, head.id)?;
    let at = |day: Date| {
        zone.instant(day, series.plan.hour)
            .map_err(|fault| Error::invalid("dates", format!("{} : {fault}", kernel::time::french_date(day))))
    };
    let (from, until) = (at(*first)?, at(*last)?.plus(DAY));
    let taken = reads::taken(tx, ids, from, until)?;
    for day in chosen {
        if taken.contains(&at(*day)?) {
            let day = kernel::time::french_date(*day);
            return Err(Error::invalid("dates", format!("{day} : une réunion est déjà prévue à cette heure-là.")));
        }
    }
    let id: Id<reads::Series> = ctx.new_id()?;
    tx.execute(
        "insert into meeting_series (id, governance, rhythm, created_at) values ($1, $2, $3, $4)",
        params![id, head.id, series.rhythm.in_words(), ctx.now()],
    )?;
    let mut made = Vec::with_capacity(chosen.len());
    for day in chosen {
        let plan = Plan { day: *day, ..series.plan.clone() };
        let meeting = create(ctx, tx, &head, &bodies, &plan, provenance)?;
        tx.execute("insert into meeting_in_series (meeting, series) values ($1, $2)", params![meeting, id])?;
        made.push(meeting);
    }
    let many = made.len();
    let plural = if many > 1 { "s" } else { "" };
    let summary = format!("Série de {many} réunion{plural} en préparation : {}, « {} »", names(&bodies), head.name);
    tx.record(
        ctx,
        Act::new("meeting.series_planned", format!("serie:{id}"), summary)
            .in_governance(head.id.uuid())
            .with("reunions", i64::try_from(many).map_err(Error::internal)?)
            .from_source(provenance),
    );
    tx.touch(versions::MEETINGS);
    Ok(made)
}

/// Gives up the drafts of the series from this meeting on; what is convened stays, and is cancelled one by one, since it
/// tells people. Gives how many went.
///
/// # Errors
/// `reason` without one; a conflict when the meeting is of no series or when no draft follows.
pub fn cancel_following(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, reason: &str) -> Result<usize> {
    let meeting = enter_meeting(ctx, tx, id)?;
    let series = reads::of_meeting(tx, id)?
        .ok_or_else(|| Error::Conflict("Cette réunion ne fait pas partie d'une série.".to_owned()))?;
    let reason = text::line(reason, 300).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    let mut gone = 0;
    for (other, _, starts_at, _) in &series.meetings {
        if *starts_at < meeting.starts_at {
            continue;
        }
        // One of them may be of other bodies meanwhile, or have been convened by somebody else.
        let other = enter_meeting(ctx, tx, *other)?;
        if other.state != MeetingState::Draft {
            continue;
        }
        tx.execute(
            "update meeting set state = 'cancelled', cancelled_reason = $2 where id = $1",
            params![other.id, &reason],
        )?;
        poll::abandon(tx, other.id)?;
        guests::forget(tx, other.id)?;
        // What was planned on it waits again for its body.
        after_cancel(ctx, tx, &other)?;
        gone += 1;
    }
    if gone == 0 {
        return Err(Error::Conflict("Aucune réunion en préparation ne suit dans cette série.".to_owned()));
    }
    let plural = if gone > 1 { "s" } else { "" };
    let verb = if gone > 1 { "sont abandonnées" } else { "est abandonnée" };
    tx.record(
        ctx,
        Act::new("meeting.series_cancelled", subject(id), format!("{gone} réunion{plural} en préparation {verb}"))
            .in_governance(meeting.governance.uuid())
            .from_source(&meeting.provenance),
    );
    tx.touch(versions::MEETINGS);
    Ok(gone)
}
