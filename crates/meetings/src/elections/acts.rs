//! Preparing an election, calling for candidates, giving it up, ending it.

use governance::Governance;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::governances::store::head;
use jiff::civil::{Date, Time};
use kernel::register::Act;
use kernel::time::YEARS;
use kernel::{Context, Error, FixedClock, Id, Provenance, Result, Timestamp, Who, text};
use store::{Tx, Value, params, versions};

use super::draft::NewElection;
use super::model::{Election, ElectionState, Standing};
use super::store as reads;
use crate::ballots;
use crate::news::tell_members;
use crate::planning::acts::{enter, zone};
use crate::url;
use directory::correspondence::{LetterKind, News};

/// Registers an act on an election. It names nobody: the register is public for ever.
pub(super) fn record(ctx: &Context<'_>, tx: &mut Tx<'_>, code: &'static str, election: &Election, summary: String) {
    let act = Act::new(code, format!("election:{}", election.id), summary).in_governance(election.governance.uuid());
    tx.record(ctx, act.from_source(&election.provenance));
    tx.touch(versions::MEETINGS);
}

/// Registers what somebody does who stands, in the name of nobody: until the call ends nobody else learns who that is, and the
/// register tells for which structure a person acts.
pub(super) fn record_unnamed(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    code: &'static str,
    election: &Election,
    summary: String,
) {
    let (nobody, clock) = (Who::clockwork(), FixedClock::at(ctx.now()));
    record(&Context::new(&nobody, &clock, ctx.randomness()), tx, code, election, summary);
}

/// Permission on the body of an election, and its lock.
pub(super) fn enter_election(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Election>) -> Result<Election> {
    let body = reads::find(tx, id)?.body;
    enter(ctx, tx, &[body])?;
    reads::lock(tx, id)
}

fn count(number: usize) -> Result<i64> {
    i64::try_from(number).map_err(Error::internal)
}

/// A term that is over already elects nobody.
fn check_term(ctx: &Context<'_>, new: &NewElection) -> Result<()> {
    if new.term.1.last_day() < ctx.now().day() {
        return Err(Error::invalid("term_until", "Ce mandat serait déjà fini."));
    }
    Ok(())
}

/// « election-du-binome-danimation », with a number when it is taken.
fn free_slug(tx: &mut Tx<'_>, governance: Id<Governance>, title: &str) -> Result<String> {
    let taken: Vec<String> =
        tx.query("select slug from election where governance = $1", params![governance], |row| row.get(0))?;
    crate::url::free_slug(title, "election", &taken)
}

/// Prepares an election; nobody is told yet. A form that is sent twice prepares one.
///
/// # Errors
/// `term_until` when the term would be over; a conflict when the body has ended.
pub fn prepare(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<Body>,
    new: &NewElection,
    provenance: &Provenance,
) -> Result<Id<Election>> {
    let (head, bodies) = enter(ctx, tx, &[body])?;
    let body = bodies.first().ok_or(Error::NotFound)?;
    check_term(ctx, new)?;
    for known in reads::drafts(tx, body.id, &new.title)? {
        if new.is_so(&known) {
            return Ok(known.id);
        }
    }
    let id: Id<Election> = ctx.new_id()?;
    let slug = free_slug(tx, head.id, &new.title)?;
    tx.execute(
        "insert into election (id, governance, body, slug, title, description, office, office_name, kind, posts, term_from,
            term_until, rounds, secret, majority, base, tie, state, origin, source, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'draft', $18, $19, $20)",
        params![
            id,
            head.id,
            body.id,
            slug,
            &new.title,
            &new.description,
            Value::code(new.office),
            &new.office_name,
            Value::code(new.kind),
            count(new.posts)?,
            new.term.0,
            new.term.1,
            count(new.rounds)?,
            new.secret,
            Value::code(new.majority),
            Value::code(new.base),
            Value::code(new.tie),
            Value::code(provenance.origin),
            &provenance.source,
            ctx.now(),
        ],
    )?;
    let election = reads::find(tx, id)?;
    record(ctx, tx, "election.prepared", &election, format!("Une élection se prépare : « {} »", body.name));
    Ok(id)
}

/// Corrects an election for which nobody was called yet, if nobody else has since `version`.
///
/// # Errors
/// As [`prepare`]; a conflict once the call is open, or when somebody was quicker.
pub fn change(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Election>, version: i64, new: &NewElection) -> Result<()> {
    let before = enter_election(ctx, tx, id)?;
    if before.state != ElectionState::Draft {
        return Err(Error::Conflict(
            "L'appel à candidatures a été ouvert : les règles de cette élection ne changent plus.".to_owned(),
        ));
    }
    if before.version.checked_sub(1) != Some(version) {
        // Sent twice, it is so already.
        if new.is_so(&before) {
            return Ok(());
        }
        return Err(Error::Conflict("Quelqu'un d'autre vient de modifier cette élection.".to_owned()));
    }
    check_term(ctx, new)?;
    tx.execute(
        "update election set title = $2, description = $3, office = $4, office_name = $5, kind = $6, posts = $7,
            term_from = $8, term_until = $9, rounds = $10, secret = $11, majority = $12, base = $13, tie = $14 where id = $1",
        params![
            id,
            &new.title,
            &new.description,
            Value::code(new.office),
            &new.office_name,
            Value::code(new.kind),
            count(new.posts)?,
            new.term.0,
            new.term.1,
            count(new.rounds)?,
            new.secret,
            Value::code(new.majority),
            Value::code(new.base),
            Value::code(new.tie),
        ],
    )?;
    let body = bodies::find(tx, before.body)?.ok_or(Error::NotFound)?;
    record(ctx, tx, "election.changed", &before, format!("Une élection en préparation change : « {} »", body.name));
    Ok(())
}

/// The instant of a day and an hour by the clock of the territory, still to come.
pub(super) fn instant(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    (day, at): (Date, Time),
) -> Result<Timestamp> {
    if !YEARS.contains(&day.year()) {
        return Err(Error::invalid("closes_day", "Cette date n'est pas possible."));
    }
    let at = zone(tx, governance)?.instant(day, at);
    let at = at.map_err(|fault| Error::invalid("closes_hour", fault.to_string()))?;
    if at <= ctx.now() {
        return Err(Error::invalid("closes_day", "La fin de l'appel doit être à venir."));
    }
    Ok(at)
}

/// Opens the call for candidates until then, or moves its end. Those who sit in the body are told.
///
/// # Errors
/// `closes_day` or `closes_hour`; a conflict once the list of candidates is drawn up.
pub fn call(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Election>, until: (Date, Time)) -> Result<()> {
    let election = enter_election(ctx, tx, id)?;
    let closes = instant(ctx, tx, election.governance, until)?;
    if !matches!(election.state, ElectionState::Draft | ElectionState::Call) {
        return Err(Error::Conflict("La liste des candidatures est arrêtée : l'appel ne se rouvre pas.".to_owned()));
    }
    if election.closes_at == Some(closes) {
        return Ok(());
    }
    tx.execute(
        "update election set state = 'call', closes_at = $2, opened_at = coalesce(opened_at, $3) where id = $1",
        params![id, closes, ctx.now()],
    )?;
    let until = zone(tx, election.governance)?.moment(closes);
    let (code, told) = match election.state {
        ElectionState::Draft => ("election.called", "Appel à candidatures"),
        _ => ("election.prolonged", "Nouvelle date pour l'appel à candidatures"),
    };
    record(ctx, tx, code, &election, format!("{told} : « {} », jusqu'au {until}", election.title));
    let text = format!("Présentez votre candidature ou proposez quelqu'un, jusqu'au {until}.");
    tell_sitting(ctx, tx, &election, format!("{told} : {}", election.title), text)
}

/// Tells those who sit in the body, in their next grouped message.
pub(super) fn tell_sitting(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    election: &Election,
    title: String,
    text: String,
) -> Result<()> {
    let head = head(tx, election.governance)?.ok_or(Error::NotFound)?;
    let news = News { title, text, path: url::election(&head.slug, &election.slug) };
    let members = bodies::sitting_members(tx, election.body)?.into_iter().map(|(member, _)| member);
    tell_members(ctx, tx, election.governance, members, LetterKind::Meetings, &news)
}

/// Gives an election up, with the reason; the vote that is under way goes with it.
///
/// # Errors
/// `reason`; a conflict when it is over.
pub fn abandon(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Election>, reason: &str) -> Result<()> {
    let election = enter_election(ctx, tx, id)?;
    let reason = text::line(reason, 300).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    refuse_over(&election)?;
    if let Some(ballot) = reads::live_round(tx, id)? {
        if ballot.state == ballots::BallotState::Closed {
            return Err(Error::Conflict("Le vote est clos : publiez d'abord son résultat.".to_owned()));
        }
        ballots::acts::abandon(ctx, tx, ballot.id, &reason)?;
    }
    end(ctx, tx, &election, ElectionState::Abandoned, &reason)?;
    let summary = match election.state {
        ElectionState::Draft => "Une élection en préparation est abandonnée".to_owned(),
        _ => format!("Élection abandonnée : « {} »", election.title),
    };
    record(ctx, tx, "election.abandoned", &election, summary);
    Ok(())
}

fn refuse_over(election: &Election) -> Result<()> {
    if election.state.is_over() {
        let is = election.state.to_string().to_lowercase();
        return Err(Error::Conflict(format!("Cette élection est {is}.")));
    }
    Ok(())
}

/// Ends an election whose posts are not all filled: nobody stands, or there is no other round. They stay open.
///
/// # Errors
/// A conflict when the call is open, when somebody stands and no vote was held, or when a vote is under way.
pub fn finish(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Election>) -> Result<()> {
    let election = enter_election(ctx, tx, id)?;
    if election.state == ElectionState::Done {
        return Ok(());
    }
    refuse_over(&election)?;
    if election.takes_candidacies(ctx.now()) || election.state == ElectionState::Draft {
        return Err(Error::Conflict("L'appel à candidatures n'est pas terminé.".to_owned()));
    }
    if reads::live_round(tx, id)?.is_some() {
        return Err(Error::Conflict(
            "Un vote est en cours : publiez d'abord son résultat, ou abandonnez-le.".to_owned(),
        ));
    }
    let stands = reads::candidacies(tx, id)?.iter().any(|one| one.standing == Standing::Stands);
    if stands && reads::rounds(tx, id)?.is_empty() {
        return Err(Error::Conflict(
            "Des candidatures attendent : préparez le vote, ou abandonnez l'élection.".to_owned(),
        ));
    }
    end(ctx, tx, &election, ElectionState::Done, "")?;
    record(ctx, tx, "election.settled", &election, outcome(&election));
    Ok(())
}

/// « Élection « … » : 1 poste pourvu sur 2 ».
pub(super) fn outcome(election: &Election) -> String {
    let plural = if election.filled > 1 { "s" } else { "" };
    let what = match election.kind {
        super::model::Kind::Pairs => format!("binôme{plural} élu{plural}"),
        _ => format!("poste{plural} pourvu{plural}"),
    };
    format!("Élection « {} » : {} {what} sur {}", election.title, election.filled, election.posts)
}

/// The election is over.
pub(super) fn end(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    election: &Election,
    state: ElectionState,
    reason: &str,
) -> Result<()> {
    tx.execute(
        "update election set state = $2, settled_at = $3, reason = $4 where id = $1",
        params![election.id, Value::code(state), ctx.now(), reason],
    )?;
    Ok(())
}
