//! Inviting, taking back an invitation, answering one, noting who came.

use directory::accounts::model::Email;
use kernel::{Context, Error, Errors, Id, Result, Secret, Timestamp, text};
use store::outbox::{Message, queue};
use store::{Tx, Value, params, versions};

use super::model::{Guest, GuestPresence, GuestReply};
use super::store as guests;
use crate::model::{Meeting, MeetingState};
use crate::planning::acts::{enter_meeting, record};
use crate::planning::convocation::{self, Site};
use crate::store as reads;

/// Purpose of the links by which a guest answers.
const GUEST: &str = "reponse-invite";
/// Guests of one meeting.
const MOST: usize = 100;

/// What was typed of a guest.
#[derive(Clone, Debug, Default)]
pub struct NewGuest {
    pub name: String,
    pub email: String,
}

/// The guest of a link that still holds.
///
/// # Errors
/// A conflict, the same for a link that was altered and for one that is too old.
pub(super) fn read_link(secret: &Secret, token: &str, now: Timestamp) -> Result<Id<Guest>> {
    match secret.read_link(GUEST, token, now).as_deref() {
        Some([guest]) => Ok(Id::from_uuid(*guest)),
        _ => Err(Error::Conflict(
            "Ce lien n'est plus valable : la réunion est passée, ou l'adresse est incomplète.".to_owned(),
        )),
    }
}

/// Invites an organisation or a function; told at once when the meeting is convened already.
///
/// # Errors
/// `name`, `email`; a conflict when the meeting is over or cancelled, or has too many guests.
pub fn invite(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    id: Id<Meeting>,
    typed: &NewGuest,
) -> Result<Id<Guest>> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if matches!(meeting.state, MeetingState::Closed | MeetingState::Cancelled) {
        return Err(Error::Conflict("Cette réunion est passée ou annulée : elle n'invite plus personne.".to_owned()));
    }
    let known = guests::list(tx, id)?;
    let mut errors = Errors::default();
    let name = errors.check("name", text::line(&typed.name, text::NAME_MAX)).unwrap_or_default();
    if known.iter().any(|guest| text::fold(&guest.name) == text::fold(&name)) && !name.is_empty() {
        errors.add("name", "Cet invité est déjà sur la liste.");
    }
    let email = match typed.email.trim() {
        "" => String::new(),
        email => errors.check("email", Email::parse(email)).map(|email| email.shown).unwrap_or_default(),
    };
    errors.into_result()?;
    if known.len() >= MOST {
        return Err(Error::Conflict(format!("Une réunion a {MOST} invités au plus.")));
    }
    let guest: Id<Guest> = ctx.new_id()?;
    let rank = i64::try_from(known.len()).map_err(Error::internal)? + 1;
    tx.execute(
        "insert into guest (id, meeting, rank, name, email) values ($1, $2, $3, $4, $5)",
        params![guest, id, rank, &name, &email],
    )?;
    if meeting.state == MeetingState::Convened && meeting.starts_at > ctx.now() {
        let one = Guest { id: guest, name, email, reply: GuestReply::None, presence: GuestPresence::Unknown };
        let sheet = convocation::sheet_with_agenda(tx, site, &meeting)?;
        write(ctx, tx, site, &meeting, &Tell::invitation(&meeting, sheet), &one)?;
    }
    // The name of a guest may be nobody's business before the minutes.
    let summary = format!("Un invité de plus pour {}", meeting.public_name());
    record(ctx, tx, "meeting.guest_invited", meeting.governance, id, summary, &meeting.provenance);
    Ok(guest)
}

/// Takes back an invitation that nobody was told of.
///
/// # Errors
/// A conflict once the meeting is convened: who was invited stays invited.
pub fn remove(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Guest>) -> Result<()> {
    let meeting = guests::meeting_of(tx, id)?;
    let meeting = enter_meeting(ctx, tx, meeting)?;
    if meeting.state != MeetingState::Draft {
        return Err(Error::Conflict("La réunion est convoquée : qui est invité le reste.".to_owned()));
    }
    tx.execute("delete from guest where id = $1", params![id])?;
    let summary = format!("Un invité de moins pour {}", meeting.public_name());
    record(ctx, tx, "meeting.guest_removed", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(())
}

/// Answers an invitation: whoever holds its link may, until the meeting begins. The link is the permission.
///
/// # Errors
/// A conflict when the link or the meeting is over.
pub fn answer(ctx: &Context<'_>, tx: &mut Tx<'_>, secret: &Secret, token: &str, reply: GuestReply) -> Result<()> {
    let id = read_link(secret, token, ctx.now())?;
    if reply == GuestReply::None {
        return Err(Error::invalid("reply", "Choisissez une réponse."));
    }
    let meeting = guests::meeting_of(tx, id)?;
    let meeting = reads::lock(tx, meeting)?;
    if meeting.state != MeetingState::Convened || ctx.now() >= meeting.ends_at() {
        return Err(Error::Conflict("On ne répond plus : la réunion est commencée, passée ou annulée.".to_owned()));
    }
    tx.execute(
        "update guest set answer = $2, answered_at = $3 where id = $1",
        params![id, Value::code(reply), ctx.now()],
    )?;
    let summary = format!("Un invité répond pour « {} »", meeting.title);
    record(ctx, tx, "meeting.guest_answered", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(())
}

/// Whether a guest came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub guest: Id<Guest>,
    pub presence: GuestPresence,
}

/// Notes which guests came, during the session.
///
/// # Errors
/// A conflict when the session is not open.
pub fn enter_presence(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, entries: &[Entry]) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Open {
        return Err(Error::Conflict("La présence se note pendant la séance.".to_owned()));
    }
    let mut changed = 0;
    for entry in entries {
        changed += tx.execute(
            "update guest set presence = $3 where id = $1 and meeting = $2 and presence <> $3",
            params![entry.guest, id, Value::code(entry.presence)],
        )?;
    }
    if changed > 0 {
        let summary = format!("Présence d'invités notée en séance « {} »", meeting.title);
        record(ctx, tx, "meeting.guest_presence", meeting.governance, id, summary, &meeting.provenance);
        tx.touch(versions::MEETINGS);
    }
    Ok(())
}

/// What guests are told.
pub(crate) struct Tell {
    pub subject: String,
    /// Paragraphs between the greeting and the link.
    pub text: String,
    /// Whether an answer is asked for, and then only from those who have given none.
    pub answer: bool,
    pub silent_only: bool,
}

impl Tell {
    pub fn invitation(meeting: &Meeting, sheet: String) -> Self {
        Self {
            subject: format!("Invitation : {}, {}", meeting.title, meeting.when()),
            text: format!("Vous êtes invité à cette réunion :\n\n{sheet}"),
            answer: true,
            silent_only: false,
        }
    }
}

/// Writes to each guest with an address; gives how many messages wait.
pub(crate) fn tell(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    meeting: &Meeting,
    message: &Tell,
) -> Result<usize> {
    let mut told = 0;
    for guest in guests::list(tx, meeting.id)? {
        if !message.silent_only || guest.reply == GuestReply::None {
            told += usize::from(write(ctx, tx, site, meeting, message, &guest)?);
        }
    }
    Ok(told)
}

fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    meeting: &Meeting,
    message: &Tell,
    guest: &Guest,
) -> Result<bool> {
    if guest.email.is_empty() {
        return Ok(false);
    }
    let mut text = format!("Bonjour,\n\n{}", message.text);
    if message.answer {
        let token = site.secret.sign_link(GUEST, &[guest.id.uuid()], meeting.ends_at());
        text.push_str(&format!(
            "\n\nDites si vous serez là, sans compte :\n{}/reunions/invitation?cle={token}",
            site.address
        ));
    }
    text.push_str(&format!(
        "\n\nVous recevez ce message au titre de « {} ». Votre adresse ne sert qu'à cette réunion et sera effacée ensuite.",
        guest.name
    ));
    let subject = message.subject.clone();
    queue(ctx, tx, &Message { to: guest.email.clone(), subject, text, urgent: true, person: None })?;
    Ok(true)
}
