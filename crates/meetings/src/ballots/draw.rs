//! Drawing up the roll: who votes on this day, as the body's rule says. Frozen when the ballot opens; shown before.

use std::collections::HashMap;

use governance::bodies::model::{Body, MandatePeriod, VotingRule};
use governance::bodies::{store as bodies, votes as college_votes};
use governance::members::model::{College, Member};
use governance::members::store as members;
use jiff::civil::Date;
use kernel::{Error, Id, PartialDate, Result};
use store::{Tx, params};
use uuid::Uuid;

use super::model::{Ballot, Way};
use super::roll::Seat;
use super::weights::{Standing, because, votes};
use crate::model::{Participant, Presence};
use crate::planning::convocation::roll as called;
use crate::store as reads;
use crate::{Meeting, model::Item};

/// One who votes, before its seats.
struct Holder {
    member: Option<Id<Member>>,
    organisation: Option<Id<directory::Organisation>>,
    name: String,
    college: Option<Id<College>>,
    present: bool,
    holder: Option<(Id<Member>, String)>,
    participant: Option<Id<Participant>>,
}

/// The meeting on whose agenda an item stands.
pub(super) fn meeting_of(tx: &mut Tx<'_>, item: Id<Item>) -> Result<Meeting> {
    let meeting = reads::meeting_of(tx, item)?;
    reads::find(tx, meeting)
}

/// The seats that would vote now, numbered by their rank: those with a vote in the body, once each, or as many times as they
/// have seats.
pub fn draw(tx: &mut Tx<'_>, ballot: &Ballot, today: Date) -> Result<Vec<Seat>> {
    let body = bodies::find(tx, ballot.body)?.ok_or(Error::NotFound)?;
    let holders = match (ballot.way, ballot.item) {
        (Way::Live, Some(item)) => there(tx, item, &body)?,
        _ => sitting(tx, &body, ballot)?,
    };
    let colleges: HashMap<Id<College>, String> =
        members::colleges(tx, ballot.governance)?.into_iter().map(|one| (one.id, one.name)).collect();
    let mandates = mandates(tx, ballot, &body, today)?;
    let mut given: HashMap<Id<directory::Organisation>, i64> = HashMap::new();
    if body.voting_rule == VotingRule::PerSeat {
        for seat in bodies::seats(tx, body.id)?.into_iter().filter(|seat| seat.voting) {
            if let Some(organisation) = seat.organisation {
                *given.entry(organisation).or_default() += seat.seats;
            }
        }
    }
    let by_college: HashMap<Id<College>, i64> =
        college_votes::of_body(tx, body.id)?.into_iter().map(|one| (one.college, one.votes)).collect();
    let mut roll = Vec::new();
    for one in holders {
        let college = one.college.and_then(|id| Some((id, colleges.get(&id)?)));
        let standing = Standing {
            mandates: one.member.and_then(|member| mandates.get(&member)).copied().unwrap_or(0),
            seats: one.organisation.and_then(|organisation| given.get(&organisation)).copied(),
            college: college.map(|(id, name)| (name.as_str(), by_college.get(&id).copied())),
        };
        let (weight, seats) = votes(body.voting_rule, standing);
        for number in 1..=seats {
            let name = if seats > 1 { format!("{} (siège {number} sur {seats})", one.name) } else { one.name.clone() };
            roll.push(Seat {
                // Of no row yet: the opening gives each its own.
                id: Id::from_uuid(Uuid::from_u128(roll.len() as u128 + 1)),
                member: one.member,
                organisation: one.organisation,
                name,
                college: college.map(|(id, name)| (id, name.clone())),
                weight,
                because: because(body.voting_rule, standing),
                present: one.present,
                holder: one.holder.clone(),
                participant: one.participant,
            });
        }
    }
    Ok(roll)
}

/// How many organisations each member represents today, where that gives votes.
fn mandates(tx: &mut Tx<'_>, ballot: &Ballot, body: &Body, today: Date) -> Result<HashMap<Id<Member>, i64>> {
    let mut all = HashMap::new();
    if body.voting_rule == VotingRule::OneAndMandates {
        for mandate in members::mandates(tx, ballot.governance)? {
            let period = MandatePeriod { since: mandate.since, until: mandate.until };
            if period.holds_on(PartialDate::of_day(today)) {
                *all.entry(mandate.holder).or_default() += 1;
            }
        }
    }
    Ok(all)
}

/// Those who were called to the meeting with a vote in this body, as they are there now. Their college is that of this day: one
/// that was corrected after the convocation counts as corrected.
fn there(tx: &mut Tx<'_>, item: Id<Item>, body: &Body) -> Result<Vec<Holder>> {
    let meeting = meeting_of(tx, item)?;
    let everyone = reads::participants(tx, meeting.id)?;
    let now: HashMap<Id<Member>, Option<Id<College>>> =
        members::list(tx, meeting.governance, &members::Filter::default())?
            .into_iter()
            .map(|member| (member.id, member.college_id))
            .collect();
    let place = |one: &Participant| one.places.iter().find(|(other, ..)| *other == body.id).copied();
    let holder_of = |one: &Participant| {
        let holder = everyone.iter().find(|other| Some(other.id) == one.proxy)?;
        (one.presence == Presence::Proxy && holder.presence.is_there())
            .then(|| holder.member.map(|member| (member, holder.name.clone())))?
    };
    let holders = everyone.iter().filter_map(|one| {
        let (_, _, college) = place(one).filter(|(_, voting, _)| *voting)?;
        let holder = holder_of(one);
        Some(Holder {
            member: one.member,
            organisation: one.organisation,
            name: one.name.clone(),
            college: one.member.and_then(|member| now.get(&member).copied()).unwrap_or(college),
            present: one.presence.is_there() || holder.is_some(),
            holder,
            participant: Some(one.id),
        })
    });
    Ok(holders.collect())
}

/// Those who sit in the body today with a vote.
fn sitting(tx: &mut Tx<'_>, body: &Body, ballot: &Ballot) -> Result<Vec<Holder>> {
    let all = called(tx, ballot.governance, std::slice::from_ref(body))?;
    let holders = all.into_iter().filter_map(|one| {
        let (_, _, college) = one.places.iter().find(|(_, voting, _)| *voting).copied()?;
        Some(Holder {
            member: one.member,
            organisation: one.organisation,
            name: one.name,
            college,
            present: true,
            holder: None,
            participant: None,
        })
    });
    Ok(holders.collect())
}

/// Writes the roll of a ballot that opens. Gives how many seats it has.
pub(super) fn freeze(ctx: &kernel::Context<'_>, tx: &mut Tx<'_>, ballot: &Ballot) -> Result<Vec<Seat>> {
    let mut roll = draw(tx, ballot, ctx.now().day())?;
    for (rank, seat) in (1i64..).zip(&mut roll) {
        seat.id = ctx.new_id()?;
        let (college, college_name) = match &seat.college {
            Some((id, name)) => (Some(*id), name.as_str()),
            None => (None, ""),
        };
        let (holder, holder_name) = match &seat.holder {
            Some((id, name)) => (Some(*id), name.as_str()),
            None => (None, ""),
        };
        tx.execute(
            "insert into ballot_seat (id, ballot, rank, member, organisation, name, college, college_name, weight, present,
                holder, holder_name, participant, weight_reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            params![
                seat.id,
                ballot.id,
                rank,
                seat.member,
                seat.organisation,
                &seat.name,
                college,
                college_name,
                seat.weight,
                seat.present,
                holder,
                holder_name,
                seat.participant,
                &seat.because,
            ],
        )?;
    }
    Ok(roll)
}
