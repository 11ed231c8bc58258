//! What waits for an agenda of a body: the page with its tabs, and the forms of those who animate.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use kernel::{Error, Id, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::acts::{self, Step};
use super::around::{Around, Place, PointPlace, animated, around, form, waiting_item};
use super::model::{Brief, WaitingItem, WaitingState};
use super::store::{self as waiting, Of};
use crate::agenda::model::ItemDraft;
use crate::agenda::pages::{fields, typed};
use crate::model::Meeting;
use crate::planning::trail_of_body;
use crate::url;

/// Lines on one page of a list.
const PAGE: i64 = 50;

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Waiting,
    Proposals,
    Planned,
    Over,
    Sent,
}

impl View {
    const ALL: [Self; 5] = [Self::Waiting, Self::Proposals, Self::Planned, Self::Over, Self::Sent];

    fn code(self) -> &'static str {
        match self {
            Self::Waiting => "",
            Self::Proposals => "propositions",
            Self::Planned => "inscrits",
            Self::Over => "termines",
            Self::Sent => "transmis",
        }
    }

    fn states(self) -> &'static [WaitingState] {
        use WaitingState as W;
        match self {
            Self::Waiting => &[W::Waiting],
            Self::Proposals => &[W::Proposed],
            Self::Planned => &[W::Planned],
            Self::Over => &[W::Done, W::Carried, W::Refused, W::Withdrawn],
            Self::Sent => kernel::coded::Coded::ALL,
        }
    }

    fn nothing(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiting => ("Rien n'attend", "Un point écrit ou proposé ici attend le prochain ordre du jour."),
            Self::Proposals => ("Aucune proposition", "Les structures qui siègent peuvent proposer un point."),
            Self::Planned => ("Aucun point inscrit", "Ce qui passe d'ici à un ordre du jour se retrouve ici."),
            Self::Over => ("Rien de terminé", "Les points traités, reportés, refusés ou retirés se retrouvent ici."),
            Self::Sent => {
                ("Rien n'a été transmis", "Un point transmis à une autre instance se retrouve ici, avec sa réponse.")
            }
        }
    }
}

#[derive(Template)]
#[template(path = "agenda/waiting/points.html")]
struct PointsPage {
    around: Around,
    view: View,
    items: Vec<WaitingItem>,
    next: Option<String>,
    tally: Vec<(WaitingState, i64)>,
}

impl Page for PointsPage {
    fn title(&self) -> String {
        format!("Points en attente · {} · {}", self.around.body.name, self.around.head.name)
    }
    fn crumb(&self) -> String {
        "Points en attente".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail_of_body(&self.around.head, &self.around.body)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl PointsPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.around.points())
    }

    fn is_open(&self) -> bool {
        self.around.body.closed_on.is_none()
    }

    fn tabs(&self) -> Vec<(String, String, bool)> {
        let shown = View::ALL.into_iter().filter(|view| self.around.manages || *view != View::Over);
        let tab = |view: View| {
            let label = match view {
                View::Waiting => "En attente",
                View::Proposals if self.around.manages => "Propositions",
                View::Proposals => "Nos propositions",
                View::Planned => "Inscrits",
                View::Over => "Terminés",
                View::Sent => "Transmis",
            };
            let count: i64 =
                self.tally.iter().filter(|(state, _)| view.states().contains(state)).map(|(_, count)| count).sum();
            let counted = self.around.manages && matches!(view, View::Waiting | View::Proposals) && count > 0;
            let label = if counted { format!("{label} ({count})") } else { label.to_owned() };
            let query = if view.code().is_empty() { String::new() } else { format!("?etat={}", view.code()) };
            (label, format!("{}{query}", self.around.points()), view == self.view)
        };
        shown.map(tab).collect()
    }

    fn nothing(&self) -> (&'static str, &'static str) {
        self.view.nothing()
    }

    /// Those who animate act on what waits for their body, not on what they sent elsewhere.
    fn acts(&self) -> bool {
        self.around.manages && self.view != View::Sent
    }

    fn is(&self, item: &WaitingItem, state: &str) -> bool {
        kernel::coded::Coded::code(item.state) == state
    }

    fn may_resume(&self, item: &WaitingItem) -> bool {
        self.is_open()
            && (item.state == WaitingState::Refused
                || (item.state == WaitingState::Withdrawn && item.proposer.is_none()))
    }

    /// A proposal of a member that this person represents.
    fn may_retract(&self, item: &WaitingItem) -> bool {
        item.proposer.is_some_and(|member| self.around.represents.contains(&member))
            && item.state.may_become(WaitingState::Withdrawn)
    }

    /// The meeting on whose agenda it is, where this person may know of it.
    fn meeting<'a>(&self, item: &'a WaitingItem) -> Option<&'a Brief> {
        let (_, meeting) = item.planned.as_ref()?;
        (self.around.manages && self.view != View::Sent || meeting.is_public()).then_some(meeting)
    }

    /// Where it came up, where this person may know of it.
    fn from<'a>(&self, item: &'a WaitingItem) -> Option<&'a Brief> {
        let sent = item.sent.as_ref()?;
        let sent_here = self.view == View::Sent && self.around.manages;
        sent.meeting.as_ref().filter(|_| sent_here || sent.is_public())
    }
}

pub async fn show(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let around = around(&desk, slug, instance).await?;
    let asked = desk.params.one("etat").unwrap_or_default();
    let view = View::ALL.into_iter().find(|view| view.code() == asked).unwrap_or(View::Waiting);
    let view = if view == View::Over && !around.manages { View::Waiting } else { view };
    let after: Option<Id<WaitingItem>> = desk.params.one("apres").and_then(|id| id.parse().ok());
    let page = desk
        .read(move |tx| {
            let body = around.body.id;
            let mut items = match view {
                View::Proposals if !around.manages => waiting::proposals(tx, body, &around.represents)?,
                View::Sent => waiting::list(tx, Of::SentBy(body), view.states(), after, PAGE + 1)?,
                _ => waiting::list(tx, Of::Body(body), view.states(), after, PAGE + 1)?,
            };
            if !around.manages {
                // What was taken from a draft, or from minutes to come, is for those who prepare them.
                items.retain(|one| match view {
                    View::Planned => one.planned.as_ref().is_some_and(|(_, meeting)| meeting.is_public()),
                    View::Sent => one.sent.as_ref().is_some_and(super::model::Sent::is_public),
                    _ => true,
                });
            }
            let limit = usize::try_from(PAGE).unwrap_or(usize::MAX);
            let more = items.len() > limit;
            items.truncate(limit);
            let next = items
                .last()
                .filter(|_| more)
                .map(|last| format!("{}?etat={}&apres={}", around.points(), view.code(), last.id));
            let tally = if around.manages { waiting::tally(tx, body)? } else { Vec::new() };
            Ok(PointsPage { around, view, items, next, tally })
        })
        .await?;
    desk.private(StatusCode::OK, &page)
}

fn new_page(around: &Around, shown: &ItemDraft) -> FormPage {
    form(around, "Nouveau point en attente", "nouveau", "Mettre en attente")
        .note("Il attend ici un prochain ordre du jour ; les structures qui siègent le voient.")
        .fields(fields(shown))
        .cancel(around.points())
}

pub async fn show_new(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    desk.form(&new_page(&around, &ItemDraft { minutes: "15".to_owned(), ..ItemDraft::default() }))
}

pub async fn write(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let (body, sent) = (around.body.id, typed(&form));
    let again = new_page(&around, &sent);
    match desk.act(move |ctx, tx| acts::write(ctx, tx, body, &sent, &Provenance::entered())).await {
        Ok(_) => desk.done(&around.points(), "Le point est en attente."),
        Err(error) => desk.form_again(again, error),
    }
}

fn change_page(around: &Around, item: &WaitingItem, shown: &ItemDraft) -> FormPage {
    form(around, "Corriger un point en attente", &item.id.to_string(), "Enregistrer")
        .about(item.content.title.clone())
        .field(Field::hidden("version", item.version.to_string()))
        .fields(fields(shown))
        .cancel(around.points())
}

pub async fn show_change(desk: Desk, Path((slug, instance, attente)): PointPlace) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    desk.form(&change_page(&around, &item, &item.content.draft()))
}

pub async fn change(desk: Desk, Path((slug, instance, attente)): PointPlace, Form(form): Form) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let before = waiting_item(&desk, &around, &attente).await?;
    let (id, sent) = (before.id, typed(&form));
    let (version, typed): (i64, ItemDraft) = (form.typed("version").parse().unwrap_or(-1), sent.clone());
    match desk.act(move |ctx, tx| acts::change(ctx, tx, id, version, &sent)).await {
        Ok(()) => desk.done(&around.points(), "Le point est corrigé."),
        Err(error @ Error::Conflict(_)) => {
            let now = waiting_item(&desk, &around, &attente).await?;
            let changes = now.content.differs_from(&typed).into_iter();
            let changes = changes.map(|(label, now)| Change { label: label.to_owned(), now }).collect();
            let again = change_page(&around, &now, &typed);
            desk.form_again(if now.version == version { again } else { again.overtaken(changes) }, error)
        }
        Err(error) => {
            let opened = WaitingItem { version, ..before };
            desk.form_again(change_page(&around, &opened, &typed), error)
        }
    }
}

/// The coming meetings as answers of a form.
pub(super) fn meetings(coming: &[(Id<Meeting>, Brief)], chosen: &str) -> Vec<Choice> {
    let choice = |(id, meeting): &(Id<Meeting>, Brief)| {
        let id = id.to_string();
        let selected = id == chosen;
        let label = format!("{}, {}", meeting.title, meeting.day());
        Choice::new(id, label).selected(selected)
    };
    coming.iter().map(choice).collect()
}

async fn schedule_page(desk: &Desk, around: &Around, item: &WaitingItem, typed: &Params) -> Result<FormPage> {
    let (body, now) = (around.body.id, desk.app.clock().now());
    let coming = desk.read(move |tx| waiting::coming(tx, body, now)).await?;
    let place = format!("{}/inscrire", item.id);
    let page =
        form(around, "Mettre à l'ordre du jour", &place, "Mettre à l'ordre du jour").about(item.content.title.clone());
    if coming.is_empty() {
        let new = format!("{}/reunions/nouvelle", governance::url::body(&around.head.slug, &around.body.slug));
        return Ok(page
            .note("Aucune réunion de cette instance n'est à venir : préparez-en une d'abord.")
            .way("Préparer une réunion", new)
            .cancel(around.points()));
    }
    Ok(page
        .field(Field::choice(Kind::Select, "meeting", "Réunion", meetings(&coming, typed.typed("meeting"))).required())
        .cancel(around.points()))
}

pub async fn show_schedule(desk: Desk, Path((slug, instance, attente)): PointPlace) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    desk.form(&schedule_page(&desk, &around, &item, &Params::default()).await?)
}

pub async fn schedule(desk: Desk, Path((slug, instance, attente)): PointPlace, Form(form): Form) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    let id = item.id;
    let done = match form.typed("meeting").parse::<Id<Meeting>>() {
        Ok(meeting) => {
            desk.act(move |ctx, tx| {
                // An address of elsewhere is not of this list.
                let known = crate::store::find(tx, meeting).map_err(|_| Error::invalid("meeting", UNKNOWN))?;
                acts::schedule(ctx, tx, id, meeting).map(|item| (known, item))
            })
            .await
        }
        Err(_) => Err(Error::invalid("meeting", UNKNOWN)),
    };
    match done {
        Ok((meeting, item)) => {
            let agenda = format!("{}/ordre-du-jour#point-{item}", url::meeting(&around.head.slug, &meeting.slug));
            desk.done(&agenda, "Le point est à l'ordre du jour.")
        }
        Err(error) => desk.form_again(schedule_page(&desk, &around, &item, &form).await?, error),
    }
}

pub(super) const UNKNOWN: &str = "Choisissez une réunion de la liste.";

/// Keeps a proposal, takes out what waits, takes up again what was refused or taken out.
pub async fn state(desk: Desk, Path((slug, instance, attente)): PointPlace, Form(form): Form) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    let (step, said) = match form.typed("acte") {
        "garder" => (Step::Keep, "La proposition est gardée en attente."),
        "retirer" => (Step::Withdraw, "Le point est retiré. Il se retrouve parmi les points terminés."),
        "reprendre" => (Step::Resume, "Le point est de nouveau en attente."),
        _ => return Err(Error::NotFound.into()),
    };
    let id = item.id;
    desk.act(move |ctx, tx| acts::step(ctx, tx, id, step)).await?;
    desk.done(&around.points(), said)
}
