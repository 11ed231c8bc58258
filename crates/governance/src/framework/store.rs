//! Queries on the framework.

use kernel::register::Digest;
use kernel::{Id, PartialDate, Provenance, Result};
use store::{Row, Tx, params};

use super::measure::Of;
use super::model::{Criterion, Declaration, DeclarationState, Version, VersionState};
use crate::Governance;

/// All versions with their criteria, by number, in two queries: there are few.
pub fn versions(tx: &mut Tx<'_>) -> Result<Vec<Version>> {
    let mut versions = tx.query(
        "select number, state, introduction, changes, in_force_from, version, origin, source
         from framework_version order by number",
        &[],
        |row| {
            Ok(Version {
                number: row.get(0)?,
                state: row.code(1)?,
                introduction: row.get(2)?,
                changes: row.get(3)?,
                in_force_from: row.get(4)?,
                version: row.get(5)?,
                provenance: Provenance { origin: row.code(6)?, source: row.get(7)? },
                criteria: Vec::new(),
            })
        },
    )?;
    let criteria: Vec<(i64, Criterion)> = tx.query(
        "select version, code, title, explanation, measure, threshold, valid_months
         from framework_criterion order by version, rank",
        &[],
        |row| {
            let criterion = Criterion {
                code: row.get(1)?,
                title: row.get(2)?,
                explanation: row.get(3)?,
                measure: row.get(4)?,
                threshold: row.get(5)?,
                valid_months: row.get(6)?,
            };
            Ok((row.get(0)?, criterion))
        },
    )?;
    for (number, criterion) in criteria {
        if let Some(version) = versions.iter_mut().find(|version| version.number == number) {
            version.criteria.push(criterion);
        }
    }
    Ok(versions)
}

/// The draft, if one is open.
pub fn draft(tx: &mut Tx<'_>) -> Result<Option<Version>> {
    Ok(versions(tx)?.into_iter().find(|version| version.state == VersionState::Draft))
}

const DECLARATION: &str =
    "select d.id, d.governance, d.criterion, d.statement, d.link, d.file, d.file_name, d.on_date, d.state, d.reason,
    d.origin, d.source from framework_declaration d";

fn declaration(row: &Row<'_>) -> Result<Declaration> {
    let digest = row.get::<Option<Vec<u8>>>(5)?.and_then(|bytes| Digest::from_slice(&bytes));
    let on: String = row.get(7)?;
    Ok(Declaration {
        id: row.get(0)?,
        governance: row.get(1)?,
        criterion: row.get(2)?,
        statement: row.get(3)?,
        link: row.get(4)?,
        file: digest.zip(row.get::<Option<String>>(6)?),
        on: on.parse::<PartialDate>().map_err(kernel::Error::internal)?,
        state: row.code::<DeclarationState>(8)?,
        reason: row.get(9)?,
        provenance: Provenance { origin: row.code(10)?, source: row.get(11)? },
    })
}

/// What counts now of each criterion: the declaration that stands, or the refusal of the last one.
pub fn standing_declarations(tx: &mut Tx<'_>, of: Of) -> Result<Vec<Declaration>> {
    let sql = format!(
        "{DECLARATION} where {} and d.state in ('current', 'refused')
         order by case d.state when 'current' then 0 else 1 end, d.declared_at desc, d.id desc",
        of.condition("d.governance")
    );
    let mut all = tx.query(&sql, &of.parameters(), declaration)?;
    let mut seen = std::collections::HashSet::new();
    all.retain(|one| seen.insert((one.governance, one.criterion.clone())));
    Ok(all)
}

/// All that a governance ever declared of a criterion, the latest first.
pub fn history(tx: &mut Tx<'_>, governance: Id<Governance>, criterion: &str) -> Result<Vec<Declaration>> {
    tx.query(
        &format!("{DECLARATION} where d.governance = $1 and d.criterion = $2 order by d.declared_at desc, d.id desc"),
        params![governance, criterion],
        declaration,
    )
}

/// The name under which a standing declaration publishes this file.
pub fn publishes(tx: &mut Tx<'_>, file: Digest) -> Result<Option<String>> {
    tx.find(
        "select file_name from framework_declaration where file = $1 and state = 'current' limit 1",
        params![file.0.as_slice()],
        |row| row.get(0),
    )
}
