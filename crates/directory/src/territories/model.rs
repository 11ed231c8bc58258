//! What a territory is, and how its code is written.

use std::fmt;
use std::str::FromStr;

use kernel::coded;
use kernel::coded::Coded;
use kernel::text;

coded! {
    /// Kinds of territory, from the largest to the smallest, then the free ones.
    pub enum TerritoryKind {
        Country = "country", "Pays";
        Region = "region", "Région";
        Departement = "departement", "Département";
        /// Overseas collectivities: département-level rows outside the 101.
        Collectivity = "collectivity", "Collectivité d'outre-mer";
        Epci = "epci", "Intercommunalité";
        Commune = "commune", "Commune";
        /// Municipal arrondissements of Paris, Lyon and Marseille.
        Arrondissement = "arrondissement", "Arrondissement municipal";
        LivingArea = "living_area", "Bassin de vie";
        SocialServiceArea = "social_service_area", "Territoire d'action sociale";
        PriorityDistrict = "priority_district", "Quartier prioritaire";
        RuralArea = "rural_area", "Territoire rural";
        OtherArea = "other_area", "Autre territoire";
    }
}

impl TerritoryKind {
    /// The kinds that governances draw themselves.
    pub fn is_free(self) -> bool {
        matches!(
            self,
            Self::LivingArea | Self::SocialServiceArea | Self::PriorityDistrict | Self::RuralArea | Self::OtherArea
        )
    }

    /// The first part of a code.
    fn prefix(self) -> &'static str {
        match self {
            Self::Country => "pays",
            Self::Region => "region",
            Self::Departement => "departement",
            Self::Collectivity => "collectivite",
            Self::Epci => "epci",
            Self::Commune => "commune",
            Self::Arrondissement => "arrondissement",
            _ => "zone",
        }
    }
}

/// A territory's code in Maillage: its kind and its official code, so that région 11 and département 11 never mix:
/// `region-11`, `departement-11`, `epci-200054807` (SIREN), `commune-13001` (INSEE), `zone-pays-des-gaves`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TerritoryCode(String);

impl TerritoryCode {
    pub fn new(kind: TerritoryKind, official_code: &str) -> Self {
        Self(format!("{}-{official_code}", kind.prefix()))
    }

    pub fn france() -> Self {
        Self::new(TerritoryKind::Country, "FR")
    }

    pub fn departement(official_code: &str) -> Self {
        Self::new(TerritoryKind::Departement, official_code)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the first hyphen: the INSEE code or the SIREN.
    pub fn official(&self) -> &str {
        self.0.split_once('-').map_or("", |(_, official)| official)
    }
}

impl fmt::Display for TerritoryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TerritoryCode {
    type Err = String;

    /// Reads the shape only; whether the territory exists is asked of the database.
    fn from_str(text: &str) -> Result<Self, String> {
        let fits = |official: &str| {
            (1..=80).contains(&official.len())
                && official.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        match text.split_once('-') {
            Some((prefix, official))
                if fits(official) && TerritoryKind::ALL.iter().any(|kind| kind.prefix() == prefix) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(format!("« {text} » n'est pas un code de territoire (exemple : departement-85)")),
        }
    }
}

impl From<&TerritoryCode> for store::Value {
    fn from(code: &TerritoryCode) -> Self {
        Self::from(code.as_str())
    }
}

/// A territory as pages and lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Territory {
    pub code: TerritoryCode,
    pub kind: TerritoryKind,
    pub name: String,
    /// « Communauté de communes », « Métropole »… for an EPCI; empty otherwise.
    pub nature: String,
    pub region: Option<TerritoryCode>,
    pub departement: Option<TerritoryCode>,
    pub epci: Option<TerritoryCode>,
    /// The commune of a municipal arrondissement.
    pub commune: Option<TerritoryCode>,
    /// Inhabitants (municipal population); the sum of the communes for larger territories.
    pub population: Option<i64>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub provenance: kernel::Provenance,
}

impl Territory {
    /// « Métropole », « Communauté de communes », or the kind.
    pub fn what(&self) -> &str {
        if self.nature.is_empty() { self.kind.label() } else { &self.nature }
    }
}

/// A free territory that a governance draws.
#[derive(Clone, Debug)]
pub struct NewArea {
    pub code: TerritoryCode,
    pub kind: TerritoryKind,
    pub name: String,
    /// The official territory that contains it.
    pub within: TerritoryCode,
    /// Communes or EPCI that it is made of, when they are known.
    pub parts: Vec<TerritoryCode>,
    pub provenance: kernel::Provenance,
}

/// The key by which a territory is found: folded, « st » and « ste » written out as people seldom type them in full.
pub fn key(name: &str) -> String {
    text::fold(name)
        .split(' ')
        .map(|word| match word {
            "st" => "saint",
            "ste" => "sainte",
            other => other,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// What somebody typed to find a territory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// Five digits: a postcode, or an INSEE code.
    Postcode(String),
    /// `2A`, `64`, `974`: a département, or a collectivity.
    DepartementCode(String),
    /// Words of a name, folded.
    Name(String),
}

impl Search {
    /// `None` when nothing that could be searched was typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let compact: String = typed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        let all_digits = compact.bytes().all(|byte| byte.is_ascii_digit());
        let corsican = |text: &str| text.starts_with("2A") || text.starts_with("2B");
        match compact.len() {
            5 if all_digits || (corsican(&compact) && compact.bytes().skip(2).all(|b| b.is_ascii_digit())) => {
                Some(Self::Postcode(compact))
            }
            2 | 3 if all_digits || compact == "2A" || compact == "2B" => Some(Self::DepartementCode(compact)),
            _ => Some(key(typed)).filter(|key| !key.is_empty()).map(Self::Name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_region_and_a_departement_with_the_same_number_differ() {
        assert_ne!(TerritoryCode::new(TerritoryKind::Region, "11"), TerritoryCode::departement("11"));
        assert_eq!("epci-200054807".parse::<TerritoryCode>().unwrap().official(), "200054807");
        for wrong in ["", "64", "ville-64", "commune-", "commune-64\0", "commune-é"] {
            assert!(wrong.parse::<TerritoryCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_people_type_is_understood() {
        assert_eq!(Search::parse(" 64 000 "), Some(Search::Postcode("64000".into())));
        assert_eq!(Search::parse("2a"), Some(Search::DepartementCode("2A".into())));
        assert_eq!(Search::parse("St-Étienne"), Some(Search::Name("saint etienne".into())));
        assert_eq!(Search::parse("  '! "), None);
    }

    proptest! {
        #[test]
        fn any_search_is_read_without_panic(typed in "\\PC{0,30}") {
            let _ = Search::parse(&typed);
            let _ = typed.parse::<TerritoryCode>();
        }
    }
}
