//! Minutes read again, approved, published.

use directory::correspondence::{LetterKind, News};
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::time::french_date;
use kernel::{Context, Error, Errors, Id, PartialDate, Result, text};
use store::outbox::{Message, queue};
use store::{Tx, Value, params, versions};

use super::correction::correction_link;
use super::model::{CorrectionState, Minutes, MinutesState, approval_rule};
use super::store as reads;
use crate::model::{Meeting, OutcomeKind};
use crate::news::tell_called;
use crate::planning::acts::{enter_meeting, record, subject};
use crate::planning::convocation::{Site, addressees, named};
use crate::practice::Approval;

/// Opens an act on minutes: the lock of their meeting, the permission, and the minutes.
pub(super) fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<(Meeting, Minutes)> {
    let meeting = enter_meeting(ctx, tx, id)?;
    let minutes = reads::find(tx, id)?.ok_or_else(not_closed)?;
    Ok((meeting, minutes))
}

fn not_closed() -> Error {
    Error::Conflict("La séance n'est pas close : il n'y a pas encore de compte rendu.".to_owned())
}

pub(super) fn asked(corrections: &[super::model::Correction]) -> usize {
    corrections.iter().filter(|one| one.state == CorrectionState::Asked).count()
}

/// Sends the minutes to those who were called, who may ask for corrections; where silence approves, the delay runs from
/// now. Gives how many messages wait.
///
/// # Errors
/// A conflict when they were sent already.
pub fn circulate(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &Site<'_>, id: Id<Meeting>) -> Result<usize> {
    let (meeting, minutes) = enter(ctx, tx, id)?;
    if minutes.state != MinutesState::Draft {
        return Err(Error::Conflict("Ce compte rendu a déjà été envoyé en relecture.".to_owned()));
    }
    let (rule, days) = approval_rule(&reads::practices(tx, id)?);
    let until = match rule {
        Approval::Silence => {
            let days = jiff::Span::new().try_days(days).map_err(Error::internal)?;
            Some(meeting.zone.civil(ctx.now()).0.saturating_add(days))
        }
        Approval::NextMeeting => None,
    };
    tx.execute(
        "update minutes set state = 'circulated', circulated_at = $2, silence_until = $3, version = version + 1
         where meeting = $1",
        params![id, ctx.now(), until.map(PartialDate::of_day)],
    )?;
    let how = match until {
        Some(until) => format!(
            "Sans demande de correction au plus tard le {}, il sera approuvé par le silence.",
            french_date(until)
        ),
        None => "Il sera approuvé à la réunion suivante.".to_owned(),
    };
    let everyone = crate::store::participants(tx, id)?;
    let to = addressees(tx, ctx, meeting.governance, &named(&everyone))?;
    for one in &to {
        let text = format!(
            "Bonjour,\n\nLe compte rendu de « {} », {}, est prêt à être relu. {how}\n\n\
             Le lire et, s'il le faut, demander une correction, sans compte :\n{}",
            meeting.title,
            meeting.when(),
            correction_link(site, Id::from_uuid(one.about), one.person, ctx.now()),
        );
        let subject = format!("À relire : compte rendu de {}", meeting.title);
        let person = Some(one.person.uuid());
        // A delay runs: the message does not wait to be grouped.
        queue(ctx, tx, &Message { to: one.email.clone(), subject, text, urgent: true, person })?;
    }
    let summary = format!("Compte rendu de « {} » envoyé en relecture", meeting.title);
    tx.record(
        ctx,
        Act::new("minutes.circulated", subject(id), summary)
            .in_governance(meeting.governance.uuid())
            .with_some("silence_jusqu_au", until.map(|day| day.to_string()))
            .from_source(&meeting.provenance),
    );
    tx.touch(versions::MEETINGS);
    Ok(to.len())
}

/// Approves the minutes, as the bodies have done.
///
/// # Errors
/// `approved_on` when it is missing, to come or before the meeting; `approval` when it is empty; a conflict when they are
/// approved, or when a correction waits for an answer.
pub fn approve(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    approved_on: Option<PartialDate>,
    approval: &str,
) -> Result<()> {
    let (meeting, minutes) = enter(ctx, tx, id)?;
    if !minutes.state.is_open() {
        return Err(Error::Conflict("Ce compte rendu est déjà approuvé.".to_owned()));
    }
    let waiting = asked(&reads::corrections(tx, id)?);
    if waiting > 0 {
        let plural = if waiting > 1 { "s attendent" } else { " attend" };
        return Err(Error::Conflict(format!("{waiting} demande{plural} une réponse : examinez-les d'abord.")));
    }
    let mut errors = Errors::default();
    let approval = errors.check("approval", text::line(approval, 300)).unwrap_or_default();
    let held = meeting.zone.civil(meeting.starts_at).0;
    match approved_on {
        None => errors.add("approved_on", "Donnez la date de l'approbation."),
        Some(on) if on.first_day() > ctx.now().day() => errors.add("approved_on", "Cette date est à venir."),
        Some(on) if on.last_day() < held => errors.add("approved_on", "Cette date précède la réunion."),
        Some(_) => {}
    }
    errors.into_result()?;
    set_approved(ctx, tx, &meeting, approved_on, &approval)
}

fn set_approved(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    meeting: &Meeting,
    on: Option<PartialDate>,
    how: &str,
) -> Result<()> {
    tx.execute(
        "update minutes set state = 'approved', approved_on = $2, approval = $3, version = version + 1 where meeting = $1",
        params![meeting.id, on, how],
    )?;
    tx.record(
        ctx,
        Act::new(
            "minutes.approved",
            subject(meeting.id),
            format!("Compte rendu de « {} » approuvé : {how}", meeting.title),
        )
        .in_governance(meeting.governance.uuid())
        .with_some("approuve_le", on.map(|on| on.to_string()))
        .from_source(&meeting.provenance),
    );
    tx.touch(versions::MEETINGS);
    Ok(())
}

/// Minutes approved in one passage: the next passage goes on.
const BATCH: i64 = 50;

/// Approves what nobody wanted corrected in time. Made by the clock, for nobody: no permission is asked, the rule of the
/// body has said so.
pub fn approve_by_silence(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<usize> {
    let all = reads::silent(tx, ctx.now().day(), BATCH)?;
    let mut done = 0;
    for id in all {
        let meeting = crate::store::lock(tx, id)?;
        // Two nodes may pass at once: the second finds it done.
        let Some(minutes) = reads::find(tx, id)? else { continue };
        if minutes.state != MinutesState::Circulated || asked(&reads::corrections(tx, id)?) > 0 {
            continue;
        }
        let until = minutes.silence_until.map(|until| french_date(until.last_day())).unwrap_or_default();
        let how = format!("par le silence, aucune correction demandée jusqu'au {until}");
        let on = Some(PartialDate::of_day(ctx.now().day()));
        set_approved(ctx, tx, &meeting, on, &how)?;
        done += 1;
    }
    Ok(done)
}

/// Publishes minutes that are approved: everybody reads them, but what was hidden with its reason.
///
/// # Errors
/// A conflict when they are not approved, or published.
pub fn publish(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<()> {
    let (meeting, minutes) = enter(ctx, tx, id)?;
    match minutes.state {
        MinutesState::Approved => {}
        MinutesState::Published => return Err(Error::Conflict("Ce compte rendu est déjà publié.".to_owned())),
        MinutesState::Draft | MinutesState::Circulated => {
            return Err(Error::Conflict("Ce compte rendu n'est pas encore approuvé.".to_owned()));
        }
    }
    tx.execute(
        "update minutes set state = 'published', published_at = $2, version = version + 1 where meeting = $1",
        params![id, ctx.now()],
    )?;
    let (slug, place) = crate::store::address(tx, id)?;
    let news = News {
        title: format!("Compte rendu publié : {}", meeting.title),
        text: format!("La réunion du {}.", french_date(meeting.zone.civil(meeting.starts_at).0)),
        path: format!("{}/compte-rendu", crate::url::meeting(&slug, &place)),
    };
    let everyone = crate::store::participants(tx, id)?;
    tell_called(ctx, tx, &meeting, &everyone, LetterKind::Meetings, &news)?;
    let redactions = reads::redactions(tx, id)?;
    let agenda = super::model::public_items(crate::store::agenda(tx, id)?, &redactions);
    let decisions = agenda.iter().flat_map(|item| &item.outcomes).filter(|one| one.kind == OutcomeKind::Decision);
    let decisions: Vec<&str> = decisions.map(|one| one.text.as_str()).collect();
    let hidden = i64::try_from(redactions.len()).map_err(Error::internal)?;
    tx.record(
        ctx,
        Act::new("minutes.published", subject(id), format!("Compte rendu de « {} » publié", meeting.title))
            .in_governance(meeting.governance.uuid())
            .with_some("decisions", (!decisions.is_empty()).then(|| decisions.join(" ; ")))
            .with("passages_non_publies", hidden)
            .from_source(&meeting.provenance),
    );
    tx.touch(versions::MEETINGS);
    Ok(())
}

/// What was typed of something that the public version hides.
#[derive(Clone, Debug, Default)]
pub struct NewRedaction {
    pub passage: String,
    pub ground: String,
    pub reason: String,
}

/// Hides a passage of an item from the public version, or everything noted on it. Once minutes are published, more may be
/// hidden (somebody asks for it), never less.
///
/// # Errors
/// `passage` when it does not stand there; `ground`; `reason`.
pub fn redact(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    item: Id<crate::model::Item>,
    new: &NewRedaction,
) -> Result<Id<super::model::Redaction>> {
    let id = crate::store::meeting_of(tx, item)?;
    let (meeting, _) = enter(ctx, tx, id)?;
    let items = crate::store::agenda(tx, id)?;
    let own = items.iter().find(|one| one.id == item).ok_or(Error::NotFound)?;
    let mut errors = Errors::default();
    let passage = errors.check("passage", text::paragraphs(&new.passage, 4_000)).flatten().unwrap_or_default();
    let stands = |text: &str| !super::model::find(text, &passage).is_empty();
    if !passage.is_empty()
        && !stands(&own.notes)
        && !own.outcomes.iter().any(|one| stands(&one.text) || stands(&one.responsible))
    {
        errors.add("passage", "Ce passage ne se trouve pas dans ce point : copiez-le du compte rendu.");
    }
    let ground = governance::forms::coded::<super::model::Ground>(&mut errors, "ground", &new.ground);
    let reason = errors.check("reason", text::optional_line(&new.reason, 300)).flatten().unwrap_or_default();
    if ground == Some(super::model::Ground::Other) && reason.is_empty() {
        errors.add("reason", "Dites lequel.");
    }
    errors.into_result()?;
    let ground = ground.ok_or(Error::NotFound)?;
    // A form that is sent twice hides once: taking it back shows it again.
    let known: Option<Id<super::model::Redaction>> = tx.find(
        "select id from redaction where item = $1 and passage = $2 and ground = $3 and reason = $4 order by id limit 1",
        params![item, &passage, Value::code(ground), &reason],
        |row| row.get(0),
    )?;
    if let Some(known) = known {
        return Ok(known);
    }
    let redaction: Id<super::model::Redaction> = ctx.new_id()?;
    tx.execute(
        "insert into redaction (id, item, passage, ground, reason, made_at) values ($1, $2, $3, $4, $5, $6)",
        params![redaction, item, &passage, Value::code(ground), &reason, ctx.now()],
    )?;
    let summary = format!("Un passage du compte rendu de « {} » n'est pas publié : {}", meeting.title, ground.label());
    record(ctx, tx, "minutes.redacted", meeting.governance, id, summary, &meeting.provenance);
    Ok(redaction)
}

/// Shows again what was hidden, as long as the minutes are not published.
pub fn show_again(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    redaction: Id<super::model::Redaction>,
) -> Result<()> {
    let (meeting, minutes) = enter(ctx, tx, id)?;
    if minutes.is_public() {
        return Err(Error::Conflict("Ce compte rendu est publié : ce qui est occulté le reste.".to_owned()));
    }
    if !reads::redactions(tx, id)?.iter().any(|one| one.id == redaction) {
        return Err(Error::NotFound);
    }
    tx.execute("delete from redaction where id = $1", params![redaction])?;
    let summary = format!("Un passage du compte rendu de « {} » est de nouveau publiable", meeting.title);
    record(ctx, tx, "minutes.shown_again", meeting.governance, id, summary, &meeting.provenance);
    Ok(())
}
