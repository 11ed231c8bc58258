//! Planning a meeting, changing it, cancelling it.

use governance::Governance;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::governances::store::{Head, lock as lock_governance};
use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::time::{DAY, YEARS};
use kernel::zone::Zone;
use kernel::{Capability, Context, Error, Id, Provenance, Result, Scope, text};
use store::{Tx, Value, params, versions};

use super::convocation;
pub use super::draft::{Draft, Plan, hour};
use crate::model::{Meeting, MeetingState};
use crate::schedule::{cosign, guests, moves, poll};
use crate::store as reads;

pub(crate) fn subject(id: Id<Meeting>) -> String {
    format!("reunion:{id}")
}

/// Permission on each of the bodies, the lock of the governance, and the bodies themselves.
///
/// # Errors
/// A conflict when one of them has ended.
pub(crate) fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, ids: &[Id<Body>]) -> Result<(Head, Vec<Body>)> {
    let (head, bodies) = enter_even_ended(ctx, tx, ids)?;
    match bodies.iter().find(|body| body.closed_on.is_some()) {
        Some(body) => Err(Error::Conflict(format!("« {} » a pris fin : elle ne se réunit plus.", body.name))),
        None => Ok((head, bodies)),
    }
}

/// As [`enter`], for what a body that has ended left open.
pub(crate) fn enter_even_ended(ctx: &Context<'_>, tx: &mut Tx<'_>, ids: &[Id<Body>]) -> Result<(Head, Vec<Body>)> {
    let first = ids.first().ok_or_else(|| Error::invalid("bodies", "Choisissez au moins une instance."))?;
    let governance = bodies::governance_of(tx, *first)?;
    let head = lock_governance(tx, governance)?;
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        if bodies::governance_of(tx, *id)? != governance {
            return Err(Error::invalid("bodies", "Ces instances ne sont pas de la même gouvernance."));
        }
        ctx.require(Capability::ManageBody, Scope::Body { governance: governance.uuid(), body: id.uuid() })?;
        out.push(bodies::find(tx, *id)?.ok_or(Error::NotFound)?);
    }
    Ok((head, out))
}

/// The zone of a governance: that of its département.
pub(crate) fn zone(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Zone> {
    let code: Option<String> = tx.find(
        "select t.official_code from governance g join territory t on t.code = g.departement where g.id = $1",
        params![governance],
        |row| row.get(0),
    )?;
    Ok(code.map_or(Zone::PARIS, |code| Zone::of_departement(&code)))
}

/// Plans a meeting of one body, or of several that meet jointly; a draft that tells nobody. A form that is sent twice gives
/// one meeting: the draft of the same bodies, at the same instant and under the same title, is the one that is meant.
///
/// # Errors
/// `day` when it is too far, `hour` when the clocks jump over it; `bodies`.
pub fn plan(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    ids: &[Id<Body>],
    plan: &Plan,
    provenance: &Provenance,
) -> Result<Id<Meeting>> {
    let (head, bodies) = enter(ctx, tx, ids)?;
    if let Some(known) = same(tx, &head, &bodies, plan)? {
        return Ok(known);
    }
    let id = create(ctx, tx, &head, &bodies, plan, provenance)?;
    let summary = format!("Réunion en préparation : {}, « {} »", names(&bodies), head.name);
    record(ctx, tx, "meeting.planned", head.id, id, summary, provenance);
    Ok(id)
}

/// The draft that this plan has made already.
fn same(tx: &mut Tx<'_>, head: &Head, of: &[Body], plan: &Plan) -> Result<Option<Id<Meeting>>> {
    let Ok(starts_at) = zone(tx, head.id)?.instant(plan.day, plan.hour) else { return Ok(None) };
    let drafts: Vec<Id<Meeting>> = tx.query(
        "select id from meeting where governance = $1 and state = 'draft' and starts_at = $2 and title = $3 order by id",
        params![head.id, starts_at, &plan.title],
        |row| row.get(0),
    )?;
    for id in drafts {
        let known = reads::bodies(tx, id)?;
        if known.len() == of.len() && known.iter().zip(of).all(|(one, other)| one.id == other.id) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// « Assemblée, Bureau ».
pub(crate) fn names(bodies: &[Body]) -> String {
    bodies.iter().map(|body| body.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Where every meeting comes to be, planned alone or in a series: what a new one is given from the start is given here.
///
/// # Errors
/// `day` when it is too far, `hour` when the clocks jump over it.
pub(crate) fn create(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    head: &Head,
    bodies: &[Body],
    plan: &Plan,
    provenance: &Provenance,
) -> Result<Id<Meeting>> {
    let zone = zone(tx, head.id)?;
    let starts_at = zone.instant(plan.day, plan.hour).map_err(|fault| Error::invalid("hour", fault.to_string()))?;
    if !YEARS.contains(&plan.day.year()) {
        return Err(Error::invalid("day", "Cette date n'est pas possible."));
    }
    let id: Id<Meeting> = ctx.new_id()?;
    let slug = free_slug(tx, head.id, plan.day, &plan.title)?;
    tx.execute(
        "insert into meeting (id, governance, slug, title, format, state, starts_at, minutes, zone, place, video, presentation,
            second, origin, source, created_at)
         values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            id,
            head.id,
            &slug,
            &plan.title,
            Value::code(plan.format),
            starts_at,
            plan.minutes,
            zone.name(),
            &plan.place,
            &plan.video,
            &plan.presentation,
            plan.second,
            Value::code(provenance.origin),
            &provenance.source,
            ctx.now(),
        ],
    )?;
    for (rank, body) in (1i64..).zip(bodies) {
        tx.execute("insert into meeting_body (meeting, body, rank) values ($1, $2, $3)", params![id, body.id, rank])?;
    }
    Ok(id)
}

/// « 2026-12-03-comite-strategique », with a number when it is taken.
fn free_slug(tx: &mut Tx<'_>, governance: Id<Governance>, day: Date, title: &str) -> Result<String> {
    let title: String = text::slug(title).chars().take(60).collect();
    let base = format!("{day}-{}", title.trim_matches('-')).trim_end_matches('-').to_owned();
    let taken: Vec<String> =
        tx.query("select slug from meeting where governance = $1", params![governance], |row| row.get(0))?;
    let mut slug = base.clone();
    let mut number = 2;
    while taken.contains(&slug) {
        slug = format!("{base}-{number}");
        number += 1;
    }
    Ok(slug)
}

pub(crate) fn record(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    code: &'static str,
    governance: Id<Governance>,
    id: Id<Meeting>,
    summary: String,
    provenance: &Provenance,
) {
    tx.record(ctx, Act::new(code, subject(id), summary).in_governance(governance.uuid()).from_source(provenance));
    tx.touch(versions::MEETINGS);
}

/// Opens an act on a meeting: the lock, and the permission on one of its bodies.
pub(crate) fn enter_meeting(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Meeting> {
    let known = reads::find(tx, id)?;
    let bodies = reads::bodies(tx, id)?;
    let scope = |body: &Body| Scope::Body { governance: known.governance.uuid(), body: body.id.uuid() };
    if !bodies.iter().any(|body| ctx.who().may(Capability::ManageBody, scope(body))) {
        ctx.require(Capability::ManageBody, bodies.first().map_or(Scope::Governance(known.governance.uuid()), scope))?;
    }
    reads::lock(tx, id)
}

/// Changes a meeting, if nobody else has since `version`. Whoever was convened is told of another day, hour, place or link.
///
/// # Errors
/// As [`plan`]; a conflict when somebody was quicker, or when it is over or cancelled.
pub fn change(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &convocation::Site<'_>,
    id: Id<Meeting>,
    version: i64,
    new: &Plan,
) -> Result<()> {
    let before = enter_meeting(ctx, tx, id)?;
    still_changes(&before)?;
    let starts_at =
        before.zone.instant(new.day, new.hour).map_err(|fault| Error::invalid("hour", fault.to_string()))?;
    if is_so(&before, new, starts_at) {
        return Ok(());
    }
    if before.version.checked_sub(1) != Some(version) {
        return Err(Error::Conflict("Quelqu'un d'autre vient de modifier cette réunion.".to_owned()));
    }
    tx.execute(
        "update meeting set title = $2, format = $3, starts_at = $4, minutes = $5, place = $6, video = $7,
            presentation = $8, second = $9 where id = $1",
        params![
            id,
            &new.title,
            Value::code(new.format),
            starts_at,
            new.minutes,
            &new.place,
            &new.video,
            &new.presentation,
            new.second
        ],
    )?;
    let after = reads::find(tx, id)?;
    let moved = (before.starts_at, &before.place, &before.video) != (after.starts_at, &after.place, &after.video);
    let summary = match before.starts_at == after.starts_at {
        false if !after.is_hidden() => format!("Réunion « {} » déplacée : {}", after.title, after.when()),
        _ => format!("Modification de {}", after.public_name()),
    };
    if before.starts_at != after.starts_at {
        match before.state {
            MeetingState::Draft => cosign::ask_again(tx, id)?,
            _ => moves::note(tx, id, ctx.now())?,
        }
    }
    if moved && before.state == MeetingState::Convened {
        convocation::tell_change(ctx, tx, site, &before, &after)?;
    }
    record(ctx, tx, "meeting.changed", after.governance, id, summary, &after.provenance);
    Ok(())
}

/// # Errors
/// A conflict for a meeting that is over or cancelled.
pub(crate) fn still_changes(meeting: &Meeting) -> Result<()> {
    if matches!(meeting.state, MeetingState::Closed | MeetingState::Cancelled) {
        return Err(Error::Conflict("Cette réunion est passée ou annulée : elle ne change plus.".to_owned()));
    }
    Ok(())
}

/// True when the meeting is as the form says already: it was sent twice, or nothing was changed in it.
fn is_so(meeting: &Meeting, new: &Plan, starts_at: kernel::Timestamp) -> bool {
    (&meeting.title, meeting.format, meeting.starts_at, meeting.minutes, &meeting.place)
        == (&new.title, new.format, starts_at, new.minutes, &new.place)
        && (&meeting.video, &meeting.presentation, meeting.second) == (&new.video, &new.presentation, new.second)
}

/// Cancels a meeting that has not begun; whoever was convened is told, with the reason.
pub fn cancel(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &convocation::Site<'_>,
    id: Id<Meeting>,
    reason: &str,
) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    become_state(&meeting, MeetingState::Cancelled)?;
    let reason = text::line(reason, 300).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    tx.execute("update meeting set state = 'cancelled', cancelled_reason = $2 where id = $1", params![id, &reason])?;
    poll::abandon(tx, id)?;
    crate::agenda::waiting::acts::after_cancel(ctx, tx, &meeting)?;
    if meeting.state == MeetingState::Convened {
        convocation::tell_cancelled(ctx, tx, site, &meeting, &reason)?;
    }
    guests::forget(tx, id)?;
    let summary = match meeting.is_hidden() {
        true => "Une réunion en préparation est abandonnée".to_owned(),
        false => format!("Réunion « {} » annulée : {reason}", meeting.title),
    };
    record(ctx, tx, "meeting.cancelled", meeting.governance, id, summary, &meeting.provenance);
    Ok(())
}

pub(crate) fn become_state(meeting: &Meeting, next: MeetingState) -> Result<()> {
    if meeting.state.may_become(next) {
        return Ok(());
    }
    let (is, next, again) = (meeting.state.label().to_lowercase(), next.label().to_lowercase(), meeting.state == next);
    if again {
        return Err(Error::Conflict(format!("Cette réunion est déjà « {is} ».")));
    }
    Err(Error::Conflict(format!("Cette réunion est « {is} » : elle ne peut pas devenir « {next} ».")))
}

/// Whether the notice of the bodies is kept, on a day: by how many days it is too late.
pub fn late_by(notice_days: i64, today: kernel::Timestamp, starts_at: kernel::Timestamp) -> i64 {
    let left = (starts_at.as_micros() - today.as_micros()).div_euclid(DAY);
    (notice_days - left).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_is_counted_in_whole_days() {
        let at = kernel::Timestamp::from_micros;
        assert_eq!(late_by(15, at(0), at(15 * DAY)), 0);
        assert_eq!(late_by(15, at(1), at(15 * DAY)), 1);
        assert_eq!(late_by(0, at(0), at(DAY)), 0);
        assert_eq!(late_by(15, at(2 * DAY), at(DAY)), 16);
    }
}
