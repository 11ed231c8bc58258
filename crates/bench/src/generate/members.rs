//! Organisations and members: who co-leads, who takes part, who speaks for whom.

use directory::organisations::acts::{NewOrganisation, create};
use directory::organisations::model::Draft;
use directory::{Organisation, OrganisationKind};
use governance::Tier;
use governance::members::acts::{
    Application, NewMandate, admit, apply, create_college, give_mandate, set_co_lead, withdraw,
};
use governance::members::model::{CoLead, Involvement, Member, MemberCategory};
use kernel::{Id, Provenance, Result};

use super::names::{COLLEGES, ORGANISATIONS};
use super::scene::Scene;

/// Colleges, the two co-leads, some members of the governance above, the others new; one in ten is still a candidate,
/// one in thirty has left, two give a standing mandate.
pub fn fill(scene: &mut Scene<'_, '_>) -> Result<()> {
    for name in COLLEGES {
        let id = create_college(scene.ctx, scene.tx, scene.id, name, "", &Provenance::fictitious())?;
        scene.colleges.push(id);
    }
    co_leads(scene)?;
    let mut shared: Vec<Id<Organisation>> = scene.shared.iter().copied().skip(2).collect();
    scene.dice.shuffle(&mut shared);
    for organisation in shared.into_iter().take(scene.sketch.members / 5) {
        let member = join(scene, organisation, MemberCategory::Association, 2)?;
        settle(scene, member)?;
    }
    while scene.members.len() < scene.sketch.members {
        let kind = *scene.dice.pick(ORGANISATIONS).unwrap_or(&("", OrganisationKind::Other, MemberCategory::Other, 0));
        let (beginning, kind, category, college) = kind;
        let organisation = found(scene, beginning, kind)?;
        let member = join(scene, organisation, category, college)?;
        settle(scene, member)?;
    }
    mandates(scene)
}

fn co_leads(scene: &mut Scene<'_, '_>) -> Result<()> {
    let (kind, category, authority) = match scene.sketch.tier {
        Tier::National => (OrganisationKind::Region, MemberCategory::Region, "Association des régions, délégation de"),
        Tier::Intermediate => {
            (OrganisationKind::Departement, MemberCategory::Departement, "Conseil départemental, site de")
        }
        Tier::Local => (OrganisationKind::Epci, MemberCategory::Epci, "Communauté de communes, siège de"),
    };
    let state = found(scene, "Service de l'État de", OrganisationKind::StateService)?;
    let authority = found(scene, authority, kind)?;
    for (organisation, category) in [(state, MemberCategory::State), (authority, category)] {
        let since = scene.day();
        let member = join(scene, organisation, category, 0)?;
        admit(scene.ctx, scene.tx, member, since)?;
        let rank = if scene.dice.chance(80) { CoLead::Designated } else { CoLead::Proposed };
        set_co_lead(scene.ctx, scene.tx, member, rank, since)?;
    }
    Ok(())
}

/// Creates an organisation of a name that no other has.
fn found(scene: &mut Scene<'_, '_>, beginning: &str, kind: OrganisationKind) -> Result<Id<Organisation>> {
    let place = scene.dice.pick(scene.places).cloned();
    scene.founded += 1;
    let number = scene.sketch.number * 1_000 + scene.founded;
    let town = place.as_ref().map_or("France", |place| place.name.as_str());
    let siret = if scene.dice.chance(60) { siret(number) } else { String::new() };
    let new = NewOrganisation {
        draft: Draft { name: format!("{beginning} {town} (n° {number})"), siret, ..Draft::default() },
        kind,
        seat: place.map(|place| place.code),
        provenance: Provenance::fictitious(),
        distinct: false,
    };
    create(scene.ctx, scene.tx, &new)
}

fn join(
    scene: &mut Scene<'_, '_>,
    organisation: Id<Organisation>,
    category: MemberCategory,
    college: usize,
) -> Result<Id<Member>> {
    let involvement = match scene.dice.below(5) {
        0 => Involvement::Leads,
        1 => Involvement::Observes,
        _ => Involvement::Contributes,
    };
    let application = Application {
        organisation,
        category,
        college: scene.colleges.get(college).copied(),
        involvement,
        note: if scene.dice.chance(30) { "Reçoit le public sur rendez-vous.".to_owned() } else { String::new() },
        provenance: Provenance::fictitious(),
    };
    let member = apply(scene.ctx, scene.tx, scene.id, &application)?;
    scene.members.push((member, organisation));
    Ok(member)
}

fn settle(scene: &mut Scene<'_, '_>, member: Id<Member>) -> Result<()> {
    if scene.dice.chance(10) {
        return Ok(());
    }
    let since = scene.day();
    admit(scene.ctx, scene.tx, member, since)?;
    if scene.dice.chance(3) {
        withdraw(scene.ctx, scene.tx, member, None)?;
    }
    Ok(())
}

fn mandates(scene: &mut Scene<'_, '_>) -> Result<()> {
    let ends = [2, 3].map(|place| scene.members.get(place).map(|(_, organisation)| *organisation));
    let Some((holder, _)) = scene.members.get(1).copied() else { return Ok(()) };
    for represented in ends.into_iter().flatten() {
        let mandate = NewMandate {
            holder,
            represented,
            since: scene.day(),
            until: None,
            note: String::new(),
            provenance: Provenance::fictitious(),
        };
        give_mandate(scene.ctx, scene.tx, &mandate)?;
    }
    Ok(())
}

/// A SIRET that keeps Luhn's rule and that no real establishment bears (no SIREN begins with 999).
fn siret(number: u64) -> String {
    let body = format!("999{:010}", number % 10_000_000_000);
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(rank, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = if rank % 2 == 0 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generated_siret_is_accepted_and_distinct() {
        let sirets: std::collections::BTreeSet<String> = (0..5_000).map(siret).collect();
        assert_eq!(sirets.len(), 5_000);
        for siret in &sirets {
            assert!(directory::organisations::identifier::siret(siret).is_ok(), "{siret}");
        }
    }
}
