//! The roll of those who are called: who sits today, each once.

use std::collections::BTreeMap;

use governance::Governance;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::members::model::{Involvement, Member, MemberState};
use governance::members::store as members;
use kernel::{Context, Error, Id, Result};
use store::{Tx, params};

use crate::model::{Meeting, Participant, Place};
use crate::store as reads;

/// Somebody to call, before a participant is made of it.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    pub member: Option<Id<Member>>,
    pub organisation: Option<Id<directory::Organisation>>,
    pub seat: Option<uuid::Uuid>,
    pub name: String,
    pub places: Vec<Place>,
}

/// Those who sit in the bodies today, each once, whatever the number of bodies: organisations by seat or by rule, persons by
/// function. An organisation that has withdrawn is not called, even where it still has a seat.
pub(crate) fn roll(tx: &mut Tx<'_>, governance: Id<Governance>, of: &[Body]) -> Result<Vec<Called>> {
    let known = members::list(tx, governance, &members::Filter::default())?;
    let mut called: BTreeMap<String, Called> = BTreeMap::new();
    let mut sit = |key: String, one: Called| match called.get_mut(&key) {
        Some(there) => {
            for place in one.places {
                match there.places.iter_mut().find(|known| known.0 == place.0) {
                    Some(known) => known.1 |= place.1,
                    None => there.places.push(place),
                }
            }
        }
        None => {
            called.insert(key, one);
        }
    };
    for body in of {
        for seat in bodies::seats(tx, body.id)? {
            match (seat.organisation, &seat.organisation_name) {
                (Some(organisation), Some(name)) => {
                    let member = known.iter().find(|member| member.organisation == organisation);
                    if member.is_some_and(|member| member.state == MemberState::Withdrawn) {
                        continue;
                    }
                    sit(
                        organisation.to_string(),
                        Called {
                            member: member.map(|member| member.id),
                            organisation: Some(organisation),
                            seat: None,
                            name: name.clone(),
                            places: vec![(body.id, seat.voting, member.and_then(|member| member.college_id))],
                        },
                    );
                }
                _ => sit(
                    format!("~{}", seat.id),
                    Called {
                        member: None,
                        organisation: None,
                        seat: Some(seat.id.uuid()),
                        name: seat.holder(),
                        places: vec![(body.id, seat.voting, None)],
                    },
                ),
            }
        }
        for sitting in bodies::sitting_by_rule(tx, body.id)? {
            let member = known.iter().find(|member| member.organisation == sitting.organisation);
            sit(
                sitting.organisation.to_string(),
                Called {
                    member: member.map(|member| member.id),
                    organisation: Some(sitting.organisation),
                    seat: None,
                    name: sitting.name,
                    // Who observes sits and does not vote.
                    places: vec![(
                        body.id,
                        member.is_none_or(|member| member.involvement != Involvement::Observes),
                        member.and_then(|member| member.college_id),
                    )],
                },
            );
        }
    }
    let mut all: Vec<Called> = called.into_values().collect();
    all.sort_by_cached_key(|one| (one.organisation.is_none(), kernel::text::fold(&one.name)));
    Ok(all)
}

/// Writes the roll: those who are not on it yet are added, nobody is taken off (who was called stays called). Gives how many
/// came.
pub(crate) fn call(ctx: &Context<'_>, tx: &mut Tx<'_>, meeting: &Meeting) -> Result<usize> {
    let of = reads::bodies(tx, meeting.id)?;
    let known: Vec<(Option<uuid::Uuid>, Option<uuid::Uuid>)> =
        tx.query("select organisation, seat from participant where meeting = $1", params![meeting.id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let is_known = |one: &Called| {
        known.iter().any(|(organisation, seat)| {
            (one.organisation.is_some() && *organisation == one.organisation.map(Id::uuid))
                || (one.seat.is_some() && *seat == one.seat)
        })
    };
    let mut rank = i64::try_from(known.len()).map_err(Error::internal)?;
    let mut came = 0;
    for one in roll(tx, meeting.governance, &of)?.into_iter().filter(|one| !is_known(one)) {
        rank += 1;
        came += 1;
        let id: Id<Participant> = ctx.new_id()?;
        tx.execute(
            "insert into participant (id, meeting, rank, member, organisation, seat, name) values ($1, $2, $3, $4, $5, $6, $7)",
            params![id, meeting.id, rank, one.member, one.organisation, one.seat, &one.name],
        )?;
        for (body, voting, college) in one.places {
            tx.execute(
                "insert into participant_body (participant, body, voting, college) values ($1, $2, $3, $4)",
                params![id, body, voting, college],
            )?;
        }
    }
    Ok(came)
}
