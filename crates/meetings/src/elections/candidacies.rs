//! Standing: by oneself, or proposed by a structure and accepted. Changing one's profession of faith, withdrawing.

use directory::Person;
use directory::correspondence::{LetterKind, News};
use governance::bodies::store as bodies;
use governance::governances::store::{head, lock as lock_governance};
use governance::members::model::Member;
use kernel::{Context, Error, Id, Result, text};
use store::{Tx, Value, params};

use super::acts::{enter_election, record, record_unnamed};
use super::model::{Candidacy, Candidate, Election, ElectionState, FAITH_MAX, Kind, Reply, Standing};
use super::{store as reads, vote};
use crate::ballots::roll::speaks;
use crate::news::tell_member;
use crate::url;

/// Candidacies that one election takes: a ballot has as many answers.
const MOST: usize = 50;

/// A candidacy as somebody presents it, or proposes it.
#[derive(Clone, Debug, Default)]
pub struct NewCandidacy {
    /// The structure in whose name the person acts.
    pub own: Option<Id<Member>>,
    /// The person stands too, under this name; nothing: it proposes others.
    pub name: Option<String>,
    /// The structures that are asked for a person each.
    pub asked: Vec<Id<Member>>,
    /// The name of a list.
    pub title: String,
    pub faith: String,
}

/// The member of the body in whose name the person acts, with its name.
fn own_structure(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    election: &Election,
    own: Option<Id<Member>>,
) -> Result<(Id<Member>, String)> {
    let mut sitting = bodies::sitting_members(tx, election.body)?;
    sitting.retain(|(member, _)| speaks(ctx.who(), election.governance, *member).is_some());
    let found = match own {
        Some(own) => sitting.into_iter().find(|(member, _)| *member == own),
        None => sitting.into_iter().next(),
    };
    found.ok_or_else(|| Error::Conflict(OUTSIDE.to_owned()))
}

/// Told to whoever cannot stand.
pub(super) const OUTSIDE: &str = "Seules les personnes qui représentent une structure de cette instance se portent candidates ou proposent quelqu'un.";

/// Locks the election for somebody who stands in it, while candidacies are taken.
fn enter_call(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Election>) -> Result<Election> {
    let governance = reads::find(tx, id)?.governance;
    lock_governance(tx, governance)?;
    let election = reads::lock(tx, id)?;
    if !election.takes_candidacies(ctx.now()) {
        return Err(Error::Conflict("L'appel à candidatures n'est pas ouvert, ou il est terminé.".to_owned()));
    }
    Ok(election)
}

fn me(ctx: &Context<'_>) -> Result<Id<Person>> {
    ctx.who().person_id().map(Id::from_uuid).ok_or_else(|| Error::Conflict(OUTSIDE.to_owned()))
}

fn read_name(typed: &str) -> Result<String> {
    text::line(typed, text::NAME_MAX).map_err(|fault| Error::invalid("name", fault.to_string()))
}

pub(super) fn read_faith(typed: &str) -> Result<String> {
    let faith = text::paragraphs(typed, FAITH_MAX).map_err(|fault| Error::invalid("faith", fault.to_string()))?;
    faith.ok_or_else(|| Error::invalid("faith", "Écrivez une profession de foi, même courte."))
}

/// The name of a list; nothing for the others.
pub(super) fn read_title(election: &Election, typed: &str) -> Result<String> {
    if election.kind != Kind::Lists {
        return Ok(String::new());
    }
    text::line(typed, 100).map_err(|fault| Error::invalid("title", fault.to_string()))
}

/// Refuses who stands already.
pub(super) fn refuse_twice(all: &[Candidacy], person: Id<Person>) -> Result<()> {
    if all.iter().any(|one| one.standing.is_live() && one.has(person)) {
        return Err(Error::Conflict(
            "Cette personne est déjà candidate dans cette élection : retirez d'abord l'autre candidature.".to_owned(),
        ));
    }
    Ok(())
}

fn check_size(election: &Election, persons: usize, alone: bool) -> Result<()> {
    let (least, most) = election.size();
    if (least..=most).contains(&persons) {
        return Ok(());
    }
    Err(Error::invalid(
        "asked",
        match (election.kind, alone) {
            (Kind::Persons, _) => "Proposez une structure, une seule.".to_owned(),
            (Kind::Pairs, true) => "Un binôme : choisissez la structure de l'autre personne, une seule.".to_owned(),
            (Kind::Pairs, false) => "Un binôme : choisissez deux structures.".to_owned(),
            (Kind::Lists, _) => format!("Une liste réunit de {least} à {most} personnes."),
        },
    ))
}

/// Presents one's candidacy, alone or with others who are asked, or proposes others. A form that is sent twice presents one.
///
/// # Errors
/// `name`, `title`, `faith`, `asked`; a conflict when the call is over, when the person sits nowhere or stands already.
pub fn present(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Election>, new: &NewCandidacy) -> Result<Id<Candidacy>> {
    let election = enter_call(ctx, tx, id)?;
    let person = me(ctx)?;
    let (own, structure) = own_structure(ctx, tx, &election, new.own)?;
    let (title, faith) = (read_title(&election, &new.title)?, read_faith(&new.faith)?);
    let sitting = bodies::sitting_members(tx, election.body)?;
    let mut candidates = Vec::new();
    if let Some(name) = &new.name {
        candidates.push(Candidate {
            rank: 1,
            member: Some(own),
            structure: structure.clone(),
            person: Some(person),
            name: read_name(name)?,
            reply: Reply::Accepted,
        });
    }
    for asked in &new.asked {
        let (member, structure) = sitting
            .iter()
            .find(|(member, _)| member == asked)
            .ok_or_else(|| Error::invalid("asked", "Choisissez des structures de cette instance."))?;
        candidates.push(Candidate {
            rank: i64::try_from(candidates.len()).map_err(Error::internal)? + 1,
            member: Some(*member),
            structure: structure.clone(),
            person: None,
            name: String::new(),
            reply: Reply::Asked,
        });
    }
    check_size(&election, candidates.len(), new.name.is_some())?;
    let proposed_by = if new.name.is_some() { String::new() } else { structure };
    let all = reads::candidacies(tx, id)?;
    let members = |of: &[Candidate]| of.iter().map(|one| (one.member, one.person)).collect::<Vec<_>>();
    let same = |known: &&Candidacy| {
        known.standing.is_live()
            && (&known.title, &known.faith, &known.proposed_by) == (&title, &faith, &proposed_by)
            && members(&known.candidates) == members(&candidates)
    };
    if let Some(known) = all.iter().find(same) {
        return Ok(known.id);
    }
    if new.name.is_some() {
        refuse_twice(&all, person)?;
    }
    let candidacy = Written { title, faith, proposed_by, entered: false, candidates };
    write(ctx, tx, &election, all.len(), &candidacy)
}

/// What a new candidacy holds, understood.
pub(super) struct Written {
    pub title: String,
    pub faith: String,
    pub proposed_by: String,
    pub entered: bool,
    pub candidates: Vec<Candidate>,
}

pub(super) fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    election: &Election,
    known: usize,
    new: &Written,
) -> Result<Id<Candidacy>> {
    if known >= MOST {
        return Err(Error::Conflict(format!("Une élection prend {MOST} candidatures au plus.")));
    }
    let id: Id<Candidacy> = ctx.new_id()?;
    tx.execute(
        "insert into candidacy (id, election, title, faith, state, proposed_by, entered, created_at)
         values ($1, $2, $3, $4, 'asked', $5, $6, $7)",
        params![id, election.id, &new.title, &new.faith, &new.proposed_by, new.entered, ctx.now()],
    )?;
    for one in &new.candidates {
        tx.execute(
            "insert into candidate (candidacy, rank, member, structure, person, name, reply)
             values ($1, $2, $3, $4, $5, $6, $7)",
            params![id, one.rank, one.member, &one.structure, one.person, &one.name, Value::code(one.reply)],
        )?;
    }
    stand(tx, election, id)?;
    // What came on paper is entered by somebody who does not stand.
    let record = if new.entered { record } else { record_unnamed };
    record(ctx, tx, "election.candidacy", election, format!("Une candidature est reçue : « {} »", election.title));
    let page = url::candidacy(&slug(tx, election)?, &election.slug, id);
    for member in new.candidates.iter().filter(|one| one.reply == Reply::Asked).filter_map(|one| one.member) {
        let news = News {
            title: format!("On vous propose d'être candidat : {}", election.title),
            text: "Acceptez ou refusez avant la fin de l'appel à candidatures.".to_owned(),
            path: format!("{page}/repondre"),
        };
        tell_member(ctx, tx, election.governance, member, LetterKind::Answers, &news)?;
    }
    Ok(id)
}

fn slug(tx: &mut Tx<'_>, election: &Election) -> Result<String> {
    Ok(head(tx, election.governance)?.ok_or(Error::NotFound)?.slug)
}

/// Writes what the answers of its persons make of a candidacy.
fn stand(tx: &mut Tx<'_>, election: &Election, id: Id<Candidacy>) -> Result<Standing> {
    let standing = reads::candidacy(tx, id)?.standing_by_replies(election.kind);
    tx.execute(
        "update candidacy set state = $2, version = version + 1 where id = $1",
        params![id, Value::code(standing)],
    )?;
    Ok(standing)
}

/// The row for which the person may answer: the one it answered already, else the first that waits for its structure.
pub(super) fn row_of(
    candidacy: &Candidacy,
    person: Id<Person>,
    speaks_for: impl Fn(Id<Member>) -> bool,
) -> Option<&Candidate> {
    let own = candidacy.candidates.iter().find(|one| one.person == Some(person));
    let waits = |one: &&Candidate| one.reply == Reply::Asked && one.member.is_some_and(&speaks_for);
    own.or_else(|| candidacy.candidates.iter().find(waits))
}

/// Accepts to stand, under this name, or refuses.
///
/// # Errors
/// `name`; a conflict when the call is over, when nobody asked this person, or when it stands elsewhere.
pub fn answer(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Candidacy>, accepts: bool, name: &str) -> Result<()> {
    let election = reads::candidacy(tx, id)?.election;
    let election = enter_call(ctx, tx, election)?;
    let (person, candidacy) = (me(ctx)?, reads::candidacy(tx, id)?);
    let own = row_of(&candidacy, person, |member| speaks(ctx.who(), election.governance, member).is_some());
    let own = own.ok_or_else(|| Error::Conflict("Cette candidature n'attend pas de réponse de vous.".to_owned()))?;
    let reply = if accepts { Reply::Accepted } else { Reply::Declined };
    if own.reply == reply {
        return Ok(());
    }
    if !matches!(candidacy.standing, Standing::Asked | Standing::Stands) {
        let is = candidacy.standing.to_string().to_lowercase();
        return Err(Error::Conflict(format!("Cette candidature est {is}.")));
    }
    // Whoever refuses leaves no name.
    let (person_kept, name) = if accepts { (Some(person), read_name(name)?) } else { (None, String::new()) };
    if accepts {
        refuse_twice(&reads::candidacies(tx, election.id)?, person)?;
    }
    tx.execute(
        "update candidate set reply = $3, person = $4, name = $5 where candidacy = $1 and rank = $2",
        params![id, own.rank, Value::code(reply), person_kept, &name],
    )?;
    let standing = stand(tx, &election, id)?;
    let summary = match standing {
        Standing::Declined => "Une candidature proposée est refusée",
        _ => "Une candidature proposée a sa réponse",
    };
    record_unnamed(ctx, tx, "election.answered", &election, format!("{summary} : « {} »", election.title));
    let news = News {
        title: format!("Réponse à votre proposition : {}", election.title),
        text: format!("{} : {}.", own.structure, reply.to_string().to_lowercase()),
        path: url::election(&slug(tx, &election)?, &election.slug),
    };
    for member in candidacy.accepted().filter_map(|one| one.member) {
        tell_member(ctx, tx, election.governance, member, LetterKind::Answers, &news)?;
    }
    Ok(())
}

/// Locks the election of a candidacy for one of its persons, or for those who animate.
fn enter_own(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Candidacy>) -> Result<(Election, Candidacy)> {
    let candidacy = reads::candidacy(tx, id)?;
    let person = ctx.who().person_id().map(Id::from_uuid);
    let election = if person.is_some_and(|person| candidacy.has(person)) {
        let governance = reads::find(tx, candidacy.election)?.governance;
        lock_governance(tx, governance)?;
        reads::lock(tx, candidacy.election)?
    } else {
        enter_election(ctx, tx, candidacy.election)?
    };
    // Read again under the lock.
    Ok((election, reads::candidacy(tx, id)?))
}

/// Rewrites the profession of faith of a candidacy, if nobody else has since `version`.
///
/// # Errors
/// `title`, `faith`; forbidden to whoever is not in it; a conflict once the call is over, or when somebody was quicker.
pub fn rewrite(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Candidacy>,
    version: i64,
    title: &str,
    faith: &str,
) -> Result<()> {
    let (election, before) = enter_own(ctx, tx, id)?;
    if !election.takes_candidacies(ctx.now()) {
        return Err(Error::Conflict("L'appel à candidatures est terminé : ce texte ne change plus.".to_owned()));
    }
    let (title, faith) = (read_title(&election, title)?, read_faith(faith)?);
    if (&before.title, &before.faith) == (&title, &faith) {
        return Ok(());
    }
    if before.version != version {
        return Err(Error::Conflict("Quelqu'un d'autre vient de modifier cette candidature.".to_owned()));
    }
    tx.execute(
        "update candidacy set title = $2, faith = $3, version = version + 1 where id = $1",
        params![id, &title, &faith],
    )?;
    record_unnamed(
        ctx,
        tx,
        "election.candidacy",
        &election,
        format!("Une candidature change : « {} »", election.title),
    );
    Ok(())
}

/// Withdraws a candidacy. Before the vote opens it leaves the ballot; while people vote it stays on it, and what is voted for
/// it counts as blank; a vote with nobody left is given up.
///
/// # Errors
/// Forbidden to whoever is not in it; a conflict once the vote is closed.
pub fn withdraw(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Candidacy>) -> Result<()> {
    let (election, candidacy) = enter_own(ctx, tx, id)?;
    if candidacy.standing == Standing::Withdrawn {
        return Ok(());
    }
    let open = matches!(election.state, ElectionState::Call | ElectionState::Vote);
    if !open || !matches!(candidacy.standing, Standing::Asked | Standing::Stands) {
        return Err(Error::Conflict("Cette candidature ne peut plus être retirée.".to_owned()));
    }
    tx.execute("update candidacy set state = 'withdrawn', version = version + 1 where id = $1", params![id])?;
    record_unnamed(
        ctx,
        tx,
        "election.withdrawn",
        &election,
        format!("Une candidature est retirée : « {} »", election.title),
    );
    vote::leave(ctx, tx, &election, id)
}
