//! Territories as people type them in a form: a code or a name a line; who means several is asked which.

use directory::territories::model::Search;
use directory::territories::store::{self as territories, Found};
use directory::{Territory, TerritoryCode};
use kernel::{Errors, Result};
use store::Tx;
use ui::form::Choice;

/// Lines beyond are told as an error: a governance covers fewer territories.
const MOST: usize = 60;

/// What the lines lead to.
#[derive(Clone, Debug, Default)]
pub struct Places {
    pub codes: Vec<TerritoryCode>,
    pub names: Vec<String>,
    /// Where a line means several territories: which ones.
    pub asked: Vec<Choice>,
}

impl Places {
    fn take(&mut self, territory: &Territory) {
        if !self.codes.contains(&territory.code) {
            self.codes.push(territory.code.clone());
            self.names.push(territory.name.clone());
        }
    }

    /// « Vendée, Nièvre », as the identity sheet says it.
    pub fn perimeter(&self) -> String {
        self.names.join(", ")
    }
}

/// Reads the lines. `ticked` are the codes chosen among those that were asked. Errors are told on `territory`.
pub fn read(tx: &mut Tx<'_>, errors: &mut Errors, typed: &str, ticked: &[String]) -> Result<Places> {
    let mut places = Places::default();
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        errors.add("territory", "Donnez au moins un territoire.");
    }
    if lines.len() > MOST {
        errors.add("territory", format!("Donnez {MOST} territoires au plus."));
        return Ok(places);
    }
    for line in lines {
        let found = candidates(tx, line)?;
        let shown: String = line.chars().take(60).collect();
        match found.as_slice() {
            [] => errors.add("territory", format!("Aucun territoire ne correspond à « {shown} ».")),
            [one] => places.take(one),
            several => {
                let chosen: Vec<&Territory> = several.iter().filter(|one| is_ticked(one, ticked)).collect();
                if chosen.is_empty() {
                    errors.add(
                        "territory",
                        format!("« {shown} » désigne plusieurs territoires : choisissez ci-dessous."),
                    );
                }
                chosen.into_iter().for_each(|one| places.take(one));
                places.asked.extend(several.iter().map(|one| {
                    let label = format!("{} ({}, {})", one.name, one.what().to_lowercase(), one.code.official());
                    Choice::new(one.code.to_string(), label).selected(is_ticked(one, ticked))
                }));
            }
        }
    }
    Ok(places)
}

fn is_ticked(territory: &Territory, ticked: &[String]) -> bool {
    ticked.iter().any(|code| code == territory.code.as_str())
}

/// The territory of a code, else those of exactly this name, else the first that resemble it.
fn candidates(tx: &mut Tx<'_>, line: &str) -> Result<Vec<Territory>> {
    if let Ok(code) = line.parse::<TerritoryCode>()
        && let Some(territory) = territories::find(tx, &code)?
    {
        return Ok(vec![territory]);
    }
    let short: String = line.chars().take(200).collect();
    let Some(search) = Search::parse(&short) else { return Ok(Vec::new()) };
    let found = territories::search(tx, &search, None, 8)?;
    let exact = found.iter().any(|one| one.rank == 0);
    let kept = found.into_iter().filter(|one: &Found| !exact || one.rank == 0);
    Ok(kept.map(|one| one.territory).collect())
}
