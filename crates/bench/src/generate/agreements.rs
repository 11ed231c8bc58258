//! Agreements and charters with their signatories.

use governance::agreements::acts::{conclude, sign};
use governance::agreements::model::{AgreementKind, NewAgreement};
use kernel::{Provenance, Result};

use super::names::{COMMITMENTS, NOTE};
use super::scene::Scene;

/// One agreement, and a charter in half of the governances, each with up to six signatories.
pub fn fill(scene: &mut Scene<'_, '_>) -> Result<()> {
    let charter = scene.dice.chance(50);
    let kinds =
        [(AgreementKind::Agreement, "Convention de partenariat"), (AgreementKind::Charter, "Charte des valeurs")];
    for (kind, title) in kinds.into_iter().take(if charter { 2 } else { 1 }) {
        let new = NewAgreement {
            kind,
            title: format!("{title} — {}", scene.sketch.name),
            signed_on: scene.day(),
            ends_on: None,
            text: NOTE.to_owned(),
            commitments: (0..3).map(|_| scene.dice.word(COMMITMENTS).to_owned()).collect(),
            file: None,
            provenance: Provenance::fictitious(),
        };
        let agreement = conclude(scene.ctx, scene.tx, scene.id, &new)?;
        for _ in 0..scene.dice.between(3, 6) {
            let on = if scene.dice.chance(80) { scene.day() } else { None };
            if let Some(organisation) = scene.organisation() {
                sign(scene.ctx, scene.tx, agreement, organisation, on)?;
            }
        }
    }
    Ok(())
}
