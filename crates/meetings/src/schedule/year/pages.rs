//! The page of a body's year.

use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::governances::model::State;
use governance::page::{Sheet, View};
use kernel::{Capability, Error, Scope};
use store::versions;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::bounds;
use super::model::{Pace, expected_in};
use crate::model::MeetingState;
use crate::planning::acts::zone;
use crate::store::{self as reads, In, Listed};
use crate::url;

/// Meetings of one body in one year, given up ones included: more than one a day.
const MOST: i64 = 500;

#[derive(Template)]
#[template(path = "schedule/year/year.html")]
struct YearPage {
    sheet: Sheet,
    body: Body,
    year: i16,
    meetings: Vec<Listed>,
    /// The years before and after, where there is something to see.
    before: Option<i16>,
    after: Option<i16>,
    pace: Option<Pace>,
    /// For those who animate it.
    animated: bool,
}

impl Page for YearPage {
    fn title(&self) -> String {
        format!("Réunions en {} · {} · {}", self.year, self.body.name, self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        format!("Réunions en {}", self.year)
    }
    fn trail(&self) -> Vec<Crumb> {
        let slug = &self.sheet.governance.slug;
        let mut trail = self.sheet.trail(true);
        trail.push(Crumb::new("Instances", governance::url::bodies(slug)));
        trail.push(Crumb::new(&self.body.name, governance::url::body(slug, &self.body.slug)));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl YearPage {
    fn at(&self, place: &str) -> String {
        format!("{}/reunions{place}", governance::url::body(&self.sheet.governance.slug, &self.body.slug))
    }

    fn count(&self, states: &[MeetingState]) -> usize {
        self.meetings.iter().filter(|one| states.contains(&one.meeting.state)).count()
    }

    fn held(&self) -> usize {
        self.count(&[MeetingState::Closed, MeetingState::Open])
    }

    fn announced(&self) -> usize {
        self.count(&[MeetingState::Convened])
    }

    fn drafts(&self) -> usize {
        self.count(&[MeetingState::Draft])
    }

    /// « 2 à 4 fois par an », or that nothing is said.
    fn frequency(&self) -> String {
        self.body.frequency().unwrap_or_else(|| "Aucun nombre n'est fixé".to_owned())
    }

    fn missing(&self) -> Option<i64> {
        self.pace.map(Pace::missing).filter(|missing| *missing > 0)
    }

    fn meeting(&self, one: &Listed) -> String {
        url::meeting(&self.sheet.governance.slug, &one.meeting.slug)
    }
}

pub async fn show(desk: Desk, Path((slug, instance)): Path<(String, String)>) -> Answer {
    let (now, typed) = (desk.app.clock().now(), desk.params.one("annee").and_then(|year| year.parse::<i16>().ok()));
    let who = desk.who();
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Bodies)?;
            let id = sheet.governance.id;
            let body = bodies::list(tx, id)?.into_iter().find(|body| body.slug == instance).ok_or(Error::NotFound)?;
            let scope = Scope::Body { governance: id.uuid(), body: body.id.uuid() };
            let animated = body.closed_on.is_none() && who.may(Capability::ManageBody, scope);
            let zone = zone(tx, id)?;
            let today = zone.civil(now).0;
            // A few years ahead are enough, and none before the register of such things.
            let years = *kernel::time::YEARS.start()..=today.year() + 2;
            let year = typed.filter(|year| years.contains(year)).unwrap_or(today.year());
            let (from, until) = bounds(zone, year);
            let seen = |one: &Listed| animated || !one.meeting.is_hidden();
            let mut meetings = reads::list(tx, In::Body(body.id), from, false, None, MOST)?;
            let after = meetings.iter().any(|one| one.meeting.starts_at >= until && seen(one));
            meetings.retain(|one| one.meeting.starts_at < until && seen(one));
            let earlier = reads::list(tx, In::Body(body.id), from, true, None, 50)?;
            let before = earlier.iter().any(seen);
            let since = sheet.governance.state_since.map(|since| since.first_day());
            let counted = meetings.iter().filter(|one| one.meeting.state != MeetingState::Cancelled).count();
            let counted = i64::try_from(counted).map_err(Error::internal)?;
            let pace = |per_year| Pace { per_year, expected: expected_in(per_year, year, since), counted };
            Ok(YearPage {
                pace: body.meetings_min.filter(|_| sheet.governance.state == State::Installed).map(pace),
                before: before.then_some(year - 1),
                after: (after || year < today.year()).then_some(year + 1),
                sheet,
                body,
                year,
                meetings,
                animated,
            })
        })
        .await?;
    page.sheet.seen_by(&desk);
    let mut subjects = page.sheet.subjects();
    subjects.push(versions::MEETINGS.to_owned());
    desk.shared(&page, subjects)
}
