//! What the pages of one governance share: the head with its tabs, and what a list needs.

use kernel::coded::Coded as _;
use kernel::{Capability, Id, Result, Scope};
use store::{Tx, versions};
use ui::map::Tint;
use ui::page::Crumb;
use web::Desk;

use crate::governances::model::{Governance, State};
use crate::governances::store::{self as reads, Head};
use crate::url;

/// The views of a governance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Presentation,
    Members,
    Bodies,
    Meetings,
    Decisions,
    Agreements,
    Networks,
    Register,
}

/// A governance as the head of its pages shows it.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub governance: Governance,
    pub above: Vec<Head>,
    pub view: View,
    /// True for somebody who may administer it: never on a page that is kept for everyone.
    pub administered: bool,
}

impl Sheet {
    pub fn load(tx: &mut Tx<'_>, slug: &str, view: View) -> Result<Self> {
        let governance = reads::by_slug(tx, slug)?;
        let above = reads::ancestors(tx, &governance)?;
        Ok(Self { governance, above, view, administered: false })
    }

    /// Adds the way to the administration for a person who has one there.
    pub fn seen_by(&mut self, desk: &Desk) {
        self.administered = desk.may(Capability::SeePowers, Scope::Governance(self.governance.id.uuid()));
    }

    /// The administration, for who may enter it.
    pub fn way_in(&self) -> Option<String> {
        self.administered.then(|| url::administration(&self.governance.slug))
    }

    /// Label, address, whether it is the current one.
    pub fn tabs(&self) -> Vec<(&'static str, String, bool)> {
        let slug = &self.governance.slug;
        let tab = |label, href, view| (label, href, view == self.view);
        vec![
            tab("Présentation", url::governance(slug), View::Presentation),
            tab("Membres", url::members(slug), View::Members),
            tab("Instances", url::bodies(slug), View::Bodies),
            tab("Réunions", url::meetings(slug), View::Meetings),
            tab("Décisions", url::decisions(slug), View::Decisions),
            tab("Conventions et chartes", url::agreements(slug), View::Agreements),
            tab("Réseaux locaux", url::networks(slug), View::Networks),
            tab("Registre", url::register(slug), View::Register),
        ]
    }

    /// From the list of governances down to this one; `inside` adds the governance itself for its inner pages.
    pub fn trail(&self, inside: bool) -> Vec<Crumb> {
        let mut trail = vec![Crumb::new("Gouvernances", url::GOVERNANCES)];
        trail.extend(self.above.iter().rev().map(|head| Crumb::new(&head.name, url::governance(&head.slug))));
        if inside {
            trail.push(Crumb::new(&self.governance.name, url::governance(&self.governance.slug)));
        }
        trail
    }

    pub fn eyebrow(&self) -> String {
        match self.governance.perimeter.as_str() {
            "" => self.governance.tier.label().to_owned(),
            perimeter => format!("{} · {perimeter}", self.governance.tier.label()),
        }
    }

    pub fn state_badge(&self) -> &'static str {
        self.governance.state.badge()
    }

    /// « depuis 2018 », or nothing.
    pub fn since(&self) -> String {
        self.governance.state_since.map(|date| date.french_since()).unwrap_or_default()
    }

    /// What the pages of this governance show: its own acts, and names of governances and organisations.
    pub fn subjects(&self) -> Vec<String> {
        subjects(self.governance.id)
    }
}

/// What a page about one governance depends on.
pub fn subjects(id: Id<Governance>) -> Vec<String> {
    vec![
        versions::governance(id.uuid()),
        versions::GOVERNANCES.to_owned(),
        versions::ORGANISATIONS.to_owned(),
        versions::TERRITORIES.to_owned(),
    ]
}

/// What a page that lists governances depends on.
pub fn list_subjects() -> Vec<String> {
    vec![versions::GOVERNANCES.to_owned(), versions::TERRITORIES.to_owned()]
}

/// The state as the map colours it.
pub fn tint(state: State) -> Tint {
    match state {
        State::Preparation => Tint::Preparation,
        State::Installed => Tint::Installed,
        State::Suspended => Tint::Suspended,
        State::Closed => Tint::Closed,
    }
}

impl State {
    /// The kind of badge of a state, the same word as on the map.
    pub fn badge(self) -> &'static str {
        tint(self).badge()
    }
}
