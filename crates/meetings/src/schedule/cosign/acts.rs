//! Asking for agreements, giving one, noting one that was given otherwise.

use governance::members::own::acts::{Request, speak};
use kernel::{Context, Error, Id, Result, Secret, Timestamp, text};
use store::{Tx, params};

use super::model::{Agreement, is_shared};
use super::store::{self as signatures, Cosignature};
use crate::model::{Meeting, MeetingState};
use crate::planning::acts::{enter_meeting, names, record};
use crate::planning::convocation::{Named, Site, addressees, send};
use crate::{practice, store as reads};

/// Purpose of the links by which one agrees to a convocation.
const AGREE: &str = "accord-convocation";

/// What a link asks to agree to, and the person to whom it was sent.
///
/// # Errors
/// A conflict, the same for a link that was altered and for one that is too old.
pub(super) fn read_link(
    secret: &Secret,
    token: &str,
    now: Timestamp,
) -> Result<(Id<Cosignature>, Id<directory::Person>)> {
    match secret.read_link(AGREE, token, now).as_deref() {
        Some([signature, person]) => Ok((Id::from_uuid(*signature), Id::from_uuid(*person))),
        _ => Err(Error::Conflict(
            "Ce lien n'est plus valable : la réunion est passée, ou l'adresse est incomplète.".to_owned(),
        )),
    }
}

/// Asks those who co-chair for their agreement to the convocation, those who have given it left in peace. Gives how many
/// messages wait.
///
/// # Errors
/// A conflict when the meeting is no draft, is past, has no agenda, or when nobody shares its chair.
pub fn ask(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &Site<'_>, id: Id<Meeting>) -> Result<usize> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Draft || meeting.starts_at <= ctx.now() {
        return Err(Error::Conflict("On demande l'accord avant de convoquer, pour une réunion à venir.".to_owned()));
    }
    let bodies = reads::bodies(tx, id)?;
    let inviters = signatures::inviters(tx, &bodies)?;
    if !is_shared(&inviters) {
        return Err(Error::Conflict(
            "Personne ne copréside cette instance : aucun accord n'est à demander.".to_owned(),
        ));
    }
    let items = reads::agenda(tx, id)?;
    if items.is_empty() {
        return Err(Error::Conflict("L'ordre du jour est vide : ajoutez au moins un point.".to_owned()));
    }
    let known = signatures::list(tx, id)?;
    for one in &inviters {
        if !known.iter().any(|signature| signature.chair == one.key) {
            tx.execute(
                "insert into cosignature (id, meeting, chair, name, state) values ($1, $2, $3, $4, 'asked')",
                params![ctx.new_id::<Cosignature>()?, id, one.key, &one.name],
            )?;
        }
    }
    let mut to: Vec<Named> = Vec::new();
    for signature in signatures::list(tx, id)?.into_iter().filter(|one| one.state == Agreement::Asked) {
        let member = signatures::member(tx, meeting.governance, signature.chair)?;
        to.push((signature.id.uuid(), member, signature.name));
    }
    let to = addressees(tx, ctx, meeting.governance, &to)?;
    let agenda: Vec<String> = (1..).zip(&items).map(|(rank, item)| format!("{rank}. {}", item.title)).collect();
    for one in &to {
        let token = site.secret.sign_link(AGREE, &[one.about, one.person.uuid()], meeting.starts_at);
        let text = format!(
            "Bonjour,\n\n« {} » copréside : votre accord est demandé avant de convoquer cette réunion.\n\n{} ({})\nQuand : {}\n\n\
             Ordre du jour :\n{}\n\nDonnez votre accord, sans compte :\n{}/reunions/accord?cle={token}",
            one.name,
            meeting.title,
            names(&bodies),
            meeting.when(),
            agenda.join("\n"),
            site.address,
        );
        send(ctx, tx, one, format!("Votre accord avant de convoquer : {}", meeting.title), text)?;
    }
    let summary = "Accord demandé aux coprésidences pour une réunion en préparation".to_owned();
    record(ctx, tx, "meeting.agreement_asked", meeting.governance, id, summary, &meeting.provenance);
    Ok(to.len())
}

/// Gives the agreement of an organisation that co-chairs. Who gives it speaks for the member at that moment.
///
/// # Errors
/// A conflict when the meeting is convened, cancelled or past; giving it twice changes nothing.
pub fn sign(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Cosignature>, request: Option<&Request>) -> Result<()> {
    let meeting = signatures::meeting_of(tx, id)?;
    let known = signatures::list(tx, meeting)?.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    let governance = reads::find(tx, meeting)?.governance;
    let member = signatures::member(tx, governance, known.chair)?.ok_or(Error::NotFound)?;
    let voice = speak(ctx, tx, member, request)?;
    let meeting = reads::lock(tx, meeting)?;
    if meeting.state != MeetingState::Draft || meeting.starts_at <= ctx.now() {
        return Err(Error::Conflict(over()));
    }
    // Read again under the lock: those who prepare may have noted it meanwhile, or moved the meeting.
    let changed = tx.execute(
        "update cosignature set state = 'signed', how = '', given_at = $2 where id = $1 and state = 'asked'",
        params![id, ctx.now()],
    )?;
    if changed > 0 {
        let summary = format!(
            "« {} » donne son accord à la convocation d'une réunion en préparation{}",
            voice.member.name,
            voice.asked_note()
        );
        record(ctx, tx, "meeting.agreement_given", meeting.governance, meeting.id, summary, &meeting.provenance);
    }
    Ok(())
}

pub(super) fn over() -> String {
    "Cet accord n'est plus à donner : la réunion est convoquée, passée ou annulée.".to_owned()
}

/// Notes that somebody who co-chairs agreed otherwise (by letter, by word of mouth), and how.
///
/// # Errors
/// `how` without it; a conflict when it is not asked for (any more).
pub fn otherwise(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Cosignature>, how: &str) -> Result<()> {
    let meeting = signatures::meeting_of(tx, id)?;
    let meeting = enter_meeting(ctx, tx, meeting)?;
    let how = text::line(how, 300).map_err(|fault| Error::invalid("how", fault.to_string()))?;
    let name: Option<String> = tx.find(
        "update cosignature set state = 'otherwise', how = $2, given_at = $3 where id = $1 and state = 'asked' returning name",
        params![id, how, ctx.now()],
        |row| row.get(0),
    )?;
    let Some(name) = name.filter(|_| meeting.state == MeetingState::Draft) else {
        return Err(Error::Conflict("Cet accord n'est plus à noter.".to_owned()));
    };
    let summary = format!("Accord de « {name} » donné autrement, noté pour une réunion en préparation");
    record(ctx, tx, "meeting.agreement_noted", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(())
}

/// What was agreed to was another day or hour: it is asked again.
pub(crate) fn ask_again(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<()> {
    tx.execute(
        "update cosignature set state = 'asked', how = '', given_at = null where meeting = $1 and state <> 'asked'",
        params![meeting],
    )?;
    Ok(())
}

/// Refuses to convene as long as somebody who co-chairs has not agreed, where one of the bodies requires it.
///
/// # Errors
/// A conflict that names them.
pub(crate) fn require_all(tx: &mut Tx<'_>, meeting: &Meeting) -> Result<()> {
    let bodies = reads::bodies(tx, meeting.id)?;
    let mut required = false;
    for body in &bodies {
        required |= practice::find(tx, body.id)?.0.cosigned;
    }
    let inviters = signatures::inviters(tx, &bodies)?;
    if !required || !is_shared(&inviters) {
        return Ok(());
    }
    let given = signatures::list(tx, meeting.id)?;
    let agreed = |key| given.iter().any(|one| one.chair == key && one.state.is_given());
    let missing: Vec<String> =
        inviters.iter().filter(|one| !agreed(one.key)).map(|one| format!("« {} »", one.name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "Cette instance demande l'accord de ses coprésidences avant de convoquer. Il manque celui de {}.",
        missing.join(", ")
    )))
}
