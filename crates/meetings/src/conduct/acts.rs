//! Opening a session, taking notes and outcomes, closing it.

use governance::members::store as members;
use jiff::civil::Time;
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Context, Error, Errors, Id, PartialDate, Result, Timestamp, text};
use store::{Tx, Value, params, versions};

use super::merge::merge;
use crate::ballots;
use crate::model::{Item, Meeting, MeetingState, Outcome, OutcomeKind};
use crate::planning::acts::{become_state, enter_meeting, record, subject};
use crate::planning::convocation::call;
use crate::quorum::quorum;
use crate::tasks::{self, Doer};
use crate::{minutes, practice, store as reads};

/// Longest notes of an item, in characters.
pub const NOTES_MAX: usize = 20_000;

/// An hour that was typed of the day on which the meeting is planned: what is entered from paper happened then.
///
/// # Errors
/// `hour` when the clocks jump over it, or when it is to come.
fn at(ctx: &Context<'_>, meeting: &Meeting, hour: Option<Time>) -> Result<Timestamp> {
    let Some(hour) = hour else { return Ok(ctx.now()) };
    let day = meeting.zone.civil(meeting.starts_at).0;
    let at = meeting.zone.instant(day, hour).map_err(|fault| Error::invalid("hour", fault.to_string()))?;
    if at > ctx.now() {
        return Err(Error::invalid("hour", "Cette heure est à venir."));
    }
    Ok(at)
}

/// Opens the session, now or, entered from paper, at an hour of its day. Members admitted since the convocation are called
/// now.
///
/// # Errors
/// `hour`, as above; a conflict when the meeting is open, over or cancelled.
pub fn open(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, hour: Option<Time>) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    become_state(&meeting, MeetingState::Open)?;
    let at = at(ctx, &meeting, hour)?;
    // Held already, it looks for no date any more.
    crate::schedule::poll::abandon(tx, id)?;
    call(ctx, tx, &meeting)?;
    // Whoever gave a proxy in answer is represented until somebody says otherwise.
    tx.execute(
        "update participant set presence = 'proxy' where meeting = $1 and answer = 'represented' and proxy is not null
         and presence = 'unknown'",
        params![id],
    )?;
    tx.execute("update meeting set state = 'open', opened_at = $2 where id = $1", params![id, at])?;
    let summary = format!("Ouverture de la séance « {} »", meeting.title);
    record(ctx, tx, "meeting.opened", meeting.governance, id, summary, &meeting.provenance);
    Ok(())
}

/// A meeting of which notes and outcomes may still be written: in session, then until its minutes are approved.
fn writable(ctx: &Context<'_>, tx: &mut Tx<'_>, item: Id<Item>) -> Result<(Meeting, Item)> {
    let id = reads::meeting_of(tx, item)?;
    let meeting = enter_meeting(ctx, tx, id)?;
    let open = match meeting.state {
        MeetingState::Open => true,
        MeetingState::Closed => minutes::store::find(tx, id)?.is_some_and(|minutes| minutes.state.is_open()),
        MeetingState::Draft | MeetingState::Convened | MeetingState::Cancelled => false,
    };
    if !open {
        return Err(Error::Conflict(
            "On écrit pendant la séance, puis jusqu'à l'approbation du compte rendu.".to_owned(),
        ));
    }
    let found = reads::agenda(tx, id)?.into_iter().find(|one| one.id == item).ok_or(Error::NotFound)?;
    Ok((meeting, found))
}

/// What became of notes that were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    pub version: i64,
    pub notes: String,
    /// Somebody else had written meanwhile: both are there.
    pub merged: bool,
}

/// Writes the notes of an item. When somebody else has written since `version`, what both wrote is put together by lines,
/// provided that `base` tells from which text this one began. Notes are drafts until the minutes are approved: the register
/// tells what comes out of them, not each sentence.
///
/// # Errors
/// `notes` when they are too long; a conflict when another note-taker was quicker and there is no `base`.
pub fn note(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    item: Id<Item>,
    version: i64,
    base: Option<&str>,
    typed: &str,
) -> Result<Noted> {
    let (meeting, present) = writable(ctx, tx, item)?;
    let clean = |typed: &str| -> Result<String> {
        let clean = text::paragraphs(typed, NOTES_MAX).map_err(|fault| Error::invalid("notes", fault.to_string()))?;
        Ok(clean.unwrap_or_default())
    };
    let mine = clean(typed)?;
    let (notes, merged) = match base {
        _ if mine == present.notes => (mine, false),
        _ if present.notes_version == version => (mine, false),
        Some(base) => (merge(&clean(base)?, &mine, &present.notes), true),
        None => {
            let sentence = "Quelqu'un d'autre a écrit sur ce point pendant que vous écriviez.".to_owned();
            return Err(Error::Conflict(sentence));
        }
    };
    if notes.chars().count() > NOTES_MAX {
        return Err(Error::invalid("notes", format!("Les notes dépassent {NOTES_MAX} signes.")));
    }
    if notes == present.notes {
        return Ok(Noted { version: present.notes_version, notes, merged });
    }
    tx.execute(
        "update agenda_item set notes = $2, notes_version = notes_version + 1 where id = $1",
        params![item, &notes],
    )?;
    if meeting.state == MeetingState::Closed {
        let summary = format!("Notes corrigées avant l'approbation du compte rendu de « {} »", meeting.title);
        record(ctx, tx, "minutes.rewritten", meeting.governance, meeting.id, summary, &meeting.provenance);
    }
    Ok(Noted { version: present.notes_version + 1, notes, merged })
}

/// What was typed of an outcome.
#[derive(Clone, Debug, Default)]
pub struct NewOutcome {
    pub kind: String,
    pub text: String,
    /// Of a task: a structure or a function, in words.
    pub responsible: String,
    /// Of a task: a member, or a person, chosen in a list.
    pub doer: Option<Doer>,
    pub due_on: Option<PartialDate>,
}

/// Adds what comes out of an item: an information, a decision, a task with who does it and by when. A form that is sent
/// twice adds it once.
///
/// # Errors
/// `kind`, `text`; `responsible` for a task without one; `doer` when it is none of this governance.
pub fn outcome(ctx: &Context<'_>, tx: &mut Tx<'_>, item: Id<Item>, new: &NewOutcome) -> Result<Id<Outcome>> {
    let (meeting, item) = writable(ctx, tx, item)?;
    let mut errors = Errors::default();
    let kind = governance::forms::coded::<OutcomeKind>(&mut errors, "kind", &new.kind);
    let text = errors.check("text", text::line(&new.text, 1_000)).unwrap_or_default();
    let mut responsible =
        errors.check("responsible", text::optional_line(&new.responsible, 200)).flatten().unwrap_or_default();
    let is_task = kind == Some(OutcomeKind::Task);
    if is_task && responsible.is_empty() && new.doer.is_none() && errors.of("responsible").is_none() {
        errors.add("responsible", "Dites quelle structure ou quelle fonction s'en charge.");
    }
    errors.into_result()?;
    let kind = kind.ok_or(Error::NotFound)?;
    let id: Id<Outcome> = ctx.new_id()?;
    let rank = item.outcomes.len() + 1;
    let mut does = tasks::Assigned::default();
    if is_task {
        does = match &new.doer {
            Some(doer) => tasks::assigned(tx, ctx.now().day(), meeting.governance, doer)?,
            // A structure typed by its name is that member.
            None => {
                let known = members::list(tx, meeting.governance, &members::Filter::default())?;
                let key = text::fold(&responsible);
                let member = known.into_iter().find(|one| text::fold(&one.name) == key);
                tasks::Assigned { member: member.map(|one| one.id), ..tasks::Assigned::default() }
            }
        };
        if responsible.is_empty() {
            responsible.clone_from(&does.shown);
        }
    }
    let (responsible, due_on) = if is_task { (responsible, new.due_on) } else { (String::new(), None) };
    let same = |last: &&Outcome| {
        (last.kind, &last.text, &last.responsible, last.due_on) == (kind, &text, &responsible, due_on)
    };
    if let Some(last) = item.outcomes.last().filter(same) {
        return Ok(last.id);
    }
    tx.execute(
        "insert into outcome (id, item, rank, kind, text, responsible, due_on) values ($1, $2, $3, $4, $5, $6, $7)",
        params![
            id,
            item.id,
            i64::try_from(rank).map_err(Error::internal)?,
            Value::code(kind),
            &text,
            responsible,
            due_on
        ],
    )?;
    if is_task {
        tasks::create(ctx, tx, &meeting, (id, text.as_str()), &does, due_on)?;
    }
    // What it says is public once the minutes are.
    let summary = format!("{} notée en séance « {} »", kind.label(), meeting.title);
    record(ctx, tx, "meeting.outcome", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(id)
}

/// Takes an outcome back, until the minutes are approved.
pub fn take_outcome(ctx: &Context<'_>, tx: &mut Tx<'_>, item: Id<Item>, id: Id<Outcome>) -> Result<()> {
    let (meeting, item) = writable(ctx, tx, item)?;
    let gone = item.outcomes.iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    if crate::agenda::waiting::store::is_sent(tx, id)? {
        return Err(Error::Conflict("Cette suite est transmise à une instance : elle reste.".to_owned()));
    }
    tasks::forget(tx, &meeting, id)?;
    tx.execute("delete from outcome where id = $1", params![id])?;
    let summary = format!("{} reprise en séance « {} »", gone.kind.label(), meeting.title);
    record(ctx, tx, "meeting.outcome_taken", meeting.governance, meeting.id, summary, &meeting.provenance);
    Ok(())
}

/// Closes the session, now or, entered from paper, at an hour: its minutes are there to be read again, approved and
/// published.
///
/// # Errors
/// `hour` when it is to come; a conflict when the meeting is not open.
pub fn close(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, hour: Option<Time>) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    become_state(&meeting, MeetingState::Closed)?;
    ballots::acts::require_closed(tx, id)?;
    let mut closes = at(ctx, &meeting, hour)?;
    // After midnight: the hour of the next day.
    if meeting.opened_at.is_some_and(|opened| closes < opened) {
        closes = closes.plus(kernel::time::DAY);
    }
    if closes > ctx.now() {
        return Err(Error::invalid("hour", "Cette heure est à venir."));
    }
    if let Some(last) = meeting.current {
        tx.execute("update agenda_item set ended_at = $2 where id = $1", params![last, closes])?;
    }
    tx.execute(
        "update meeting set state = 'closed', closed_at = $2, current_item = null where id = $1",
        params![id, closes],
    )?;
    tx.execute("insert into minutes (meeting, state) values ($1, 'draft')", params![id])?;
    crate::schedule::guests::forget(tx, id)?;
    crate::agenda::waiting::acts::after_close(tx, id)?;
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
