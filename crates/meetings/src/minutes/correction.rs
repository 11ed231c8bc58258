//! Corrections: asked for by a member who was called, taken up or not by who animates.

use directory::Person;
use directory::correspondence::{LetterKind, News};
use governance::members::own::acts::speak;
use kernel::{Context, Error, Errors, Id, Result, Secret, Timestamp, text};
use store::{Tx, params};

use super::acts::enter;
use super::model::{Correction, CorrectionState, MinutesState};
use super::store as reads;
use crate::Meeting;
use crate::conduct::note;
use crate::model::{Item, Participant};
use crate::news::tell_called;
use crate::planning::acts::record;
use crate::planning::convocation::Site;

/// Purpose of the links by which one reads minutes again.
const PURPOSE: &str = "relecture-compte-rendu";
/// How long a link opens the minutes.
const HOLDS: i64 = 90 * kernel::time::DAY;

/// The link by which a person reads minutes again and asks for a correction.
pub(crate) fn correction_link(site: &Site<'_>, of: Id<Participant>, person: Id<Person>, now: Timestamp) -> String {
    format!("{}/reunions/relecture?cle={}", site.address, key(site.secret, of, person, now))
}

pub(super) fn key(secret: &Secret, of: Id<Participant>, person: Id<Person>, now: Timestamp) -> String {
    secret.sign_link(PURPOSE, &[of.uuid(), person.uuid()], now.plus(HOLDS))
}

/// The participant and the person of a link that still holds.
///
/// # Errors
/// A conflict, the same for a link that was altered and for one that is too old.
pub(super) fn read_key(secret: &Secret, token: &str, now: Timestamp) -> Result<(Id<Participant>, Id<Person>)> {
    match secret.read_link(PURPOSE, token, now).as_deref() {
        Some([participant, person]) => Ok((Id::from_uuid(*participant), Id::from_uuid(*person))),
        _ => Err(Error::Conflict(
            "Ce lien n'est plus valable : il a plus de 90 jours, ou l'adresse est incomplète. Connectez-vous pour relire."
                .to_owned(),
        )),
    }
}

/// Most corrections that one may ask of one set of minutes.
const MOST: usize = 200;

/// Asks for a correction, in the name of a member that was called.
///
/// # Errors
/// `text`; `item` when it is none of this meeting; a conflict when the minutes are not (or no longer) read again.
pub fn ask(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    of: Id<Participant>,
    item: Option<Id<Item>>,
    typed: &str,
) -> Result<Id<Correction>> {
    let (meeting, member) = crate::store::participant(tx, of)?;
    let voice = speak(ctx, tx, member.ok_or(Error::NotFound)?, None)?;
    let meeting = crate::store::lock(tx, meeting)?;
    let minutes = reads::find(tx, meeting.id)?.ok_or(Error::NotFound)?;
    let late = minutes.silence_until.is_some_and(|until| ctx.now().day() > until.last_day());
    if minutes.state != MinutesState::Circulated || late {
        return Err(Error::Conflict("Ce compte rendu n'est plus en relecture.".to_owned()));
    }
    let mut errors = Errors::default();
    let text = match errors.check("text", text::paragraphs(typed, 4_000)) {
        Some(None) => {
            errors.add("text", "Dites ce qu'il faut corriger.");
            String::new()
        }
        Some(Some(text)) => text,
        None => String::new(),
    };
    if let Some(item) = item
        && crate::store::meeting_of(tx, item)? != meeting.id
    {
        errors.add("item", "Choisissez un point de la liste.");
    }
    errors.into_result()?;
    let known = reads::corrections(tx, meeting.id)?;
    // A second click says the same thing again: it is one demand.
    if let Some(same) = known.iter().find(|one| one.name == voice.member.name && one.item == item && one.text == text) {
        return Ok(same.id);
    }
    if known.len() >= MOST {
        return Err(Error::Conflict("Trop de corrections sont déjà demandées : écrivez à l'animation.".to_owned()));
    }
    let id: Id<Correction> = ctx.new_id()?;
    tx.execute(
        "insert into correction (id, meeting, item, member, name, text, state, asked_at)
         values ($1, $2, $3, $4, $5, $6, 'asked', $7)",
        params![id, meeting.id, item, member, &voice.member.name, &text, ctx.now()],
    )?;
    let summary = format!("« {} » demande une correction du compte rendu de « {} »", voice.member.name, meeting.title);
    record(ctx, tx, "minutes.correction_asked", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(id)
}

/// What is answered to a correction.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub accepted: bool,
    pub reason: String,
    /// The notes of the item with their version, corrected in the same act.
    pub notes: Option<(i64, String)>,
}

/// Takes a correction up, with the notes corrected, or does not, with a reason.
///
/// # Errors
/// `reason` when it is not taken up without one; a conflict when it was answered, or when somebody else has written the
/// notes meanwhile.
pub fn answer(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    of: Id<Correction>,
    verdict: &Verdict,
) -> Result<()> {
    let (meeting, minutes) = enter(ctx, tx, id)?;
    let asked = reads::corrections(tx, id)?.into_iter().find(|one| one.id == of).ok_or(Error::NotFound)?;
    if asked.state != CorrectionState::Asked || !minutes.state.is_open() {
        return Err(Error::Conflict("Cette demande a déjà reçu une réponse.".to_owned()));
    }
    let mut errors = Errors::default();
    let reason = errors.check("reason", text::optional_line(&verdict.reason, 500)).flatten().unwrap_or_default();
    if !verdict.accepted && reason.is_empty() && errors.of("reason").is_none() {
        errors.add("reason", "Dites pourquoi : la structure le lira.");
    }
    errors.into_result()?;
    if let (true, Some(item), Some((version, notes))) = (verdict.accepted, asked.item, &verdict.notes) {
        note(ctx, tx, item, *version, None, notes)?;
    }
    let state = if verdict.accepted { CorrectionState::Accepted } else { CorrectionState::Refused };
    tx.execute(
        "update correction set state = $2, reason = $3, decided_at = $4 where id = $1",
        params![of, store::Value::code(state), &reason, ctx.now()],
    )?;
    let (slug, place) = crate::store::address(tx, id)?;
    let news = News {
        title: format!(
            "Votre correction est {} : {}",
            if verdict.accepted { "retenue" } else { "écartée" },
            meeting.title
        ),
        text: reason.clone(),
        path: format!("{}/compte-rendu", crate::url::meeting(&slug, &place)),
    };
    let mut own = crate::store::participants(tx, id)?;
    own.retain(|one| one.name == asked.name);
    tell_called(ctx, tx, &meeting, &own, LetterKind::Answers, &news)?;
    let told = if verdict.accepted { "retenue" } else { "non retenue" };
    let summary = format!("Correction demandée par « {} » {told} : « {} »", asked.name, meeting.title);
    record(ctx, tx, "minutes.correction_answered", meeting.governance, id, summary, &meeting.provenance);
    Ok(())
}
