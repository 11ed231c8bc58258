//! Queries on ballots.

use governance::Governance;
use governance::bodies::model::Body;
use governance::members::model::{College, Member};
use kernel::{Error, Id, Provenance, Result, Timestamp};
use store::{Row, Tx, params};

use super::model::{Answer, Ballot, Outcome};
use super::roll::{Seat, Voter};
use super::rule::{Rule, Tally};
use crate::model::Item;

const SELECT: &str =
    "select b.id, b.governance, b.body, b.slug, b.item, b.question, b.description, b.form, b.most, b.secret, b.way, b.majority,
    b.base, b.tie, b.places, b.publishes, b.state, b.closes_at, b.opened_at, b.closed_at, b.published_at, b.quorum, b.verdict,
    b.sentence, b.voters, b.cast_votes, b.abstained, b.present, b.entitled, b.reason, b.follows, b.version, b.origin, b.source,
    b.election
    from ballot b";

fn ballot(row: &Row<'_>) -> Result<Ballot> {
    let size = |number: i64| usize::try_from(number).map_err(Error::internal);
    let counted: Option<i64> = row.get(24)?;
    let tally = match counted {
        Some(voters) => Some(Tally {
            votes: Vec::new(),
            voters,
            cast: row.get(25)?,
            abstained: row.get(26)?,
            present: row.get(27)?,
            entitled: row.get(28)?,
        }),
        None => None,
    };
    Ok(Ballot {
        id: row.get(0)?,
        governance: row.get(1)?,
        body: row.get(2)?,
        slug: row.get(3)?,
        item: row.get(4)?,
        question: row.get(5)?,
        description: row.get(6)?,
        form: row.code(7)?,
        most: size(row.get(8)?)?,
        secret: row.get(9)?,
        way: row.code(10)?,
        rule: Rule { majority: row.code(11)?, base: row.code(12)?, tie: row.code(13)?, places: size(row.get(14)?)? },
        publishes: row.get(15)?,
        state: row.code(16)?,
        closes_at: row.get(17)?,
        opened_at: row.get(18)?,
        closed_at: row.get(19)?,
        published_at: row.get(20)?,
        quorum: row.get(21)?,
        outcome: match row.get::<Option<String>>(22)? {
            None => None,
            Some(_) => Some(row.code::<Outcome>(22)?),
        },
        sentence: row.get(23)?,
        tally,
        reason: row.get(29)?,
        follows: row.get(30)?,
        answers: Vec::new(),
        version: row.get(31)?,
        provenance: Provenance { origin: row.code(32)?, source: row.get(33)? },
        election: row.get(34)?,
    })
}

/// The ballots of a condition, each with its answers.
fn with_answers(tx: &mut Tx<'_>, end: &str, values: &[store::Value]) -> Result<Vec<Ballot>> {
    let mut all = tx.query(&format!("{SELECT} {end}"), values, ballot)?;
    for one in &mut all {
        one.answers = answers(tx, one.id)?;
        if let Some(tally) = &mut one.tally {
            tally.votes = one.answers.iter().map(|answer| answer.votes.unwrap_or(0)).collect();
        }
    }
    Ok(all)
}

fn answers(tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Vec<Answer>> {
    tx.query(
        "select label, description, votes, retained, tied, candidacy, withdrawn from ballot_option where ballot = $1 order by rank",
        params![id],
        |row| {
            Ok(Answer {
                label: row.get(0)?,
                description: row.get(1)?,
                votes: row.get(2)?,
                retained: row.get(3)?,
                tied: row.get(4)?,
                candidacy: row.get(5)?,
                withdrawn: row.get(6)?,
            })
        },
    )
}

fn only(mut found: Vec<Ballot>) -> Result<Ballot> {
    found.pop().ok_or(Error::NotFound)
}

pub fn find(tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Ballot> {
    with_answers(tx, "where b.id = $1", params![id]).and_then(only)
}

pub fn by_slug(tx: &mut Tx<'_>, governance: Id<Governance>, slug: &str) -> Result<Ballot> {
    with_answers(tx, "where b.governance = $1 and b.slug = $2", params![governance, slug]).and_then(only)
}

/// Locks the ballot until the end of the transaction and counts it up: every act on it but a vote begins so.
pub fn lock(tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Ballot> {
    if tx.execute("update ballot set version = version + 1 where id = $1", params![id])? == 0 {
        return Err(Error::NotFound);
    }
    find(tx, id)
}

/// Takes the turn of a vote: whoever closes waits for those who came before, and those who come after see it closed. The
/// version stays: whoever prepares something with the ballot is not overtaken by a vote.
pub fn turn(tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Ballot> {
    if tx.execute("update ballot set received = received + 1 where id = $1", params![id])? == 0 {
        return Err(Error::NotFound);
    }
    find(tx, id)
}

/// Those that a body prepares under one question on one item, or alone.
pub fn drafts(tx: &mut Tx<'_>, body: Id<Body>, item: Option<Id<Item>>, question: &str) -> Result<Vec<Ballot>> {
    let end = "where b.body = $1 and b.item is not distinct from $2 and b.question = $3 and b.state = 'draft'
        and b.follows is null order by b.id";
    with_answers(tx, end, params![body, item, question])
}

/// All those of a meeting.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: Id<crate::Meeting>) -> Result<Vec<Ballot>> {
    let end = "join agenda_item i on i.id = b.item where i.meeting = $1 order by i.rank, b.id";
    with_answers(tx, end, params![meeting])
}

/// Of a governance: what is open or over, and on no agenda that is still hidden.
const PUBLIC: &str = "b.governance = $1 and b.state in ('open', 'closed', 'published') and not exists (
    select 1 from agenda_item i join meeting m on m.id = i.meeting where i.id = b.item
        and (m.state = 'draft' or (m.state = 'cancelled' and m.convened_at is null)))";

/// What everybody may read of a governance, the latest first: at most `limit` after the `offset` first.
pub fn public(tx: &mut Tx<'_>, governance: Id<Governance>, limit: i64, offset: i64) -> Result<Vec<Ballot>> {
    let end = format!("where {PUBLIC} order by b.id desc limit $2 offset $3");
    with_answers(tx, &end, params![governance, limit, offset])
}

pub fn count_public(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<i64> {
    tx.get(&format!("select count(*) from ballot b where {PUBLIC}"), params![governance], |row| row.get(0))
}

/// The round that follows, unless it was given up.
pub fn next_round(tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Option<Ballot>> {
    let end = "where b.follows = $1 and b.state <> 'abandoned' order by b.id";
    Ok(with_answers(tx, end, params![id])?.into_iter().next())
}

/// Those of a body that are open, or wait for something.
pub fn pending(tx: &mut Tx<'_>, body: Id<Body>) -> Result<Vec<Ballot>> {
    let end = "where b.body = $1 and (b.state in ('draft', 'open', 'closed') or (b.state = 'published' and b.verdict = 'tied'))
        order by b.id limit 50";
    with_answers(tx, end, params![body])
}

/// Written consultations whose time is over.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Id<Ballot>>> {
    tx.query(
        "select id from ballot where state = 'open' and closes_at <= $1 order by closes_at, id limit $2",
        params![now, limit],
        |row| row.get(0),
    )
}

/// Written consultations that end before `until` and have reminded nobody yet.
pub fn to_remind(tx: &mut Tx<'_>, until: Timestamp, limit: i64) -> Result<Vec<Id<Ballot>>> {
    tx.query(
        "select id from ballot where state = 'open' and closes_at <= $1 and reminded_at is null order by closes_at, id limit $2",
        params![until, limit],
        |row| row.get(0),
    )
}

/// The roll, in its order; empty as long as the ballot is not open.
pub fn roll(tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Vec<Seat>> {
    seats(tx, "where ballot = $1 order by rank", params![id])
}

/// The seats that these members have on the roll, or whose proxy they hold.
pub fn seats_of_members(tx: &mut Tx<'_>, id: Id<Ballot>, members: &[Id<Member>]) -> Result<Vec<Seat>> {
    let mut all = Vec::new();
    for member in members {
        all.extend(seats(
            tx,
            "where ballot = $1 and (member = $2 or holder = $2) order by rank",
            params![id, *member],
        )?);
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|seat: &Seat| seen.insert(seat.id));
    Ok(all)
}

fn seats(tx: &mut Tx<'_>, end: &str, values: &[store::Value]) -> Result<Vec<Seat>> {
    tx.query(
        &format!("select id, member, organisation, name, college_name, weight, present, holder, holder_name, participant, college, weight_reason
         from ballot_seat {end}"),
        values,
        |row| {
            let holder: Option<Id<Member>> = row.get(7)?;
            let (name, college): (String, String) = (row.get(8)?, row.get(4)?);
            Ok(Seat {
                id: row.get(0)?,
                member: row.get(1)?,
                organisation: row.get(2)?,
                name: row.get(3)?,
                college: row.get::<Option<Id<College>>>(10)?.map(|id| (id, college)),
                weight: row.get(5)?,
                because: row.get(11)?,
                present: row.get(6)?,
                holder: holder.map(|holder| (holder, name)),
                participant: row.get(9)?,
            })
        },
    )
}

/// What stands for a seat.
#[derive(Clone, Debug)]
pub struct Kept {
    pub seat: Id<Seat>,
    pub voter: Voter,
    pub choice: Option<String>,
    pub seal: Option<Vec<u8>>,
    pub reason: String,
}

/// The voices of a ballot, by seat: in no order of time.
pub fn voices(tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<Vec<Kept>> {
    kept(tx, "where ballot = $1 order by seat", params![id])
}

fn kept(tx: &mut Tx<'_>, end: &str, values: &[store::Value]) -> Result<Vec<Kept>> {
    tx.query(&format!("select seat, by_whom, person, choice, seal, reason from ballot_voice {end}"), values, |row| {
        Ok(Kept {
            seat: row.get(0)?,
            voter: Voter { by: row.code(1)?, person: row.get(2)? },
            choice: row.get(3)?,
            seal: row.get(4)?,
            reason: row.get(5)?,
        })
    })
}

/// What stands for these seats.
pub fn voices_of(tx: &mut Tx<'_>, seats: &[Id<Seat>]) -> Result<Vec<Kept>> {
    let mut all = Vec::new();
    for seat in seats {
        all.extend(kept(tx, "where seat = $1", params![*seat])?);
    }
    Ok(all)
}

/// How many seats have voted.
pub fn turnout(tx: &mut Tx<'_>, id: Id<Ballot>) -> Result<i64> {
    tx.get("select count(*) from ballot_voice where ballot = $1", params![id], |row| row.get(0))
}
