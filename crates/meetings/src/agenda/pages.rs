//! The page of the agenda for those who prepare it: items with running hours, moved by buttons or to a place; the form of one.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use http::StatusCode;
use kernel::{Capability, Error, Id, Result};
use ui::form::{Field, Kind};
use ui::form_page::{Change, FormPage};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::model::{Content, ItemDraft, Move};
use super::more::{self, More, Reader};
use super::template;
use super::waiting::{carry::may_carry, model::WaitingState, send::may_send, store as waiting};
use crate::decisions::{Decision, store as decisions};
use crate::model::{Item, ItemKind, MeetingState, length, running_hours};
use crate::planning::{Known, managed, may_manage, scope};
use crate::{store as reads, url};

pub(super) type Place = Path<(String, String)>;
pub(super) type ItemPlace = Path<(String, String, String)>;

/// An item with the hour at which it should begin.
pub(crate) struct Timed {
    pub item: Item,
    pub begins: String,
    pub begins_at: kernel::Timestamp,
    pub length: String,
    pub more: More,
}

/// Items with their hours, and by how much the agenda is too long.
pub(crate) fn timed(known: &Known, items: Vec<Item>) -> (Vec<Timed>, i64) {
    timed_with(known, items, HashMap::new())
}

/// As [`timed()`], with what is told beside each item.
pub(crate) fn timed_with(known: &Known, items: Vec<Item>, mut more: HashMap<Id<Item>, More>) -> (Vec<Timed>, i64) {
    let lengths: Vec<i64> = items.iter().map(|item| item.minutes).collect();
    let (begins, over) = running_hours(known.meeting.starts_at, known.meeting.minutes, &lengths);
    let timed = items.into_iter().zip(begins).map(|(item, begins)| Timed {
        begins: known.meeting.zone.hour(begins),
        begins_at: begins,
        length: length(item.minutes),
        more: more.remove(&item.id).unwrap_or_default(),
        item,
    });
    (timed.collect(), over)
}

#[derive(Template)]
#[template(path = "agenda/agenda.html")]
struct AgendaPage {
    known: Known,
    items: Vec<Timed>,
    over: i64,
    /// What waits for the bodies of this meeting.
    waiting: i64,
    /// The bodies that have a template.
    templates: Vec<Body>,
    /// The bodies for which this person prepares decisions: name, where a new one is written.
    deciders: Vec<(String, String)>,
    /// What is prepared on the items.
    drafts: Vec<Decision>,
    /// A place that was typed and is none.
    wrong: Option<(Id<Item>, String)>,
}

impl Page for AgendaPage {
    fn title(&self) -> String {
        let erring = if self.wrong.is_some() { "Erreur : " } else { "" };
        format!("{erring}Ordre du jour · {}", self.known.meeting.title)
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
        base(&self.known)
    }

    fn lead(&self) -> String {
        format!("{}, {}", self.known.meeting.title, self.known.meeting.when())
    }

    fn is_wrong(&self, timed: &Timed) -> bool {
        self.wrong.as_ref().is_some_and(|(item, _)| *item == timed.item.id)
    }

    fn is_draft(&self) -> bool {
        self.known.meeting.state == MeetingState::Draft
    }

    /// An agenda changes until the meeting is over.
    fn changes(&self) -> bool {
        !matches!(self.known.meeting.state, MeetingState::Closed | MeetingState::Cancelled)
    }

    /// Decisions are prepared before, in session, and entered afterwards.
    fn may_decide(&self) -> bool {
        self.known.meeting.state != MeetingState::Cancelled
    }

    fn drafts_on(&self, timed: &Timed) -> Vec<&Decision> {
        let on = |one: &&Decision| one.item.as_ref().is_some_and(|(item, _)| *item == timed.item.id);
        self.drafts.iter().filter(on).collect()
    }

    fn may_carry(&self) -> bool {
        may_carry(&self.known.meeting)
    }

    fn may_send(&self) -> bool {
        may_send(&self.known.meeting, false)
    }

    fn sends_outcomes(&self) -> bool {
        may_send(&self.known.meeting, true)
    }

    /// Something came out of it, which several bodies may have to take up.
    fn has_outcomes(&self) -> bool {
        self.sends_outcomes() && self.items.iter().any(|timed| !timed.item.outcomes.is_empty())
    }

    /// The field by which an item goes straight to a place.
    fn place_field(&self, timed: &Timed, rank: &usize) -> Field {
        let wrong = self.wrong.as_ref().filter(|(item, _)| *item == timed.item.id);
        let field = Field::new(Kind::Number, "rang", format!("Place de «\u{a0}{}\u{a0}»", timed.item.title))
            .id(format!("place-{}", timed.item.id))
            .required()
            .value(wrong.map_or_else(|| rank.to_string(), |(_, typed)| typed.clone()));
        match wrong {
            Some(_) => field.error(format!("Donnez une place, de 1 à {}.", self.items.len())),
            None => field,
        }
    }
}

pub(super) fn base(known: &Known) -> String {
    format!("{}/ordre-du-jour", known.page())
}

async fn agenda(desk: &Desk, known: Known, wrong: Option<(Id<Item>, String)>) -> Result<AgendaPage> {
    let who = desk.who();
    desk.read(move |tx| {
        let items = reads::agenda(tx, known.meeting.id)?;
        let more = more::load(tx, &known, &Reader { manages: true, ..Reader::default() })?;
        let (items, over) = timed_with(&known, items, more);
        let (mut waits, mut templates) = (0, Vec::new());
        for body in &known.bodies {
            let tally = waiting::tally(tx, body.id)?;
            let counted =
                |(state, _): &&(WaitingState, i64)| matches!(state, WaitingState::Waiting | WaitingState::Proposed);
            waits += tally.iter().filter(counted).map(|(_, count)| count).sum::<i64>();
            if !template::acts::find(tx, body.id)?.0.is_empty() {
                templates.push(body.clone());
            }
        }
        let animated = |body: &&Body| may_manage(&who, &known.head, std::slice::from_ref(*body));
        let new = |body: &Body| format!("{}/nouvelle", url::drafts(&known.head.slug, &body.slug));
        let living = known.bodies.iter().filter(|body| body.closed_on.is_none());
        let deciders: Vec<_> = living.filter(animated).map(|body| (body.name.clone(), new(body))).collect();
        let mut drafts = decisions::drafts_of_meeting(tx, known.meeting.id)?;
        // A draft is for those who animate the body that prepares it.
        drafts.retain(|one| who.may(Capability::ManageBody, scope(&known.head, one.body)));
        Ok(AgendaPage { known, items, over, waiting: waits, templates, deciders, drafts, wrong })
    })
    .await
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let page = agenda(&desk, known, None).await?;
    desk.private(StatusCode::OK, &page)
}

pub(super) fn typed(form: &Params) -> ItemDraft {
    let typed = |name: &str| form.typed(name).to_owned();
    ItemDraft {
        title: typed("title"),
        kind: typed("kind"),
        presenter: typed("presenter"),
        minutes: typed("minutes"),
        description: typed("description"),
    }
}

/// The fields of an item.
pub(super) fn fields(shown: &ItemDraft) -> Vec<Field> {
    vec![
        Field::text("title", "Intitulé").autocomplete("off").required().value(&shown.title),
        Field::choice(Kind::Select, "kind", "Nature", forms::choices::<ItemKind>(&shown.kind)).required(),
        Field::text("presenter", "Présenté par")
            .hint("Une structure ou une fonction : l'ordre du jour est public après la convocation.")
            .autocomplete("off")
            .value(&shown.presenter),
        Field::new(Kind::Number, "minutes", "Durée, en minutes").required().value(&shown.minutes),
        Field::area("description", "Description").value(&shown.description),
    ]
}

/// The trail to the agenda of a meeting.
pub(super) fn trail(known: &Known) -> Vec<Crumb> {
    let mut trail = known.trail();
    trail.push(Crumb::new("Ordre du jour", base(known)));
    trail
}

/// A form about an item, or about the agenda.
pub(super) fn form(known: &Known, title: &str, place: &str, button: &str) -> FormPage {
    forms::page(&known.head, title, format!("{}/{place}", base(known)), button)
        .about(known.meeting.title.clone())
        .trail(trail(known))
}

/// What a form about an item is about: two meetings may have one of the same name.
pub(super) fn about(known: &Known, item: &Item) -> String {
    format!("{} · {}", item.title, known.meeting.title)
}

fn page(known: &Known, title: &str, place: &str, button: &str, shown: &ItemDraft) -> FormPage {
    form(known, title, place, button).fields(fields(shown)).cancel(base(known))
}

fn new_page(known: &Known, shown: &ItemDraft) -> FormPage {
    page(known, "Nouveau point", "nouveau", "Ajouter ce point", shown)
}

pub async fn show_new(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    desk.form(&new_page(&known, &ItemDraft { minutes: "15".to_owned(), ..ItemDraft::default() }))
}

pub async fn add(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, typed) = (known.meeting.id, typed(&form));
    let again = new_page(&known, &typed);
    match desk.act(move |ctx, tx| acts::add(ctx, tx, id, &typed)).await {
        Ok(item) => desk.done(&format!("{}#point-{item}", base(&known)), "Le point est ajouté."),
        Err(error) => desk.form_again(again, error),
    }
}

pub(super) async fn item(desk: &Desk, known: &Known, point: &str) -> Result<Item> {
    let (id, point): (_, Id<Item>) = (known.meeting.id, point.parse().map_err(|_| Error::NotFound)?);
    let items = desk.read(move |tx| reads::agenda(tx, id)).await?;
    items.into_iter().find(|item| item.id == point).ok_or(Error::NotFound)
}

fn change_page(known: &Known, item: &Item, shown: &ItemDraft) -> FormPage {
    page(known, "Corriger un point", &item.id.to_string(), "Enregistrer", shown)
        .about(about(known, item))
        .field(Field::hidden("version", item.version.to_string()))
        .link("Les documents de ce point", format!("{}/{}/documents", base(known), item.id))
}

pub async fn show_change(desk: Desk, Path((slug, meeting, point)): ItemPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    desk.form(&change_page(&known, &item, &Content::from(&item).draft()))
}

pub async fn change(desk: Desk, Path((slug, meeting, point)): ItemPlace, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let before = item(&desk, &known, &point).await?;
    let (id, of, sent) = (known.meeting.id, before.id, typed(&form));
    let (version, typed): (i64, ItemDraft) = (form.typed("version").parse().unwrap_or(-1), sent.clone());
    match desk.act(move |ctx, tx| acts::change(ctx, tx, id, of, version, &sent)).await {
        Ok(()) => desk.done(&format!("{}#point-{of}", base(&known)), "Le point est corrigé."),
        Err(error @ Error::Conflict(_)) => {
            // What somebody else wrote meanwhile is shown; what this person typed stays.
            let now = item(&desk, &known, &point).await?;
            let changes = Content::from(&now).differs_from(&typed).into_iter();
            let changes = changes.map(|(label, now)| Change { label: label.to_owned(), now }).collect();
            let again = change_page(&known, &now, &typed);
            desk.form_again(if now.version == version { again } else { again.overtaken(changes) }, error)
        }
        Err(error) => {
            // The version that was opened stays, so that a correction of the correction meets the same question.
            let opened = Item { version, ..before };
            desk.form_again(change_page(&known, &opened, &typed), error)
        }
    }
}

/// Moves an item, or takes it out. Afterwards the page opens at the item, which takes the focus.
pub async fn place(desk: Desk, Path((slug, meeting, point)): ItemPlace, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, point): (_, Id<Item>) = (known.meeting.id, point.parse().map_err(|_| Error::NotFound)?);
    let (to, said) = match form.typed("acte") {
        "monter" => (Move::Up, "Le point est monté."),
        "descendre" => (Move::Down, "Le point est descendu."),
        "retirer" => (Move::Out, "Le point est retiré."),
        "placer" => match form.typed("rang").trim().parse() {
            Ok(rank) if rank > 0 => (Move::To(rank), "Le point est à sa place."),
            _ => {
                let wrong = Some((point, form.typed("rang").to_owned()));
                let page = agenda(&desk, known, wrong).await?;
                return desk.refused(&page);
            }
        },
        _ => return Err(Error::NotFound.into()),
    };
    desk.act(move |ctx, tx| acts::place(ctx, tx, id, point, to)).await?;
    let fragment = if to == Move::Out { String::new() } else { format!("#point-{point}") };
    desk.done(&format!("{}{fragment}", base(&known)), said)
}
