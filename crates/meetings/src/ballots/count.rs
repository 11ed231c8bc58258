//! Closing a ballot, publishing what came of it.

use std::collections::{HashMap, HashSet};

use kernel::register::Act;
use kernel::{Context, Error, Id, Result, Secret};
use store::{Tx, Value, params, versions};

use super::acts::{become_state, enter_ballot, record, subject};
use super::model::{Answer, Ballot, BallotState, Form, Outcome, SECRET_LEAST, kept_choice};
use super::roll::Seat;
use super::rule::{
    Tally, Tie, Verdict, Voice, choice_sentence, count, decide_choice, decide_proposal, proposal_sentence,
};
use super::store::{self as ballots, Kept};
use super::{seal, tell};
use crate::decisions::model::SENTENCE_MAX;
use crate::planning::acts::zone;
use crate::quorum::{QuorumRule, reached};
use crate::{decisions, elections, practice};

/// What was found in the box of a secret ballot on paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BallotBox {
    /// For each answer.
    pub votes: Vec<i64>,
    pub blank: i64,
}

/// Closes a ballot: counts it, keeps the counts, erases what must not stay. Published at once where the ballot says so.
///
/// # Errors
/// `box` when what was found in the box does not match the papers that were put into it; a conflict when it is not open.
pub fn close(ctx: &Context<'_>, tx: &mut Tx<'_>, secret: &Secret, id: Id<Ballot>, found: &BallotBox) -> Result<()> {
    let ballot = enter_ballot(ctx, tx, id)?;
    become_state(&ballot, BallotState::Closed)?;
    finish(ctx, tx, secret, &ballot, found)
}

/// Closes a written consultation whose time is over; nothing when it is closed already.
pub fn close_by_clock(ctx: &Context<'_>, tx: &mut Tx<'_>, secret: &Secret, id: Id<Ballot>) -> Result<()> {
    let ballot = ballots::lock(tx, id)?;
    if ballot.state != BallotState::Open || ballot.closes_at.is_none_or(|closes| closes > ctx.now()) {
        return Ok(());
    }
    finish(ctx, tx, secret, &ballot, &BallotBox::default())
}

fn finish(ctx: &Context<'_>, tx: &mut Tx<'_>, secret: &Secret, ballot: &Ballot, found: &BallotBox) -> Result<()> {
    let (roll, kept) = (ballots::roll(tx, ballot.id)?, ballots::voices(tx, ballot.id)?);
    let voices = voices(secret, ballot, &roll, &kept, found)?;
    let sum = |keep: &dyn Fn(&Seat) -> bool| roll.iter().filter(|seat| keep(seat)).map(|seat| seat.weight).sum::<i64>();
    let (present, entitled) = (sum(&|seat| seat.present), sum(&|_| true));
    let tally = count(ballot.answers.len(), &voices, present, entitled);
    let (quorum, met) = match ballot.is_written() {
        true => written_quorum(tx, ballot, &roll, &kept)?,
        false => (ballot.quorum.clone(), true),
    };
    let verdict = if met { decide(ballot, &tally) } else { Verdict::NoQuorum };
    // Of a seat with more votes than the others the totals would tell what it voted.
    let given: HashSet<Id<Seat>> = kept.iter().map(|one| one.seat).collect();
    let mut weights = roll.iter().filter(|seat| given.contains(&seat.id)).map(|seat| seat.weight);
    let first = weights.next();
    let alike = weights.all(|weight| Some(weight) == first);
    let told = !ballot.secret || (tally.voters >= SECRET_LEAST && alike);
    let sentence = match verdict {
        Verdict::NoQuorum => format!("{quorum} Le vote est sans effet."),
        _ if told => sentence(ballot, &tally, &verdict),
        _ => outcome_alone(ballot, &verdict, tally.voters),
    };
    let tally = told.then_some(tally);
    keep_counts(ctx, tx, ballot, &quorum, tally.as_ref(), &verdict, &sentence)?;
    // What was voted in secret, and which person voted, is needed no more.
    tx.execute("update ballot_voice set seal = null, person = null where ballot = $1", params![ballot.id])?;
    tx.erases_for_good();
    let voters = kept.len();
    let plural = if voters > 1 { "s" } else { "" };
    record(
        ctx,
        tx,
        "ballot.closed",
        ballot,
        format!("Clôture du scrutin « {} » : {voters} votant{plural} sur {}", ballot.question, roll.len()),
    );
    // What a decision does is done by somebody, who sees what became impossible meanwhile; a tie waits for the chair.
    let waits = (matches!(verdict, Verdict::Tied { .. }) && ballot.rule.tie == Tie::Chair)
        || decisions::store::of_ballot(tx, ballot.id.uuid())?.is_some();
    if ballot.publishes && !waits {
        make_public(ctx, tx, ballot.id)?;
    }
    Ok(())
}

/// What counts: each seat's voice with its weight, then what was found in the box.
fn voices(secret: &Secret, ballot: &Ballot, roll: &[Seat], kept: &[Kept], found: &BallotBox) -> Result<Vec<Voice>> {
    let seats: HashMap<Id<Seat>, &Seat> = roll.iter().map(|seat| (seat.id, seat)).collect();
    let mut all = Vec::with_capacity(kept.len());
    let mut papers = 0;
    for one in kept {
        let seat = seats.get(&one.seat).ok_or(Error::NotFound)?;
        let choice = match (&one.choice, &one.seal) {
            (Some(choice), _) => kept_choice(choice),
            (None, Some(sealed)) => seal::open(secret, ballot.id, one.seat, sealed)?,
            (None, None) => {
                papers += 1;
                continue;
            }
        };
        all.push(Voice { weight: seat.weight, choice });
    }
    all.extend(papers_of(ballot, papers, found)?);
    // What was voted for a candidacy that was withdrawn meanwhile is blank.
    let withdrawn = |rank: usize| ballot.answers.get(rank).is_some_and(|answer| answer.withdrawn);
    for voice in &mut all {
        voice.choice.retain(|rank| !withdrawn(*rank));
    }
    Ok(all)
}

/// The papers of the box as voices of one vote each. They are told apart from each other by nothing but what they say.
fn papers_of(ballot: &Ballot, papers: i64, found: &BallotBox) -> Result<Vec<Voice>> {
    let named: i64 = found.votes.iter().sum();
    let most = i64::try_from(ballot.most).map_err(Error::internal)?;
    let filled = papers - found.blank;
    let fits = found.blank >= 0
        && found.votes.iter().all(|votes| (0..=filled.max(0)).contains(votes))
        && match ballot.form {
            Form::Several => named <= filled * most && named >= filled,
            Form::Proposal | Form::One => named == filled,
        };
    if !fits || filled < 0 {
        let plural = if papers > 1 { "s" } else { "" };
        return Err(Error::invalid(
            "box",
            format!("{papers} bulletin{plural} dans l'urne : ces nombres ne font pas ce compte. Comptez de nouveau."),
        ));
    }
    // Any papers with these totals count the same: each answer goes to the papers that have the fewest so far.
    let mut choices: Vec<Vec<usize>> = vec![Vec::new(); usize::try_from(filled).map_err(Error::internal)?];
    for (rank, votes) in found.votes.iter().enumerate() {
        choices.sort_by_key(Vec::len);
        let votes = usize::try_from(*votes).map_err(Error::internal)?;
        for choice in choices.iter_mut().take(votes) {
            choice.push(rank);
        }
    }
    let blank = usize::try_from(found.blank).map_err(Error::internal)?;
    choices.extend(std::iter::repeat_n(Vec::new(), blank));
    Ok(choices.into_iter().map(|choice| Voice { weight: 1, choice }).collect())
}

/// The quorum of a written consultation: those who have voted are there.
fn written_quorum(tx: &mut Tx<'_>, ballot: &Ballot, roll: &[Seat], kept: &[Kept]) -> Result<(String, bool)> {
    let (rules, _) = practice::find(tx, ballot.body)?;
    let college = match rules.quorum {
        QuorumRule::CollegeShare { college, .. } => Some(college),
        _ => None,
    };
    let counted: Vec<&Seat> =
        roll.iter().filter(|seat| college.is_none() || seat.college.as_ref().map(|(id, _)| *id) == college).collect();
    let given: HashSet<Id<Seat>> = kept.iter().map(|one| one.seat).collect();
    let voted = counted.iter().filter(|seat| given.contains(&seat.id)).count();
    let size = |number: usize| i64::try_from(number).map_err(Error::internal);
    let quorum = reached(rules.quorum, false, size(counted.len())?, size(voted)?, "votant");
    Ok((quorum.sentence, quorum.met))
}

fn decide(ballot: &Ballot, tally: &Tally) -> Verdict {
    match ballot.form {
        Form::Proposal => decide_proposal(ballot.rule, tally),
        Form::One | Form::Several => decide_choice(ballot.rule, tally),
    }
}

pub(super) fn labels(ballot: &Ballot) -> Vec<String> {
    ballot.answers.iter().map(Answer::shown).collect()
}

fn sentence(ballot: &Ballot, tally: &Tally, verdict: &Verdict) -> String {
    match ballot.form {
        Form::Proposal => proposal_sentence(ballot.rule, tally, verdict),
        Form::One | Form::Several => choice_sentence(ballot.rule, tally, verdict, &labels(ballot)),
    }
}

/// Of a secret vote of one or two, or of seats with more votes than others: what came of it, and nothing that was counted.
fn outcome_alone(ballot: &Ballot, verdict: &Verdict, voters: i64) -> String {
    let names = labels(ballot);
    let list = |options: &[usize]| {
        options.iter().filter_map(|option| names.get(*option)).map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    let end = match verdict {
        Verdict::Adopted => "adopté".to_owned(),
        Verdict::Retained(options) => format!("retenu : {}", list(options)),
        Verdict::Tied { between, .. } if ballot.form != Form::Proposal => format!("égalité entre {}", list(between)),
        Verdict::Tied { .. } => "égalité".to_owned(),
        Verdict::Rejected | Verdict::NoQuorum if ballot.form == Form::Proposal => "rejeté".to_owned(),
        Verdict::Rejected | Verdict::NoQuorum => "rien n'est retenu".to_owned(),
    };
    if voters < SECRET_LEAST {
        return format!("Vote secret de moins de {SECRET_LEAST} votants, seul le résultat est donné : {end}");
    }
    format!("Vote secret où les voix n'ont pas le même poids, seul le résultat est donné : {end}")
}

fn keep_counts(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    ballot: &Ballot,
    quorum: &str,
    tally: Option<&Tally>,
    verdict: &Verdict,
    sentence: &str,
) -> Result<()> {
    let (outcome, retained, tied): (Outcome, &[usize], &[usize]) = match verdict {
        Verdict::Adopted => (Outcome::Adopted, &[], &[]),
        Verdict::Rejected => (Outcome::Rejected, &[], &[]),
        Verdict::NoQuorum => (Outcome::NoQuorum, &[], &[]),
        Verdict::Retained(retained) => (Outcome::Retained, retained, &[]),
        Verdict::Tied { retained, between } => (Outcome::Tied, retained, between),
    };
    tx.execute(
        "update ballot set state = 'closed', closed_at = $2, quorum = $3, verdict = $4, sentence = $5, voters = $6,
            cast_votes = $7, abstained = $8, present = $9, entitled = $10 where id = $1",
        params![
            ballot.id,
            ctx.now(),
            quorum,
            Value::code(outcome),
            sentence,
            tally.map(|tally| tally.voters),
            tally.map(|tally| tally.cast),
            tally.map(|tally| tally.abstained),
            tally.map(|tally| tally.present),
            tally.map(|tally| tally.entitled),
        ],
    )?;
    for rank in 0..ballot.answers.len() {
        tx.execute(
            "update ballot_option set votes = $3, retained = $4, tied = $5 where ballot = $1 and rank = $2",
            params![
                ballot.id,
                i64::try_from(rank).map_err(Error::internal)?,
                tally.and_then(|tally| tally.votes.get(rank).copied()),
                retained.contains(&rank),
                tied.contains(&rank),
            ],
        )?;
    }
    Ok(())
}

/// Publishes the result.
///
/// # Errors
/// A conflict when the ballot is not closed, or when the chair has a tie to settle first.
pub fn publish(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<()> {
    let ballot = enter_ballot(ctx, tx, id)?;
    become_state(&ballot, BallotState::Published)?;
    if ballot.waits_for_chair() {
        return Err(Error::Conflict("La présidence doit d'abord départager l'égalité.".to_owned()));
    }
    make_public(ctx, tx, id)
}

pub(super) fn make_public(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<()> {
    tx.execute("update ballot set state = 'published', published_at = $2 where id = $1", params![id, ctx.now()])?;
    let ballot = ballots::find(tx, id)?;
    // The register is for ever: it names no candidate.
    let names = ballot.election.is_some();
    let summary = match names {
        true => format!("Résultat de « {} » publié", ballot.question),
        false => format!("Résultat de « {} » : {}", ballot.question, ballot.sentence),
    };
    let act = Act::new("ballot.published", subject(id), summary);
    let counts = ballot.tally.as_ref().filter(|_| !names).map(|tally| {
        let each = ballot.answers.iter().zip(&tally.votes).map(|(answer, votes)| format!("{} : {votes}", answer.label));
        each.chain(std::iter::once(format!("abstentions et blancs : {}", tally.abstained)))
            .collect::<Vec<_>>()
            .join(" ; ")
    });
    tx.record(
        ctx,
        act.in_governance(ballot.governance.uuid()).with_some("decompte", counts).from_source(&ballot.provenance),
    );
    tx.touch(versions::MEETINGS);
    settle_decision(ctx, tx, &ballot)?;
    elections::settle(ctx, tx, &ballot)?;
    tell::published(ctx, tx, &ballot)
}

/// Adopts or rejects the draft that was voted on, with what its adoption does; a vote without effect gives it back.
fn settle_decision(ctx: &Context<'_>, tx: &mut Tx<'_>, ballot: &Ballot) -> Result<()> {
    let Some(decision) = decisions::store::of_ballot(tx, ballot.id.uuid())? else { return Ok(()) };
    let adopted = match ballot.outcome {
        Some(Outcome::Adopted) => true,
        Some(Outcome::Rejected) => false,
        Some(Outcome::Retained | Outcome::Tied | Outcome::NoQuorum) | None => {
            return super::acts::detach(ctx, tx, ballot.id);
        }
    };
    let on = zone(tx, ballot.governance)?.civil(ballot.closed_at.unwrap_or(ctx.now())).0;
    let sentence: String = ballot.sentence.chars().take(SENTENCE_MAX).collect();
    decisions::settle_by_vote(ctx, tx, decision.id, ballot.id.uuid(), adopted, &sentence, on)
}
