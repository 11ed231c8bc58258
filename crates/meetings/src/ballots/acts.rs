//! Preparing a ballot, correcting it, opening it, giving it up.

use governance::Governance;
use governance::bodies::model::Body;
use kernel::register::Act;
use kernel::time::YEARS;
use kernel::{Context, Error, Id, Provenance, Result, Timestamp, text};
use store::{Tx, Value, params, versions};

use super::draft::{NewAnswer, NewBallot};
use super::draw::{freeze, meeting_of};
use super::model::{Ballot, BallotState, Way};
use super::store as ballots;
use super::tell;
use crate::decisions::{self, Decision, DecisionState};
use crate::model::{Item, Meeting, MeetingState};
use crate::planning::acts::{enter, enter_even_ended, zone};
use crate::planning::convocation::Site;
use crate::quorum::quorum;
use crate::{practice, store as reads, url};

pub(super) fn subject(id: Id<Ballot>) -> String {
    format!("scrutin:{id}")
}

/// Registers an act on a ballot.
pub(super) fn record(ctx: &Context<'_>, tx: &mut Tx<'_>, code: &'static str, ballot: &Ballot, summary: String) {
    let act = Act::new(code, subject(ballot.id), summary).in_governance(ballot.governance.uuid());
    tx.record(ctx, act.from_source(&ballot.provenance));
    tx.touch(versions::MEETINGS);
}

/// True as long as nobody but those who prepare its meeting sees it; nothing opens then.
fn is_hidden(tx: &mut Tx<'_>, ballot: &Ballot) -> Result<bool> {
    match ballot.item {
        Some(item) => Ok(meeting_of(tx, item)?.is_hidden()),
        None => Ok(false),
    }
}

/// Permission on the body of a ballot, which may have ended meanwhile: what is open is closed and told all the same. Its lock.
pub(super) fn enter_ballot(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Ballot> {
    let body = ballots::find(tx, id)?.body;
    enter_even_ended(ctx, tx, &[body])?;
    ballots::lock(tx, id)
}

/// As [`enter_ballot`], for what only a living body does.
pub(super) fn enter_living(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Ballot> {
    let body = ballots::find(tx, id)?.body;
    enter(ctx, tx, &[body])?;
    ballots::lock(tx, id)
}

pub(super) fn become_state(ballot: &Ballot, next: BallotState) -> Result<()> {
    if ballot.state.may_become(next) {
        return Ok(());
    }
    let is = ballot.state.to_string().to_lowercase();
    Err(Error::Conflict(match (ballot.state, next) {
        (BallotState::Open, BallotState::Open) => "Ce scrutin est déjà ouvert.".to_owned(),
        (_, BallotState::Open) => {
            format!("Ce scrutin est {is} : il ne se rouvre pas. Préparez-en un nouveau.")
        }
        _ => format!("Ce scrutin est {is} : cela ne se fait plus."),
    }))
}

/// When a written consultation ends.
fn closes_at(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    new: &NewBallot,
) -> Result<Option<Timestamp>> {
    let Some((day, hour)) = new.closes else { return Ok(None) };
    let zone = zone(tx, governance)?;
    if !YEARS.contains(&day.year()) {
        return Err(Error::invalid("closes_day", "Cette date n'est pas possible."));
    }
    let at = zone.instant(day, hour).map_err(|fault| Error::invalid("closes_hour", fault.to_string()))?;
    if at <= ctx.now() {
        return Err(Error::invalid("closes_day", "La clôture doit être à venir."));
    }
    Ok(Some(at))
}

/// The item of an agenda on which a ballot may be prepared.
fn check_item(tx: &mut Tx<'_>, body: &Body, item: Option<Id<Item>>, way: Way) -> Result<()> {
    let Some(item) = item else {
        return match way {
            Way::Written => Ok(()),
            Way::Live => Err(Error::invalid(
                "way",
                "Un vote en séance se prépare sur un point de l'ordre du jour : ouvrez la réunion et choisissez le point.",
            )),
        };
    };
    let meeting = meeting_of(tx, item)?;
    if !reads::bodies(tx, meeting.id)?.iter().any(|served| served.id == body.id) {
        return Err(Error::NotFound);
    }
    match meeting.state {
        MeetingState::Closed | MeetingState::Cancelled => {
            Err(Error::Conflict("Cette réunion est tenue ou annulée : on n'y prépare plus de vote.".to_owned()))
        }
        MeetingState::Draft | MeetingState::Convened | MeetingState::Open => Ok(()),
    }
}

/// Prepares a ballot of a body, on an item of an agenda or alone; nobody votes yet. A form that is sent twice prepares one.
///
/// # Errors
/// `way` for a vote in session without an item, `closes_day` or `closes_hour`; a conflict when the body or the meeting is over.
pub fn prepare(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<Body>,
    item: Option<Id<Item>>,
    new: &NewBallot,
    provenance: &Provenance,
) -> Result<Id<Ballot>> {
    let (head, bodies) = enter(ctx, tx, &[body])?;
    let body = bodies.first().ok_or(Error::NotFound)?;
    check_item(tx, body, item, new.way)?;
    let closes = closes_at(ctx, tx, head.id, new)?;
    for known in ballots::drafts(tx, body.id, item, &new.question)? {
        let decision = decisions::store::of_ballot(tx, known.id.uuid())?.map(|decision| decision.id);
        if new.is_so(&known, closes) && decision == new.decision {
            return Ok(known.id);
        }
    }
    let id = insert(ctx, tx, (head.id, body.id, item), new, closes, None, provenance)?;
    attach(ctx, tx, body.id, id, new.decision)?;
    let ballot = ballots::find(tx, id)?;
    record(ctx, tx, "ballot.prepared", &ballot, format!("Un scrutin se prépare : « {} »", body.name));
    Ok(id)
}

/// Says of which draft a ballot decides, in place of the one it was about.
///
/// # Errors
/// `decision` for what is no draft of this body.
fn attach(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<Body>,
    id: Id<Ballot>,
    decision: Option<Id<Decision>>,
) -> Result<()> {
    let before = decisions::store::of_ballot(tx, id.uuid())?.map(|before| before.id);
    if before == decision {
        return Ok(());
    }
    if let Some(before) = before {
        decisions::detach_ballot(ctx, tx, before, id.uuid())?;
    }
    let Some(decision) = decision else { return Ok(()) };
    if !decisions::drafts_of_body(tx, body)?.iter().any(|draft| draft.id == decision) {
        return Err(Error::invalid("decision", "Choisissez un projet de la liste."));
    }
    decisions::attach_ballot(ctx, tx, decision, id.uuid())
}

/// Gives the draft of a decision back to those who prepare it: this ballot settles nothing.
pub(super) fn detach(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<()> {
    match decisions::store::of_ballot(tx, id.uuid())? {
        Some(decision) if decision.state == DecisionState::Draft => {
            decisions::detach_ballot(ctx, tx, decision.id, id.uuid())
        }
        _ => Ok(()),
    }
}

/// Writes a new ballot with its answers.
pub(super) fn insert(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (governance, body, item): (Id<Governance>, Id<Body>, Option<Id<Item>>),
    new: &NewBallot,
    closes: Option<Timestamp>,
    follows: Option<Id<Ballot>>,
    provenance: &Provenance,
) -> Result<Id<Ballot>> {
    let id: Id<Ballot> = ctx.new_id()?;
    let slug = free_slug(tx, governance, &new.question)?;
    tx.execute(
        "insert into ballot (id, governance, body, slug, item, question, description, form, most, secret, way, majority, base,
            tie, places, publishes, state, closes_at, follows, origin, source, created_at, election)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'draft', $17, $18, $19, $20, $21, $22)",
        params![
            id,
            governance,
            body,
            slug,
            item,
            &new.question,
            &new.description,
            Value::code(new.form),
            count(new.most)?,
            new.secret,
            Value::code(new.way),
            Value::code(new.rule.majority),
            Value::code(new.rule.base),
            Value::code(new.rule.tie),
            count(new.rule.places)?,
            new.publishes,
            closes,
            follows,
            Value::code(provenance.origin),
            &provenance.source,
            ctx.now(),
            new.election,
        ],
    )?;
    write_answers(tx, id, &new.answers)?;
    Ok(id)
}

fn count(number: usize) -> Result<i64> {
    i64::try_from(number).map_err(Error::internal)
}

fn write_answers(tx: &mut Tx<'_>, id: Id<Ballot>, answers: &[NewAnswer]) -> Result<()> {
    tx.execute("delete from ballot_option where ballot = $1", params![id])?;
    for (rank, answer) in (0i64..).zip(answers) {
        tx.execute(
            "insert into ballot_option (ballot, rank, label, description, candidacy) values ($1, $2, $3, $4, $5)",
            params![id, rank, &answer.label, &answer.description, answer.candidacy],
        )?;
    }
    Ok(())
}

fn free_slug(tx: &mut Tx<'_>, governance: Id<Governance>, question: &str) -> Result<String> {
    let taken: Vec<String> =
        tx.query("select slug from ballot where governance = $1", params![governance], |row| row.get(0))?;
    url::free_slug(question, "scrutin", &taken)
}

/// Corrects a ballot that nobody votes on yet, if nobody else has changed it since `version`.
///
/// # Errors
/// As [`prepare`]; a conflict when it is open, or when somebody was quicker.
pub fn change(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>, version: i64, new: &NewBallot) -> Result<()> {
    let before = enter_living(ctx, tx, id)?;
    if before.state != BallotState::Draft {
        return Err(Error::Conflict(
            "Ce scrutin a été ouvert : il ne change plus. Abandonnez-le et préparez-en un nouveau.".to_owned(),
        ));
    }
    if before.election.is_some() {
        return Err(Error::Conflict(
            "Ce vote est un tour d'une élection : abandonnez-le, et préparez-le de nouveau depuis l'élection."
                .to_owned(),
        ));
    }
    let body = governance::bodies::store::find(tx, before.body)?.ok_or(Error::NotFound)?;
    check_item(tx, &body, before.item, new.way)?;
    let closes = closes_at(ctx, tx, before.governance, new)?;
    if before.version.checked_sub(1) != Some(version) {
        // Sent twice, it is so already.
        let decision = decisions::store::of_ballot(tx, id.uuid())?.map(|decision| decision.id);
        if new.is_so(&before, closes) && decision == new.decision {
            return Ok(());
        }
        return Err(Error::Conflict("Quelqu'un d'autre vient de modifier ce scrutin.".to_owned()));
    }
    overwrite(tx, id, new, closes)?;
    attach(ctx, tx, body.id, id, new.decision)?;
    record(ctx, tx, "ballot.changed", &before, format!("Un scrutin en préparation change : « {} »", body.name));
    Ok(())
}

/// Writes what a ballot in preparation asks now.
fn overwrite(tx: &mut Tx<'_>, id: Id<Ballot>, new: &NewBallot, closes: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "update ballot set question = $2, description = $3, form = $4, most = $5, secret = $6, way = $7, majority = $8,
            base = $9, tie = $10, places = $11, publishes = $12, closes_at = $13 where id = $1",
        params![
            id,
            &new.question,
            &new.description,
            Value::code(new.form),
            count(new.most)?,
            new.secret,
            Value::code(new.way),
            Value::code(new.rule.majority),
            Value::code(new.rule.base),
            Value::code(new.rule.tie),
            count(new.rule.places)?,
            new.publishes,
            closes,
        ],
    )?;
    write_answers(tx, id, &new.answers)
}

/// The round of an election in preparation, with those who still stand; its hours stay.
pub(crate) fn rewrite(tx: &mut Tx<'_>, ballot: &Ballot, new: &NewBallot) -> Result<()> {
    let ballot = ballots::lock(tx, ballot.id)?;
    overwrite(tx, ballot.id, new, ballot.closes_at)
}

/// Opens a ballot: its roll is frozen. Those who vote in writing are told, with a link each.
///
/// # Errors
/// A conflict when it is not in preparation, when the meeting is not in session or has no quorum, when nobody has a vote, or
/// when its last hour is past.
pub fn open(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &Site<'_>, id: Id<Ballot>) -> Result<usize> {
    let ballot = enter_living(ctx, tx, id)?;
    become_state(&ballot, BallotState::Open)?;
    let told = match ballot.way {
        Way::Live => quorum_in_session(tx, &ballot)?,
        Way::Written => {
            // Whoever votes reads the question, and so does the register.
            if is_hidden(tx, &ballot)? {
                return Err(Error::Conflict(
                    "Convoquez d'abord la réunion : ce vote est sur son ordre du jour.".to_owned(),
                ));
            }
            if ballot.closes_at.is_none_or(|closes| closes <= ctx.now()) {
                return Err(Error::Conflict(
                    "La clôture de cette consultation est passée : changez-la avant d'ouvrir.".to_owned(),
                ));
            }
            String::new()
        }
    };
    let roll = freeze(ctx, tx, &ballot)?;
    if roll.is_empty() {
        return Err(Error::Conflict(
            "Personne n'a voix délibérative dans cette instance : donnez d'abord un siège avec voix.".to_owned(),
        ));
    }
    tx.execute(
        "update ballot set state = 'open', opened_at = $2, quorum = $3 where id = $1",
        params![id, ctx.now(), told],
    )?;
    let seats = roll.len();
    let plural = if seats > 1 { "s" } else { "" };
    let summary = format!("Ouverture du scrutin « {} » : {seats} siège{plural} sur la liste", ballot.question);
    record(ctx, tx, "ballot.opened", &ballot, summary);
    if ballot.is_written() {
        tell::opening(ctx, tx, site, &ballot, &roll)?;
    }
    Ok(seats)
}

/// The quorum of the body as people are there now, in a sentence.
fn quorum_in_session(tx: &mut Tx<'_>, ballot: &Ballot) -> Result<String> {
    let item = ballot.item.ok_or(Error::NotFound)?;
    let meeting = meeting_of(tx, item)?;
    if meeting.state != MeetingState::Open {
        return Err(Error::Conflict("La séance n'est pas ouverte : on vote en séance.".to_owned()));
    }
    let everyone = reads::participants(tx, meeting.id)?;
    let (rules, _) = practice::find(tx, ballot.body)?;
    let found = quorum(rules.quorum, meeting.second, ballot.body, &everyone);
    if !found.met {
        return Err(Error::Conflict(format!(
            "Le quorum n'est pas atteint, on ne peut pas voter. {} Une seconde convocation délibère sans quorum.",
            found.sentence
        )));
    }
    Ok(found.sentence)
}

/// Gives a ballot up, with the reason; what was voted is erased.
pub fn abandon(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>, reason: &str) -> Result<()> {
    let ballot = enter_ballot(ctx, tx, id)?;
    let reason = text::line(reason, 300).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    give_up(ctx, tx, &ballot, &reason)
}

/// Gives up the round of an election in which nobody stands any more: whoever withdraws does not animate the body.
pub(crate) fn abandon_without_candidates(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<()> {
    let ballot = ballots::lock(tx, id)?;
    give_up(ctx, tx, &ballot, "Plus personne n'est candidat")
}

fn give_up(ctx: &Context<'_>, tx: &mut Tx<'_>, ballot: &Ballot, reason: &str) -> Result<()> {
    become_state(ballot, BallotState::Abandoned)?;
    tx.execute("delete from ballot_voice where ballot = $1", params![ballot.id])?;
    tx.erases_for_good();
    detach(ctx, tx, ballot.id)?;
    tx.execute("update ballot set state = 'abandoned', reason = $2 where id = $1", params![ballot.id, reason])?;
    let summary = match ballot.state {
        BallotState::Draft => "Un scrutin en préparation est abandonné".to_owned(),
        _ => format!("Scrutin « {} » abandonné : {reason}", ballot.question),
    };
    record(ctx, tx, "ballot.abandoned", ballot, summary);
    Ok(())
}

/// Takes what is prepared on an item off it, since the item goes; within the act that removes it.
///
/// # Errors
/// A conflict when somebody has voted, or votes, on it.
pub(crate) fn leave_item(tx: &mut Tx<'_>, item: Id<Item>) -> Result<()> {
    let begun: i64 = tx.get(
        "select count(*) from ballot where item = $1 and state in ('open', 'closed', 'published')",
        params![item],
        |row| row.get(0),
    )?;
    if begun > 0 {
        return Err(Error::Conflict("Un vote a été ouvert sur ce point : il reste à l'ordre du jour.".to_owned()));
    }
    let prepared: i64 =
        tx.get("select count(*) from ballot where item = $1 and state = 'draft'", params![item], |row| row.get(0))?;
    if prepared > 0 {
        return Err(Error::Conflict("Un vote se prépare sur ce point : abandonnez-le d'abord.".to_owned()));
    }
    tx.execute("update ballot set item = null where item = $1", params![item])?;
    Ok(())
}

/// Refuses to end a session while a vote is open in it.
///
/// # Errors
/// A conflict that names the first one.
pub(crate) fn require_closed(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<()> {
    let open: Option<String> = tx.find(
        "select b.question from ballot b join agenda_item i on i.id = b.item
         where i.meeting = $1 and b.state = 'open' and b.way = 'live' order by b.id limit 1",
        params![meeting],
        |row| row.get(0),
    )?;
    match open {
        Some(question) => Err(Error::Conflict(format!("Le vote « {question} » est ouvert : clôturez-le d'abord."))),
        None => Ok(()),
    }
}
