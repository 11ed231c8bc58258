//! The list of governances, and the pages of one: presentation, local networks.

use askama::Template;
use axum::extract::Path;
use kernel::Result;
use store::Tx;
use ui::page::{Crumb, Page, Section};
use web::{Access, Answer, Desk, Routes};

use super::model::StateChange;
use super::store::{self as reads, Covered, Line};
use crate::agreements::model::Agreement;
use crate::bodies::model::Body;
use crate::facts::{self, Fact};
use crate::members::model::{Member, MemberState};
use crate::page::{Sheet, View};
use crate::{agreements, bodies, members};

pub fn routes() -> Routes {
    Routes::new()
        .get("/gouvernances", Access::Public, super::list::show)
        .get("/gouvernances.csv", Access::Public, super::list::export_csv)
        .get("/gouvernances.ods", Access::Public, super::list::export_ods)
        .get("/gouvernances.xlsx", Access::Public, super::list::export_xlsx)
        .get("/gouvernances/{slug}", Access::Public, show)
        .get("/gouvernances/{slug}/reseaux", Access::Public, networks)
}

/// Facts of one topic: more than one means that sources say different or several things.
struct Topic {
    name: String,
    facts: Vec<Fact>,
}

impl Topic {
    /// The source of all the facts of the topic, when it is one: said once below them.
    fn common_source(&self) -> Option<&str> {
        let first = self.facts.first()?.provenance.note()?;
        self.facts.iter().all(|fact| fact.provenance.note() == Some(first)).then_some(first)
    }
}

#[derive(Template)]
#[template(path = "governances/governance.html")]
struct GovernancePage {
    sheet: Sheet,
    co_leads: Vec<Member>,
    admitted: i64,
    candidates: i64,
    bodies: Vec<Body>,
    agreements: Vec<Agreement>,
    territories: Vec<Covered>,
    life: Vec<StateChange>,
    networks: Vec<Line>,
    topics: Vec<Topic>,
    dated: Vec<Fact>,
}

impl Page for GovernancePage {
    fn title(&self) -> String {
        self.sheet.governance.name.clone()
    }
    fn description(&self) -> Option<String> {
        let first = self.sheet.governance.public_note.lines().next()?;
        (!first.is_empty()).then(|| first.chars().take(300).collect())
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(false)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl GovernancePage {
    fn load(tx: &mut Tx<'_>, slug: &str) -> Result<Self> {
        let sheet = Sheet::load(tx, slug, View::Presentation)?;
        let id = sheet.governance.id;
        let everyone = members::store::list(tx, id, &members::store::Filter::default())?;
        let count = |state| everyone.iter().filter(|member| member.state == state).count() as i64;
        let (admitted, candidates) = (count(MemberState::Admitted), count(MemberState::Candidate));
        let facts = facts::store::list(tx, id)?;
        let mut dated: Vec<Fact> = facts.iter().filter(|fact| fact.on.is_some()).cloned().collect();
        dated.sort_by_key(|fact| fact.on.map(|on| on.to_string()));
        let mut topics: Vec<Topic> = Vec::new();
        for fact in facts {
            match topics.iter_mut().find(|topic| topic.name == fact.topic) {
                Some(topic) => topic.facts.push(fact),
                None => topics.push(Topic { name: fact.topic.clone(), facts: vec![fact] }),
            }
        }
        Ok(Self {
            co_leads: everyone.into_iter().filter(|member| member.co_lead.is_some()).collect(),
            admitted,
            candidates,
            bodies: bodies::store::living(tx, id)?,
            agreements: agreements::store::list(tx, id)?,
            territories: reads::territories(tx, id)?,
            life: reads::life(tx, id)?,
            networks: reads::children(tx, id)?,
            topics,
            dated,
            sheet,
        })
    }

    fn perimeter(&self) -> impl Iterator<Item = &Covered> {
        self.territories.iter().filter(|covered| !covered.living_area)
    }

    fn living_areas(&self) -> impl Iterator<Item = &Covered> {
        self.territories.iter().filter(|covered| covered.living_area)
    }
}

async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let mut page = desk.read(move |tx| GovernancePage::load(tx, &slug)).await?;
    page.sheet.seen_by(&desk);
    let subjects = page.sheet.subjects();
    desk.shared(&page, subjects)
}

#[derive(Template)]
#[template(path = "governances/networks.html")]
struct NetworksPage {
    sheet: Sheet,
    networks: Vec<Line>,
}

impl Page for NetworksPage {
    fn title(&self) -> String {
        format!("Réseaux locaux · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Réseaux locaux".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

async fn networks(desk: Desk, Path(slug): Path<String>) -> Answer {
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Networks)?;
            let networks = reads::children(tx, sheet.governance.id)?;
            Ok(NetworksPage { sheet, networks })
        })
        .await?;
    page.sheet.seen_by(&desk);
    let subjects = page.sheet.subjects();
    desk.shared(&page, subjects)
}
