//! Asking for dates, answering, choosing.

use governance::members::own::acts::{Request, speak};
use kernel::{Context, Error, Id, Result, Secret, Timestamp};
use store::{Tx, Value, params, versions};

use super::model::{NewPoll, PollState, Voice};
use super::store::{self as polls, Asked, Choice, Poll};
use crate::model::{Meeting, MeetingState};
use crate::planning::acts::{enter_meeting, names, record};
use crate::planning::convocation::{Addressee, Named, Site, addressees, roll, send};
use crate::schedule::cosign;
use crate::store as reads;

/// Purpose of the links by which one says which dates suit.
const DATES: &str = "sondage-dates";

/// The link by which a person answers for somebody who was asked, until the poll ends.
fn link(site: &Site<'_>, poll_ends: Timestamp, to: &Addressee) -> String {
    let token = site.secret.sign_link(DATES, &[to.about, to.person.uuid()], poll_ends);
    format!("{}/reunions/dates?cle={token}", site.address)
}

/// Whom a link asks, and the person to whom it was sent.
///
/// # Errors
/// A conflict, the same for a link that was altered and for one that is too old.
pub(super) fn read_link(secret: &Secret, token: &str, now: Timestamp) -> Result<(Id<Asked>, Id<directory::Person>)> {
    match secret.read_link(DATES, token, now).as_deref() {
        Some([asked, person]) => Ok((Id::from_uuid(*asked), Id::from_uuid(*person))),
        _ => Err(Error::Conflict(
            "Ce lien n'est plus valable : le sondage est clos, ou l'adresse est incomplète.".to_owned(),
        )),
    }
}

/// Asks those who would be called today which of the dates suit them. Gives how many are asked, and how many messages wait.
///
/// # Errors
/// A conflict when the meeting is no draft, when a poll is under way, or when nobody sits in its bodies.
pub fn open(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    id: Id<Meeting>,
    new: &NewPoll,
) -> Result<(usize, usize)> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Draft {
        return Err(Error::Conflict("On cherche une date avant de convoquer.".to_owned()));
    }
    if polls::of_meeting(tx, id)?.is_some_and(|poll| poll.takes_answers(ctx.now())) {
        return Err(Error::Conflict("Un sondage de dates est déjà en cours pour cette réunion.".to_owned()));
    }
    let bodies = reads::bodies(tx, id)?;
    let everyone = roll(tx, meeting.governance, &bodies)?;
    if everyone.is_empty() {
        let sentence = "Personne ne siège encore dans cette instance : il n'y a personne à interroger.";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    abandon(tx, id)?;
    let poll: Id<Poll> = ctx.new_id()?;
    tx.execute(
        "insert into date_poll (id, meeting, state, ends_at, created_at) values ($1, $2, 'open', $3, $4)",
        params![poll, id, new.ends_at, ctx.now()],
    )?;
    for at in &new.dates {
        let choice: Id<Choice> = ctx.new_id()?;
        tx.execute("insert into date_choice (id, poll, starts_at) values ($1, $2, $3)", params![choice, poll, *at])?;
    }
    let mut asked: Vec<Named> = Vec::new();
    for (rank, one) in (1i64..).zip(everyone) {
        let id: Id<Asked> = ctx.new_id()?;
        tx.execute(
            "insert into date_asked (id, poll, rank, member, organisation, seat, name) values ($1, $2, $3, $4, $5, $6, $7)",
            params![id, poll, rank, one.member, one.organisation, one.seat, &one.name],
        )?;
        asked.push((id.uuid(), one.member, one.name));
    }
    let dates: Vec<String> = new.dates.iter().map(|at| format!("- {}", meeting.zone.moment(*at))).collect();
    let to = addressees(tx, ctx, meeting.governance, &asked)?;
    for one in &to {
        let text = format!(
            "Bonjour,\n\nUne réunion se prépare : {} ({}). Quelles dates conviennent à « {} » ?\n\n{}\n\n\
             Répondez avant le {}, sans compte, et changez d'avis jusque-là avec le même lien :\n\n{}",
            meeting.title,
            names(&bodies),
            one.name,
            dates.join("\n"),
            last_day(&meeting, new.ends_at),
            link(site, new.ends_at, one)
        );
        send(ctx, tx, one, format!("Quelles dates vous conviennent ? {}", meeting.title), text)?;
    }
    let many = asked.len();
    let plural = if many > 1 { "s" } else { "" };
    let summary =
        format!("Sondage de dates pour une réunion en préparation : {many} structure{plural} ou fonction{plural}");
    record(ctx, tx, "meeting.dates_asked", meeting.governance, id, summary, &meeting.provenance);
    Ok((many, to.len()))
}

/// « 12 mars 2027 »: the last day on which one answers.
pub(super) fn last_day(meeting: &Meeting, ends_at: Timestamp) -> String {
    kernel::time::french_date(meeting.zone.civil(ends_at.plus(-1)).0)
}

/// Says what suits of each date, as often as one likes until the poll ends. Who answers speaks for the member at that
/// moment, whatever link it holds.
///
/// # Errors
/// `v-{choice}` for each date without an answer; a conflict when the poll is over.
pub fn answer(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Asked>,
    voices: &[(Id<Choice>, Voice)],
    request: Option<&Request>,
) -> Result<()> {
    let (meeting, member) = polls::asked(tx, id)?;
    let voice = speak(ctx, tx, member.ok_or(Error::NotFound)?, request)?;
    // Two answers at once, or an answer and the choice of a date, come one after the other.
    tx.execute("update date_poll set state = state where meeting = $1", params![meeting])?;
    let meeting = reads::find(tx, meeting)?;
    let poll = polls::of_meeting(tx, meeting.id)?.ok_or(Error::NotFound)?;
    let own = poll.asked.iter().find(|one| one.id == id);
    if own.is_none() || !poll.takes_answers(ctx.now()) || meeting.state != MeetingState::Draft {
        return Err(Error::Conflict(over()));
    }
    let mut errors = kernel::Errors::default();
    for choice in &poll.choices {
        match voices.iter().find(|(known, _)| *known == choice.id) {
            Some((_, voice)) => {
                tx.execute(
                    "insert into date_voice (asked, choice, voice) values ($1, $2, $3)
                     on conflict (asked, choice) do update set voice = excluded.voice",
                    params![id, choice.id, Value::code(*voice)],
                )?;
            }
            None => errors.add(format!("v-{}", choice.id), "Choisissez une réponse."),
        }
    }
    errors.into_result()?;
    tx.execute("update date_asked set answered_at = $2 where id = $1", params![id, ctx.now()])?;
    let summary = format!(
        "« {} » dit ses disponibilités pour une réunion en préparation{}",
        voice.member.name,
        voice.asked_note()
    );
    record(ctx, tx, "meeting.dates_answered", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(())
}

pub(super) fn over() -> String {
    "On ne répond plus : ce sondage de dates est clos.".to_owned()
}

/// The poll of a draft that is not decided, for those who animate it.
fn undecided(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<(Meeting, Poll)> {
    let meeting = enter_meeting(ctx, tx, id)?;
    tx.execute("update date_poll set state = state where meeting = $1", params![id])?;
    let poll = polls::of_meeting(tx, id)?.filter(|poll| poll.state == PollState::Open);
    match poll {
        Some(poll) if meeting.state == MeetingState::Draft => Ok((meeting, poll)),
        _ => Err(Error::Conflict("Il n'y a pas de sondage de dates à conclure pour cette réunion.".to_owned())),
    }
}

/// Chooses one of the dates, before or after the end of the poll: the meeting takes it. The convocation tells it.
///
/// # Errors
/// `choice` when it is none of the poll or has passed; a conflict when there is nothing to choose from (any more).
pub fn choose(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, choice: Option<Id<Choice>>) -> Result<Timestamp> {
    let (meeting, poll) = undecided(ctx, tx, id)?;
    let found = poll.choices.iter().find(|known| Some(known.id) == choice);
    let found = found.ok_or_else(|| Error::invalid("choice", "Choisissez une des dates."))?;
    if found.starts_at <= ctx.now() {
        return Err(Error::invalid("choice", "Cette date est passée : choisissez-en une autre."));
    }
    tx.execute("update meeting set starts_at = $2 where id = $1", params![id, found.starts_at])?;
    tx.execute("update date_poll set state = 'chosen' where id = $1", params![poll.id])?;
    if found.starts_at != meeting.starts_at {
        cosign::ask_again(tx, id)?;
    }
    let summary = "La date d'une réunion en préparation est choisie".to_owned();
    record(ctx, tx, "meeting.date_chosen", meeting.governance, id, summary, &meeting.provenance);
    Ok(found.starts_at)
}

/// Gives up the poll; the date of the draft stays as it was.
pub fn abandon_poll(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<()> {
    let (meeting, _) = undecided(ctx, tx, id)?;
    abandon(tx, id)?;
    let summary = "Sondage de dates abandonné pour une réunion en préparation".to_owned();
    record(ctx, tx, "meeting.dates_abandoned", meeting.governance, id, summary, &meeting.provenance);
    Ok(())
}

/// No more answers: the meeting was convened, cancelled, or asks again.
pub fn abandon(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<()> {
    tx.execute("update date_poll set state = 'abandoned' where meeting = $1 and state = 'open'", params![id])?;
    tx.touch(versions::MEETINGS);
    Ok(())
}
