//! The form of a template: its lines and some that are empty, saved at once; taking it up, and making it of an agenda.

use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use governance::governances::store::Head;
use http::StatusCode;
use kernel::{Error, Id, Result};
use ui::form::{ErrorSummary, Field, Kind};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params, refusal};

use super::acts::{self, ITEMS_MAX};
use crate::agenda::model::{Content, ItemDraft};
use crate::agenda::pages::{Place, base};
use crate::model::ItemKind;
use crate::planning::{body_of, managed, trail_of_body};
use crate::url;

/// Empty lines below those that are written.
const SPARE: usize = 3;

#[derive(Template)]
#[template(path = "agenda/template/template.html")]
struct TemplatePage {
    head: Head,
    body: Body,
    version: i64,
    /// Each line with its fields.
    lines: Vec<Vec<Field>>,
    errors: ErrorSummary,
}

impl Page for TemplatePage {
    fn title(&self) -> String {
        let erring = if self.errors.is_empty() { "" } else { "Erreur : " };
        format!("{erring}Modèle d'ordre du jour · {} · {}", self.body.name, self.head.name)
    }
    fn crumb(&self) -> String {
        "Modèle d'ordre du jour".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = trail_of_body(&self.head, &self.body);
        trail.push(Crumb::new("Points en attente", self.points()));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl TemplatePage {
    fn points(&self) -> String {
        url::points(&self.head.slug, &self.body.slug)
    }

    fn action(&self) -> String {
        format!("{}/modele", self.points())
    }
}

/// The fields of the line `rank`.
fn line(rank: usize, shown: &ItemDraft) -> Vec<Field> {
    let name = |field: &str| format!("{field}-{rank}");
    let kind = if shown.kind.is_empty() { "information" } else { &shown.kind };
    vec![
        Field::text(name("title"), "Intitulé").autocomplete("off").value(&shown.title),
        Field::choice(Kind::Select, name("kind"), "Nature", forms::choices::<ItemKind>(kind)).required(),
        Field::new(Kind::Number, name("minutes"), "Minutes").required().value(&shown.minutes),
        Field::text(name("presenter"), "Présenté par").autocomplete("off").value(&shown.presenter),
    ]
}

fn page(head: Head, body: Body, version: i64, items: &[ItemDraft]) -> TemplatePage {
    let lines = (1..=ITEMS_MAX).zip(items).map(|(rank, item)| line(rank, item)).collect();
    TemplatePage { head, body, version, lines, errors: ErrorSummary::default() }
}

pub async fn show(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let id = body.id;
    let (items, version) = desk.read(move |tx| acts::find(tx, id)).await?;
    let mut drafts: Vec<ItemDraft> = items.iter().map(Content::draft).collect();
    drafts.extend((0..SPARE).map(|_| ItemDraft { minutes: "15".to_owned(), ..ItemDraft::default() }));
    desk.private(StatusCode::OK, &page(head, body, version, &drafts))
}

/// The lines as they were typed. A description, which the form does not show, stays with its line as long as its title does.
fn typed(form: &Params, known: &[Content]) -> Vec<ItemDraft> {
    let count =
        (1..=ITEMS_MAX).rev().find(|rank| form.iter().any(|(key, _)| key == format!("title-{rank}"))).unwrap_or(0);
    let line = |rank: usize| {
        let typed = |field: &str| form.typed(&format!("{field}-{rank}")).to_owned();
        let title = typed("title");
        let description = known.iter().find(|item| item.title == title.trim()).map(|item| item.description.clone());
        ItemDraft {
            kind: typed("kind"),
            presenter: typed("presenter"),
            minutes: typed("minutes"),
            description: description.unwrap_or_default(),
            title,
        }
    };
    (1..=count).map(line).collect()
}

pub async fn save(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let id = body.id;
    let (known, present) = desk.read(move |tx| acts::find(tx, id)).await?;
    let drafts = typed(&form, &known);
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let done: Result<()> = match acts::parse(&drafts) {
        Ok(items) => desk.act(move |ctx, tx| acts::save(ctx, tx, id, version, &items)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&format!("{}/modele", url::points(&head.slug, &body.slug)), "Le modèle est enregistré."),
        Err(error) => {
            // After a conflict, what was typed may replace what somebody else wrote: the form says so.
            let version = if matches!(error, Error::Conflict(_)) { present } else { version };
            let (status, messages) = refusal(error)?;
            let mut page = page(head, body, version, &drafts);
            page.errors = ErrorSummary::new(&messages);
            let check = |fields: Vec<Field>| fields.into_iter().map(|field| field.check(&messages)).collect();
            page.lines = page.lines.into_iter().map(check).collect();
            desk.private(status, &page)
        }
    }
}

/// Begins an agenda with the template of a body, or keeps it as the template.
pub async fn with_meeting(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, body): (_, Id<Body>) = (known.meeting.id, form.typed("instance").parse().map_err(|_| Error::NotFound)?);
    match form.typed("acte") {
        "reprendre" => {
            let count = desk.act(move |ctx, tx| acts::begin(ctx, tx, id, body)).await?;
            let plural = if count > 1 { "s viennent" } else { " vient" };
            desk.done(&base(&known), &format!("{count} point{plural} du modèle."))
        }
        "garder" => {
            desk.act(move |ctx, tx| acts::keep(ctx, tx, id, body)).await?;
            desk.done(&base(&known), "Cet ordre du jour est le modèle de l'instance.")
        }
        _ => Err(Error::NotFound.into()),
    }
}
