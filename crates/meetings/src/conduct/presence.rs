//! Who is there: entered in session, or afterwards from the signed sheet.

use jiff::civil::Time;
use kernel::{Context, Error, Errors, Id, Result};
use store::{Tx, Value, params};

use crate::model::{Meeting, MeetingState, Participant, Presence};
use crate::planning::acts::{enter_meeting, record};
use crate::planning::answer::most_proxies;
use crate::quorum::check_proxy;
use crate::store as reads;

/// What is said of one participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub participant: Id<Participant>,
    pub presence: Presence,
    pub proxy: Option<Id<Participant>>,
}

/// Enters the presence of those who changed; all or none. In session, who arrives and who leaves is noted with the hour.
///
/// # Errors
/// `p-{participant}` for each proxy that cannot be given; a conflict when the meeting is not open.
pub fn enter_presence(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, entries: &[Entry]) -> Result<usize> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Open {
        return Err(Error::Conflict("La présence se note pendant la séance.".to_owned()));
    }
    let mut everyone = reads::participants(tx, id)?;
    let before = everyone.clone();
    for entry in entries {
        let own = everyone.iter_mut().find(|one| one.id == entry.participant).ok_or(Error::NotFound)?;
        own.presence = entry.presence;
        own.proxy = entry.proxy.filter(|_| entry.presence == Presence::Proxy);
    }
    check_all(tx, &everyone)?;
    let mut changed = 0;
    for (was, is) in before.iter().zip(&everyone) {
        if (was.presence, was.proxy) == (is.presence, is.proxy) {
            continue;
        }
        changed += 1;
        let arrives = is.presence.is_there() && !was.presence.is_there();
        let leaves = was.presence.is_there() && !is.presence.is_there();
        let arrived = if arrives && was.arrived_at.is_none() { Some(ctx.now()) } else { was.arrived_at };
        let left = if leaves {
            Some(ctx.now())
        } else if arrives {
            None
        } else {
            was.left_at
        };
        tx.execute(
            "update participant set presence = $2, proxy = $3, arrived_at = $4, left_at = $5 where id = $1",
            params![is.id, Value::code(is.presence), is.proxy, arrived, left],
        )?;
    }
    if changed > 0 {
        let plural = if changed > 1 { "s" } else { "" };
        let summary = format!("Présence notée en séance « {} » : {changed} changement{plural}", meeting.title);
        record(ctx, tx, "meeting.presence", meeting.governance, id, summary, &meeting.provenance);
    }
    Ok(changed)
}

/// Every proxy at once: one given before may have become wrong by another.
fn check_all(tx: &mut Tx<'_>, everyone: &[Participant]) -> Result<()> {
    let mut errors = Errors::default();
    for one in everyone.iter().filter(|one| one.presence == Presence::Proxy) {
        let field = format!("p-{}", one.id);
        let Some(holder) = one.proxy.and_then(|id| everyone.iter().find(|other| other.id == id)) else {
            errors.add(field, format!("{} : choisissez qui détient le pouvoir.", one.name));
            continue;
        };
        let most = most_proxies(tx, one, holder)?;
        if let Err(fault) = check_proxy(everyone, one, holder, most) {
            errors.add(field, format!("{} : {fault}", one.name));
        }
    }
    errors.into_result()
}

/// Says at what hours a participant came and left: the signed sheet says so, or a click came late. An empty hour takes back
/// what was noted; who has left is no longer there.
///
/// # Errors
/// `arrived` and `left` when they are no hours, are to come, precede the opening, or cross; a conflict when the meeting is
/// not open, or when the participant was not there.
pub fn enter_hours(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    of: Id<Participant>,
    arrived: Option<Time>,
    left: Option<Time>,
) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Open {
        return Err(Error::Conflict("La présence se note pendant la séance.".to_owned()));
    }
    let everyone = reads::participants(tx, id)?;
    let own = everyone.iter().find(|one| one.id == of).ok_or(Error::NotFound)?;
    if !own.presence.is_there() && own.left_at.is_none() {
        return Err(Error::Conflict("Notez d'abord que cette structure est présente.".to_owned()));
    }
    let opened = meeting.opened_at.unwrap_or(meeting.starts_at);
    let day = meeting.zone.civil(opened).0;
    let mut errors = Errors::default();
    let mut read = |field: &'static str, hour: Option<Time>| {
        let at = meeting.zone.instant(day, hour?).ok()?;
        // After midnight: the hour of the next day.
        let at = if at.plus(DAY_HALF) < opened { at.plus(kernel::time::DAY) } else { at };
        if at > ctx.now() {
            errors.add(field, "Cette heure est à venir.");
        }
        Some(at)
    };
    let (arrived, left) = (read("arrived", arrived), read("left", left));
    if let (Some(arrived), Some(left)) = (arrived, left)
        && left < arrived
    {
        errors.add("left", "Le départ précède l'arrivée.");
    }
    errors.into_result()?;
    let presence = match (left, own.presence) {
        (Some(_), _) => Presence::Absent,
        (None, Presence::Deputy) => Presence::Deputy,
        (None, _) => Presence::Principal,
    };
    tx.execute(
        "update participant set presence = $2, arrived_at = $3, left_at = $4 where id = $1",
        params![of, Value::code(presence), arrived, left],
    )?;
    let summary = format!("Heures de présence corrigées en séance « {} »", meeting.title);
    record(ctx, tx, "meeting.presence", meeting.governance, id, summary, &meeting.provenance);
    Ok(())
}

/// A session may begin some hours before what was noted of it, and go on past midnight.
const DAY_HALF: i64 = kernel::time::DAY / 2;
