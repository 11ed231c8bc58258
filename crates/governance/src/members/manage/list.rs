//! The members as their managers see them, and one of them with what can be done.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use ui::form::{Field, Kind};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use crate::forms;
use crate::governances::store::Head;
use crate::lists::{Filters, choices};
use crate::members::changes::admission_body;
use crate::members::model::{CoLead, College, Member, MemberState};
use crate::members::requests::{self, Asked};
use crate::members::store::{self as reads, Filter, Moment};
use crate::url;

#[derive(Template)]
#[template(path = "members/manage/list.html")]
struct ListPage {
    head: Head,
    members: Vec<Member>,
    colleges: Vec<College>,
    body: Option<String>,
    fields: Vec<Field>,
    active: usize,
    warnings: Vec<String>,
}

forms::administered!(ListPage, "Administrer les membres", "Membres");

impl ListPage {
    fn base(&self) -> String {
        super::base(&self.head)
    }
    fn page_of(&self, member: &Member) -> String {
        super::page_of(&self.head, member)
    }
    fn steps(&self, member: &Member) -> Vec<(&'static str, String)> {
        steps(&self.head, member)
    }
}

/// What can be done now with a member: label and address, the most expected first.
fn steps(head: &Head, member: &Member) -> Vec<(&'static str, String)> {
    let to = |step: &str| format!("{}/{step}", super::page_of(head, member));
    let mut steps = match member.state {
        MemberState::Candidate => vec![("Admettre", to("admettre")), ("Refuser", to("refuser"))],
        MemberState::Admitted => vec![("Noter un retrait", to("retirer"))],
        MemberState::Withdrawn => vec![("Rouvrir la candidature", to("revenir")), ("Admettre", to("admettre"))],
    };
    if member.state == MemberState::Admitted && (member.category.may_co_lead() || member.co_lead.is_some()) {
        steps.push(("Co-portage", to("co-portage")));
    }
    if member.state != MemberState::Withdrawn {
        let give = format!("{}/donner?role=representative:{}", url::powers(&head.slug), member.id);
        steps.push(("Inviter qui la représente", give));
    }
    steps.push(("Corriger la fiche", to("fiche")));
    steps
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = super::governance(&desk, slug).await?;
    let mut filters = Filters::new(&desk.params);
    let filter = Filter { state: filters.coded("statut"), category: filters.coded("categorie"), with_refused: true };
    let warnings = filters.warnings;
    let (id, asked) = (head.id, filter.clone());
    let (members, colleges, body) = desk
        .read(move |tx| {
            let body = admission_body(tx, id)?.map(|(_, name)| name);
            Ok((reads::list(tx, id, &asked)?, reads::colleges(tx, id)?, body))
        })
        .await?;
    let page = ListPage {
        fields: vec![
            Field::choice(Kind::Select, "statut", "Statut", choices("Tous", filter.state)),
            Field::choice(Kind::Select, "categorie", "Catégorie", choices("Toutes", filter.category)),
        ],
        active: usize::from(filter.state.is_some()) + usize::from(filter.category.is_some()),
        head,
        members,
        colleges,
        body,
        warnings,
    };
    desk.private(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "members/manage/member.html")]
struct MemberPage {
    head: Head,
    member: Member,
    life: Vec<Moment>,
    asked: Vec<Asked>,
}

impl Page for MemberPage {
    fn title(&self) -> String {
        format!("{} · {}", self.member.name, self.head.name)
    }
    fn crumb(&self) -> String {
        self.member.name.clone()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = forms::trail(&self.head);
        trail.push(Crumb::new("Membres", super::base(&self.head)));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl MemberPage {
    fn steps(&self) -> Vec<(&'static str, String)> {
        steps(&self.head, &self.member)
    }
    fn co_lead(&self) -> Option<(CoLead, String)> {
        let co_lead = self.member.co_lead?;
        Some((co_lead, self.member.co_lead_since.map(|since| since.french_since()).unwrap_or_default()))
    }
}

pub async fn show_member(desk: Desk, Path((slug, id)): Path<(String, String)>) -> Answer {
    let (head, member) = super::member(&desk, slug, &id).await?;
    let id = member.id;
    let (life, asked) = desk.read(move |tx| Ok((reads::life(tx, id)?, requests::of_member(tx, id)?))).await?;
    desk.private(StatusCode::OK, &MemberPage { head, member, life, asked })
}
