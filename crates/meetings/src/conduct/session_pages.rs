//! The page by which a meeting is run: presence and quorum, each item with its notes and what comes out of it.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use http::StatusCode;
use kernel::{Error, Errors, Id, Result};
use store::Tx;
use ui::form::{Field, Kind};
use ui::form_page::{Change, FormPage};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::acts::{self, NewOutcome};
use crate::model::{Item, MeetingState, Outcome, OutcomeKind, Participant, Presence};
use crate::planning::{Known, managed};
use crate::planning::{Timed, timed};
use crate::quorum::{Quorum, quorum};
use crate::{practice, store as reads};

type Place = Path<(String, String)>;
type ItemPlace = Path<(String, String, String)>;

/// The quorum of each body that the meeting serves, as people are there now.
pub(super) fn quorums(tx: &mut Tx<'_>, known: &Known, everyone: &[Participant]) -> Result<Vec<(String, Quorum)>> {
    let mut out = Vec::new();
    for body in &known.bodies {
        let (rules, _) = practice::find(tx, body.id)?;
        out.push((body.name.clone(), quorum(rules.quorum, known.meeting.second, body.id, everyone)));
    }
    Ok(out)
}

#[derive(Template)]
#[template(path = "conduct/session.html")]
struct SessionPage {
    known: Known,
    items: Vec<Timed>,
    quorums: Vec<(String, Quorum)>,
    everyone: Vec<Participant>,
}

impl Page for SessionPage {
    fn title(&self) -> String {
        format!("Séance · {}", self.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Séance".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl SessionPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.known.page())
    }

    fn base(&self) -> String {
        format!("{}/seance", self.known.page())
    }

    fn there(&self) -> Vec<&Participant> {
        self.everyone.iter().filter(|one| one.presence.is_there()).collect()
    }

    fn unknown(&self) -> usize {
        self.everyone.iter().filter(|one| one.presence == Presence::Unknown).count()
    }

    fn notes(&self, item: &Item) -> Field {
        Field::area("notes", "Notes").id(format!("notes-{}", item.id)).rows(6).value(&item.notes)
    }
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    if known.meeting.state != MeetingState::Open {
        return Err(Error::Conflict("La séance n'est pas ouverte.".to_owned()).into());
    }
    let loaded = known.clone();
    let (items, everyone, quorums) = desk
        .read(move |tx| {
            let everyone = reads::participants(tx, loaded.meeting.id)?;
            let quorums = quorums(tx, &loaded, &everyone)?;
            Ok((reads::agenda(tx, loaded.meeting.id)?, everyone, quorums))
        })
        .await?;
    let (items, _) = timed(&known, items);
    desk.private(StatusCode::OK, &SessionPage { known, items, quorums, everyone })
}

fn open_page(known: &Known) -> FormPage {
    forms::page(&known.head, "Ouvrir la séance", format!("{}/ouvrir", known.page()), "Ouvrir la séance")
        .about(format!("{}, {}", known.meeting.title, known.meeting.when()))
        .trail(known.trail())
        .note("Ensuite : la présence, puis les notes et les suites de chaque point. Une réunion déjà tenue se saisit de la même façon, à partir de la feuille signée.")
        .cancel(known.page())
}

pub async fn show_open(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    desk.form(&open_page(&known))
}

pub async fn open(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    match desk.act(move |ctx, tx| acts::open(ctx, tx, id)).await {
        Ok(()) => desk.done(&format!("{}/seance", known.page()), "La séance est ouverte. Notez d'abord qui est là."),
        Err(error) => desk.form_again(open_page(&known), error),
    }
}

async fn item(desk: &Desk, known: &Known, point: &str) -> Result<Item> {
    let (id, point): (_, Id<Item>) = (known.meeting.id, point.parse().map_err(|_| Error::NotFound)?);
    let items = desk.read(move |tx| reads::agenda(tx, id)).await?;
    items.into_iter().find(|item| item.id == point).ok_or(Error::NotFound)
}

fn note_page(known: &Known, item: &Item, typed: &str) -> FormPage {
    let base = format!("{}/seance", known.page());
    forms::page(&known.head, "Notes d'un point", format!("{base}/{}/notes", item.id), "Enregistrer les notes")
        .about(item.title.clone())
        .trail(known.trail())
        .field(Field::hidden("version", item.notes_version.to_string()))
        .field(Field::area("notes", "Notes").rows(12).value(typed))
        .cancel(base)
}

pub async fn note(desk: Desk, Path((slug, meeting, point)): ItemPlace, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let before = item(&desk, &known, &point).await?;
    let (id, notes) = (before.id, form.typed("notes").to_owned());
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    match desk.act(move |ctx, tx| acts::note(ctx, tx, id, version, &notes)).await {
        Ok(_) => desk.done(&format!("{}/seance#point-{id}", known.page()), "Les notes sont enregistrées."),
        Err(error @ Error::Conflict(_)) if known.meeting.state == MeetingState::Open => {
            let now = item(&desk, &known, &point).await?;
            let change = Change { label: "Notes".to_owned(), now: now.notes.clone() };
            desk.form_again(note_page(&known, &now, form.typed("notes")).overtaken(vec![change]), error)
        }
        Err(error) => desk.form_again(note_page(&known, &before, form.typed("notes")), error),
    }
}

fn outcome_page(known: &Known, item: &Item, typed: &Params) -> FormPage {
    let base = format!("{}/seance", known.page());
    let value = |name: &str| typed.typed(name).to_owned();
    forms::page(&known.head, "Ajouter une suite", format!("{base}/{}/suite", item.id), "Ajouter")
        .about(item.title.clone())
        .trail(known.trail())
        .field(Field::choice(Kind::Radio, "kind", "Nature", forms::choices::<OutcomeKind>(&value("kind"))).required())
        .field(Field::area("text", "En une phrase").rows(3).maxlength(1000).required().value(value("text")))
        .field(
            Field::text("responsible", "Qui s'en charge")
                .hint("Pour une tâche : une structure ou une fonction, pas un nom.")
                .autocomplete("off")
                .value(value("responsible")),
        )
        .field(Field::new(Kind::Date, "due_on", "Pour le").value(value("due_on")))
        .cancel(base)
}

pub async fn show_outcome(desk: Desk, Path((slug, meeting, point)): ItemPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    desk.form(&outcome_page(&known, &item, &Params::default()))
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
        due_on,
    };
    let id = item.id;
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| acts::outcome(ctx, tx, id, &new)).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&format!("{}/seance#point-{id}", known.page()), "C'est ajouté."),
        Err(error) => desk.form_again(outcome_page(&known, &item, &form), error),
    }
}

pub async fn take(desk: Desk, Path((slug, meeting, point, suite)): Path<(String, String, String, String)>) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let (id, outcome): (_, Id<Outcome>) = (item.id, suite.parse().map_err(|_| Error::NotFound)?);
    desk.act(move |ctx, tx| acts::take_outcome(ctx, tx, id, outcome)).await?;
    desk.done(&format!("{}/seance#point-{id}", known.page()), "C'est retiré.")
}

fn close_page(known: &Known, unknown: usize) -> FormPage {
    let mut page = forms::page(&known.head, "Clore la séance", format!("{}/clore", known.page()), "Clore la séance")
        .about(known.meeting.title.clone())
        .trail(known.trail())
        .note("Le compte rendu se fait tout seul avec la présence, le quorum, les notes et les suites. Après la clôture, elles ne changent plus.")
        .cancel(format!("{}/seance", known.page()));
    if unknown > 0 {
        let plural = if unknown > 1 { "s" } else { "" };
        page =
            page.note(format!("{unknown} présence{plural} non renseignée{plural} : elles compteront comme absentes."));
    }
    page
}

async fn unknown(desk: &Desk, known: &Known) -> Result<usize> {
    let id = known.meeting.id;
    let everyone = desk.read(move |tx| reads::participants(tx, id)).await?;
    Ok(everyone.iter().filter(|one| one.presence == Presence::Unknown).count())
}

pub async fn show_close(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let unknown = unknown(&desk, &known).await?;
    desk.form(&close_page(&known, unknown))
}

pub async fn close(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    match desk.act(move |ctx, tx| acts::close(ctx, tx, id)).await {
        Ok(()) => desk.done(&format!("{}/compte-rendu", known.page()), "La séance est close. Relisez le compte rendu."),
        Err(error) => {
            let unknown = unknown(&desk, &known).await?;
            desk.form_again(close_page(&known, unknown), error)
        }
    }
}
