//! The first page: search, the map of France by state of governance, and the same as a table.

use askama::Template;
use kernel::coded::Coded as _;
use ui::map::{self, MapArea, Tint};
use ui::page::{Page, Section};
use web::{Answer, Desk};

use crate::governances::model::{State, Tier};
use crate::governances::store::{self as reads, OnMap};
use crate::page::{list_subjects, tint};
use crate::url;

#[derive(Template)]
#[template(path = "atlas/home.html")]
struct HomePage {
    map: String,
    legend: String,
    rows: Vec<OnMap>,
    /// Governances of the intermediate tier that are installed, in preparation; local ones.
    installed: i64,
    preparation: i64,
    /// How many of the governances of the map are invented for the demonstration.
    fictitious: usize,
    local: i64,
}

impl HomePage {
    /// « dont 95 exemples fictifs », or nothing.
    fn examples(&self) -> String {
        match self.fictitious {
            0 => String::new(),
            1 => "dont un exemple fictif".to_owned(),
            many => format!("dont {many} exemples fictifs"),
        }
    }
}

impl Page for HomePage {
    fn title(&self) -> String {
        "Accueil".to_owned()
    }
    fn description(&self) -> Option<String> {
        Some("Qui gouverne l'inclusion numérique près de chez vous, qui y participe et ce qui est décidé.".to_owned())
    }
    fn section(&self) -> Section {
        Section::Home
    }
}

/// The areas of the map, one a département.
pub(super) fn areas(rows: &[OnMap]) -> Vec<MapArea> {
    rows.iter()
        .filter(|row| !row.overseas_collectivity)
        .map(|row| {
            let state = row.governance.as_ref().map(|line| line.state);
            let (label, href) = match &row.governance {
                Some(line) => {
                    let example = if line.fictitious { ", exemple fictif" } else { "" };
                    let state = line.state.label().to_lowercase();
                    let label = format!("{} : {} ({state}{example})", row.name, line.name);
                    (label, url::governance(&line.slug))
                }
                None => (format!("{} : pas encore de gouvernance", row.name), directory::url::territory(&row.code)),
            };
            let tint = state.map_or(Tint::None, tint);
            MapArea { code: row.code.official().to_owned(), label, href, tint }
        })
        .collect()
}

pub async fn show(desk: Desk) -> Answer {
    let (rows, tally) = desk.read(|tx| Ok((reads::on_map(tx)?, reads::tally(tx)?))).await?;
    let count = |tier: Tier, wanted: Option<State>| {
        tally.iter().filter(|(t, state, _)| *t == tier && wanted.is_none_or(|w| w == *state)).map(|(_, _, n)| n).sum()
    };
    let areas = areas(&rows);
    let page = HomePage {
        map: map::france(&areas, "Carte de France des gouvernances de l'inclusion numérique, par département"),
        legend: map::legend(&areas),
        installed: count(Tier::Intermediate, Some(State::Installed)),
        preparation: count(Tier::Intermediate, Some(State::Preparation)),
        local: count(Tier::Local, None),
        fictitious: reads::count_fictitious(&rows),
        rows,
    };
    desk.shared(&page, list_subjects())
}
