//! Opening a session, taking notes and outcomes, closing it, publishing its minutes.

use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Context, Error, Errors, Id, PartialDate, Result, text};
use store::{Tx, Value, params, versions};

use crate::model::{Item, Meeting, MeetingState, Outcome, OutcomeKind};
use crate::planning::acts::{become_state, enter_meeting, record, subject};
use crate::planning::convocation::call;
use crate::quorum::quorum;
use crate::{practice, store as reads};

/// Longest notes of an item, in characters.
pub const NOTES_MAX: usize = 20_000;

/// Opens the session. Members admitted since the convocation are called now; the quorum is computed with what is known of
/// the presence, and registered.
pub fn open(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    become_state(&meeting, MeetingState::Open)?;
    call(ctx, tx, &meeting)?;
    // Whoever gave a proxy in answer is represented until somebody says otherwise.
    tx.execute(
        "update participant set presence = 'proxy' where meeting = $1 and answer = 'represented' and proxy is not null
         and presence = 'unknown'",
        params![id],
    )?;
    tx.execute("update meeting set state = 'open', opened_at = $2 where id = $1", params![id, ctx.now()])?;
    let summary = format!("Ouverture de la séance « {} »", meeting.title);
    record(ctx, tx, "meeting.opened", meeting.governance, id, summary, &meeting.provenance);
    Ok(())
}

fn in_session(ctx: &Context<'_>, tx: &mut Tx<'_>, item: Id<Item>) -> Result<(Meeting, Item)> {
    let id = reads::meeting_of(tx, item)?;
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Open {
        return Err(Error::Conflict("On ne prend de notes que pendant la séance.".to_owned()));
    }
    let found = reads::agenda(tx, id)?.into_iter().find(|one| one.id == item).ok_or(Error::NotFound)?;
    Ok((meeting, found))
}

/// Writes the notes of an item, if nobody else has since `version`; gives their new version. Notes are drafts until the
/// session is closed: the register tells what comes out of them, not each sentence.
///
/// # Errors
/// `notes` when they are too long; a conflict when another note-taker was quicker.
pub fn note(ctx: &Context<'_>, tx: &mut Tx<'_>, item: Id<Item>, version: i64, typed: &str) -> Result<i64> {
    let (_, present) = in_session(ctx, tx, item)?;
    let notes = text::paragraphs(typed, NOTES_MAX).map_err(|fault| Error::invalid("notes", fault.to_string()))?;
    let notes = notes.unwrap_or_default();
    if notes == present.notes {
        return Ok(present.notes_version);
    }
    if present.notes_version != version {
        return Err(Error::Conflict("Quelqu'un d'autre a écrit sur ce point pendant que vous écriviez.".to_owned()));
    }
    tx.execute(
        "update agenda_item set notes = $2, notes_version = notes_version + 1 where id = $1",
        params![item, notes],
    )?;
    Ok(version + 1)
}

/// What was typed of an outcome.
#[derive(Clone, Debug, Default)]
pub struct NewOutcome {
    pub kind: String,
    pub text: String,
    pub responsible: String,
    pub due_on: Option<PartialDate>,
}

/// Adds what comes out of an item: an information, a decision, a task with who does it and by when.
///
/// # Errors
/// `kind`, `text`; `responsible` for a task without one.
pub fn outcome(ctx: &Context<'_>, tx: &mut Tx<'_>, item: Id<Item>, new: &NewOutcome) -> Result<Id<Outcome>> {
    let (meeting, item) = in_session(ctx, tx, item)?;
    let mut errors = Errors::default();
    let kind = governance::forms::coded::<OutcomeKind>(&mut errors, "kind", &new.kind);
    let text = errors.check("text", text::line(&new.text, 1_000)).unwrap_or_default();
    let responsible =
        errors.check("responsible", text::optional_line(&new.responsible, 200)).flatten().unwrap_or_default();
    let is_task = kind == Some(OutcomeKind::Task);
    if is_task && responsible.is_empty() && errors.of("responsible").is_none() {
        errors.add("responsible", "Dites quelle structure ou quelle fonction s'en charge.");
    }
    errors.into_result()?;
    let kind = kind.ok_or(Error::NotFound)?;
    let id: Id<Outcome> = ctx.new_id()?;
    let rank = i64::try_from(item.outcomes.len()).map_err(Error::internal)? + 1;
    let (responsible, due_on) = if is_task { (responsible, new.due_on) } else { (String::new(), None) };
    tx.execute(
        "insert into outcome (id, item, rank, kind, text, responsible, due_on) values ($1, $2, $3, $4, $5, $6, $7)",
        params![id, item.id, rank, Value::code(kind), &text, responsible, due_on],
    )?;
    // What it says is public once the minutes are.
    let summary = format!("{} notée en séance « {} »", kind.label(), meeting.title);
    record(ctx, tx, "meeting.outcome", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(id)
}

/// Takes an outcome back, as long as the session lasts.
pub fn take_outcome(ctx: &Context<'_>, tx: &mut Tx<'_>, item: Id<Item>, id: Id<Outcome>) -> Result<()> {
    let (meeting, item) = in_session(ctx, tx, item)?;
    let gone = item.outcomes.iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    tx.execute("delete from outcome where id = $1", params![id])?;
    let summary = format!("{} reprise en séance « {} »", gone.kind.label(), meeting.title);
    record(ctx, tx, "meeting.outcome_taken", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(())
}

/// Closes the session: nothing of it changes any more, its minutes are there to be read again and published.
pub fn close(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    become_state(&meeting, MeetingState::Closed)?;
    tx.execute("update meeting set state = 'closed', closed_at = $2 where id = $1", params![id, ctx.now()])?;
    tx.execute("insert into minutes (meeting, state) values ($1, 'draft')", params![id])?;
    crate::schedule::guests::forget(tx, id)?;
    let everyone = reads::participants(tx, id)?;
    let mut act = Act::new("meeting.closed", subject(id), format!("Clôture de la séance « {} »", meeting.title))
        .in_governance(meeting.governance.uuid());
    let mut told = Vec::new();
    for body in reads::bodies(tx, id)? {
        let (rules, _) = practice::find(tx, body.id)?;
        let found = quorum(rules.quorum, meeting.second, body.id, &everyone);
        told.push(format!("{} : {}", body.name, found.sentence));
    }
    let counts =
        reads::agenda(tx, id)?.iter().flat_map(|item| &item.outcomes).fold((0i64, 0i64), |(decisions, tasks), one| {
            match one.kind {
                OutcomeKind::Decision => (decisions + 1, tasks),
                OutcomeKind::Task => (decisions, tasks + 1),
                OutcomeKind::Information => (decisions, tasks),
            }
        });
    act = act.with("quorum", told.join(" ; ")).with("decisions", counts.0).with("taches", counts.1);
    tx.record(ctx, act.from_source(&meeting.provenance));
    tx.touch(versions::MEETINGS);
    Ok(())
}

/// Publishes the minutes, once they are approved.
///
/// # Errors
/// `approved_on` when it is missing, to come or before the meeting; `approval` when it is empty; a conflict when they are
/// published.
pub fn publish(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    approved_on: Option<PartialDate>,
    approval: &str,
) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    let present = reads::minutes(tx, id)?.ok_or_else(|| {
        Error::Conflict("La séance n'est pas close : il n'y a pas encore de compte rendu.".to_owned())
    })?;
    if present.published {
        return Err(Error::Conflict("Ce compte rendu est déjà publié.".to_owned()));
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
    tx.execute(
        "update minutes set state = 'published', approved_on = $2, approval = $3, published_at = $4, version = version + 1
         where meeting = $1",
        params![id, approved_on, &approval, ctx.now()],
    )?;
    let agenda = reads::agenda(tx, id)?;
    let decisions = agenda.iter().flat_map(|item| &item.outcomes).filter(|one| one.kind == OutcomeKind::Decision);
    let decisions: Vec<&str> = decisions.map(|one| one.text.as_str()).collect();
    let summary = format!("Compte rendu de « {} » publié : {approval}", meeting.title);
    tx.record(
        ctx,
        Act::new("minutes.published", subject(id), summary)
            .in_governance(meeting.governance.uuid())
            .with_some("approuve_le", approved_on.map(|on| on.to_string()))
            .with_some("decisions", (!decisions.is_empty()).then(|| decisions.join(" ; ")))
            .from_source(&meeting.provenance),
    );
    tx.touch(versions::MEETINGS);
    Ok(())
}
