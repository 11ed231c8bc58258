//! Answering a convocation: present, represented by another member, excused.

use governance::members::own::acts::{Request, speak};
use kernel::{Context, Error, Id, Result};
use store::{Tx, Value, params, versions};

use super::acts::record;
use crate::model::{MeetingState, Participant, Reply};
use crate::quorum::check_proxy;
use crate::{practice, store as reads};

/// Answers for a participant, as often as one likes until the meeting begins. Who answers speaks for the member: a mandate
/// that has ended answers no more, whatever link it holds.
///
/// # Errors
/// `proxy` when the proxy cannot be given; a conflict when the meeting is not (or no longer) convened.
pub fn answer(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Participant>,
    reply: Reply,
    proxy: Option<Id<Participant>>,
    request: Option<&Request>,
) -> Result<()> {
    let (meeting, member) = reads::participant(tx, id)?;
    let member = member.ok_or(Error::NotFound)?;
    let voice = speak(ctx, tx, member, request)?;
    let meeting = reads::lock(tx, meeting)?;
    if meeting.state != MeetingState::Convened || ctx.now() >= meeting.ends_at() {
        return Err(Error::Conflict("On ne répond plus : la réunion est commencée, passée ou annulée.".to_owned()));
    }
    let everyone = reads::participants(tx, meeting.id)?;
    let own = everyone.iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    let holder = match (reply, proxy) {
        (Reply::Represented, None) => {
            return Err(Error::invalid("proxy", "Choisissez la structure qui vous représentera."));
        }
        (Reply::Represented, Some(holder)) => {
            let holder = everyone.iter().find(|one| one.id == holder);
            let holder = holder.ok_or_else(|| Error::invalid("proxy", "Choisissez une structure de la liste."))?;
            let most = most_proxies(tx, own, holder)?;
            check_proxy(&everyone, own, holder, most).map_err(|fault| Error::invalid("proxy", fault.to_string()))?;
            Some(holder)
        }
        (Reply::None, _) => return Err(Error::invalid("reply", "Choisissez une réponse.")),
        (Reply::Present | Reply::Excused, _) => None,
    };
    tx.execute(
        "update participant set answer = $2, answered_at = $3, proxy = $4 where id = $1",
        params![id, Value::code(reply), ctx.now(), holder.map(|holder| holder.id)],
    )?;
    // What was answered is for those who prepare; that it was answered is for everybody.
    let summary =
        format!("« {} » répond à la convocation de « {} »{}", voice.member.name, meeting.title, voice.asked_note());
    record(ctx, tx, "meeting.answered", meeting.governance, meeting.id, summary, &meeting.provenance);
    tx.touch(versions::MEETINGS);
    Ok(())
}

/// The limit of proxies in the bodies where both sit: the strictest.
pub(crate) fn most_proxies(tx: &mut Tx<'_>, giver: &Participant, holder: &Participant) -> Result<i64> {
    let mut most = i64::MAX;
    for (body, ..) in giver.places.iter().filter(|(body, ..)| holder.sits_in(*body)) {
        most = most.min(practice::find(tx, *body)?.0.proxies);
    }
    Ok(if most == i64::MAX { 1 } else { most })
}
