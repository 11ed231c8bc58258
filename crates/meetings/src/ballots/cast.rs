//! Voting: for oneself, for those whose proxy one holds, or entered in session by those who animate.

use governance::members::model::Member;
use kernel::{Capability, Context, Error, Id, Result, Scope, Secret, Who, text};
use store::{Tx, Value, params};

use super::acts::record;
use super::model::{Ballot, write_choice};
use super::roll::{ByWhom, Seat, Voter, accept, own_seat, seats_of, spoken_for};
use super::seal;
use super::store::{self as ballots, Kept};
use super::weights::{NO_BOX, takes_papers};

/// A vote as somebody gives it.
#[derive(Clone, Debug, Default)]
pub struct NewVoice {
    /// Ranks of the answers; none: an abstention, or a blank vote.
    pub choice: Vec<usize>,
    /// Why, for whoever wants to say so; told with a public vote.
    pub reason: String,
}

/// A seat for which the person may vote, and what stands for it.
#[derive(Clone, Debug)]
pub struct Own {
    pub seat: Seat,
    pub by: ByWhom,
    pub kept: Option<Kept>,
}

impl Own {
    /// Why somebody else's vote stays.
    pub fn taken(&self, voter: Voter) -> Option<String> {
        accept(self.kept.as_ref().map(|kept| kept.voter), voter).err().map(|fault| fault.to_string())
    }
}

/// The seats for which the person votes: of a member with several of them, the one that this person has, or would take.
pub fn own_seats(tx: &mut Tx<'_>, ballot: &Ballot, who: &Who) -> Result<Vec<Own>> {
    let Some(person) = who.person_id().map(Id::from_uuid) else { return Ok(Vec::new()) };
    let members = spoken_for(who, ballot.governance);
    let roll = ballots::seats_of_members(tx, ballot.id, &members)?;
    let ids: Vec<Id<Seat>> = roll.iter().map(|seat| seat.id).collect();
    let kept = ballots::voices_of(tx, &ids)?;
    let of = |seat: Id<Seat>| kept.iter().find(|one| one.seat == seat);
    let mut own: Vec<Own> = Vec::new();
    for (seat, by) in seats_of(who, ballot.governance, &roll) {
        if by != ByWhom::Proxy {
            let mates: Vec<(Id<Seat>, Option<Voter>)> = roll
                .iter()
                .filter(|other| other.member == seat.member)
                .map(|other| (other.id, of(other.id).map(|kept| kept.voter)))
                .collect();
            if own_seat(&mates, person) != Some(seat.id) {
                continue;
            }
        }
        own.push(Own { seat: seat.clone(), by, kept: of(seat.id).cloned() });
    }
    Ok(own)
}

/// Votes for a seat, until the close. Whoever votes speaks for the member at this moment: a mandate or a proxy that has ended
/// votes no more.
///
/// # Errors
/// Forbidden for whoever has no seat there; a conflict when the ballot is not open, when the seat was not there at the opening,
/// when its proxy has ended, or when somebody who comes before has voted; `reason` when it is too long, or of a secret vote.
pub fn cast(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    secret: &Secret,
    id: Id<Ballot>,
    seat: Id<Seat>,
    new: &NewVoice,
) -> Result<()> {
    let ballot = ballots::turn(tx, id)?;
    refuse_closed(ctx, &ballot)?;
    let own = own_seats(tx, &ballot, ctx.who())?;
    let Some(own) = own.into_iter().find(|own| own.seat.id == seat) else {
        return Err(not_yours(tx, &ballot, ctx.who())?);
    };
    let speaks = match own.by {
        ByWhom::Proxy => own.seat.holder.as_ref().map(|(holder, _)| *holder),
        _ => own.seat.member,
    };
    let member = speaks.ok_or(Error::NotFound)?;
    let scope = Scope::Member { governance: ballot.governance.uuid(), member: member.uuid() };
    ctx.require(Capability::SpeakForMember, scope)?;
    if !own.seat.present {
        return Err(Error::Conflict(super::roll::entitlement(&own.seat, own.by, ballot.is_written())));
    }
    if own.by == ByWhom::Proxy {
        check_proxy(tx, &own.seat, member)?;
    }
    let voter = Voter { by: own.by, person: ctx.who().person_id().map(Id::from_uuid) };
    if let Some(sentence) = own.taken(voter) {
        return Err(Error::Conflict(sentence));
    }
    // Nobody finds one paper among the others: whoever has put one into the box has voted.
    if own.kept.as_ref().is_some_and(|kept| ballot.secret && kept.seal.is_none()) {
        return Err(Error::Conflict(format!(
            "« {} » a mis son bulletin dans l'urne : il n'en sort pas, et elle ne vote qu'une fois.",
            own.seat.name
        )));
    }
    let again = own.kept.is_some();
    keep(ctx, tx, secret, &ballot, &own.seat, voter, new)?;
    let (name, question) = (&own.seat.name, &ballot.question);
    let summary = match again {
        false => format!("« {name} » a voté : « {question} »"),
        true => format!("« {name} » a modifié son vote : « {question} »"),
    };
    record(ctx, tx, "ballot.voted", &ballot, summary);
    Ok(())
}

fn refuse_closed(ctx: &Context<'_>, ballot: &Ballot) -> Result<()> {
    if ballot.takes_votes(ctx.now()) {
        return Ok(());
    }
    Err(Error::Conflict(match ballot.state {
        super::BallotState::Draft => "Le vote n'est pas encore ouvert.".to_owned(),
        super::BallotState::Abandoned => "Ce scrutin est abandonné.".to_owned(),
        _ => "Le vote est clos : on ne vote plus.".to_owned(),
    }))
}

/// Why the seat that was sent is not one of this person's.
fn not_yours(tx: &mut Tx<'_>, ballot: &Ballot, who: &Who) -> Result<Error> {
    let members = spoken_for(who, ballot.governance);
    let seats = ballots::seats_of_members(tx, ballot.id, &members)?;
    Ok(if members.is_empty() {
        Error::Forbidden("Vous ne représentez aucune structure de cette gouvernance.".to_owned())
    } else if seats.is_empty() {
        Error::Forbidden("Votre structure n'est pas sur la liste de ce vote, arrêtée à son ouverture.".to_owned())
    } else {
        Error::Conflict(
            "Ce siège n'est pas le vôtre, ou une autre personne de votre structure vient de le prendre.".to_owned(),
        )
    })
}

/// A proxy that was given for a session holds as long as it stands there.
fn check_proxy(tx: &mut Tx<'_>, seat: &Seat, holder: Id<Member>) -> Result<()> {
    let Some(participant) = seat.participant else { return Ok(()) };
    let stands: i64 = tx.get(
        "select count(*) from participant p join participant h on h.id = p.proxy
         where p.id = $1 and p.presence = 'proxy' and h.member = $2",
        params![participant, holder],
        |row| row.get(0),
    )?;
    match stands {
        0 => Err(Error::Conflict(format!("« {} » ne vous donne plus pouvoir.", seat.name))),
        _ => Ok(()),
    }
}

/// Writes the vote of a seat over what stood there.
fn keep(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    secret: &Secret,
    ballot: &Ballot,
    seat: &Seat,
    voter: Voter,
    new: &NewVoice,
) -> Result<()> {
    let reason = text::optional_line(&new.reason, 500);
    let reason = reason.map_err(|fault| Error::invalid("reason", fault.to_string()))?.unwrap_or_default();
    if ballot.secret && !reason.is_empty() {
        return Err(Error::invalid(
            "reason",
            "Un vote secret ne se motive pas : la motivation dirait ce que vous votez.",
        ));
    }
    let (choice, sealed) = match ballot.secret {
        true => (None, Some(seal::seal(ctx, secret, ballot.id, seat.id, &new.choice)?)),
        false => (Some(write_choice(&new.choice)), None),
    };
    tx.execute(
        "insert into ballot_voice (seat, ballot, by_whom, person, choice, seal, reason) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (seat) do update set by_whom = excluded.by_whom, person = excluded.person, choice = excluded.choice,
            seal = excluded.seal, reason = excluded.reason",
        params![seat.id, ballot.id, Value::code(voter.by), voter.person, choice, sealed, reason],
    )?;
    Ok(())
}

/// What is entered in session for one seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// By show of hands: ranks of the answers; none: an abstention.
    Voted(Vec<usize>),
    /// Of a secret ballot on paper: it has put its paper into the box.
    InTheBox,
    /// Nothing was given, or what was entered is taken back.
    Nothing,
}

/// Enters the votes of a session, by show of hands or on paper: for seats that have not voted themselves. Gives how many
/// changed.
///
/// # Errors
/// A conflict when the ballot is not open, is a written consultation, or when somebody has voted meanwhile for a seat of the
/// list; for a secret ballot, a choice is refused: only that a paper is in the box, where all have one vote.
pub fn enter(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    secret: &Secret,
    id: Id<Ballot>,
    entries: &[(Id<Seat>, Entry)],
) -> Result<usize> {
    let ballot = super::acts::enter_ballot(ctx, tx, id)?;
    refuse_closed(ctx, &ballot)?;
    if ballot.is_written() {
        return Err(Error::Conflict("Dans une consultation écrite, chaque structure vote elle-même.".to_owned()));
    }
    let roll = ballots::roll(tx, id)?;
    let kept = ballots::voices(tx, id)?;
    let voter = Voter { by: ByWhom::Entered, person: None };
    let mut changed = 0;
    for (seat, entry) in entries {
        let seat = roll.iter().find(|one| one.id == *seat).ok_or(Error::NotFound)?;
        let known = kept.iter().find(|one| one.seat == seat.id);
        // Nothing to take back: it has not voted, or it has voted itself since the form was shown.
        if *entry == Entry::Nothing && known.is_none_or(|known| known.voter.by != ByWhom::Entered) {
            continue;
        }
        if !seat.present {
            return Err(Error::Conflict(format!(
                "« {} » n'est ni présente ni représentée : elle ne vote pas.",
                seat.name
            )));
        }
        if accept(known.map(|known| known.voter), voter).is_err() {
            return Err(Error::Conflict(format!("« {} » a voté elle-même : son vote reste.", seat.name)));
        }
        match entry {
            Entry::Nothing => {
                tx.execute("delete from ballot_voice where seat = $1", params![seat.id])?;
            }
            Entry::InTheBox if ballot.secret && takes_papers(roll.iter().map(|seat| seat.weight)) => {
                tx.execute(
                    "insert into ballot_voice (seat, ballot, by_whom) values ($1, $2, 'entered')
                     on conflict (seat) do nothing",
                    params![seat.id, ballot.id],
                )?;
            }
            Entry::InTheBox if ballot.secret => return Err(Error::Conflict(NO_BOX.to_owned())),
            Entry::Voted(choice) if !ballot.secret => {
                let new = NewVoice { choice: choice.clone(), reason: String::new() };
                keep(ctx, tx, secret, &ballot, seat, voter, &new)?;
            }
            Entry::InTheBox | Entry::Voted(_) => {
                return Err(Error::Conflict(
                    "Ce vote est secret : on note seulement qui a mis son bulletin dans l'urne.".to_owned(),
                ));
            }
        }
        changed += 1;
    }
    let plural = if changed > 1 { "s" } else { "" };
    let summary = format!("{changed} vote{plural} saisi{plural} en séance : « {} »", ballot.question);
    record(ctx, tx, "ballot.entered", &ballot, summary);
    Ok(changed)
}
