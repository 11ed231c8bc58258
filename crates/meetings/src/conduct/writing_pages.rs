//! Writing in session and after: the notes of an item, what comes out of it.

use axum::extract::Path;
use axum::response::IntoResponse as _;
use governance::forms;
use http::{HeaderMap, header};
use kernel::{Error, Errors, Id, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form, Params};

use super::acts::{self, NewOutcome, Noted};
use crate::model::{Item, MeetingState, Outcome, OutcomeKind};
use crate::planning::{Known, managed};
use crate::store as reads;
use crate::tasks::{self, Doer};

type ItemPlace = Path<(String, String, String)>;

async fn item(desk: &Desk, known: &Known, point: &str) -> Result<Item> {
    let (id, point): (_, Id<Item>) = (known.meeting.id, point.parse().map_err(|_| Error::NotFound)?);
    let items = desk.read(move |tx| reads::agenda(tx, id)).await?;
    items.into_iter().find(|item| item.id == point).ok_or(Error::NotFound)
}

/// Where one comes back to: the session, or the minutes once it is closed.
fn back(known: &Known, item: Id<Item>) -> String {
    let place = if known.meeting.state == MeetingState::Closed { "compte-rendu" } else { "seance" };
    format!("{}/{place}#point-{item}", known.page())
}

fn note_page(known: &Known, item: &Item, typed: &str) -> FormPage {
    let action = format!("{}/seance/{}/notes", known.page(), item.id);
    forms::page(&known.head, "Notes d'un point", action, "Enregistrer les notes")
        .about(format!("{}, {}", item.title, known.meeting.title))
        .trail(known.trail())
        .field(Field::hidden("version", item.notes_version.to_string()))
        .field(Field::hidden("base", &item.notes))
        .field(Field::area("notes", "Notes").rows(12).value(typed))
        .cancel(back(known, item.id))
}

pub async fn show_notes(desk: Desk, Path((slug, meeting, point)): ItemPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    desk.form(&note_page(&known, &item, &item.notes))
}

/// Saves notes: sent by the button, or by the script of the page, which asks for the answer as data.
pub async fn note(desk: Desk, Path((slug, meeting, point)): ItemPlace, headers: HeaderMap, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let before = item(&desk, &known, &point).await?;
    let (id, notes) = (before.id, form.typed("notes").to_owned());
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    // One may have begun from an empty text: it is said, and empty.
    let base = form.has("base").then(|| form.typed("base").to_owned());
    let done = desk.act(move |ctx, tx| acts::note(ctx, tx, id, version, base.as_deref(), &notes)).await;
    if headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == b"application/json") {
        return data(done);
    }
    match done {
        Ok(Noted { merged: true, .. }) => desk.done(
            &back(&known, id),
            "Quelqu'un d'autre écrivait sur ce point : vos notes et les siennes sont réunies, relisez-les.",
        ),
        Ok(_) => desk.done(&back(&known, id), "Les notes sont enregistrées."),
        Err(error @ Error::Conflict(_)) if known.meeting.state == MeetingState::Open => {
            let now = item(&desk, &known, &point).await?;
            let change = Change { label: "Notes".to_owned(), now: now.notes.clone() };
            desk.form_again(note_page(&known, &now, form.typed("notes")).overtaken(vec![change]), error)
        }
        Err(error) => desk.form_again(note_page(&known, &before, form.typed("notes")), error),
    }
}

/// What became of notes, for the script of the page.
fn data(done: Result<Noted>) -> Answer {
    let json = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    match done {
        Ok(Noted { version, notes, merged }) => {
            let body = serde_json::json!({ "version": version, "notes": notes, "merged": merged });
            Ok((json, body.to_string()).into_response())
        }
        Err(error) => {
            let (status, errors) = web::refusal(error)?;
            let sentence = errors.first().map_or("", |(_, sentence)| sentence.as_str());
            Ok((status, json, serde_json::json!({ "error": sentence }).to_string()).into_response())
        }
    }
}

fn outcome_page(known: &Known, item: &Item, doers: &[(Doer, String)], typed: &Params) -> FormPage {
    let base = format!("{}/seance", known.page());
    let chosen = typed.typed("doer");
    let first = Choice::new("", "Une autre structure ou fonction, écrite ci-dessous");
    let doers = doers.iter().map(|(doer, name)| {
        let code = doer.code();
        let selected = code == chosen;
        Choice::new(code, name).selected(selected)
    });
    let value = |name: &str| typed.typed(name).to_owned();
    forms::page(&known.head, "Ajouter une suite", format!("{base}/{}/suite", item.id), "Ajouter")
        .about(format!("{}, {}", item.title, known.meeting.title))
        .trail(known.trail())
        .field(Field::choice(Kind::Radio, "kind", "Nature", forms::choices::<OutcomeKind>(&value("kind"))).required())
        .field(Field::area("text", "En une phrase").rows(3).maxlength(1000).required().value(value("text")))
        .field(
            Field::choice(Kind::Select, "doer", "Pour une tâche : qui s'en charge", std::iter::once(first).chain(doers))
                .hint("Une personne choisie ici retrouve la tâche dans « À faire » ; le compte rendu ne nomme que sa structure."),
        )
        .field(
            Field::text("responsible", "Ou bien")
                .hint("Une structure ou une fonction, pas un nom.")
                .autocomplete("off")
                .value(value("responsible")),
        )
        .field(Field::new(Kind::Date, "due_on", "Pour le").value(value("due_on")))
        .cancel(back(known, item.id))
}

/// Those who may be given a task.
async fn doers(desk: &Desk, known: &Known) -> Result<Vec<(Doer, String)>> {
    let (governance, today) = (known.head.id, desk.app.clock().now().day());
    desk.read(move |tx| tasks::doers(tx, today, governance)).await
}

pub async fn show_outcome(desk: Desk, Path((slug, meeting, point)): ItemPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let doers = doers(&desk, &known).await?;
    desk.form(&outcome_page(&known, &item, &doers, &Params::default()))
}

pub async fn outcome(desk: Desk, Path((slug, meeting, point)): ItemPlace, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let mut errors = Errors::default();
    let due_on = forms::date(&mut errors, "due_on", form.typed("due_on"));
    let new = NewOutcome {
        kind: form.typed("kind").to_owned(),
        text: form.typed("text").to_owned(),
        responsible: form.typed("responsible").to_owned(),
        doer: Doer::read(form.typed("doer")),
        due_on,
    };
    let id = item.id;
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| acts::outcome(ctx, tx, id, &new)).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&back(&known, id), "C'est ajouté."),
        Err(error) => {
            let doers = doers(&desk, &known).await?;
            desk.form_again(outcome_page(&known, &item, &doers, &form), error)
        }
    }
}

pub async fn take(desk: Desk, Path((slug, meeting, point, suite)): Path<(String, String, String, String)>) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let (id, outcome): (_, Id<Outcome>) = (item.id, suite.parse().map_err(|_| Error::NotFound)?);
    desk.act(move |ctx, tx| acts::take_outcome(ctx, tx, id, outcome)).await?;
    desk.done(&back(&known, id), "C'est retiré.")
}
