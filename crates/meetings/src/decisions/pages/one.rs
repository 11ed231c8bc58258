//! The page of one decision.

use askama::Template;
use axum::extract::Path;
use governance::page::{Sheet, View};
use jiff::civil::Date;
use kernel::{Capability, Error, Result, Scope};
use store::{Tx, versions};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use crate::decisions::effects::Planned;
use crate::decisions::model::{Decision, Link, Number, Step};
use crate::decisions::store as reads;
use crate::tasks::{self, Task};
use crate::url;

/// A decision with all that is told of it.
pub(super) struct Whole {
    pub decision: Decision,
    pub number: Number,
    pub links: Vec<Link>,
    pub linked_by: Vec<Link>,
    pub effects: Vec<Planned>,
    pub steps: Vec<Step>,
    pub tasks: Vec<Task>,
}

impl Whole {
    /// The adopted decision of an address, in seven queries.
    pub fn load(tx: &mut Tx<'_>, sheet: &Sheet, number: &str) -> Result<Self> {
        let number: Number = number.parse().map_err(|()| Error::NotFound)?;
        let decision = reads::by_number(tx, sheet.governance.id, number)?.ok_or(Error::NotFound)?;
        let id = decision.id;
        Ok(Self {
            number,
            links: reads::links(tx, id)?,
            linked_by: reads::linked_by(tx, id)?,
            effects: reads::effects(tx, id)?,
            steps: reads::steps(tx, id)?,
            tasks: tasks::store::of_decision(tx, id)?,
            decision,
        })
    }
}

#[derive(Template)]
#[template(path = "decisions/pages/one.html")]
struct OnePage {
    sheet: Sheet,
    whole: Whole,
    today: Date,
    /// For those who animate the body that took it.
    manages: bool,
    /// The body still meets: it may come back on what it decided.
    living: bool,
}

impl Page for OnePage {
    fn title(&self) -> String {
        format!("{} · {}", self.whole.decision.name(), self.whole.decision.title)
    }
    fn crumb(&self) -> String {
        self.whole.number.to_string()
    }
    fn description(&self) -> Option<String> {
        Some(format!("{}, {}.", self.whole.decision.title, self.whole.decision.taken()))
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = self.sheet.trail(true);
        trail.push(Crumb::new("Décisions", url::decisions(&self.sheet.governance.slug)));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl OnePage {
    fn eyebrow(&self) -> String {
        format!("{} · {}", self.whole.decision.name(), self.sheet.governance.name)
    }

    /// « Adoptée par consensus, en réunion, le 12 mars 2026 ».
    fn lead(&self) -> String {
        format!("Adoptée {}", self.whole.decision.taken())
    }

    fn page(&self) -> String {
        url::decision(&self.sheet.governance.slug, self.whole.number)
    }

    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.whole.decision.workshop())
    }

    fn other(&self, link: &Link) -> String {
        url::decision(&self.sheet.governance.slug, link.number)
    }

    fn successor(&self, what: &str) -> String {
        let decision = &self.whole.decision;
        format!("{}/nouvelle?{what}={}", url::drafts(&decision.of.1, &decision.author.1), self.whole.number)
    }

    fn is_late(&self) -> bool {
        self.whole.decision.is_late(self.today)
    }

    fn follows(&self) -> bool {
        self.manages && self.whole.decision.state.is_in_force()
    }

    fn french(&self, date: &Option<kernel::PartialDate>) -> String {
        date.map(|date| date.french()).unwrap_or_default()
    }
}

pub async fn show(desk: Desk, Path((slug, number)): Path<(String, String)>) -> Answer {
    let (today, who) = (desk.app.clock().now().day(), desk.who());
    let page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Decisions)?;
            let whole = Whole::load(tx, &sheet, &number)?;
            let scope = Scope::Body { governance: sheet.governance.id.uuid(), body: whole.decision.body.uuid() };
            let manages = who.may(Capability::ManageBody, scope);
            let body = governance::bodies::store::find(tx, whole.decision.body)?;
            let living = body.is_some_and(|body| body.closed_on.is_none());
            Ok(OnePage { sheet, whole, today, manages, living })
        })
        .await?;
    let mut subjects = page.sheet.subjects();
    subjects.extend([versions::DECISIONS.to_owned(), versions::MEETINGS.to_owned()]);
    desk.shared(&page, subjects)
}
