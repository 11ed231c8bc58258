//! Queries on elections.

use directory::Person;
use governance::Governance;
use governance::bodies::model::Body;
use governance::members::model::Member;
use jiff::civil::Date;
use kernel::{Error, Id, PartialDate, Provenance, Result, Timestamp};
use store::{Row, Tx, Value, params};

use super::model::{Candidacy, Candidate, Election};
use crate::ballots::{Ballot, BallotState, store as ballots};

const SELECT: &str = "select e.id, e.governance, e.body, e.slug, e.title, e.description, e.office, e.office_name, e.kind, e.posts,
    e.term_from, e.term_until, e.rounds, e.secret, e.majority, e.base, e.tie, e.state, e.closes_at, e.opened_at, e.filled,
    e.reason, e.version, e.origin, e.source from election e";

fn election(row: &Row<'_>) -> Result<Election> {
    let size = |number: i64| usize::try_from(number).map_err(Error::internal);
    let day = |text: String| text.parse::<PartialDate>().map_err(Error::internal);
    Ok(Election {
        id: row.get(0)?,
        governance: row.get(1)?,
        body: row.get(2)?,
        slug: row.get(3)?,
        title: row.get(4)?,
        description: row.get(5)?,
        office: row.code(6)?,
        office_name: row.get(7)?,
        kind: row.code(8)?,
        posts: size(row.get(9)?)?,
        term: (day(row.get(10)?)?, day(row.get(11)?)?),
        rounds: size(row.get(12)?)?,
        secret: row.get(13)?,
        majority: row.code(14)?,
        base: row.code(15)?,
        tie: row.code(16)?,
        state: row.code(17)?,
        closes_at: row.get(18)?,
        opened_at: row.get(19)?,
        filled: size(row.get(20)?)?,
        reason: row.get(21)?,
        version: row.get(22)?,
        provenance: Provenance { origin: row.code(23)?, source: row.get(24)? },
    })
}

fn all(tx: &mut Tx<'_>, end: &str, values: &[Value]) -> Result<Vec<Election>> {
    tx.query(&format!("{SELECT} {end}"), values, election)
}

fn only(found: Vec<Election>) -> Result<Election> {
    found.into_iter().next().ok_or(Error::NotFound)
}

pub fn find(tx: &mut Tx<'_>, id: Id<Election>) -> Result<Election> {
    all(tx, "where e.id = $1", params![id]).and_then(only)
}

pub fn by_slug(tx: &mut Tx<'_>, governance: Id<Governance>, slug: &str) -> Result<Election> {
    all(tx, "where e.governance = $1 and e.slug = $2", params![governance, slug]).and_then(only)
}

/// Locks the election until the end of the transaction and counts it up: every act on it begins so.
pub fn lock(tx: &mut Tx<'_>, id: Id<Election>) -> Result<Election> {
    if tx.execute("update election set version = version + 1 where id = $1", params![id])? == 0 {
        return Err(Error::NotFound);
    }
    find(tx, id)
}

/// Those of a body that are prepared under one title.
pub fn drafts(tx: &mut Tx<'_>, body: Id<Body>, title: &str) -> Result<Vec<Election>> {
    all(tx, "where e.body = $1 and e.title = $2 and e.state = 'draft' order by e.id", params![body, title])
}

/// What everybody may read of a governance, the latest first: at most `limit` after the `offset` first.
pub fn public(tx: &mut Tx<'_>, governance: Id<Governance>, limit: i64, offset: i64) -> Result<Vec<Election>> {
    let end = "where e.governance = $1 and e.state in ('call', 'vote', 'done') order by e.id desc limit $2 offset $3";
    all(tx, end, params![governance, limit, offset])
}

pub fn count_public(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<i64> {
    let sql = "select count(*) from election where governance = $1 and state in ('call', 'vote', 'done')";
    tx.get(sql, params![governance], |row| row.get(0))
}

/// Those of a body that are not over.
pub fn under_way(tx: &mut Tx<'_>, body: Id<Body>) -> Result<Vec<Election>> {
    all(tx, "where e.body = $1 and e.state in ('draft', 'call', 'vote') order by e.id limit 20", params![body])
}

/// The last election of those who animate a body, where its term is over on `until` or before, and no other one is under way.
pub fn ending(tx: &mut Tx<'_>, body: Id<Body>, until: Date) -> Result<Option<Election>> {
    let end = "where e.body = $1 and e.office = 'animator' and e.state = 'done' and e.filled > 0 and e.term_until <= $2
        and not exists (select 1 from election o where o.body = e.body and o.office = 'animator' and o.id <> e.id
            and (o.state in ('draft', 'call', 'vote') or (o.state = 'done' and o.filled > 0 and o.term_until > e.term_until)))
        and not exists (select 1 from body b where b.id = e.body and b.closed_on is not null)
        order by e.term_until desc, e.id desc limit 1";
    Ok(all(tx, end, params![body, until.to_string()])?.into_iter().next())
}

/// The bodies of a governance, with their addresses.
pub fn bodies(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<(Id<Body>, String)>> {
    tx.query(
        "select distinct b.id, b.slug from body b join election e on e.body = b.id where b.governance = $1 order by b.slug",
        params![governance],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The ballots of an election, the first one first, without those that were given up.
pub fn rounds(tx: &mut Tx<'_>, id: Id<Election>) -> Result<Vec<Ballot>> {
    let ids: Vec<Id<Ballot>> = tx.query(
        "select id from ballot where election = $1 and state <> 'abandoned' order by created_at, id",
        params![id],
        |row| row.get(0),
    )?;
    ids.into_iter().map(|id| ballots::find(tx, id)).collect()
}

/// The round that is prepared, open or waits to be published.
pub fn live_round(tx: &mut Tx<'_>, id: Id<Election>) -> Result<Option<Ballot>> {
    let live = |one: &Ballot| matches!(one.state, BallotState::Draft | BallotState::Open | BallotState::Closed);
    Ok(rounds(tx, id)?.into_iter().find(live))
}

fn with_candidates(tx: &mut Tx<'_>, end: &str, values: &[Value]) -> Result<Vec<Candidacy>> {
    let mut found = tx.query(
        &format!("select c.id, c.election, c.title, c.faith, c.state, c.proposed_by, c.entered, c.version from candidacy c {end}"),
        values,
        |row| {
            Ok(Candidacy {
                id: row.get(0)?,
                election: row.get(1)?,
                title: row.get(2)?,
                faith: row.get(3)?,
                standing: row.code(4)?,
                proposed_by: row.get(5)?,
                entered: row.get(6)?,
                candidates: Vec::new(),
                version: row.get(7)?,
            })
        },
    )?;
    for one in &mut found {
        one.candidates = tx.query(
            "select rank, member, structure, person, name, reply from candidate where candidacy = $1 order by rank",
            params![one.id],
            |row| {
                Ok(Candidate {
                    rank: row.get(0)?,
                    member: row.get(1)?,
                    structure: row.get(2)?,
                    person: row.get(3)?,
                    name: row.get(4)?,
                    reply: row.code(5)?,
                })
            },
        )?;
    }
    Ok(found)
}

pub fn candidacy(tx: &mut Tx<'_>, id: Id<Candidacy>) -> Result<Candidacy> {
    with_candidates(tx, "where c.id = $1", params![id])?.into_iter().next().ok_or(Error::NotFound)
}

/// All candidacies of an election, by their names: no order tells who came first.
pub fn candidacies(tx: &mut Tx<'_>, id: Id<Election>) -> Result<Vec<Candidacy>> {
    let mut found = with_candidates(tx, "where c.election = $1 order by c.id", params![id])?;
    found.sort_by_cached_key(|one| (kernel::text::fold(&one.label()), one.id));
    Ok(found)
}

/// The candidacies for which a member is asked, in calls that are open.
pub fn asked_of(tx: &mut Tx<'_>, member: Id<Member>, now: Timestamp) -> Result<Vec<(Id<Candidacy>, Election)>> {
    let found: Vec<(Id<Candidacy>, Id<Election>)> = tx.query(
        "select distinct c.id, c.election from candidate a join candidacy c on c.id = a.candidacy join election e on e.id = c.election
         where a.member = $1 and a.reply = 'asked' and c.state = 'asked' and e.state = 'call' and e.closes_at > $2
         order by c.id limit 20",
        params![member, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    found.into_iter().map(|(candidacy, election)| Ok((candidacy, find(tx, election)?))).collect()
}

/// The name of somebody's account.
pub fn name_of(tx: &mut Tx<'_>, person: Id<Person>) -> Result<String> {
    tx.get("select name from person where id = $1", params![person], |row| row.get(0))
}
