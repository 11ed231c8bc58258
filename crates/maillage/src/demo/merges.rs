//! Organisations that were found to stand twice and became one.

use governance::organisations::merging::{acts, plan};
use kernel::Result;
use store::Tx;

use super::format;
use super::load::{Known, Loader};

/// Merges them as the comparison proposes.
pub(super) fn create(loader: &Loader<'_>, tx: &mut Tx<'_>, item: &format::Merge, known: &Known) -> Result<()> {
    let kept = loader.known(&known.organisations, &item.kept, "structure")?;
    let duplicate = loader.known(&known.organisations, &item.duplicate, "structure")?;
    let plan = loader.at(&item.duplicate, plan::read(tx, kept, duplicate))?;
    let (seen, choices) = (plan.versions, plan.suggested());
    let merged = acts::merge(loader.ctx, tx, kept, duplicate, seen, &choices);
    loader.at(&item.duplicate, merged).map(|_| ())
}
