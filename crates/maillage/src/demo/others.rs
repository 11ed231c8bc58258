//! The départements of which no file says anything.

use directory::territories;
use directory::territories::model::TerritoryKind;
use governance::governances::acts::open;
use governance::governances::model::{IdentityDraft, NewGovernance, State, Tier};
use kernel::{Context, Provenance, Result};
use store::Tx;

use super::load::Known;

/// Départements of which the documents say nothing: in preparation, marked as an example.
pub(super) fn open_the_others(ctx: &Context<'_>, tx: &mut Tx<'_>, known: &Known) -> Result<()> {
    let spoken_of: Vec<String> = tx.query(
        "select departement from governance where tier = 'intermediate' and departement is not null",
        &[],
        |row| row.get(0),
    )?;
    for departement in territories::store::of_kinds(tx, &[TerritoryKind::Departement])? {
        if spoken_of.iter().any(|code| code == departement.code.as_str()) {
            continue;
        }
        let new = NewGovernance {
            slug: kernel::text::slug(&departement.name),
            tier: Tier::Intermediate,
            identity: IdentityDraft {
                name: format!("Inclusion numérique, {}", departement.name),
                perimeter: "Département".to_owned(),
                ..IdentityDraft::default()
            },
            territories: vec![departement.code],
            living_areas: Vec::new(),
            parent: known.governances.get("nationale").copied(),
            state: State::Preparation,
            state_since: None,
            state_reason: "Aucun document de la démonstration ne parle de ce département : état d'exemple.".to_owned(),
            provenance: Provenance::fictitious(),
        };
        open(ctx, tx, &new)?;
    }
    Ok(())
}
