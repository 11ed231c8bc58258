//! The bodies of a governance, and one of them.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use kernel::{Capability, Error, Id, Result, Scope};
use store::Tx;
use ui::page::{Crumb, Page, Section};
use web::{Access, Answer, Desk, Routes};

use super::model::{Body, Seat};
use super::store::{self as reads, Sitting};
use super::votes;
use crate::members::model::Member;
use crate::page::{Sheet, View};
use crate::url;

pub fn routes() -> Routes {
    Routes::new()
        .get("/gouvernances/{slug}/instances", Access::Public, list)
        .get("/gouvernances/{slug}/instances/{instance}", Access::Public, show)
        .and(super::manage::routes())
}

#[derive(Template)]
#[template(path = "bodies/bodies.html")]
struct BodiesPage {
    sheet: Sheet,
    bodies: Vec<Body>,
    missions: HashMap<Id<Body>, Vec<String>>,
}

impl Page for BodiesPage {
    fn title(&self) -> String {
        format!("Instances · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Instances".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl BodiesPage {
    fn living(&self) -> impl Iterator<Item = &Body> {
        self.bodies.iter().filter(|body| body.closed_on.is_none())
    }
    /// Their history stays, folded below those that meet.
    fn closed(&self) -> impl Iterator<Item = &Body> {
        self.bodies.iter().filter(|body| body.closed_on.is_some())
    }
    /// Those that are folded stand below the heading of the fold.
    fn level(&self, body: &Body) -> u8 {
        if body.closed_on.is_none() { 2 } else { 3 }
    }
    fn none(&self) -> &'static str {
        if self.bodies.is_empty() { "Aucune instance n'est déclarée" } else { "Aucune instance ne se réunit plus" }
    }
    fn closed_count(&self) -> String {
        format!("Instances closes ({})", self.closed().count())
    }
    fn missions(&self, body: &Body) -> &[String] {
        self.missions.get(&body.id).map(Vec::as_slice).unwrap_or_default()
    }
}

async fn list(desk: Desk, Path(slug): Path<String>) -> Answer {
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Bodies)?;
            let id = sheet.governance.id;
            Ok(BodiesPage { bodies: reads::list(tx, id)?, missions: reads::missions(tx, id)?, sheet })
        })
        .await?;
    page.sheet.seen_by(&desk);
    let subjects = page.sheet.subjects();
    desk.shared(&page, subjects)
}

#[derive(Template)]
#[template(path = "bodies/body.html")]
struct BodyPage {
    sheet: Sheet,
    body: Body,
    parent: Option<Body>,
    inside: Vec<Body>,
    missions: Vec<String>,
    seats: Vec<Seat>,
    sitting: Vec<Sitting>,
    /// The numbers of the rule of vote, where it has some.
    numbers: Vec<String>,
    /// For those who animate it.
    animated: bool,
    /// For those who represent a member that sits there, and for the secretariat.
    sits: bool,
    members: Vec<Id<Member>>,
}

impl Page for BodyPage {
    fn title(&self) -> String {
        format!("{} · {}", self.body.name, self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        self.body.name.clone()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = self.sheet.trail(true);
        trail.push(Crumb::new("Instances", url::bodies(&self.sheet.governance.slug)));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl BodyPage {
    fn load(tx: &mut Tx<'_>, slug: &str, instance: &str) -> Result<Self> {
        let sheet = Sheet::load(tx, slug, View::Bodies)?;
        let bodies = reads::list(tx, sheet.governance.id)?;
        let body = bodies.iter().find(|body| body.slug == instance).cloned().ok_or(Error::NotFound)?;
        let mut missions = reads::missions(tx, sheet.governance.id)?;
        Ok(Self {
            parent: bodies.iter().find(|other| Some(other.id) == body.parent).cloned(),
            inside: bodies.iter().filter(|other| other.parent == Some(body.id)).cloned().collect(),
            missions: missions.remove(&body.id).unwrap_or_default(),
            seats: reads::seats(tx, body.id)?,
            sitting: reads::sitting_by_rule(tx, body.id)?,
            numbers: votes::numbers(body.voting_rule, &votes::of_body(tx, body.id)?),
            animated: false,
            sits: false,
            members: reads::sitting_members(tx, body.id)?.into_iter().map(|(id, _)| id).collect(),
            sheet,
            body,
        })
    }

    fn subtitle(&self) -> String {
        let functions = self.body.functions.iter().map(|function| format!(" · {function}")).collect::<String>();
        format!("{}{functions}", self.body.form)
    }
}

async fn show(desk: Desk, Path((slug, instance)): Path<(String, String)>) -> Answer {
    let mut page = desk.read(move |tx| BodyPage::load(tx, &slug, &instance)).await?;
    let scope = Scope::Body { governance: page.sheet.governance.id.uuid(), body: page.body.id.uuid() };
    page.animated = page.body.closed_on.is_none() && desk.may(Capability::ManageBody, scope);
    let speaks = |member: &Id<Member>| {
        let scope = Scope::Member { governance: page.sheet.governance.id.uuid(), member: member.uuid() };
        desk.may(Capability::SpeakForMember, scope)
    };
    page.sits = page.members.iter().any(speaks);
    let subjects = page.sheet.subjects();
    desk.shared(&page, subjects)
}
