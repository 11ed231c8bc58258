//! What an import would do, line by line, and doing it.

use std::collections::{HashMap, HashSet};

use directory::organisations::acts::{NewOrganisation, create};
use directory::organisations::model::Draft;
use directory::{Organisation, organisations};
use kernel::coded::Coded as _;
use kernel::{Capability, Context, Error, Id, Provenance, Result, Scope, text};
use store::{Tx, params};

use super::model::{Line, Table, kind_of, understand};
use crate::Governance;
use crate::members::acts::{Application, admit, apply};
use crate::members::model::{College, MemberState};
use crate::members::store as reads;

/// What becomes of a line.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A known organisation, or a new one, enters.
    Enters {
        line: Box<Line>,
        known: Option<Id<Organisation>>,
        college: Option<Id<College>>,
    },
    /// Nothing to do: it is there already, or another line says the same.
    Nothing(String),
    Refused(String),
}

#[derive(Clone, Debug)]
pub struct Planned {
    pub number: usize,
    pub name: String,
    pub outcome: Outcome,
}

impl Planned {
    /// « Entre comme membre », for the preview.
    pub fn told(&self) -> String {
        match &self.outcome {
            Outcome::Nothing(reason) | Outcome::Refused(reason) => reason.clone(),
            Outcome::Enters { line, known, .. } => {
                let what = if known.is_some() { "structure connue" } else { "nouvelle structure" };
                let since = line.since.map(|since| format!(", {}", since.french_since())).unwrap_or_default();
                let state = line.state.label().to_lowercase();
                let corrections = line.corrections.iter().map(|one| format!(" ; {one}")).collect::<String>();
                format!("{what}, {}, {state}{since}{corrections}", line.category.label())
            }
        }
    }

    pub fn enters(&self) -> bool {
        matches!(self.outcome, Outcome::Enters { .. })
    }

    pub fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused(_))
    }

    pub fn is_corrected(&self) -> bool {
        matches!(&self.outcome, Outcome::Enters { line, .. } if !line.corrections.is_empty())
    }
}

/// What the import would do now.
pub fn plan(tx: &mut Tx<'_>, governance: Id<Governance>, table: &Table) -> Result<Vec<Planned>> {
    let colleges: HashMap<String, Id<College>> =
        reads::colleges(tx, governance)?.into_iter().map(|college| (text::fold(&college.name), college.id)).collect();
    let mut seen = HashSet::new();
    let mut planned = Vec::with_capacity(table.lines.len());
    for (number, cells) in &table.lines {
        let name = cells.first().cloned().unwrap_or_default().chars().take(200).collect();
        let outcome = match understand(*number, cells) {
            Err(reason) => Outcome::Refused(reason),
            Ok(line) => outcome(tx, governance, line, &colleges, &mut seen)?,
        };
        planned.push(Planned { number: *number, name, outcome });
    }
    Ok(planned)
}

fn outcome(
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    mut line: Line,
    colleges: &HashMap<String, Id<College>>,
    seen: &mut HashSet<String>,
) -> Result<Outcome> {
    let folded = text::fold(&line.name);
    let key = line.siret.clone().unwrap_or_else(|| folded.clone());
    if !seen.insert(key) {
        return Ok(Outcome::Nothing("déjà dite par une autre ligne".to_owned()));
    }
    let known = match recognised(tx, &mut line, &folded)? {
        Ok(known) => known,
        Err(reason) => return Ok(Outcome::Refused(reason)),
    };
    if let Some(known) = known
        && let Some(member) = reads::in_governance(tx, governance, known)?
    {
        return Ok(match member.state {
            MemberState::Withdrawn => Outcome::Refused(
                "elle n'est plus dans la gouvernance : rouvrez sa candidature depuis sa page".to_owned(),
            ),
            _ => Outcome::Nothing(format!("déjà dans la gouvernance ({})", member.standing().to_lowercase())),
        });
    }
    let college = match text::fold(&line.college).as_str() {
        "" => None,
        typed => {
            let college = colleges.get(typed).copied();
            if college.is_none() {
                line.corrections.push(format!("le collège « {} » n'existe pas ici : laissé vide", line.college));
            }
            college
        }
    };
    Ok(Outcome::Enters { line: Box::new(line), known, college })
}

/// The known organisation of a line: by its SIRET, else by its folded name.
fn recognised(tx: &mut Tx<'_>, line: &mut Line, folded: &str) -> Result<Result<Option<Id<Organisation>>, String>> {
    if let Some(siret) = &line.siret
        && let Some(known) = organisations::store::by_siret(tx, siret)?
    {
        if text::fold(&known.name) != folded {
            line.corrections.push(format!("le SIRET est celui de « {} »", known.name));
        }
        return Ok(Ok(Some(known.id)));
    }
    let same: Vec<(Id<Organisation>, Option<String>)> = tx.query(
        "select id, siret from organisation where name_key = $1 and merged_into is null order by id limit 3",
        params![folded],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(match same.as_slice() {
        [] => Ok(None),
        [(id, None)] => {
            if line.siret.is_some() {
                line.corrections.push("reconnue par son nom ; son SIRET n'est pas encore enregistré".to_owned());
            }
            Ok(Some(*id))
        }
        [(id, Some(_))] if line.siret.is_none() => Ok(Some(*id)),
        [(_, Some(_))] => {
            line.corrections.push("une autre structure porte ce nom, avec un autre SIRET".to_owned());
            Ok(None)
        }
        _ if line.siret.is_some() => Ok(None),
        _ => Err("plusieurs structures portent ce nom : donnez le SIRET".to_owned()),
    })
}

/// What the preview shows, as one text: the confirmation is held to it.
pub fn fingerprint(governance: Id<Governance>, table: &Table, planned: &[Planned]) -> String {
    let mut out = format!("{governance}\n{}\n", table.carried());
    for one in planned {
        let known = match &one.outcome {
            Outcome::Enters { known, college, .. } => format!("{known:?} {college:?}"),
            Outcome::Nothing(_) | Outcome::Refused(_) => String::new(),
        };
        out.push_str(&format!("{} {} {} {known}\n", one.number, one.enters(), one.told()));
    }
    out
}

/// Writes what the preview showed, if that is still what would be done: `agrees` compares. Gives how many entered.
///
/// # Errors
/// A conflict when something has changed since the preview, or when nothing is left to do.
pub fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    table: &Table,
    agrees: impl Fn(&str) -> bool,
) -> Result<usize> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    crate::governances::store::lock(tx, governance)?;
    let planned = plan(tx, governance, table)?;
    if !agrees(&fingerprint(governance, table, &planned)) {
        return Err(Error::Conflict(
            "Quelque chose a changé depuis l'aperçu. Le voici de nouveau ; rien n'est enregistré.".to_owned(),
        ));
    }
    let mut count = 0;
    for one in planned {
        let Outcome::Enters { line, known, college } = one.outcome else { continue };
        let organisation = match known {
            Some(known) => known,
            None => create(
                ctx,
                tx,
                &NewOrganisation {
                    draft: Draft {
                        name: line.name.clone(),
                        siret: line.siret.clone().unwrap_or_default(),
                        ..Draft::default()
                    },
                    kind: kind_of(line.category),
                    seat: None,
                    provenance: Provenance::entered(),
                    // The plan has looked for organisations of this name.
                    distinct: true,
                },
            )?,
        };
        let application = Application {
            organisation,
            category: line.category,
            college,
            involvement: line.involvement,
            note: line.note.clone(),
            provenance: Provenance::entered(),
        };
        let member = apply(ctx, tx, governance, &application)?;
        if line.state == MemberState::Admitted {
            admit(ctx, tx, member, line.since)?;
        }
        count += 1;
    }
    if count == 0 {
        return Err(Error::Conflict("Aucune ligne n'est à enregistrer.".to_owned()));
    }
    Ok(count)
}
