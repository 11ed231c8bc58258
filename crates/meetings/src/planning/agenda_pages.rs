//! The page of the agenda for those who prepare it: items with running hours, moved by buttons; the form of one.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Id, Result};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::agenda::{self, ItemDraft, Move};
use super::{Known, managed};
use crate::model::{Item, ItemKind, MeetingState, length, running_hours};
use crate::store as reads;

type Place = Path<(String, String)>;
type ItemPlace = Path<(String, String, String)>;

/// An item with the hour at which it should begin.
pub(crate) struct Timed {
    pub item: Item,
    pub begins: String,
    pub begins_at: kernel::Timestamp,
    pub length: String,
}

/// Items with their hours, and by how much the agenda is too long.
pub(crate) fn timed(known: &Known, items: Vec<Item>) -> (Vec<Timed>, i64) {
    let lengths: Vec<i64> = items.iter().map(|item| item.minutes).collect();
    let (begins, over) = running_hours(known.meeting.starts_at, known.meeting.minutes, &lengths);
    let timed = items.into_iter().zip(begins).map(|(item, begins)| Timed {
        begins: known.meeting.zone.hour(begins),
        begins_at: begins,
        length: length(item.minutes),
        item,
    });
    (timed.collect(), over)
}

#[derive(Template)]
#[template(path = "planning/agenda.html")]
struct AgendaPage {
    known: Known,
    items: Vec<Timed>,
    over: i64,
}

impl Page for AgendaPage {
    fn title(&self) -> String {
        format!("Ordre du jour · {}", self.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Ordre du jour".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl AgendaPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.known.page())
    }

    fn base(&self) -> String {
        format!("{}/ordre-du-jour", self.known.page())
    }

    fn is_draft(&self) -> bool {
        self.known.meeting.state == MeetingState::Draft
    }
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let items = desk.read(move |tx| reads::agenda(tx, id)).await?;
    let (items, over) = timed(&known, items);
    desk.private(StatusCode::OK, &AgendaPage { known, items, over })
}

fn typed(form: &Params) -> ItemDraft {
    let typed = |name: &str| form.typed(name).to_owned();
    ItemDraft {
        title: typed("title"),
        kind: typed("kind"),
        presenter: typed("presenter"),
        minutes: typed("minutes"),
        description: typed("description"),
    }
}

fn page(known: &Known, title: &str, place: &str, button: &str, shown: &ItemDraft) -> FormPage {
    let base = format!("{}/ordre-du-jour", known.page());
    let mut trail = known.trail();
    trail.push(Crumb::new("Ordre du jour", &base));
    forms::page(&known.head, title, format!("{base}/{place}"), button)
        .about(known.meeting.title.clone())
        .trail(trail)
        .field(Field::text("title", "Intitulé").autocomplete("off").required().value(&shown.title))
        .field(Field::choice(Kind::Select, "kind", "Nature", forms::choices::<ItemKind>(&shown.kind)).required())
        .field(
            Field::text("presenter", "Présenté par")
                .hint("Une structure ou une fonction : cette page est publique après la convocation.")
                .autocomplete("off")
                .value(&shown.presenter),
        )
        .field(Field::new(Kind::Number, "minutes", "Durée, en minutes").required().value(&shown.minutes))
        .field(Field::area("description", "Description").value(&shown.description))
        .cancel(base)
}

fn new_page(known: &Known, shown: &ItemDraft) -> FormPage {
    page(known, "Nouveau point", "nouveau", "Ajouter ce point", shown)
}

pub async fn show_new(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    desk.form(&new_page(&known, &ItemDraft { minutes: "15".to_owned(), ..ItemDraft::default() }))
}

fn base(known: &Known) -> String {
    format!("{}/ordre-du-jour", known.page())
}

pub async fn add(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, typed) = (known.meeting.id, typed(&form));
    let again = new_page(&known, &typed);
    match desk.act(move |ctx, tx| agenda::add(ctx, tx, id, &typed)).await {
        Ok(_) => desk.done(&base(&known), "Le point est ajouté."),
        Err(error) => desk.form_again(again, error),
    }
}

async fn item(desk: &Desk, known: &Known, point: &str) -> Result<Item> {
    let (id, point): (_, Id<Item>) = (known.meeting.id, point.parse().map_err(|_| Error::NotFound)?);
    let items = desk.read(move |tx| reads::agenda(tx, id)).await?;
    items.into_iter().find(|item| item.id == point).ok_or(Error::NotFound)
}

fn change_page(known: &Known, item: &Item, shown: &ItemDraft) -> FormPage {
    page(known, "Corriger un point", &item.id.to_string(), "Enregistrer", shown)
}

pub async fn show_change(desk: Desk, Path((slug, meeting, point)): ItemPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let shown = ItemDraft {
        title: item.title.clone(),
        kind: item.kind.code().to_owned(),
        presenter: item.presenter.clone(),
        minutes: item.minutes.to_string(),
        description: item.description.clone(),
    };
    desk.form(&change_page(&known, &item, &shown))
}

pub async fn change(desk: Desk, Path((slug, meeting, point)): ItemPlace, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let (id, point, typed) = (known.meeting.id, item.id, typed(&form));
    let again = change_page(&known, &item, &typed);
    match desk.act(move |ctx, tx| agenda::change(ctx, tx, id, point, &typed)).await {
        Ok(()) => desk.done(&base(&known), "Le point est corrigé."),
        Err(error) => desk.form_again(again, error),
    }
}

/// Moves an item, or takes it out.
pub async fn place(desk: Desk, Path((slug, meeting, point)): ItemPlace, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, point): (_, Id<Item>) = (known.meeting.id, point.parse().map_err(|_| Error::NotFound)?);
    let (to, said) = match form.typed("acte") {
        "monter" => (Move::Up, "Le point est monté."),
        "descendre" => (Move::Down, "Le point est descendu."),
        "retirer" => (Move::Out, "Le point est retiré."),
        _ => return Err(Error::NotFound.into()),
    };
    desk.act(move |ctx, tx| agenda::place(ctx, tx, id, point, to)).await?;
    desk.done(&base(&known), said)
}
