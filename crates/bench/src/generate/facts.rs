//! Facts: figures that a source gives.

use governance::facts::Fact;
use governance::facts::acts::note;
use kernel::{Provenance, Result};

use super::names::FACTS;
use super::scene::Scene;

/// Four to eight facts.
pub fn fill(scene: &mut Scene<'_, '_>) -> Result<()> {
    let count = scene.dice.between(4, 8);
    for (topic, model) in FACTS.iter().take(count) {
        let fact = Fact {
            topic: (*topic).to_owned(),
            value: format!("{} {model}", scene.dice.between(2, 4_000)),
            on: scene.day(),
            provenance: Provenance::document("Jeu de données engendré pour les mesures (2026)")?,
        };
        note(scene.ctx, scene.tx, scene.id, &fact)?;
    }
    Ok(())
}
