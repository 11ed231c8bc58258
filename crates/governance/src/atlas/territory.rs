//! The page of a territory: who governs digital inclusion here, what contains it and what it contains.

use askama::Template;
use axum::extract::Path;
use directory::territories::store as territories;
use directory::{Territory, TerritoryCode, TerritoryKind};
use kernel::coded::Coded as _;
use kernel::{Error, Result};
use store::Tx;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, redirect_for_ever};

use crate::governances::model::Tier;
use crate::governances::store::{self as reads, Line};
use crate::page::list_subjects;

/// At most so many governances inside a territory are listed on its page.
const INSIDE: i64 = 60;

#[derive(Template)]
#[template(path = "atlas/territory.html")]
struct TerritoryPage {
    territory: Territory,
    above: Vec<Territory>,
    /// For an EPCI over several départements.
    departements: Vec<Territory>,
    postcodes: Vec<String>,
    areas: Vec<Territory>,
    /// Governances of this territory itself, then of those that contain it.
    here: Vec<Line>,
    wider: Vec<Line>,
    inside: Vec<Line>,
    groups: Vec<Group>,
}

/// The territories inside, of one kind.
struct Group {
    title: String,
    territories: Vec<Territory>,
}

impl Page for TerritoryPage {
    fn title(&self) -> String {
        match (self.territory.kind, self.above.last()) {
            // Homonyms (there are many communes called Saint-Martin) have distinct titles.
            (TerritoryKind::Commune, _) => format!("{} ({})", self.territory.name, self.territory.code.official()),
            (TerritoryKind::Region, _) => format!("{} (région)", self.territory.name),
            _ => self.territory.name.clone(),
        }
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = vec![Crumb::new("Territoires", directory::url::TERRITORIES)];
        let official = self.above.iter().filter(|above| above.kind != TerritoryKind::Country);
        trail.extend(official.map(|above| Crumb::new(&above.name, directory::url::territory(&above.code))));
        trail
    }
    fn section(&self) -> Section {
        Section::Territories
    }
}

impl TerritoryPage {
    fn load(tx: &mut Tx<'_>, territory: Territory) -> Result<Self> {
        let above = territories::ancestors(tx, &territory)?;
        let areas = territories::areas_with(tx, &territory.code)?;
        let mut containing: Vec<TerritoryCode> = above.iter().map(|above| above.code.clone()).collect();
        containing.extend(areas.iter().map(|area| area.code.clone()));
        let here = reads::covering(tx, std::slice::from_ref(&territory.code))?;
        let mut wider = reads::covering(tx, &containing)?;
        // The nearest first: local, then the département's, then the national one.
        wider.sort_by_key(|line| std::cmp::Reverse(line.tier));
        wider.retain(|line| !here.iter().any(|other| other.slug == line.slug));
        let mut inside = match territory.kind {
            TerritoryKind::Country => Vec::new(),
            _ => reads::inside(tx, &territory, INSIDE)?,
        };
        inside.retain(|line| !here.iter().chain(&wider).any(|other| other.slug == line.slug));
        let several = territory.kind == TerritoryKind::Epci;
        let departements = if several { territories::departements_of_epci(tx, &territory.code)? } else { Vec::new() };
        let mut groups: Vec<Group> = Vec::new();
        for child in territories::children(tx, &territory)? {
            let title = plural(child.kind);
            match groups.iter_mut().find(|group| group.title == title) {
                Some(group) => group.territories.push(child),
                None => groups.push(Group { title: title.to_owned(), territories: vec![child] }),
            }
        }
        groups.sort_by_key(|group| group.territories.first().map(|territory| territory.kind));
        Ok(Self {
            postcodes: territories::postcodes(tx, &territory.code)?,
            departements,
            territory,
            above,
            areas,
            here,
            wider,
            inside,
            groups,
        })
    }

    /// True when only the national tier, which covers everything, is there.
    fn only_national(&self) -> bool {
        self.territory.kind != TerritoryKind::Country
            && self.here.iter().chain(&self.wider).all(|line| line.tier == Tier::National)
    }

    fn eyebrow(&self) -> String {
        match self.territory.kind {
            TerritoryKind::Commune | TerritoryKind::Arrondissement => {
                let places = self
                    .above
                    .iter()
                    .filter(|above| matches!(above.kind, TerritoryKind::Departement | TerritoryKind::Collectivity));
                let place = places.map(|above| format!(" · {}", above.name)).collect::<String>();
                format!("{}{place}", self.territory.kind.label())
            }
            TerritoryKind::Departement | TerritoryKind::Collectivity => {
                format!("{} {}", self.territory.what(), self.territory.code.official())
            }
            _ => self.territory.what().to_owned(),
        }
    }
}

fn plural(kind: TerritoryKind) -> &'static str {
    match kind {
        TerritoryKind::Country => "Pays",
        TerritoryKind::Region => "Régions",
        TerritoryKind::Departement => "Départements",
        TerritoryKind::Collectivity => "Collectivités d'outre-mer",
        TerritoryKind::Epci => "Intercommunalités",
        TerritoryKind::Commune => "Communes",
        TerritoryKind::Arrondissement => "Arrondissements municipaux",
        _ => "Bassins de vie et autres territoires",
    }
}

pub async fn show(desk: Desk, Path(code): Path<String>) -> Answer {
    let Ok(code) = code.parse::<TerritoryCode>() else { return Err(Error::NotFound.into()) };
    /// What an address leads to.
    enum Outcome {
        Page(Box<TerritoryPage>),
        Moved(TerritoryCode),
    }
    let outcome = desk
        .read(move |tx| match territories::find(tx, &code)? {
            Some(territory) => Ok(Outcome::Page(Box::new(TerritoryPage::load(tx, territory)?))),
            None => territories::successor(tx, &code)?.map(Outcome::Moved).ok_or(Error::NotFound),
        })
        .await?;
    match outcome {
        Outcome::Page(page) => desk.shared(page.as_ref(), list_subjects()),
        Outcome::Moved(current) => redirect_for_ever(&directory::url::territory(&current)),
    }
}
