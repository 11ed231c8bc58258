//! What those who were called, and those who have a task, are told in their next grouped message.

use std::collections::HashSet;

use directory::Person;
use directory::correspondence::{LetterKind, News, tell};
use governance::Governance;
use governance::members::model::Member;
use governance::members::own::acts::representatives;
use governance::powers::store as powers;
use kernel::permission::RoleKind;
use kernel::{Context, Id, Reach, Result};
use store::Tx;

use crate::Meeting;
use crate::model::Participant;
use crate::planning::convocation::{addressees, named};
use crate::tasks::Assigned;

/// Tells the persons who speak for these participants.
pub(crate) fn tell_called(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    meeting: &Meeting,
    to: &[Participant],
    kind: LetterKind,
    news: &News,
) -> Result<()> {
    for one in addressees(tx, ctx, meeting.governance, &named(to))? {
        tell(ctx, tx, one.person, kind, news)?;
    }
    Ok(())
}

/// Tells the persons who represent any of these members, each once, the powers of the governance being read once.
pub(crate) fn tell_members(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    members: impl IntoIterator<Item = Id<Member>>,
    kind: LetterKind,
    news: &News,
) -> Result<()> {
    let members: HashSet<Id<Member>> = members.into_iter().collect();
    let mut told = HashSet::new();
    for power in powers::of_governance(tx, governance, ctx.now().day())? {
        let represents = matches!(power.role, RoleKind::Representative | RoleKind::Deputy)
            && matches!(power.reach, Reach::Member { member, .. } if members.contains(&Id::from_uuid(member)));
        if represents && told.insert(power.person) {
            tell(ctx, tx, power.person, kind, news)?;
        }
    }
    Ok(())
}

/// Tells the persons who represent a member.
pub(crate) fn tell_member(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    member: Id<Member>,
    kind: LetterKind,
    news: &News,
) -> Result<()> {
    for power in representatives(tx, ctx.now().day(), governance, member)? {
        tell(ctx, tx, power.person, kind, news)?;
    }
    Ok(())
}

/// Tells whoever does a task: the person who was chosen, else those who speak for the member.
pub(crate) fn tell_doer(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    does: &Assigned,
    news: &News,
) -> Result<()> {
    let to: Vec<Id<Person>> = match (does.person, does.member) {
        (Some(person), _) => vec![person],
        (None, Some(member)) => representatives(tx, ctx.now().day(), governance, member)?
            .into_iter()
            .filter(|power| power.role == RoleKind::Representative)
            .map(|power| power.person)
            .collect(),
        (None, None) => Vec::new(),
    };
    for person in to {
        // Whoever notes their own task knows it.
        if ctx.who().person_id() != Some(person.uuid()) {
            tell(ctx, tx, person, LetterKind::Tasks, news)?;
        }
    }
    Ok(())
}
