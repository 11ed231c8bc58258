//! From candidacies to a ballot, and from its result to those who are elected.

use governance::bodies::model::Body;
use governance::powers::acts as powers;
use governance::powers::model::NewPower;
use governance::powers::store as held;
use jiff::civil::{Date, Time};
use kernel::permission::{Reach, Role, RoleKind};
use kernel::{Context, Error, FixedClock, Id, Result};
use store::{Tx, Value, params};

use super::acts::{end, enter_election, outcome, record, tell_sitting};
use super::model::{Candidacy, Election, ElectionState, Kind, Office, Round, Standing, next_round};
use super::store as reads;
use crate::ballots::draft::NewAnswer;
use crate::ballots::model::{Form, Way};
use crate::ballots::rule::{Base, Majority, Rule};
use crate::ballots::{self, Ballot, BallotState, NewBallot, Outcome};
use crate::model::Item;

/// Characters of a profession of faith told beside a name on a ballot.
const EXCERPT: usize = 200;

/// Where and when a round is voted.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// The item on which it is voted, or told.
    pub item: Option<Id<Item>>,
    pub way: Way,
    /// When it ends, in writing.
    pub closes: Option<(Date, Time)>,
}

/// The round to prepare now; nothing when none may be.
///
/// # Errors
/// A conflict that says why none may be prepared.
pub(super) fn round(tx: &mut Tx<'_>, election: &Election) -> Result<Round> {
    let past: Vec<Outcome> = reads::rounds(tx, election.id)?
        .iter()
        .filter(|ballot| ballot.state == BallotState::Published)
        .filter_map(|ballot| ballot.outcome)
        .collect();
    next_round(election.rounds, election.tie, election.open_posts(), &past)
        .ok_or_else(|| Error::Conflict("Il n'y a pas d'autre tour à préparer.".to_owned()))
}

/// Those between whom a round is voted.
pub(super) fn standing(tx: &mut Tx<'_>, election: &Election, round: Round) -> Result<Vec<Candidacy>> {
    let mut all = reads::candidacies(tx, election.id)?;
    all.retain(|one| one.standing == Standing::Stands);
    if round == Round::Tied {
        let last = reads::rounds(tx, election.id)?.into_iter().rfind(|one| one.state == BallotState::Published);
        let tied: Vec<Id<Candidacy>> = last
            .into_iter()
            .flat_map(|ballot| ballot.answers)
            .filter(|answer| answer.tied)
            .filter_map(|answer| answer.candidacy)
            .collect();
        // A proposal has one candidacy, for and against.
        all.retain(|one| tied.is_empty() || tied.contains(&one.id));
    }
    Ok(all)
}

/// The beginning of a profession of faith, to recognise it beside a name: whole words, the rest is on the page of the election.
fn excerpt(faith: &str) -> String {
    let line = faith.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT {
        return line;
    }
    let cut: String = line.chars().take(EXCERPT).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
}

/// The question, the answers and the rule of a round. One candidacy alone is voted for or against, so that it can be refused.
fn shape(election: &Election, round: Round, standing: &[Candidacy], how: How) -> NewBallot {
    let number = match round {
        Round::First => "",
        Round::Second => " (second tour)",
        Round::Tied => " (départage)",
    };
    let title: String = election.title.chars().take(180).collect();
    let open = match election.kind {
        Kind::Lists => 1,
        Kind::Persons | Kind::Pairs => election.open_posts().min(standing.len()),
    };
    let (form, answers) = match standing {
        [only] => {
            let yes = NewAnswer { candidacy: Some(only.id), ..NewAnswer::plain("Pour") };
            (Form::Proposal, vec![yes, NewAnswer::plain("Contre")])
        }
        _ => {
            let form = if open == 1 { Form::One } else { Form::Several };
            let answer = |one: &Candidacy| NewAnswer {
                label: one.label(),
                description: excerpt(&one.faith),
                candidacy: Some(one.id),
            };
            (form, standing.iter().map(answer).collect())
        }
    };
    let description = match standing {
        [only] => format!("Candidature : {}.\n\n{}", only.label(), only.faith),
        _ => election.description.clone(),
    };
    // At the second round the most votes are enough.
    let majority = if round == Round::First { election.majority } else { Majority::Simple };
    let rule = Rule { majority, base: election.base, tie: election.tie, places: open.max(1) };
    NewBallot {
        // No name: the question stands in its address and in the register.
        question: format!("{title}{number}"),
        description,
        form,
        answers,
        most: if form == Form::Several { open } else { 1 },
        secret: election.secret,
        way: how.way,
        closes: how.closes,
        rule,
        // What it does is done by somebody, who sees what became impossible meanwhile.
        publishes: false,
        decision: None,
        election: Some(election.id),
    }
}

/// Draws the list of candidates up and prepares the vote, on an item or in writing. What nobody has accepted yet is left out.
///
/// # Errors
/// As for a ballot: `way`, `closes_day`, `closes_hour`; a conflict while the call is open, when nobody stands, when a vote
/// is under way, or when there is no other round.
pub fn prepare(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Election>, how: How) -> Result<Id<Ballot>> {
    let election = enter_election(ctx, tx, id)?;
    if !matches!(election.state, ElectionState::Call | ElectionState::Vote) {
        return Err(Error::Conflict("Cette élection n'est pas au moment du vote.".to_owned()));
    }
    if election.takes_candidacies(ctx.now()) {
        return Err(Error::Conflict(
            "L'appel à candidatures est encore ouvert : attendez sa fin, ou avancez-la.".to_owned(),
        ));
    }
    // Nobody is there in a written consultation.
    if how.way == Way::Written && election.base == Base::Present && election.majority != Majority::Simple {
        return Err(Error::invalid("way", "Cette élection se compte sur les présents : elle se vote en séance."));
    }
    let round = round(tx, &election)?;
    let standing = standing(tx, &election, round)?;
    if standing.is_empty() {
        return Err(Error::Conflict(
            "Personne n'est candidat : prolongez l'appel, ou constatez que le poste reste ouvert.".to_owned(),
        ));
    }
    let new = shape(&election, round, &standing, how);
    // A form that is sent twice prepares one; anything else while a vote is under way is another vote.
    if let Some(live) = reads::live_round(tx, id)?
        && (live.state != BallotState::Draft || live.item != how.item || live.way != how.way)
    {
        return Err(Error::Conflict("Un vote est déjà préparé ou ouvert pour cette élection.".to_owned()));
    }
    let ballot = ballots::acts::prepare(ctx, tx, election.body, how.item, &new, &election.provenance)?;
    if let Some(live) = reads::live_round(tx, id)?.filter(|live| live.id != ballot) {
        return Err(Error::Conflict(format!("Le vote « {} » est déjà préparé pour cette élection.", live.question)));
    }
    if election.state == ElectionState::Call {
        tx.execute("update election set state = 'vote' where id = $1", params![id])?;
        tx.execute(
            "update candidacy set state = 'declined', version = version + 1 where election = $1 and state = 'asked'",
            params![id],
        )?;
        let plural = if standing.len() > 1 { "s" } else { "" };
        let summary = format!("Liste arrêtée pour « {} » : {} candidature{plural}", election.title, standing.len());
        record(ctx, tx, "election.listed", &election, summary);
    }
    Ok(ballot)
}

/// Takes a candidacy that is withdrawn off the vote: off a ballot in preparation; on one that is open it stays, and counts no
/// more. Where nobody is left the vote is given up.
pub(super) fn leave(ctx: &Context<'_>, tx: &mut Tx<'_>, election: &Election, candidacy: Id<Candidacy>) -> Result<()> {
    let Some(ballot) = reads::live_round(tx, election.id)? else { return Ok(()) };
    if !ballot.answers.iter().any(|answer| answer.candidacy == Some(candidacy)) {
        return Ok(());
    }
    if ballot.state == BallotState::Closed {
        return Err(Error::Conflict("Le vote est clos : cette candidature ne peut plus être retirée.".to_owned()));
    }
    let left: Vec<Candidacy> = ballot
        .answers
        .iter()
        .filter(|answer| !answer.withdrawn)
        .filter_map(|answer| answer.candidacy)
        .filter(|one| *one != candidacy)
        .map(|one| reads::candidacy(tx, one))
        .collect::<Result<_>>()?;
    if left.is_empty() {
        return ballots::acts::abandon_without_candidates(ctx, tx, ballot.id);
    }
    if ballot.state == BallotState::Draft {
        let round = round(tx, election)?;
        return ballots::acts::rewrite(
            tx,
            &ballot,
            &shape(election, round, &left, How { item: ballot.item, way: ballot.way, closes: None }),
        );
    }
    tx.execute(
        "update ballot_option set withdrawn = $3 where ballot = $1 and candidacy = $2",
        params![ballot.id, candidacy, true],
    )?;
    tell_sitting(
        ctx,
        tx,
        election,
        format!("Candidature retirée pendant le vote : {}", election.title),
        "Ce qui est voté pour elle compte comme blanc. Si vous l'aviez choisie, changez votre vote avant la clôture."
            .to_owned(),
    )
}

/// What the published result of a round does: those who are elected have their posts, and the power to animate for their term.
pub(crate) fn settle(ctx: &Context<'_>, tx: &mut Tx<'_>, ballot: &Ballot) -> Result<()> {
    let Some(id) = ballot.election else { return Ok(()) };
    let mut election = reads::lock(tx, id)?;
    let adopted = ballot.outcome == Some(Outcome::Adopted);
    let elected: Vec<Id<Candidacy>> = ballot
        .answers
        .iter()
        .filter(|answer| answer.retained || (ballot.form == Form::Proposal && adopted))
        .filter_map(|answer| answer.candidacy)
        .collect();
    for one in elected {
        let candidacy = reads::candidacy(tx, one)?;
        // The chair of a tie, or nobody, may retain one that withdrew when the vote was closed.
        if candidacy.standing != Standing::Stands || election.open_posts() == 0 {
            continue;
        }
        let takes = election.takes(candidacy.accepted().count());
        tx.execute("update candidacy set state = 'elected', version = version + 1 where id = $1", params![one])?;
        give_powers(ctx, tx, &election, &candidacy)?;
        election.filled += takes;
    }
    tx.execute(
        "update election set filled = $2 where id = $1",
        params![id, i64::try_from(election.filled).map_err(Error::internal)?],
    )?;
    if round(tx, &election).is_err() {
        end(ctx, tx, &election, ElectionState::Done, "")?;
    }
    record(ctx, tx, "election.settled", &election, outcome(&election));
    Ok(())
}

/// Gives those who are elected the power to animate the body for the term: the body has decided, so the act is done with the
/// powers of those who administer the governance. Who animates it already goes on until the end of the new term.
fn give_powers(ctx: &Context<'_>, tx: &mut Tx<'_>, election: &Election, candidacy: &Candidacy) -> Result<()> {
    if election.office != Office::Animator {
        return Ok(());
    }
    let clock = FixedClock::at(ctx.now());
    let mut lent = ctx.who().clone();
    lent.roles.push(Role::manager(election.governance.uuid()));
    let acting = Context::new(&lent, &clock, ctx.randomness());
    let reach = reach(election, election.body);
    let places = if election.kind == Kind::Lists { election.open_posts() } else { usize::MAX };
    for candidate in candidacy.accepted().take(places) {
        let Some(person) = candidate.person else { continue };
        let known = held::of_person(tx, person, ctx.now().day())?;
        let known = known.iter().find(|one| one.power.role == RoleKind::Animator && one.power.reach == reach);
        if let Some(known) = known {
            powers::prolong(&acting, tx, known.power.id, Some(election.term.1))?;
            continue;
        }
        let term =
            NewPower { role: RoleKind::Animator, reach, since: Some(election.term.0), until: Some(election.term.1) };
        powers::give(&acting, tx, person, &term)?;
    }
    Ok(())
}

pub(super) fn reach(election: &Election, body: Id<Body>) -> Reach {
    Reach::Body { governance: election.governance.uuid(), body: body.uuid() }
}

/// Erases the names of those who were not elected, once nobody needs them: in the candidacies, on the ballots and in what they
/// say. Gives how many candidacies.
pub(super) fn erase_names(tx: &mut Tx<'_>, election: Id<Election>) -> Result<u64> {
    let (mut erased, mut renamed) = (0, Vec::new());
    let all = reads::candidacies(tx, election)?;
    for (number, one) in (1..).zip(all.iter().filter(|one| one.standing != Standing::Elected)) {
        let new = format!("Candidature non élue n° {number}");
        tx.execute("update candidacy set title = $2, faith = '' where id = $1", params![one.id, &new])?;
        renamed.push((one.id, one.label(), new));
        tx.execute(
            "update candidate set name = '', person = null, member = null, structure = '' where candidacy = $1",
            params![one.id],
        )?;
        erased += 1;
    }
    // Longest first: a name may begin as another one does.
    renamed.sort_by_key(|(_, label, _)| std::cmp::Reverse(label.len()));
    let all: Vec<(Id<Ballot>, String)> =
        tx.query("select id, sentence from ballot where election = $1", params![election], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    for (ballot, mut sentence) in all {
        for (candidacy, label, new) in renamed.iter().filter(|(_, label, _)| !label.is_empty()) {
            sentence = sentence.replace(label.as_str(), new);
            // The answers of a proposal are « pour » and « contre »: its description names the candidacy.
            tx.execute(
                "update ballot set description = '' where id = $1 and form = 'proposal'
                    and exists (select 1 from ballot_option o where o.ballot = $1 and o.candidacy = $2)",
                params![ballot, *candidacy],
            )?;
            tx.execute(
                "update ballot_option set label = $3, description = '' where ballot = $1 and candidacy = $2
                    and not exists (select 1 from ballot b where b.id = $1 and b.form = 'proposal')",
                params![ballot, *candidacy, new],
            )?;
        }
        tx.execute("update ballot set sentence = $2 where id = $1", params![ballot, sentence])?;
    }
    tx.execute("update election set names_erased = $2 where id = $1", params![election, Value::from(true)])?;
    Ok(erased)
}
