//! The official geographic code, from the compact files of `data/`, as rows ready to insert.

use std::collections::HashMap;

use kernel::{Error, Result};
use store::Value;

use super::model::{TerritoryCode, TerritoryKind, key};

const REGIONS: &str = include_str!("../../data/regions.tsv");
const DEPARTEMENTS: &str = include_str!("../../data/departements.tsv");
const COLLECTIVITIES: &str = include_str!("../../data/collectivities.tsv");
const EPCI: &str = include_str!("../../data/epci.tsv");
const COMMUNES: &str = include_str!("../../data/communes.tsv");
const ARRONDISSEMENTS: &str = include_str!("../../data/arrondissements.tsv");
const POSTCODES: &str = include_str!("../../data/postcodes.tsv");
const FORMER: &str = include_str!("../../data/old_communes.tsv");

/// The year of the geographic code in `data/` (see `data/VINTAGE.toml`).
pub const VINTAGE: i64 = 2026;

/// Shown wherever a figure of the reference stands.
pub const VINTAGE_NOTE: &str = "Code officiel géographique 2026 et populations municipales (INSEE), intercommunalités (DGCL), codes postaux \
     (La Poste), Licence Ouverte.";

/// All rows of the reference, in an order that respects what refers to what.
pub(super) struct Rows {
    pub territories: Vec<Vec<Value>>,
    pub postcodes: Vec<Vec<Value>>,
    pub former: Vec<Vec<Value>>,
}

/// Columns of `territory` in the order of the rows.
pub(super) const INSERT_TERRITORY: &str = "insert into territory
    (code, kind, official_code, name, name_key, nature, region, departement, epci, commune, population, latitude, longitude)";
pub(super) const TERRITORY_COLUMNS: usize = 13;

struct Line<'a> {
    file: &'static str,
    number: usize,
    fields: Vec<&'a str>,
}

impl Line<'_> {
    fn field(&self, index: usize) -> Result<&str> {
        self.fields.get(index).copied().ok_or_else(|| self.fault("une colonne manque"))
    }

    /// An empty field is unknown.
    fn number<T: std::str::FromStr>(&self, index: usize) -> Result<Option<T>> {
        match self.field(index)? {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.fault("un nombre est illisible")),
        }
    }

    fn fault(&self, what: &str) -> Error {
        Error::Internal(format!("{}, ligne {} : {what}", self.file, self.number))
    }
}

fn lines<'a>(file: &'static str, content: &'a str) -> impl Iterator<Item = Line<'a>> {
    content.lines().enumerate().skip(1).map(move |(index, line)| Line {
        file,
        number: index + 1,
        fields: line.split('\t').collect(),
    })
}

/// Codes of the région, the département and the EPCI of a commune.
type Above = (Option<String>, Option<String>, Option<String>);

/// One official territory.
struct Official {
    kind: TerritoryKind,
    official_code: String,
    name: String,
    nature: String,
    region: Option<String>,
    departement: Option<String>,
    epci: Option<String>,
    commune: Option<String>,
    population: Option<i64>,
    point: (Option<f64>, Option<f64>),
}

impl Official {
    fn new(kind: TerritoryKind, official_code: &str, name: &str) -> Self {
        Self {
            kind,
            official_code: official_code.to_owned(),
            name: name.to_owned(),
            nature: String::new(),
            region: None,
            departement: None,
            epci: None,
            commune: None,
            population: None,
            point: (None, None),
        }
    }

    /// In the order of [`INSERT_TERRITORY`].
    fn row(self) -> Vec<Value> {
        let name_key = key(&self.name);
        vec![
            TerritoryCode::new(self.kind, &self.official_code).as_str().into(),
            Value::code(self.kind),
            self.official_code.into(),
            self.name.into(),
            name_key.into(),
            self.nature.into(),
            self.region.into(),
            self.departement.into(),
            self.epci.into(),
            self.commune.into(),
            self.population.into(),
            self.point.0.into(),
            self.point.1.into(),
        ]
    }
}

/// « CC Faucigny - Glières »: the kind of EPCI in full.
fn epci_nature(code: &str) -> &'static str {
    match code {
        "CC" => "Communauté de communes",
        "CA" => "Communauté d'agglomération",
        "CU" => "Communauté urbaine",
        "METRO" => "Métropole",
        "MET69" => "Métropole de Lyon",
        _ => "Intercommunalité",
    }
}

/// Reads the compact files. Populations of larger territories are the sums of their communes, so that a page never
/// shows two figures that disagree.
pub(super) fn rows() -> Result<Rows> {
    let mut region_of: HashMap<String, String> = HashMap::new();
    let mut level_code: HashMap<String, TerritoryCode> = HashMap::new();
    let mut larger = Vec::new();
    for line in lines("regions.tsv", REGIONS) {
        larger.push(Official::new(TerritoryKind::Region, line.field(0)?, line.field(1)?));
    }
    for line in lines("departements.tsv", DEPARTEMENTS) {
        let code = line.field(0)?;
        let region = TerritoryCode::new(TerritoryKind::Region, line.field(2)?).to_string();
        let mut departement = Official::new(TerritoryKind::Departement, code, line.field(1)?);
        departement.region = Some(region.clone());
        region_of.insert(code.to_owned(), region);
        level_code.insert(code.to_owned(), TerritoryCode::departement(code));
        larger.push(departement);
    }
    for line in lines("collectivities.tsv", COLLECTIVITIES) {
        let code = line.field(0)?;
        level_code.insert(code.to_owned(), TerritoryCode::new(TerritoryKind::Collectivity, code));
        larger.push(Official::new(TerritoryKind::Collectivity, code, line.field(1)?));
    }
    for line in lines("epci.tsv", EPCI) {
        let mut epci = Official::new(TerritoryKind::Epci, line.field(0)?, line.field(1)?);
        epci.nature = epci_nature(line.field(2)?).to_owned();
        larger.push(epci);
    }

    let mut sums: HashMap<String, i64> = HashMap::new();
    let mut shares: HashMap<String, HashMap<String, i64>> = HashMap::new();
    let mut communes = Vec::new();
    for line in lines("communes.tsv", COMMUNES) {
        let mut commune = Official::new(TerritoryKind::Commune, line.field(0)?, line.field(1)?);
        let level = level_code.get(line.field(2)?).ok_or_else(|| line.fault("département inconnu"))?.to_string();
        commune.region = region_of.get(line.field(2)?).cloned();
        commune.epci = Some(line.field(3)?)
            .filter(|siren| !siren.is_empty())
            .map(|siren| TerritoryCode::new(TerritoryKind::Epci, siren).to_string());
        commune.population = line.number(4)?;
        commune.point = (line.number(5)?, line.number(6)?);
        let people = commune.population.unwrap_or(0);
        let above = [Some(&level), commune.region.as_ref(), commune.epci.as_ref()];
        for larger in above.into_iter().flatten() {
            *sums.entry(larger.clone()).or_default() += people;
        }
        *sums.entry(TerritoryCode::france().to_string()).or_default() += people;
        if let Some(epci) = &commune.epci {
            *shares.entry(epci.clone()).or_default().entry(level.clone()).or_default() += people;
        }
        commune.departement = Some(level);
        communes.push(commune);
    }

    let mut territories = Vec::with_capacity(37_000);
    let mut france = Official::new(TerritoryKind::Country, "FR", "France");
    france.population = sums.get(TerritoryCode::france().as_str()).copied();
    territories.push(france.row());
    for mut territory in larger {
        let code = TerritoryCode::new(territory.kind, &territory.official_code).to_string();
        territory.population = sums.get(&code).copied().filter(|people| *people > 0);
        if let Some(share) = shares.get(&code) {
            // An EPCI over several départements is listed in the one where most of its inhabitants live.
            let main = share.iter().max_by_key(|(departement, people)| (**people, departement.as_str()));
            territory.departement = main.map(|(departement, _)| departement.clone());
            let official = territory.departement.as_ref().and_then(|code| code.split_once('-')).map(|(_, code)| code);
            territory.region = official.and_then(|code| region_of.get(code)).cloned();
        }
        territories.push(territory.row());
    }
    let home: HashMap<String, Above> = communes
        .iter()
        .map(|commune| {
            let above = (commune.region.clone(), commune.departement.clone(), commune.epci.clone());
            (commune.official_code.clone(), above)
        })
        .collect();
    territories.extend(communes.into_iter().map(Official::row));
    for line in lines("arrondissements.tsv", ARRONDISSEMENTS) {
        let mut arrondissement = Official::new(TerritoryKind::Arrondissement, line.field(0)?, line.field(1)?);
        let above = home.get(line.field(2)?).ok_or_else(|| line.fault("commune inconnue"))?;
        (arrondissement.region, arrondissement.departement, arrondissement.epci) = above.clone();
        arrondissement.commune = Some(TerritoryCode::new(TerritoryKind::Commune, line.field(2)?).to_string());
        arrondissement.population = line.number(3)?;
        arrondissement.point = (line.number(4)?, line.number(5)?);
        territories.push(arrondissement.row());
    }

    let of_commune = |code: &str| {
        let kind = if home.contains_key(code) { TerritoryKind::Commune } else { TerritoryKind::Arrondissement };
        Value::from(TerritoryCode::new(kind, code).as_str())
    };
    let postcodes = lines("postcodes.tsv", POSTCODES)
        .map(|line| Ok(vec![line.field(0)?.into(), of_commune(line.field(1)?)]))
        .collect::<Result<_>>()?;
    let former = lines("old_communes.tsv", FORMER)
        .map(|line| {
            let (code, name) = (line.field(0)?, line.field(1)?);
            Ok(vec![code.into(), name.into(), key(name).into(), of_commune(line.field(2)?)])
        })
        .collect::<Result<_>>()?;
    Ok(Rows { territories, postcodes, former })
}
