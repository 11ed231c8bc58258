//! The minimum framework of the demonstration, and what its governances declare.

use governance::Governance;
use governance::framework::acts::{self, NewDeclaration};
use governance::framework::model::CriterionDraft;
use kernel::{Id, Result};
use store::Tx;

use super::format;
use super::load::Loader;
use super::origin::Origin;

pub(super) fn publish(loader: &Loader<'_>, tx: &mut Tx<'_>, item: &format::Framework, origin: &Origin) -> Result<()> {
    let (ctx, place, measures) = (loader.ctx, &item.in_force_from, crate::measures());
    let provenance = origin.item(&item.source, item.fictitious)?;
    loader.at(place, acts::begin(ctx, tx, &provenance))?;
    loader.at(place, acts::write_text(ctx, tx, &item.introduction, &item.changes, None))?;
    for criterion in &item.criterion {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let draft = CriterionDraft {
            title: criterion.title.get_ref().clone(),
            explanation: criterion.explanation.clone(),
            measure: criterion.measure.clone(),
            threshold: number(criterion.threshold),
            valid_months: number(criterion.valid_months),
        };
        loader.at(&criterion.title, acts::add(ctx, tx, &measures, &draft))?;
    }
    let from = loader.date(Some(place))?;
    loader.at(place, acts::publish(ctx, tx, from, None))
}

pub(super) fn declare(
    loader: &Loader<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    item: &format::Declaration,
    origin: &Origin,
) -> Result<()> {
    let new = NewDeclaration {
        statement: item.statement.clone(),
        link: item.link.clone(),
        file: None,
        on: loader.date(Some(&item.on))?,
        seen: None,
    };
    let provenance = origin.item(&item.source, item.fictitious)?;
    let declared = acts::declare(loader.ctx, tx, governance, item.criterion.get_ref(), &new, &provenance);
    loader.at(&item.criterion, declared).map(|_| ())
}
