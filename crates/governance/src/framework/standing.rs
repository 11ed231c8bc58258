//! Where governances stand against a version of the framework.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Id, Result};
use store::Tx;

use super::measure::{Finding, Measures, Of, Remedy};
use super::model::{Criterion, Declaration, Version, declared, in_force};
use super::{store as reads, url};
use crate::Governance;

/// One criterion in one governance.
#[derive(Clone, Debug)]
pub struct Standing {
    pub criterion: Criterion,
    pub finding: Finding,
    /// What was declared, when it is a criterion that is declared.
    pub declaration: Option<Declaration>,
    /// The one link to do what is lacking.
    pub remedy: Remedy,
}

/// Each criterion of `version` in one governance.
pub fn of_one(
    tx: &mut Tx<'_>,
    measures: &Measures,
    version: &Version,
    (governance, slug): (Id<Governance>, &str),
    today: Date,
) -> Result<Vec<Standing>> {
    let of = Of::One(governance);
    let declarations = reads::standing_declarations(tx, of)?;
    let mut out = Vec::with_capacity(version.criteria.len());
    for criterion in &version.criteria {
        let declaration = declarations.iter().find(|one| one.criterion == criterion.code).cloned();
        let (finding, remedy) = match measures.find(&criterion.measure) {
            Some(measure) => {
                let threshold = criterion.threshold.unwrap_or(0);
                let found = measure.find(tx, of, threshold, today)?.remove(&governance);
                (found.unwrap_or_else(|| measure.nothing(threshold)), measure.remedy(slug))
            }
            None => {
                let label = if declaration.is_some() { "Déclarer de nouveau" } else { "Déclarer, avec une preuve" };
                let remedy = Remedy { label, href: url::declare(slug, &criterion.code) };
                (of_declared(criterion, declaration.as_ref(), today), remedy)
            }
        };
        let declaration = declaration.filter(|_| criterion.is_declared());
        out.push(Standing { criterion: criterion.clone(), finding, declaration, remedy });
    }
    Ok(out)
}

/// A measure that this program does not know (an older node beside a newer one) is never taken for met.
fn of_declared(criterion: &Criterion, declaration: Option<&Declaration>, today: Date) -> Finding {
    if criterion.is_declared() {
        declared(criterion, declaration, today)
    } else {
        Finding::new(false, "Cette version du logiciel ne sait pas compter ce critère.")
    }
}

/// How each governance of the intermediate tier stands on each criterion, in the order of the criteria: a query a
/// criterion, whatever the number of governances.
pub struct Table {
    columns: Vec<Column>,
    declarations: HashMap<(Id<Governance>, String), Declaration>,
    today: Date,
}

struct Column {
    criterion: Criterion,
    found: HashMap<Id<Governance>, Finding>,
    nothing: Option<Finding>,
}

impl Table {
    pub fn load(tx: &mut Tx<'_>, measures: &Measures, version: &Version, today: Date) -> Result<Self> {
        let declarations = reads::standing_declarations(tx, Of::All)?;
        let declarations = declarations.into_iter().map(|one| ((one.governance, one.criterion.clone()), one)).collect();
        let mut columns = Vec::with_capacity(version.criteria.len());
        for criterion in &version.criteria {
            let threshold = criterion.threshold.unwrap_or(0);
            let (found, nothing) = match measures.find(&criterion.measure) {
                Some(measure) => (measure.find(tx, Of::All, threshold, today)?, Some(measure.nothing(threshold))),
                None => (HashMap::new(), None),
            };
            columns.push(Column { criterion: criterion.clone(), found, nothing });
        }
        Ok(Self { columns, declarations, today })
    }

    /// One finding a criterion.
    pub fn row(&self, governance: Id<Governance>) -> Vec<Finding> {
        let cell = |column: &Column| match (&column.nothing, column.found.get(&governance)) {
            (Some(_), Some(found)) => found.clone(),
            (Some(nothing), None) => nothing.clone(),
            (None, _) => {
                let declaration = self.declarations.get(&(governance, column.criterion.code.clone()));
                of_declared(&column.criterion, declaration, self.today)
            }
        };
        self.columns.iter().map(cell).collect()
    }
}

/// What a governance lacks of the version in force: nothing when there is no framework.
pub fn lacking(
    tx: &mut Tx<'_>,
    measures: &Measures,
    governance: (Id<Governance>, &str),
    today: Date,
) -> Result<Vec<Standing>> {
    let versions = reads::versions(tx)?;
    let Some(version) = in_force(&versions, today).0 else { return Ok(Vec::new()) };
    let mut all = of_one(tx, measures, version, governance, today)?;
    all.retain(|standing| !standing.finding.met);
    Ok(all)
}
