//! What a body prepares: the list of its drafts, and the page of one, for those who animate it.

use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::governances::store::Head;
use http::StatusCode;
use kernel::{Capability, PartialDate, Scope};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, see_other};

use super::{BodyPlace, Place, Workshop, drafts_trail};
use crate::decisions::acts::{held, whole_body};
use crate::decisions::effects::{self, Deciding, Planned};
use crate::decisions::model::{Decision, DecisionState, Link};
use crate::decisions::store as reads;
use crate::planning::{body_of, trail_of_body};
use crate::url;

/// What was left behind, at most.
const LEFT: i64 = 20;

#[derive(Template)]
#[template(path = "decisions/pages/drafts.html")]
struct DraftsPage {
    head: Head,
    body: Body,
    drafts: Vec<Decision>,
    left: Vec<Decision>,
}

impl Page for DraftsPage {
    fn title(&self) -> String {
        format!("Projets de décision · {}", self.body.name)
    }
    fn crumb(&self) -> String {
        "Projets de décision".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail_of_body(&self.head, &self.body)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl DraftsPage {
    fn base(&self) -> String {
        url::drafts(&self.head.slug, &self.body.slug)
    }

    fn adopted(&self) -> String {
        format!("{}?instance={}", url::decisions(&self.head.slug), self.body.slug)
    }

    /// The meeting is told to nobody else as long as it is a draft: here the item is enough.
    fn place(&self, one: &Decision) -> String {
        match (&one.meeting, &one.item) {
            (Some((meeting, _)), Some((_, item))) => format!("{item} ({meeting})"),
            (None, Some((_, item))) => item.clone(),
            _ => "Sans point".to_owned(),
        }
    }
}

pub async fn list(desk: Desk, Path((slug, instance)): BodyPlace) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let id = body.id;
    let (drafts, left) =
        desk.read(move |tx| Ok((reads::drafts_of_body(tx, id)?, reads::left_of_body(tx, id, LEFT)?))).await?;
    desk.private(StatusCode::OK, &DraftsPage { head, body, drafts, left })
}

/// An effect of a draft, and why it is not possible now.
struct Shown {
    planned: Planned,
    obstacle: Option<String>,
}

#[derive(Template)]
#[template(path = "decisions/pages/draft.html")]
struct DraftPage {
    of: Workshop,
    links: Vec<Link>,
    effects: Vec<Shown>,
    /// The effects that may be added: code, label.
    offered: Vec<(&'static str, &'static str)>,
    /// The meeting of its item is open or was held: it may be adopted there.
    in_meeting: bool,
}

impl Page for DraftPage {
    fn title(&self) -> String {
        format!("{} · {}", self.of.decision.title, self.of.body.name)
    }
    fn crumb(&self) -> String {
        self.of.decision.title.clone()
    }
    fn trail(&self) -> Vec<Crumb> {
        drafts_trail(&self.of.head, &self.of.body)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl DraftPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.of.decision.workshop())
    }

    fn eyebrow(&self) -> String {
        format!("{} · {}", self.of.decision.name(), self.of.body.name)
    }

    fn is_draft(&self) -> bool {
        self.of.decision.state == DecisionState::Draft
    }

    /// Nobody votes on it: it may be corrected and adopted.
    fn is_free(&self) -> bool {
        self.is_draft() && !self.of.decision.is_being_voted()
    }

    fn may_take_off(&self, one: &Shown) -> bool {
        self.is_free() || (self.is_draft() && one.obstacle.is_some())
    }

    fn other(&self, link: &Link) -> String {
        url::decision(&self.of.head.slug, link.number)
    }

    fn french(&self, date: &Option<PartialDate>) -> String {
        date.map(|date| date.french()).unwrap_or_default()
    }
}

pub async fn show(desk: Desk, Path((slug, instance, decision)): Place) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    if let Some(page) = of.decision.page() {
        return see_other(&page);
    }
    let (who, on) = (desk.who(), PartialDate::of_day(desk.app.clock().now().day()));
    let page = desk
        .read(move |tx| {
            let deciding = Deciding { decision: of.decision.clone(), head: of.head.clone(), on };
            let body = whole_body(tx, &of.head, of.body.id)?;
            let mut shown = Vec::new();
            let is_draft = of.decision.state == DecisionState::Draft;
            for mut planned in reads::effects(tx, of.decision.id)? {
                // Names may have changed since it was planned.
                let obstacle = match is_draft.then(|| effects::now(tx, &deciding, &planned)).transpose()? {
                    Some(Ok(told)) => {
                        planned.told = told;
                        None
                    }
                    Some(Err(reason)) => Some(reason),
                    None => None,
                };
                shown.push(Shown { planned, obstacle });
            }
            let mut offered = Vec::new();
            let scope = Scope::Body { governance: of.head.id.uuid(), body: body.id.uuid() };
            if is_draft && !of.decision.is_being_voted() && who.may(Capability::ManageBody, scope) {
                for effect in effects::all() {
                    if effects::is_open(&who, effect, &deciding, &body) && !effect.choices(tx, &deciding)?.is_empty() {
                        offered.push((effect.code(), effect.label()));
                    }
                }
            }
            let links = reads::links(tx, of.decision.id)?;
            let in_meeting = held(tx, &of.decision)?.is_some();
            Ok(DraftPage { of, links, effects: shown, offered, in_meeting })
        })
        .await?;
    desk.private(StatusCode::OK, &page)
}
