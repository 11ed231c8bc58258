//! The votes of a governance.

use std::collections::HashMap;

use ::store::versions;
use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::page::{Sheet, View};
use kernel::Id;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::model::{Ballot, BallotState, Outcome};
use super::store as ballots;
use crate::url;

/// Ballots on one page.
const PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "ballots/list.html")]
struct ListPage {
    sheet: Sheet,
    ballots: Vec<Ballot>,
    total: i64,
    names: HashMap<Id<Body>, String>,
    previous: Option<String>,
    next: Option<String>,
}

impl Page for ListPage {
    fn title(&self) -> String {
        format!("Votes · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Votes".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = self.sheet.trail(true);
        trail.push(Crumb::new("Réunions", url::meetings(&self.sheet.governance.slug)));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl ListPage {
    fn body(&self, ballot: &Ballot) -> &str {
        self.names.get(&ballot.body).map_or("", String::as_str)
    }

    /// What came of it, once everybody may know.
    fn outcome(&self, ballot: &Ballot) -> Option<Outcome> {
        ballot.outcome.filter(|_| ballot.state == BallotState::Published)
    }

    fn sentence<'b>(&self, ballot: &'b Ballot) -> &'b str {
        if ballot.state == BallotState::Published { &ballot.sentence } else { "" }
    }

    fn href(&self, ballot: &Ballot) -> String {
        url::ballot(&self.sheet.governance.slug, &ballot.slug)
    }
}

/// What everybody may read; those who animate find theirs from their agendas and *À faire*.
pub async fn list(desk: Desk, Path(slug): Path<String>) -> Answer {
    let page: i64 = desk.params.one("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 1_000);
    let mut shown = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Meetings)?;
            let mut ballots = ballots::public(tx, sheet.governance.id, PAGE + 1, (page - 1) * PAGE)?;
            let more = i64::try_from(ballots.len()).unwrap_or(0) > PAGE;
            ballots.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
            let total = ballots::count_public(tx, sheet.governance.id)?;
            let names = bodies::list(tx, sheet.governance.id)?.into_iter().map(|body| (body.id, body.name)).collect();
            let at = |page: i64| format!("{}?page={page}", url::ballots(&slug));
            let (previous, next) = ((page > 1).then(|| at(page - 1)), more.then(|| at(page + 1)));
            Ok(ListPage { sheet, ballots, total, names, previous, next })
        })
        .await?;
    shown.sheet.seen_by(&desk);
    let mut subjects = shown.sheet.subjects();
    subjects.push(versions::MEETINGS.to_owned());
    desk.shared(&shown, subjects)
}
