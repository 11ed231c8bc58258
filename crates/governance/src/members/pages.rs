//! The members of a governance, with exports.

use askama::Template;
use axum::extract::Path;
use documents::{Cell, Column, Format, Sheet as Table};
use kernel::coded::Coded;
use kernel::{Capability, Origin, Result, Scope, Who};
use store::Tx;
use ui::form::{Field, Kind};
use ui::page::{Crumb, Page, Section};
use web::{Access, Answer, Desk, Params, Routes, download};

use super::model::{College, Member, MemberState, StandingMandate};
use super::store::{self as reads, Filter};
use crate::lists::{self, Filters, choices};
use crate::page::{Sheet, View};
use crate::url;

pub fn routes() -> Routes {
    Routes::new()
        .get("/gouvernances/{slug}/membres", Access::Public, show)
        .get("/gouvernances/{slug}/membres.csv", Access::Public, export_csv)
        .get("/gouvernances/{slug}/membres.ods", Access::Public, export_ods)
        .get("/gouvernances/{slug}/membres.xlsx", Access::Public, export_xlsx)
        .and(super::own::routes())
        .and(super::manage::routes())
}

#[derive(Template)]
#[template(path = "members/members.html")]
struct MembersPage {
    sheet: Sheet,
    members: Vec<Member>,
    colleges: Vec<College>,
    mandates: Vec<StandingMandate>,
    tally: Vec<(MemberState, i64)>,
    fields: Vec<Field>,
    active: usize,
    warnings: Vec<String>,
    exports: Vec<(&'static str, String)>,
    /// Who reads, when it is somebody.
    who: Option<Who>,
}

impl Page for MembersPage {
    fn title(&self) -> String {
        format!("Membres · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Membres".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl MembersPage {
    fn load(tx: &mut Tx<'_>, slug: &str, params: &Params) -> Result<Self> {
        let sheet = Sheet::load(tx, slug, View::Members)?;
        let (filter, warnings) = filter(params);
        Ok(Self {
            members: reads::list(tx, sheet.governance.id, &filter)?,
            colleges: reads::colleges(tx, sheet.governance.id)?,
            mandates: reads::mandates(tx, sheet.governance.id)?,
            tally: reads::tally(tx, sheet.governance.id)?,
            fields: fields(&filter),
            active: usize::from(filter.state.is_some()) + usize::from(filter.category.is_some()),
            warnings,
            exports: lists::exports(&url::members(slug), params),
            who: None,
            sheet,
        })
    }

    /// The page of a member, for those who speak for it.
    fn own(&self, member: &Member) -> Option<String> {
        let scope = Scope::Member { governance: self.sheet.governance.id.uuid(), member: member.id.uuid() };
        let speaks = self.who.as_ref().is_some_and(|who| who.may(Capability::SpeakForMember, scope));
        speaks.then(|| super::own::page_of(&self.sheet.governance.slug, member.id))
    }

    fn has_none_at_all(&self) -> bool {
        self.tally.is_empty()
    }

    fn base(&self) -> String {
        url::members(&self.sheet.governance.slug)
    }
}

fn filter(params: &Params) -> (Filter, Vec<String>) {
    let mut filters = Filters::new(params);
    let filter = Filter { state: filters.coded("statut"), category: filters.coded("categorie"), ..Filter::default() };
    (filter, filters.warnings)
}

fn fields(filter: &Filter) -> Vec<Field> {
    vec![
        Field::choice(Kind::Select, "statut", "Statut", choices("Tous", filter.state)),
        Field::choice(Kind::Select, "categorie", "Catégorie", choices("Toutes", filter.category)),
    ]
}

async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let params = desk.params.clone();
    let mut page = desk.read(move |tx| MembersPage::load(tx, &slug, &params)).await?;
    page.sheet.seen_by(&desk);
    page.who = desk.signed().map(|_| desk.who());
    let subjects = page.sheet.subjects();
    desk.shared(&page, subjects)
}

async fn export_csv(desk: Desk, path: Path<String>) -> Answer {
    export(desk, path, Format::Csv).await
}

async fn export_ods(desk: Desk, path: Path<String>) -> Answer {
    export(desk, path, Format::Ods).await
}

async fn export_xlsx(desk: Desk, path: Path<String>) -> Answer {
    export(desk, path, Format::Xlsx).await
}

async fn export(desk: Desk, Path(slug): Path<String>, format: Format) -> Answer {
    let (filter, _) = filter(&desk.params);
    let today = desk.app.clock().now().day();
    let name = format!("membres-{slug}.{}", format.extension());
    let read = move |tx: &mut Tx<'_>| {
        let sheet = Sheet::load(tx, &slug, View::Members)?;
        let members = reads::list(tx, sheet.governance.id, &filter)?;
        Ok(table(&sheet.governance.name, &members, today))
    };
    let make = move |table| documents::write(&table, format).map_err(kernel::Error::internal);
    let body = desk.file(read, make).await?;
    download(&name, format.content_type(), body)
}

fn table(governance: &str, members: &[Member], today: impl std::fmt::Display) -> Table {
    let column = |header: &str, width| Column::new(header, width);
    Table {
        title: "Membres".to_owned(),
        columns: vec![
            column("structure", 50),
            column("categorie", 24),
            column("college", 30),
            column("statut", 12),
            column("co_porteur", 20),
            column("implication", 20),
            column("depuis", 14),
            column("jusqu_a", 14),
            column("origine", 18),
            column("source", 50),
        ],
        notes: vec![format!(
            "Membres de « {governance} », liste établie le {today} par Maillage. Licence Ouverte 2.0."
        )],
        rows: members
            .iter()
            .map(|member| {
                let text = |text: &str| Cell::Text(text.to_owned());
                let date = |date: Option<kernel::PartialDate>| {
                    Cell::Text(date.map(|date| date.to_string()).unwrap_or_default())
                };
                vec![
                    text(&member.name),
                    text(member.category.label()),
                    text(member.college.as_deref().unwrap_or_default()),
                    text(member.state.label()),
                    text(member.co_lead.map(Coded::label).unwrap_or_default()),
                    text(member.involvement.label()),
                    date(member.since),
                    date(member.until),
                    text(if member.provenance.is_fictitious() { Origin::Fictitious.label() } else { "" }),
                    text(&member.provenance.source),
                ]
            })
            .collect(),
    }
}
