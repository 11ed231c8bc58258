//! The tables of `crates/directory/data`: tab-separated, a header line, rows sorted by their first column then the
//! next, an empty field where the source says nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::points::Points;
use super::source::{Commune, CommuneKind, Source, Zone};

/// Makes every table: (file name, content).
pub fn all(source: &Source, points: &Points) -> Result<Vec<(&'static str, String)>, String> {
    Ok(vec![
        ("regions.tsv", regions(source)?),
        ("departements.tsv", departments(source)?),
        ("collectivities.tsv", collectivities(source)?),
        ("epci.tsv", intercommunalities(source)?),
        ("communes.tsv", communes(source, points)?),
        ("arrondissements.tsv", arrondissements(source, points)?),
        ("postcodes.tsv", postcodes(source)?),
        ("old_communes.tsv", old_communes(source)?),
    ])
}

fn regions(source: &Source) -> Result<String, String> {
    let regions = source.regions.iter().filter(|region| region.zone != Zone::Com);
    table(["code", "name"], regions.map(|region| [region.code.clone(), region.name.clone()]))
}

fn departments(source: &Source) -> Result<String, String> {
    let departments = source.departments.iter().filter(|department| department.zone != Zone::Com);
    let row =
        departments.map(|department| [department.code.clone(), department.name.clone(), department.region.clone()]);
    table(["code", "name", "region"], row)
}

fn collectivities(source: &Source) -> Result<String, String> {
    let collectivities = source.departments.iter().filter(|department| department.zone == Zone::Com);
    table(["code", "name"], collectivities.map(|collectivity| [collectivity.code.clone(), collectivity.name.clone()]))
}

fn intercommunalities(source: &Source) -> Result<String, String> {
    let rows = source.intercommunalities.iter().map(|group| {
        // One name of the source holds two blanks in a row.
        let name = group.name.split_whitespace().collect::<Vec<_>>().join(" ");
        [group.siren.clone(), name, group.kind.clone(), group.population.to_string()]
    });
    table(["siren", "name", "kind", "population"], rows)
}

fn communes(source: &Source, points: &Points) -> Result<String, String> {
    let mut group_of = BTreeMap::new();
    for group in &source.intercommunalities {
        for member in &group.members {
            if group_of.insert(member.code.as_str(), group.siren.as_str()).is_some() {
                return Err(format!("commune {} belongs to two groups of communes", member.code));
            }
        }
    }
    let rows = source.communes(CommuneKind::CommuneActuelle).map(|commune| {
        let group = group_of.get(commune.code.as_str()).copied().unwrap_or_default();
        let [latitude, longitude] = point(points, &commune.code);
        [
            commune.code.clone(),
            commune.name.clone(),
            commune.department.clone(),
            group.to_owned(),
            population(commune),
            latitude,
            longitude,
        ]
    });
    table(["code", "name", "departement", "epci", "population", "latitude", "longitude"], rows)
}

fn arrondissements(source: &Source, points: &Points) -> Result<String, String> {
    let rows = source.communes(CommuneKind::ArrondissementMunicipal).map(|arrondissement| {
        let [latitude, longitude] = point(points, &arrondissement.code);
        [
            arrondissement.code.clone(),
            arrondissement.name.clone(),
            arrondissement.parent.clone().unwrap_or_default(),
            population(arrondissement),
            latitude,
            longitude,
        ]
    });
    table(["code", "name", "commune", "population", "latitude", "longitude"], rows)
}

fn postcodes(source: &Source) -> Result<String, String> {
    let kinds = [CommuneKind::CommuneActuelle, CommuneKind::ArrondissementMunicipal];
    let communes = kinds.into_iter().flat_map(|kind| source.communes(kind));
    let rows = communes.flat_map(|commune| commune.postcodes.iter().map(|code| [code.clone(), commune.code.clone()]));
    table(["postcode", "commune"], rows)
}

/// Codes that are no commune today, each with the one commune that took it over. A delegated or associated commune
/// gives its name and says where it is now; the list of old codes of a commune gives the rest, without a name. Where
/// they disagree (two cases in 2026: communes that merged twice), the former is the later fact.
fn old_communes(source: &Source) -> Result<String, String> {
    let current: BTreeSet<&str> =
        source.communes(CommuneKind::CommuneActuelle).map(|commune| commune.code.as_str()).collect();
    let mut targets: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for commune in source.communes(CommuneKind::CommuneActuelle) {
        for old in &commune.old_codes {
            if targets.insert(old, ("", &commune.code)).is_some() {
                return Err(format!("two communes claim the old code {old}"));
            }
        }
    }
    for kind in [CommuneKind::CommuneDeleguee, CommuneKind::CommuneAssociee] {
        for commune in source.communes(kind) {
            let seat = commune.seat.as_deref().ok_or(format!("{} does not say its commune", commune.code))?;
            let before = targets.insert(&commune.code, (&commune.name, seat));
            if before.is_some_and(|(name, _)| !name.is_empty()) {
                return Err(format!("the former commune {} stands twice", commune.code));
            }
        }
    }
    // A commune that merged keeps its code when the new one has its seat there: not an old code.
    targets.retain(|old, _| !current.contains(old));
    if let Some((old, (_, target))) = targets.iter().find(|(_, (_, target))| !current.contains(target)) {
        return Err(format!("the old code {old} leads to {target}, which is no commune"));
    }
    table(
        ["code", "name", "commune"],
        targets.into_iter().map(|(old, (name, target))| [old.to_owned(), name.to_owned(), target.to_owned()]),
    )
}

fn population(commune: &Commune) -> String {
    commune.population.map(|people| people.to_string()).unwrap_or_default()
}

/// Latitude and longitude to four decimals, about ten metres.
fn point(points: &Points, code: &str) -> [String; 2] {
    points
        .get(code)
        .map_or_else(Default::default, |(latitude, longitude)| [format!("{latitude:.4}"), format!("{longitude:.4}")])
}

fn table<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<String, String> {
    let mut rows: Vec<[String; N]> = rows.collect();
    rows.sort();
    let mut text = header.join("\t") + "\n";
    for row in rows {
        if let Some(field) = row.iter().find(|field| field.contains(['\t', '\n', '\r'])) {
            return Err(format!("a tab or a line break stands in {field:?}"));
        }
        text.push_str(&row.join("\t"));
        text.push('\n');
    }
    Ok(text)
}
