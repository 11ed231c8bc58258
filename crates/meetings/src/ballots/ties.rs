//! What a vote has left undecided: a tie that the chair settles, a second round.

use kernel::{Context, Error, Id, Result};
use store::{Tx, Value, params};

use super::acts::{enter_ballot, enter_living, insert, record};
use super::count::{labels, make_public};
use super::draft::{NewAnswer, NewBallot};
use super::model::{Answer, Ballot, BallotState, Form, Outcome};
use super::rule::{FOR, Rule};
use crate::decisions;

/// Settles a tie as the chair says: for or against, or which of the answers that are tied.
///
/// # Errors
/// `choice` when it does not settle it; a conflict when there is no tie for the chair to settle.
pub fn settle(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>, choice: &[usize]) -> Result<()> {
    let ballot = enter_ballot(ctx, tx, id)?;
    if ballot.state != BallotState::Closed || !ballot.waits_for_chair() {
        return Err(Error::Conflict("Il n'y a pas d'égalité à départager ici.".to_owned()));
    }
    let names = labels(&ballot);
    let tied = |rank: &usize| ballot.answers.get(*rank).is_some_and(|answer| answer.tied);
    let free = ballot.free_places();
    if choice.len() != free || !choice.iter().all(tied) {
        let plural = if free > 1 { "s" } else { "" };
        return Err(Error::invalid("choice", format!("Choisissez {free} réponse{plural} parmi celles à égalité.")));
    }
    let named = choice.iter().filter_map(|rank| names.get(*rank)).map(String::as_str).collect::<Vec<_>>().join(", ");
    let outcome = match (ballot.form, choice.first()) {
        (Form::Proposal, Some(&FOR)) => Outcome::Adopted,
        (Form::Proposal, _) => Outcome::Rejected,
        _ => Outcome::Retained,
    };
    let end = match outcome {
        Outcome::Adopted => "adopté".to_owned(),
        Outcome::Rejected => "rejeté".to_owned(),
        _ => format!("retenu : {named}"),
    };
    let sentence = format!("{}. La présidence a départagé ({named}) : {end}", ballot.sentence);
    tx.execute(
        "update ballot set verdict = $2, sentence = $3 where id = $1",
        params![id, Value::code(outcome), &sentence],
    )?;
    for rank in choice {
        if outcome == Outcome::Retained {
            let rank = i64::try_from(*rank).map_err(Error::internal)?;
            tx.execute(
                "update ballot_option set retained = $3 where ballot = $1 and rank = $2",
                params![id, rank, true],
            )?;
        }
    }
    let summary = format!("Égalité de « {} » départagée par la présidence", ballot.question);
    record(ctx, tx, "ballot.settled", &ballot, summary);
    if ballot.publishes && decisions::store::of_ballot(tx, id.uuid())?.is_none() {
        make_public(ctx, tx, id)?;
    }
    Ok(())
}

/// Prepares the second round of a ballot that ended in a tie, or in which too few answers carried: between those that are
/// tied, else between all that had votes, for the places that are left.
///
/// # Errors
/// A conflict when nothing is left to decide, or when it is prepared already.
pub fn second_round(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Id<Ballot>> {
    let ballot = enter_living(ctx, tx, id)?;
    if ballot.election.is_some() {
        return Err(Error::Conflict(
            "Le tour suivant d'une élection se prépare depuis la page de l'élection.".to_owned(),
        ));
    }
    if !ballot.may_go_on() {
        return Err(Error::Conflict("Il n'y a pas de second tour à préparer pour ce scrutin.".to_owned()));
    }
    let known: i64 =
        tx.get("select count(*) from ballot where follows = $1 and state <> 'abandoned'", params![id], |row| {
            row.get(0)
        })?;
    if known > 0 {
        return Err(Error::Conflict("Le second tour est déjà préparé.".to_owned()));
    }
    let any_tied = ballot.form != Form::Proposal && ballot.answers.iter().any(|answer| answer.tied);
    let stays = |answer: &&Answer| match ballot.form {
        Form::Proposal => true,
        _ if any_tied => answer.tied,
        _ => !answer.retained,
    };
    let again =
        |answer: &Answer| NewAnswer { description: answer.description.clone(), ..NewAnswer::plain(&answer.label) };
    let answers: Vec<NewAnswer> = ballot.answers.iter().filter(stays).map(again).collect();
    if answers.len() < 2 {
        return Err(Error::Conflict("Il ne reste qu'une réponse : préparez un nouveau scrutin.".to_owned()));
    }
    let new = NewBallot {
        question: format!("{} (second tour)", ballot.question),
        description: ballot.description.clone(),
        form: ballot.form,
        most: ballot.most.min(answers.len()),
        answers,
        secret: ballot.secret,
        way: ballot.way,
        closes: None,
        rule: Rule { places: ballot.free_places().max(1), ..ballot.rule },
        publishes: ballot.publishes,
        decision: None,
        election: None,
    };
    let place = (ballot.governance, ballot.body, ballot.item);
    let next = insert(ctx, tx, place, &new, None, Some(id), &ballot.provenance)?;
    let summary = "Le second tour d'un scrutin se prépare".to_owned();
    record(ctx, tx, "ballot.second_round", &ballot, summary);
    Ok(next)
}
