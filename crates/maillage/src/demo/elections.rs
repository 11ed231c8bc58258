//! Elections of the demonstration: one that a session held, from its call to its result, and calls that are open now. Those who
//! stand are invented persons of no structure.

use std::collections::BTreeMap;

use governance::bodies::model::Body;
use kernel::time::DAY;
use kernel::{Context, FixedClock, Id, Provenance, Result, Timestamp};
use meetings::ballots::model::Way;
use meetings::ballots::{acts as ballots, count};
use meetings::elections::acts;
use meetings::elections::draft::{ElectionDraft, moment};
use meetings::elections::paper::{Entered, enter};
use meetings::elections::vote::{self, How};
use meetings::model::Item;
use meetings::planning::convocation::Site;
use serde::Deserialize;
use store::Tx;

use super::format::Placed;
use super::load::Loader;
use super::votes::{self, Given, key, typed};

/// What is elected, by which rule, and who stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Election {
    title: Placed,
    #[serde(default)]
    description: String,
    kind: String,
    #[serde(default = "one")]
    posts: usize,
    /// What those who are elected do, when it is not to animate the body.
    #[serde(default)]
    office: String,
    /// Days from the vote, or from the end of the call, to the first day of the term, which lasts a year.
    term_in_days: i64,
    #[serde(default = "one")]
    rounds: usize,
    #[serde(default = "simple")]
    majority: String,
    #[serde(default)]
    candidacy: Vec<Candidacy>,
    /// What the room votes, as for any vote.
    #[serde(default)]
    everybody: String,
    #[serde(default)]
    voice: BTreeMap<String, String>,
    #[serde(default)]
    found: Vec<i64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidacy {
    names: Vec<String>,
    #[serde(default)]
    title: String,
    faith: String,
}

/// An election of a body whose call is open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    pub governance: Placed,
    body: Placed,
    opened_days_ago: i64,
    closes_in_days: i64,
    election: Election,
}

fn one() -> usize {
    1
}

fn simple() -> String {
    "simple".to_owned()
}

impl Election {
    /// As a form would send it; the term counts from `from`.
    fn draft(&self, from: Timestamp) -> ElectionDraft {
        let first = from.plus(self.term_in_days.saturating_mul(DAY));
        let office = if self.office.is_empty() { "animator" } else { "other" };
        ElectionDraft {
            title: self.title.get_ref().clone(),
            description: self.description.clone(),
            office: office.to_owned(),
            office_name: self.office.clone(),
            kind: self.kind.clone(),
            posts: self.posts.to_string(),
            term_from: typed(first),
            term_until: typed(first.plus(364 * DAY)),
            rounds: self.rounds.to_string(),
            secret: true,
            majority: self.majority.clone(),
            base: "valid".to_owned(),
            tie: "second_round".to_owned(),
        }
    }
}

/// Prepares an election, opens its call until then, and enters who stands.
fn called(
    loader: &Loader<'_>,
    then: &Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<Body>,
    told: &Election,
    closes: Timestamp,
) -> Result<Id<meetings::elections::Election>> {
    let place = &told.title;
    let new = loader.at(place, told.draft(closes).parse())?;
    let id = loader.at(place, acts::prepare(then, tx, body, &new, &Provenance::fictitious()))?;
    let until = loader.at(place, moment(&typed(closes), "18:00"))?;
    loader.at(place, acts::call(then, tx, id, until))?;
    for one in &told.candidacy {
        let persons: Vec<Entered> = one.names.iter().cloned().map(Entered::Named).collect();
        loader.at(place, enter(then, tx, id, &persons, &one.title, &one.faith))?;
    }
    Ok(id)
}

/// An election that was called for two months before a session, and voted there in secret.
pub(super) fn in_session(
    loader: &Loader<'_>,
    then: &Context<'_>,
    tx: &mut Tx<'_>,
    (body, item): (Id<Body>, Id<Item>),
    told: &Election,
) -> Result<()> {
    let place = &told.title;
    let clock = FixedClock::at(then.now().plus(-60 * DAY));
    let before = Context::new(then.who(), &clock, then.randomness());
    let id = called(loader, &before, tx, body, told, then.now().plus(-10 * DAY))?;
    let ballot =
        loader.at(place, vote::prepare(then, tx, id, How { item: Some(item), way: Way::Live, closes: None }))?;
    let secret = key();
    loader.at(place, ballots::open(then, tx, &Site { address: "", secret: &secret }, ballot))?;
    let given = Given { everybody: &told.everybody, voice: &told.voice, found: &told.found };
    votes::count(loader, then, tx, place, ballot, &given)?;
    loader.at(place, count::publish(then, tx, ballot))
}

/// Opens a call on its day.
pub(super) fn load(loader: &Loader<'_>, tx: &mut Tx<'_>, one: &Call) -> Result<()> {
    let ctx = loader.ctx;
    let body = votes::body(loader, tx, &one.governance, &one.body)?;
    let clock = FixedClock::at(ctx.now().plus(-one.opened_days_ago.saturating_mul(DAY)));
    let then = Context::new(ctx.who(), &clock, ctx.randomness());
    let closes = ctx.now().plus(one.closes_in_days.saturating_mul(DAY));
    called(loader, &then, tx, body, &one.election, closes).map(|_| ())
}
