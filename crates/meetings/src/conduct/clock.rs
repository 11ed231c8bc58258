//! The clock of a session: what is being discussed, and whether the session keeps to its hours. Pure, but for its act.

use kernel::{Context, Error, Id, Result, Timestamp};
use store::{Tx, params};

use crate::model::{Item, Meeting, MeetingState, Participant};
use crate::planning::acts::{enter_meeting, record};
use crate::quorum::quorum;
use crate::{practice, store as reads};

/// Goes to an item, or to none: the one before ends, this one begins, and its quorum is noted as it is now.
///
/// # Errors
/// A conflict when the session is not open; not found for an item of another meeting.
pub fn go_to(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, item: Option<Id<Item>>) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Open {
        return Err(Error::Conflict("La séance n'est pas ouverte.".to_owned()));
    }
    let items = reads::agenda(tx, id)?;
    let next = match item {
        Some(item) => Some(items.iter().find(|one| one.id == item).ok_or(Error::NotFound)?),
        None => None,
    };
    if meeting.current == item {
        return Ok(());
    }
    if let Some(before) = meeting.current {
        tx.execute("update agenda_item set ended_at = $2 where id = $1", params![before, ctx.now()])?;
    }
    if let Some(next) = next {
        let everyone = reads::participants(tx, id)?;
        let told = quorums(tx, &meeting, &everyone)?;
        tx.execute(
            "update agenda_item set begun_at = coalesce(begun_at, $2), ended_at = null, quorum = $3 where id = $1",
            params![next.id, ctx.now(), told],
        )?;
    }
    tx.execute("update meeting set current_item = $2 where id = $1", params![id, item])?;
    let summary = match next {
        Some(next) => format!("Séance « {} » : point « {} »", meeting.title, next.title),
        None => format!("Séance « {} » : aucun point en cours", meeting.title),
    };
    record(ctx, tx, "meeting.item_begun", meeting.governance, id, summary, &meeting.provenance);
    Ok(())
}

/// The quorum of each body as people are there now, in a sentence; with the name of the body where there are several.
fn quorums(tx: &mut Tx<'_>, meeting: &Meeting, everyone: &[Participant]) -> Result<String> {
    let bodies = reads::bodies(tx, meeting.id)?;
    let mut told = Vec::with_capacity(bodies.len());
    for body in &bodies {
        let (rules, _) = practice::find(tx, body.id)?;
        let found = quorum(rules.quorum, meeting.second, body.id, everyone);
        told.push(match bodies.len() {
            1 => found.sentence,
            _ => format!("{} : {}", body.name, found.sentence),
        });
    }
    Ok(told.join(" "))
}

/// By how many minutes the session is late at `now`: whether the item under discussion began late, or is longer than
/// planned. Negative: early. `planned` is when the item should begin and its length in minutes.
pub fn late_by(planned: (Timestamp, i64), begun_at: Timestamp, now: Timestamp) -> i64 {
    const MINUTE: i64 = kernel::time::MINUTE;
    let (begins, minutes) = (planned.0.as_micros(), planned.1.saturating_mul(MINUTE));
    let began_late = begun_at.as_micros() - begins;
    // As long as the item is not over its length, it is as late as it began.
    let over = (now.as_micros() - begun_at.as_micros() - minutes).max(0);
    (began_late + over).div_euclid(MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_as_late_as_its_item_began_and_lasts() {
        let at = |minute: i64| Timestamp::from_micros(minute * kernel::time::MINUTE);
        assert_eq!(late_by((at(30), 15), at(30), at(40)), 0);
        assert_eq!(late_by((at(30), 15), at(40), at(50)), 10);
        assert_eq!(late_by((at(30), 15), at(30), at(55)), 10);
        assert_eq!(late_by((at(30), 15), at(20), at(25)), -10);
        assert_eq!(late_by((at(30), 0), at(30), at(33)), 3);
    }
}
