//! Which governances there are, before any is opened.

use directory::territories::store::of_kinds;
use directory::{TerritoryCode, TerritoryKind};
use governance::Governance;
use governance::governances::model::{IdentityDraft, NewGovernance, State, Tier};
use kernel::{Id, PartialDate, Provenance, Result, text};
use store::Tx;

use super::ByDepartement;
use super::dice::Dice;
use super::names;

/// Local governances at scale 1.
const LOCAL: usize = 300;
/// Address of the governance with very many members, and of an ordinary one, at every scale.
pub const LARGE: &str = "inclusion-numerique-ain";
pub const TYPICAL: &str = "inclusion-numerique-allier";

/// A commune of a département.
#[derive(Clone, Debug)]
pub struct Place {
    pub code: TerritoryCode,
    pub name: String,
}

/// One governance to open.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// 0 is the national one; unique.
    pub number: u64,
    pub tier: Tier,
    pub name: String,
    pub territory: TerritoryCode,
    pub living_areas: Vec<TerritoryCode>,
    pub departement: TerritoryCode,
    pub perimeter: &'static str,
    /// Place of the parent among the départements' governances; for the local tier only.
    pub parent: usize,
    pub members: usize,
    pub state: State,
    pub since: Option<PartialDate>,
}

impl Sketch {
    /// The name as an address; with the number where names may be long or alike.
    pub fn slug(&self) -> String {
        let slug = text::slug(&self.name);
        match self.tier {
            Tier::Local => {
                format!("{}-{}", slug.chars().take(60).collect::<String>().trim_end_matches('-'), self.number)
            }
            _ => slug,
        }
    }

    pub fn governance(&self, parent: Option<Id<Governance>>) -> NewGovernance {
        NewGovernance {
            slug: self.slug(),
            tier: self.tier,
            identity: IdentityDraft {
                name: self.name.clone(),
                form: "Comité co-porté, secrétariat partagé entre l'État et les collectivités".to_owned(),
                perimeter: self.perimeter.to_owned(),
                living_areas_note: "Un réseau local par intercommunalité, animé avec les structures du terrain"
                    .to_owned(),
                ideas: names::IDEAS.iter().map(|idea| (*idea).to_owned()).collect(),
                public_note: names::NOTE.to_owned(),
                data_referent: "Chargée de mission inclusion numérique".to_owned(),
            },
            territories: vec![self.territory.clone()],
            living_areas: self.living_areas.clone(),
            parent,
            state: self.state,
            state_since: self.since,
            state_reason: "État d'un jeu de données engendré pour les mesures.".to_owned(),
            provenance: Provenance::fictitious(),
        }
    }
}

/// All governances, and the communes that their members live in.
pub struct Plan {
    pub seed: u64,
    pub nation: Sketch,
    pub departements: Vec<Sketch>,
    pub locals: Vec<Sketch>,
    pub places: ByDepartement<Place>,
}

impl Plan {
    pub fn total(&self) -> usize {
        1 + self.departements.len() + self.locals.len()
    }

    /// `scale` governances for each of the 101 départements, `scale` × 300 local ones, one national.
    pub fn draw(tx: &mut Tx<'_>, scale: u32, seed: u64) -> Result<Self> {
        let mut dice = Dice::new(seed);
        let departements = of_kinds(tx, &[TerritoryKind::Departement])?;
        let mut places = ByDepartement::new();
        for commune in of_kinds(tx, &[TerritoryKind::Commune])? {
            if let Some(departement) = commune.departement {
                places.entry(departement).or_default().push(Place { code: commune.code, name: commune.name });
            }
        }
        let mut epcis = of_kinds(tx, &[TerritoryKind::Epci])?;
        epcis.retain(|epci| epci.departement.as_ref().is_some_and(|code| code.as_str().starts_with("departement-")));
        dice.shuffle(&mut epcis);

        let mut number = 0;
        let mut next = || {
            number += 1;
            number
        };
        let series = |round: u32| if round == 1 { String::new() } else { format!(" (série {round})") };
        let mut sketches = Vec::new();
        for round in 1..=scale {
            for territory in &departements {
                let areas = epcis.iter().filter(|epci| epci.departement.as_ref() == Some(&territory.code));
                let name = format!("Inclusion numérique, {}{}", territory.name, series(round));
                let large = text::slug(&name) == LARGE;
                let (state, since) = life(&mut dice);
                sketches.push(Sketch {
                    number: next(),
                    tier: Tier::Intermediate,
                    name,
                    territory: territory.code.clone(),
                    living_areas: areas.take(4).map(|epci| epci.code.clone()).collect(),
                    departement: territory.code.clone(),
                    perimeter: "Département",
                    parent: 0,
                    members: if large { 200 } else { dice.between(15, 26) },
                    state,
                    since,
                });
            }
        }
        let rounds = usize::try_from(scale).unwrap_or(1);
        let mut locals = Vec::new();
        for (place, epci) in epcis.iter().cycle().take(LOCAL * rounds).enumerate() {
            let departement = epci.departement.clone().unwrap_or_else(TerritoryCode::france);
            let round = u32::try_from(place / epcis.len().max(1)).unwrap_or(0) + 1;
            let home = departements.iter().position(|one| one.code == departement).unwrap_or(0);
            let (state, since) = life(&mut dice);
            locals.push(Sketch {
                number: next(),
                tier: Tier::Local,
                name: format!("Réseau {}{}", epci.name, series(round)),
                territory: epci.code.clone(),
                living_areas: Vec::new(),
                departement,
                perimeter: "Intercommunalité",
                parent: home + departements.len() * (place % rounds),
                members: dice.between(12, 24),
                state,
                since,
            });
        }
        let france = TerritoryCode::france();
        let nation = Sketch {
            number: 0,
            tier: Tier::National,
            name: "Gouvernance nationale de l'inclusion numérique".to_owned(),
            territory: france,
            living_areas: Vec::new(),
            departement: TerritoryCode::departement("75"),
            perimeter: "France",
            parent: 0,
            members: 60,
            state: State::Installed,
            since: PartialDate::new(2023, Some(7), Some(4)).ok(),
        };
        Ok(Self { seed, nation, departements: sketches, locals, places })
    }
}

fn life(dice: &mut Dice) -> (State, Option<PartialDate>) {
    let state = match dice.below(10) {
        0 | 1 => State::Preparation,
        2 => State::Suspended,
        _ => State::Installed,
    };
    let year = i16::try_from(dice.between(2019, 2026)).unwrap_or(2024);
    let month = i8::try_from(dice.between(1, 12)).unwrap_or(1);
    (state, PartialDate::new(year, Some(month), None).ok())
}
