//! Candidacies that came on paper, by telephone or in session, entered by those who animate.

use governance::bodies::store as bodies;
use governance::members::model::Member;
use governance::powers::model::Power;
use governance::powers::store as powers;
use jiff::civil::Date;
use kernel::permission::{Reach, RoleKind};
use kernel::{Context, Error, Id, Result, text};
use store::Tx;

use super::acts::enter_election;
use super::candidacies::{Written, read_faith, read_title, refuse_twice, write};
use super::model::{Candidacy, Candidate, Election, ElectionState, Reply};
use super::store as reads;

/// A person whom those who animate enter: somebody who represents a structure, or a name.
#[derive(Clone, Debug)]
pub enum Entered {
    Holder(Id<Power>),
    Named(String),
}

/// Those whom the persons who animate may enter: who represents a member of the body. They name persons.
pub fn holders(tx: &mut Tx<'_>, election: &Election, day: Date) -> Result<Vec<(Power, Id<Member>, String)>> {
    let sitting = bodies::sitting_members(tx, election.body)?;
    let all = powers::of_governance(tx, election.governance, day)?;
    let found = all.into_iter().filter_map(|power| {
        let Reach::Member { member, .. } = power.reach else { return None };
        let represents = matches!(power.role, RoleKind::Representative | RoleKind::Deputy) && !power.name.is_empty();
        let (member, structure) = sitting.iter().find(|(id, _)| id.uuid() == member).filter(|_| represents)?;
        Some((power, *member, structure.clone()))
    });
    Ok(found.collect())
}

/// Enters a candidacy that was received on paper, by telephone or in session: who stands in it has accepted.
///
/// # Errors
/// `persons`, `title`, `faith`; a conflict once the list is drawn up, or for who stands already.
pub fn enter(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Election>,
    persons: &[Entered],
    title: &str,
    faith: &str,
) -> Result<Id<Candidacy>> {
    let election = enter_election(ctx, tx, id)?;
    if election.state != ElectionState::Call {
        return Err(Error::Conflict("L'appel à candidatures n'est pas ouvert, ou la liste est arrêtée.".to_owned()));
    }
    let holders = holders(tx, &election, ctx.now().day())?;
    let mut candidates = Vec::new();
    for (rank, one) in (1i64..).zip(persons) {
        let candidate = match one {
            Entered::Holder(holder) => {
                let (power, member, structure) = holders
                    .iter()
                    .find(|(power, ..)| power.id == *holder)
                    .ok_or_else(|| Error::invalid("persons", "Choisissez des personnes dans la liste."))?;
                (Some(*member), structure.clone(), Some(power.person), power.name.clone())
            }
            Entered::Named(name) => {
                let name = text::line(name, text::NAME_MAX);
                (None, String::new(), None, name.map_err(|fault| Error::invalid("names", fault.to_string()))?)
            }
        };
        let (member, structure, person, name) = candidate;
        candidates.push(Candidate { rank, member, structure, person, name, reply: Reply::Accepted });
    }
    let (least, most) = election.size();
    if !(least..=most).contains(&candidates.len()) {
        let plural = if most > 1 { "s" } else { "" };
        let told =
            if least == most { format!("{most} personne{plural}") } else { format!("de {least} à {most} personnes") };
        return Err(Error::invalid("persons", format!("Une candidature réunit ici {told}.")));
    }
    let (title, faith) = (read_title(&election, title)?, read_faith(faith)?);
    let all = reads::candidacies(tx, id)?;
    let who = |of: &[Candidate]| of.iter().map(|one| (one.person, one.name.clone())).collect::<Vec<_>>();
    let same = |known: &&Candidacy| {
        known.standing.is_live()
            && known.entered
            && known.title == title
            && known.faith == faith
            && who(&known.candidates) == who(&candidates)
    };
    if let Some(known) = all.iter().find(same) {
        return Ok(known.id);
    }
    for (rank, one) in candidates.iter().enumerate() {
        let Some(person) = one.person else { continue };
        refuse_twice(&all, person)?;
        if candidates.iter().take(rank).any(|other| other.person == Some(person)) {
            return Err(Error::invalid("persons", "La même personne est choisie deux fois."));
        }
    }
    write(
        ctx,
        tx,
        &election,
        all.len(),
        &Written { title, faith, proposed_by: String::new(), entered: true, candidates },
    )
}
