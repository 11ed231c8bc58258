//! Votes of the demonstration: those of a meeting, told with it, and those in writing. What the room voted is entered by show of
//! hands, or counted from the box where it is secret. Ballots are always fictitious, whatever the rule they follow.

use std::collections::BTreeMap;

use governance::Governance;
use governance::bodies::model::Body;
use kernel::time::DAY;
use kernel::{Context, Error, FixedClock, Id, Provenance, Result, Secret, Timestamp};
use meetings::ballots::cast::{self, Entry};
use meetings::ballots::count::{BallotBox, close};
use meetings::ballots::model::{BLANK, read_choice};
use meetings::ballots::{Ballot, BallotDraft, acts, store as ballots};
use meetings::model::Item;
use meetings::planning::convocation::Site;
use serde::Deserialize;
use store::{Tx, params};

use super::format::Placed;
use super::load::Loader;

/// A question, its rule, and what was voted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    question: Placed,
    #[serde(default)]
    description: String,
    /// None: a proposal.
    #[serde(default)]
    answers: Vec<String>,
    #[serde(default = "one")]
    most: usize,
    #[serde(default = "one")]
    places: usize,
    #[serde(default)]
    secret: bool,
    #[serde(default = "simple")]
    majority: String,
    #[serde(default = "valid")]
    base: String,
    /// What everybody there votes: the rank of an answer, or « blanc ».
    #[serde(default = "zero")]
    everybody: String,
    /// What some vote otherwise, by a part of their name; several choices with a comma.
    #[serde(default)]
    voice: BTreeMap<String, String>,
    /// Of a secret vote: what was found in the box, then the blank ones.
    #[serde(default)]
    found: Vec<i64>,
}

fn one() -> usize {
    1
}

fn zero() -> String {
    "0".to_owned()
}

fn simple() -> String {
    "simple".to_owned()
}

fn valid() -> String {
    "valid".to_owned()
}

/// A vote in writing of a body, open for some days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consultation {
    /// The addresses of the governance and of its body.
    pub governance: Placed,
    body: Placed,
    /// Days since it opened, and days until it closes.
    opened_days_ago: i64,
    closes_in_days: i64,
    vote: Vote,
}

impl Vote {
    fn draft(&self, way: &str) -> BallotDraft {
        let form = match (self.answers.is_empty(), self.most) {
            (true, _) => "proposal",
            (false, 1) => "one",
            (false, _) => "several",
        };
        BallotDraft {
            question: self.question.get_ref().clone(),
            description: self.description.clone(),
            form: form.to_owned(),
            answers: self.answers.join("\n"),
            most: self.most.to_string(),
            places: self.places.to_string(),
            secret: self.secret,
            way: way.to_owned(),
            majority: self.majority.clone(),
            base: self.base.clone(),
            tie: "rejected".to_owned(),
            publishes: true,
            ..BallotDraft::default()
        }
    }
}

/// Nobody reads the mails of a demonstration, and nothing is sealed: the key may be any.
pub(super) fn key() -> Secret {
    Secret::new([0; 32])
}

/// Votes in a session that is open, by its clock; closed and published where `closes`.
pub(super) fn in_session(
    loader: &Loader<'_>,
    then: &Context<'_>,
    tx: &mut Tx<'_>,
    (body, item): (Id<Body>, Id<Item>),
    vote: &Vote,
    closes: bool,
) -> Result<()> {
    let (place, secret) = (&vote.question, key());
    let new = loader.at(place, vote.draft("live").parse())?;
    let id = loader.at(place, acts::prepare(then, tx, body, Some(item), &new, &Provenance::fictitious()))?;
    loader.at(place, acts::open(then, tx, &Site { address: "", secret: &secret }, id))?;
    if !closes {
        return Ok(());
    }
    let given = Given { everybody: &vote.everybody, voice: &vote.voice, found: &vote.found };
    count(loader, then, tx, place, id, &given)
}

/// What a room votes.
pub(super) struct Given<'a> {
    pub everybody: &'a str,
    pub voice: &'a BTreeMap<String, String>,
    pub found: &'a [i64],
}

/// Enters what the room votes on a ballot that is open, and closes it.
pub(super) fn count(
    loader: &Loader<'_>,
    then: &Context<'_>,
    tx: &mut Tx<'_>,
    place: &Placed,
    id: Id<Ballot>,
    given: &Given<'_>,
) -> Result<()> {
    let secret = key();
    let ballot = ballots::find(tx, id)?;
    let mut entries = Vec::new();
    for seat in ballots::roll(tx, id)?.into_iter().filter(|seat| seat.present) {
        let own = given.voice.iter().find(|(name, _)| seat.name.contains(name.as_str())).map(|(_, voice)| voice);
        let codes: Vec<&str> = own.map_or(given.everybody, String::as_str).split(',').map(str::trim).collect();
        let entry = match codes.as_slice() {
            ["rien"] => continue,
            _ if ballot.secret => Entry::InTheBox,
            [BLANK] => Entry::Voted(Vec::new()),
            codes => Entry::Voted(loader.at(place, read_choice(&ballot, codes))?),
        };
        entries.push((seat.id, entry));
    }
    loader.at(place, cast::enter(then, tx, &secret, id, &entries))?;
    let found = match given.found.split_last() {
        Some((blank, votes)) if ballot.secret => BallotBox { votes: votes.to_vec(), blank: *blank },
        _ => BallotBox::default(),
    };
    loader.at(place, close(then, tx, &secret, id, &found))
}

/// The body of two addresses, that of its governance and its own.
pub(super) fn body(loader: &Loader<'_>, tx: &mut Tx<'_>, of: &Placed, body: &Placed) -> Result<Id<Body>> {
    let governance: Option<Id<Governance>> =
        tx.find("select id from governance where slug = $1", params![of.get_ref().as_str()], |row| row.get(0))?;
    let governance = loader.at(of, governance.ok_or(Error::NotFound))?;
    let found: Option<Id<Body>> = tx.find(
        "select id from body where governance = $1 and slug = $2",
        params![governance, body.get_ref().as_str()],
        |row| row.get(0),
    )?;
    loader.at(body, found.ok_or(Error::NotFound))
}

/// A day as a form writes it.
pub(super) fn typed(at: Timestamp) -> String {
    let day = at.day();
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// Opens a vote in writing on its day.
pub(super) fn load(loader: &Loader<'_>, tx: &mut Tx<'_>, one: &Consultation) -> Result<()> {
    let place = &one.vote.question;
    let body = body(loader, tx, &one.governance, &one.body)?;
    let ctx = loader.ctx;
    let clock = FixedClock::at(ctx.now().plus(-one.opened_days_ago.saturating_mul(DAY)));
    let then = Context::new(ctx.who(), &clock, ctx.randomness());
    let mut draft = one.vote.draft("written");
    draft.closes_day = typed(ctx.now().plus(one.closes_in_days.saturating_mul(DAY)));
    draft.closes_hour = "18:00".to_owned();
    let new = loader.at(place, draft.parse())?;
    let id = loader.at(place, acts::prepare(&then, tx, body, None, &new, &Provenance::fictitious()))?;
    let secret = key();
    loader.at(place, acts::open(&then, tx, &Site { address: "", secret: &secret }, id))?;
    Ok(())
}
