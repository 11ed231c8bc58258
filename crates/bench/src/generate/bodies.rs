//! Bodies with their seats.

use std::collections::HashSet;

use governance::bodies::acts::{NewSeat, create, give_seat};
use governance::bodies::model::{BodyForm, BodyFunction, Chair, CompositionRule, MandateKind, NewBody, VotingRule};
use kernel::{Provenance, Result};

use super::names::{BODIES, FUNCTIONS, MISSIONS};
use super::scene::Scene;

/// Three to five bodies of five to nine seats.
pub fn fill(scene: &mut Scene<'_, '_>) -> Result<()> {
    let count = scene.dice.between(3, 5);
    let mut first = None;
    for (rank, name) in BODIES.into_iter().take(count).enumerate() {
        let (form, function) = match rank {
            0 => (BodyForm::Plenary, BodyFunction::Strategic),
            1 => (BodyForm::Committee, BodyFunction::Steering),
            2 => (BodyForm::Committee, BodyFunction::Technical),
            _ => (BodyForm::WorkingGroup, BodyFunction::Consultative),
        };
        let meetings = i64::try_from(scene.dice.between(1, 6)).ok();
        let new = NewBody {
            name: name.to_owned(),
            form,
            functions: vec![function],
            parent: first,
            declared: false,
            upcoming: scene.dice.chance(5),
            meetings_min: meetings,
            meetings_max: meetings.map(|meetings| meetings + 2),
            missions: (0..3).map(|_| scene.dice.word(MISSIONS).to_owned()).collect(),
            composition: "Les co-porteurs, et une voix par structure membre".to_owned(),
            rules: if rank == 0 { vec![CompositionRule::All] } else { vec![CompositionRule::CoLeads] },
            voting_rule: VotingRule::OnePerStructure,
            college_votes: Vec::new(),
            note: String::new(),
            provenance: Provenance::fictitious(),
        };
        let body = create(scene.ctx, scene.tx, scene.id, &new)?;
        first = first.or(Some(body));
        let mut given = HashSet::new();
        for seat in 0..scene.dice.between(5, 9) {
            let by_function = scene.dice.chance(25);
            let organisation = if by_function { None } else { scene.organisation() };
            let function = if by_function { scene.dice.word(FUNCTIONS).to_owned() } else { String::new() };
            // Nobody is given the same seat twice.
            if !given.insert((organisation, function.clone())) {
                continue;
            }
            let new = NewSeat {
                organisation,
                function,
                voting: scene.dice.chance(85),
                mandate: scene.dice.chance(50).then_some(MandateKind::Technical),
                chair: (seat < 2).then_some(Chair::CoChair),
                seats: 1,
                provenance: Provenance::fictitious(),
            };
            give_seat(scene.ctx, scene.tx, body, &new)?;
        }
    }
    Ok(())
}
