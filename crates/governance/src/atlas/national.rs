//! The national page: the body that sets orientations, and the départements at a glance. No ranking: by name.

use askama::Template;
use jiff::civil::Date;
use kernel::Result;
use store::{Tx, versions};
use ui::chart;
use ui::page::{Page, Section};
use web::{Answer, Desk};

use crate::bodies::model::Body;
use crate::bodies::store as bodies;
use crate::framework::{self, model::Version, model::in_force};
use crate::governances::model::{Governance, State, Tier};
use crate::governances::store::{self as reads, OnMap};
use crate::members::model::College;
use crate::members::store as members;
use kernel::coded::Coded as _;

#[derive(Template)]
#[template(path = "atlas/national.html")]
struct NationalPage {
    governance: Option<Governance>,
    colleges: Vec<College>,
    bodies: Vec<Body>,
    /// The version in force of the minimum framework.
    framework: Option<Version>,
    chart: String,
    by_state: Vec<(State, u64)>,
    co_led: usize,
    /// How many of the states below are invented for the demonstration.
    fictitious: usize,
    /// The 101 départements, then the overseas collectivities.
    departements: Vec<OnMap>,
    collectivities: Vec<OnMap>,
}

impl Page for NationalPage {
    fn title(&self) -> String {
        "L'échelon national".to_owned()
    }
    fn section(&self) -> Section {
        Section::National
    }
}

impl NationalPage {
    fn load(tx: &mut Tx<'_>, today: Date) -> Result<Self> {
        let governance = reads::national(tx)?;
        let (colleges, bodies) = match &governance {
            Some(national) => (members::colleges(tx, national.id)?, bodies::living(tx, national.id)?),
            None => (Vec::new(), Vec::new()),
        };
        let (collectivities, departements): (Vec<_>, Vec<_>) =
            reads::on_map(tx)?.into_iter().partition(|row| row.overseas_collectivity);
        let tally = reads::tally(tx)?;
        let by_state: Vec<(State, u64)> = State::ALL
            .iter()
            .map(|state| {
                let count: i64 = tally
                    .iter()
                    .filter(|(tier, other, _)| *tier == Tier::Intermediate && other == state)
                    .map(|(_, _, count)| count)
                    .sum();
                (*state, count.unsigned_abs())
            })
            .collect();
        let bars: Vec<(&str, u64)> = by_state.iter().map(|(state, count)| (state.label(), *count)).collect();
        let chart = chart::bars("Gouvernances départementales par état", "gouvernances", &bars);
        let co_led = departements.iter().filter(|row| row.governance.as_ref().is_some_and(|line| line.co_led)).count();
        let fictitious = reads::count_fictitious(&departements);
        let framework = in_force(&framework::store::versions(tx)?, today).0.cloned();
        Ok(Self {
            governance,
            colleges,
            bodies,
            framework,
            chart,
            by_state,
            co_led,
            fictitious,
            departements,
            collectivities,
        })
    }
}

pub async fn show(desk: Desk) -> Answer {
    let today = desk.app.clock().now().day();
    let page = desk.read(move |tx| NationalPage::load(tx, today)).await?;
    let mut subjects = crate::page::list_subjects();
    subjects.push(versions::FRAMEWORK.to_owned());
    subjects.extend(page.governance.as_ref().map(|national| versions::governance(national.id.uuid())));
    desk.shared(&page, subjects)
}
