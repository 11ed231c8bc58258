//! The adopted decisions of a governance, and of all of them.

use askama::Template;
use axum::extract::Path;
use governance::Governance;
use governance::bodies::model::Body;
use governance::lists::{self as shared, Filters, choices};
use governance::page::{Sheet, View};
use jiff::civil::Date;
use kernel::{Capability, Id, Result, Scope, text};
use store::{Tx, versions};
use ui::form::{Choice, Field, Kind};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Params};

use crate::decisions::model::{Decision, Execution};
use crate::decisions::store::{self as reads, Filter, Key, key, read_key};
use crate::url;

/// What an address asks for.
pub(super) struct Asked {
    pub filter: Filter,
    pub typed: String,
    pub body: Option<String>,
    pub key: Option<Key>,
    pub backwards: bool,
    pub warnings: Vec<String>,
}

/// Reads the filters of an address; the body and the governance are added by whoever knows them.
pub(super) fn asked(params: &Params) -> Asked {
    let mut filters = Filters::new(params);
    let execution = filters.coded::<Execution>("execution");
    let year = filters.read("annee", |typed| typed.parse::<i64>().ok().filter(|year| (1..=9_999).contains(year)));
    let (key, backwards) = filters.key(read_key);
    let typed = params.one("q").unwrap_or_default().to_owned();
    let filter = Filter { execution, year, words: text::search_words(&typed), ..Filter::default() };
    let body = params.one("instance").map(ToOwned::to_owned);
    Asked { filter, typed, body, key, backwards, warnings: filters.warnings }
}

/// Narrows to a governance, and to one of its bodies when the address says so.
pub(super) fn narrow(
    tx: &mut Tx<'_>,
    asked: &mut Asked,
    governance: Id<Governance>,
) -> Result<Vec<(Id<Body>, String, String)>> {
    let authors = reads::authors(tx, governance)?;
    asked.filter.governance = Some(governance);
    if let Some(slug) = &asked.body {
        let all = governance::bodies::store::list(tx, governance)?;
        asked.filter.body = all.iter().find(|body| body.slug == *slug).map(|body| body.id);
        if asked.filter.body.is_none() {
            asked.warnings.push(shared::unknown("instance", slug));
        }
    }
    Ok(authors)
}

/// The three tables, and what machines read.
fn exports(base: &str, params: &Params) -> Vec<(&'static str, String)> {
    let mut all = shared::exports(base, params);
    if let Some((_, csv)) = all.first() {
        all.push(("JSON", csv.replacen(".csv", ".json", 1)));
    }
    all
}

fn years_field(years: &[i64], chosen: Option<i64>) -> Field {
    let year = |year: &i64| Choice::new(year.to_string(), year.to_string()).selected(chosen == Some(*year));
    let all = std::iter::once(Choice::new("", "Toutes")).chain(years.iter().map(year));
    Field::choice(Kind::Select, "annee", "Année", all)
}

fn active(asked: &Asked) -> usize {
    let filter = &asked.filter;
    [!filter.words.is_empty(), filter.body.is_some(), filter.year.is_some(), filter.execution.is_some()]
        .into_iter()
        .filter(|one| *one)
        .count()
}

/// The rows of a list, with what surrounds them.
pub(super) struct Rows {
    decisions: Vec<Decision>,
    total: i64,
    fields: Vec<Field>,
    active: usize,
    warnings: Vec<String>,
    exports: Vec<(&'static str, String)>,
    previous: Option<String>,
    next: Option<String>,
    today: Date,
}

impl Rows {
    fn load(
        tx: &mut Tx<'_>,
        asked: Asked,
        base: &str,
        params: &Params,
        fields: Vec<Field>,
        today: Date,
    ) -> Result<Self> {
        let has_key = asked.key.is_some();
        let mut decisions = reads::list(tx, &asked.filter, asked.key.as_ref(), asked.backwards, shared::PAGE + 1)?;
        let around = shared::neighbours(base, params, &mut decisions, (has_key, asked.backwards), key);
        Ok(Self {
            decisions,
            total: reads::count(tx, &asked.filter)?,
            fields,
            active: active(&asked),
            exports: exports(base, params),
            warnings: asked.warnings,
            previous: around.previous,
            next: around.next,
            today,
        })
    }

    /// Nothing at all, and not only nothing for these filters.
    fn has_none_at_all(&self) -> bool {
        self.decisions.is_empty() && self.active == 0
    }

    fn number(&self, one: &Decision) -> String {
        one.number.map(|number| number.to_string()).unwrap_or_default()
    }

    fn page(&self, one: &Decision) -> String {
        one.page().unwrap_or_default()
    }

    fn on(&self, one: &Decision) -> String {
        one.decided_on.map(|on| on.french()).unwrap_or_default()
    }

    fn is_late(&self, one: &Decision) -> bool {
        one.is_late(self.today)
    }
}

#[derive(Template)]
#[template(path = "decisions/pages/of_governance.html")]
struct GovernancePage {
    sheet: Sheet,
    rows: Rows,
    /// The bodies that the person animates: name, its drafts.
    prepares: Vec<(String, String)>,
    pdf: String,
}

impl Page for GovernancePage {
    fn title(&self) -> String {
        format!("Décisions · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Décisions".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl GovernancePage {
    fn base(&self) -> String {
        url::decisions(&self.sheet.governance.slug)
    }
}

pub async fn of_governance(desk: Desk, Path(slug): Path<String>) -> Answer {
    let (params, today, who) = (desk.params.clone(), desk.app.clock().now().day(), desk.who());
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Decisions)?;
            let id = sheet.governance.id;
            let mut asked = asked(&params);
            let authors = narrow(tx, &mut asked, id)?;
            let years = reads::years(tx, Some(id))?;
            let author = |(id, slug, name): &(Id<Body>, String, String)| {
                Choice::new(slug, name).selected(asked.filter.body == Some(*id))
            };
            let authors = std::iter::once(Choice::new("", "Toutes")).chain(authors.iter().map(author));
            let fields = vec![
                Field::new(Kind::Search, "q", "Mots ou numéro").value(&asked.typed),
                Field::choice(Kind::Select, "instance", "Instance", authors),
                years_field(&years, asked.filter.year),
                Field::choice(Kind::Select, "execution", "Exécution", choices("Toutes", asked.filter.execution)),
            ];
            let base = url::decisions(&slug);
            let living = governance::bodies::store::living(tx, id)?.into_iter().filter(|body| {
                let scope = Scope::Body { governance: id.uuid(), body: body.id.uuid() };
                who.may(Capability::ManageBody, scope)
            });
            let prepares = living.map(|body| (body.name, url::drafts(&slug, &body.slug))).collect();
            let rows = Rows::load(tx, asked, &base, &params, fields, today)?;
            let pdf = rows.exports.first().map_or_else(String::new, |(_, csv)| csv.replacen(".csv", ".pdf", 1));
            Ok(GovernancePage { rows, prepares, pdf, sheet })
        })
        .await?;
    page.sheet.seen_by(&desk);
    let mut subjects = page.sheet.subjects();
    subjects.push(versions::DECISIONS.to_owned());
    desk.shared(&page, subjects)
}

#[derive(Template)]
#[template(path = "decisions/pages/everywhere.html")]
struct EverywherePage {
    rows: Rows,
}

impl Page for EverywherePage {
    fn title(&self) -> String {
        "Décisions des gouvernances".to_owned()
    }
    fn description(&self) -> Option<String> {
        Some("Ce que les gouvernances de l'inclusion numérique ont décidé, et ce qui en est fait.".to_owned())
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

pub async fn everywhere(desk: Desk) -> Answer {
    let (params, today) = (desk.params.clone(), desk.app.clock().now().day());
    let rows = desk
        .read(move |tx| {
            let asked = asked(&params);
            let years = reads::years(tx, None)?;
            let fields = vec![
                Field::new(Kind::Search, "q", "Mots ou numéro").value(&asked.typed),
                years_field(&years, asked.filter.year),
                Field::choice(Kind::Select, "execution", "Exécution", choices("Toutes", asked.filter.execution)),
            ];
            Rows::load(tx, asked, url::DECISIONS, &params, fields, today)
        })
        .await?;
    desk.shared(&EverywherePage { rows }, [versions::DECISIONS.to_owned(), versions::GOVERNANCES.to_owned()])
}
