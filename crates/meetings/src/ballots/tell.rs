//! Telling those who vote: that a written consultation is open, that it ends tomorrow, what came of a vote.

use std::collections::HashSet;

use directory::Person;
use directory::correspondence::{LetterKind, News};
use governance::bodies::store as bodies;
use governance::governances::store::head;
use kernel::time::DAY;
use kernel::{Context, Error, Id, Result, Secret, Timestamp};
use store::{Tx, params};

use super::acts::record;
use super::model::Ballot;
use super::roll::Seat;
use super::store as ballots;
use crate::news::tell_members;
use crate::planning::acts::zone;
use crate::planning::convocation::{Addressee, Named, Site, addressees, send};
use crate::url;

/// Purpose of the links by which one votes in a written consultation.
const VOTE: &str = "vote";

/// The link by which a person votes, until the close.
fn link(site: &Site<'_>, ballot: &Ballot, closes: Timestamp, person: Id<Person>) -> String {
    let token = site.secret.sign_link(VOTE, &[ballot.id.uuid(), person.uuid()], closes);
    format!("{}/scrutins/voter?cle={token}", site.address)
}

/// The ballot and the person of a link that still holds.
///
/// # Errors
/// A conflict, the same for a link that was altered and for one that is too old.
pub fn read_link(secret: &Secret, token: &str, now: Timestamp) -> Result<(Id<Ballot>, Id<Person>)> {
    match secret.read_link(VOTE, token, now).as_deref() {
        Some([ballot, person]) => Ok((Id::from_uuid(*ballot), Id::from_uuid(*person))),
        _ => Err(Error::Conflict(
            "Ce lien n'est plus valable : le vote est clos, ou l'adresse est incomplète. Connectez-vous pour voir le résultat."
                .to_owned(),
        )),
    }
}

/// The persons who speak for the members that have these seats, each once.
fn voters(ctx: &Context<'_>, tx: &mut Tx<'_>, ballot: &Ballot, seats: &[&Seat]) -> Result<Vec<Addressee>> {
    let named: Vec<Named> = seats.iter().map(|seat| (seat.id.uuid(), seat.member, seat.name.clone())).collect();
    let mut all = addressees(tx, ctx, ballot.governance, &named)?;
    let mut seen = HashSet::new();
    all.retain(|one| seen.insert(one.person));
    Ok(all)
}

/// Tells those who vote in writing that they may, each with a link. Gives how many messages wait.
pub fn opening(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &Site<'_>, ballot: &Ballot, roll: &[Seat]) -> Result<usize> {
    ask(ctx, tx, site, ballot, &roll.iter().collect::<Vec<_>>(), "Votre vote est demandé")
}

fn ask(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    ballot: &Ballot,
    seats: &[&Seat],
    title: &str,
) -> Result<usize> {
    let closes = ballot.closes_at.ok_or(Error::NotFound)?;
    let body = bodies::find(tx, ballot.body)?.ok_or(Error::NotFound)?;
    let until = zone(tx, ballot.governance)?.moment(closes);
    let to = voters(ctx, tx, ballot, seats)?;
    for one in &to {
        let secret = if ballot.secret { "\nLe vote est secret.\n" } else { "" };
        let text = format!(
            "Bonjour,\n\n« {} » vote par écrit dans « {} » :\n\n{}\n\nJusqu'au {until}.\n{secret}\nVotez sans compte, et changez d'avis jusqu'à la clôture :\n{}",
            one.name,
            body.name,
            ballot.question,
            link(site, ballot, closes, one.person),
        );
        send(ctx, tx, one, format!("{title} : {}", ballot.question), text)?;
    }
    Ok(to.len())
}

/// How long before the end those who have not voted are reminded.
pub const NOTICE: i64 = DAY;

/// Reminds those who have not voted and nobody else, once. Gives how many messages wait.
pub fn remind(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &Site<'_>, id: Id<Ballot>) -> Result<usize> {
    let ballot = ballots::lock(tx, id)?;
    let marked =
        tx.execute("update ballot set reminded_at = $2 where id = $1 and reminded_at is null", params![id, ctx.now()])?;
    // Of one that lasts two days or less, the first message is the reminder.
    let long = match (ballot.opened_at, ballot.closes_at) {
        (Some(opened), Some(closes)) => opened.plus(2 * DAY) <= closes,
        _ => false,
    };
    if marked == 0 || !long || !ballot.takes_votes(ctx.now()) {
        return Ok(0);
    }
    let (roll, kept) = (ballots::roll(tx, id)?, ballots::voices(tx, id)?);
    let voted: HashSet<Id<Seat>> = kept.iter().map(|one| one.seat).collect();
    let silent: Vec<&Seat> = roll.iter().filter(|seat| !voted.contains(&seat.id)).collect();
    let told = ask(ctx, tx, site, &ballot, &silent, "Dernier jour pour voter")?;
    let summary = format!("Relance pour « {} » : {} sans vote", ballot.question, silent.len());
    record(ctx, tx, "ballot.reminded", &ballot, summary);
    Ok(told)
}

/// Tells those on the roll what came of it, in their next grouped message.
pub(super) fn published(ctx: &Context<'_>, tx: &mut Tx<'_>, ballot: &Ballot) -> Result<()> {
    let head = head(tx, ballot.governance)?.ok_or(Error::NotFound)?;
    let news = News {
        title: format!("Résultat du vote : {}", ballot.question),
        text: ballot.sentence.clone(),
        path: url::ballot(&head.slug, &ballot.slug),
    };
    let members: Vec<_> = ballots::roll(tx, ballot.id)?.into_iter().filter_map(|seat| seat.member).collect();
    tell_members(ctx, tx, ballot.governance, members, LetterKind::Meetings, &news)
}
