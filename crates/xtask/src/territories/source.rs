//! What the npm package `@etalab/decoupage-administratif` holds, as far as we use it.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::fetch;

/// The package's files, and the year whose boundaries they describe.
pub struct Source {
    pub vintage: u16,
    pub regions: Vec<Region>,
    pub departments: Vec<Department>,
    pub intercommunalities: Vec<Intercommunality>,
    pub communes: Vec<Commune>,
}

#[derive(Deserialize)]
pub struct Region {
    pub code: String,
    #[serde(rename = "nom")]
    pub name: String,
    pub zone: Zone,
}

#[derive(Deserialize)]
pub struct Department {
    pub code: String,
    #[serde(rename = "nom")]
    pub name: String,
    pub region: String,
    pub zone: Zone,
}

/// The package gives overseas collectivities a row among regions and another among départements.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Zone {
    Metro,
    Drom,
    Com,
}

/// A group of communes with its own taxation.
#[derive(Deserialize)]
pub struct Intercommunality {
    #[serde(rename = "code")]
    pub siren: String,
    #[serde(rename = "nom")]
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(rename = "populationMunicipale")]
    pub population: u32,
    #[serde(rename = "membres")]
    pub members: Vec<Member>,
}

#[derive(Deserialize)]
pub struct Member {
    pub code: String,
}

#[derive(Deserialize)]
pub struct Commune {
    pub code: String,
    #[serde(rename = "nom")]
    pub name: String,
    #[serde(rename = "type")]
    pub kind: CommuneKind,
    #[serde(rename = "departement")]
    pub department: String,
    pub population: Option<u32>,
    #[serde(rename = "codesPostaux", default)]
    pub postcodes: Vec<String>,
    /// Codes of communes that merged into this one.
    #[serde(rename = "anciensCodes", default)]
    pub old_codes: Vec<String>,
    /// Of a municipal arrondissement: its commune.
    #[serde(rename = "commune")]
    pub parent: Option<String>,
    /// Of a delegated or associated commune: the commune that it belongs to.
    #[serde(rename = "chefLieu")]
    pub seat: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum CommuneKind {
    CommuneActuelle,
    CommuneDeleguee,
    CommuneAssociee,
    ArrondissementMunicipal,
}

impl Source {
    /// Reads the unpacked package. The vintage stands in its README, on the line of its version.
    pub fn read(package: &Path, version: &str) -> Result<Self, String> {
        let readme = fetch::text(&package.join("README.md"))?;
        let vintage = readme.lines().find_map(|line| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let (year, found) = (cells.next()?, cells.next()?);
            if found == version { year.parse().ok() } else { None }
        });
        Ok(Self {
            vintage: vintage.ok_or(format!("the README does not say the vintage of version {version}"))?,
            regions: json(&package.join("data/regions.json"))?,
            departments: json(&package.join("data/departements.json"))?,
            intercommunalities: json(&package.join("data/epci.json"))?,
            communes: json(&package.join("data/communes.json"))?,
        })
    }

    /// The communes of one kind.
    pub fn communes(&self, kind: CommuneKind) -> impl Iterator<Item = &Commune> {
        self.communes.iter().filter(move |commune| commune.kind == kind)
    }
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    serde_json::from_str(&fetch::text(path)?).map_err(|error| format!("{}: {error}", path.display()))
}
