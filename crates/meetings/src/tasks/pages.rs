//! The tasks of a governance, and the page of one.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use governance::governances::store::Head;
use governance::page::{Sheet, View};
use http::StatusCode;
use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::time::french_date;
use kernel::{Error, Id, Result};
use store::versions;
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::model::{Settling, Source, Task, TaskState};
use super::store::{self as reads, Seen};
use crate::planning::is_inside;
use crate::url;

/// Tasks on one page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "tasks/tasks.html")]
struct TasksPage {
    sheet: Sheet,
    tasks: Vec<Task>,
    state: TaskState,
    today: Date,
    /// Those of the governance see every task; everybody sees those of published minutes.
    inside: bool,
    previous: Option<String>,
    next: Option<String>,
}

impl Page for TasksPage {
    fn title(&self) -> String {
        format!("Tâches · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Tâches".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = self.sheet.trail(true);
        trail.push(Crumb::new("Réunions", url::meetings(&self.sheet.governance.slug)));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl TasksPage {
    fn base(&self) -> String {
        url::tasks(&self.sheet.governance.slug)
    }

    fn states(&self) -> Vec<(TaskState, String, bool)> {
        let at = |state: TaskState| format!("{}?etat={}", self.base(), state.code());
        TaskState::ALL.iter().map(|state| (*state, at(*state), *state == self.state)).collect()
    }

    fn due(&self, task: &Task) -> String {
        task.due_on.map(|due| due.french()).unwrap_or_default()
    }
}

pub async fn list(desk: Desk, Path(slug): Path<String>) -> Answer {
    let today = desk.app.clock().now().day();
    let state = desk.params.one("etat").and_then(TaskState::from_code).unwrap_or(TaskState::Open);
    let page: i64 = desk.params.one("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 1_000);
    let who = desk.who();
    let mut shown = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Meetings)?;
            let inside = is_inside(&who, sheet.governance.id);
            let seen = if inside { Seen::All } else { Seen::Public };
            let mut tasks = reads::list(tx, sheet.governance.id, state, seen, PAGE + 1, (page - 1) * PAGE)?;
            let more = i64::try_from(tasks.len()).unwrap_or(0) > PAGE;
            tasks.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
            let at = |page: i64| format!("{}?etat={}&page={page}", url::tasks(&slug), state.code());
            let (previous, next) = ((page > 1).then(|| at(page - 1)), more.then(|| at(page + 1)));
            Ok(TasksPage { sheet, tasks, state, today, inside, previous, next })
        })
        .await?;
    shown.sheet.seen_by(&desk);
    if shown.inside {
        return desk.private(StatusCode::OK, &shown);
    }
    let mut subjects = shown.sheet.subjects();
    subjects.push(versions::MEETINGS.to_owned());
    desk.shared(&shown, subjects)
}

/// The task of an address, for those who may say where it stands; its governance.
async fn own(desk: &Desk, slug: String, task: &str) -> Result<(Head, Task)> {
    let id: Id<Task> = task.parse().map_err(|_| Error::NotFound)?;
    let who = desk.who();
    let (head, task, may) = desk
        .read(move |tx| {
            let head = forms::governance(tx, &slug)?;
            if reads::governance_of(tx, id)? != head.id {
                return Err(Error::NotFound);
            }
            let task = reads::find(tx, id)?;
            let may = acts::may_settle(tx, &who, &task)?;
            Ok((head, task, may))
        })
        .await?;
    if may {
        return Ok((head, task));
    }
    // Whoever may not see the task is not told that there is one.
    Err(if task.minutes_are_public || is_inside(&desk.who(), head.id) {
        Error::Forbidden(
            "Seules la structure qui s'en charge et l'animation peuvent dire où en est cette tâche.".to_owned(),
        )
    } else {
        Error::NotFound
    })
}

/// « Réunion : … », « Décision 2026-03 : … ».
fn from(task: &Task) -> String {
    match task.source {
        Source::Meeting(_) => format!("Réunion : {}", task.from.0),
        Source::Decision(_) => task.from.0.clone(),
    }
}

fn page(head: &Head, task: &Task, typed: &Params) -> FormPage {
    let state = typed.one("state").unwrap_or(match task.state {
        // Who comes here comes to say that it is done.
        TaskState::Open => TaskState::Done.code(),
        state => state.code(),
    });
    let trail = vec![
        Crumb::new("Gouvernances", governance::url::GOVERNANCES),
        Crumb::new(&head.name, governance::url::governance(&head.slug)),
        Crumb::new("Tâches", url::tasks(&head.slug)),
    ];
    let about = match task.due_on {
        Some(due) => format!("{} ({}, pour le {})", task.text, task.responsible, due.french()),
        None => format!("{} ({})", task.text, task.responsible),
    };
    let mut page =
        forms::page(head, "Où en est cette tâche ?", format!("{}/{}", url::tasks(&head.slug), task.id), "Enregistrer")
            .about(about)
            .trail(trail)
            .field(Field::hidden("version", task.version.to_string()))
            .field(Field::choice(Kind::Radio, "state", "Elle est", forms::choices::<TaskState>(state)).required())
            .field(
                Field::text("note", "Précision")
                    .hint("Facultatif, sauf pour une tâche abandonnée. Sans nom de personne.")
                    .autocomplete("off")
                    .maxlength(500)
                    .value(typed.one("note").unwrap_or(&task.note)),
            )
            .link(from(task), &task.from.1)
            .cancel(url::tasks(&head.slug));
    if let Some(at) = task.settled_at {
        page = page.note(format!("{} le {}.", task.state, french_date(at.day())));
    }
    page
}

pub async fn show(desk: Desk, Path((slug, task)): Path<(String, String)>) -> Answer {
    let (head, task) = own(&desk, slug, &task).await?;
    desk.form(&page(&head, &task, &Params::default()))
}

pub async fn settle(desk: Desk, Path((slug, task)): Path<(String, String)>, Form(form): Form) -> Answer {
    let (head, task) = own(&desk, slug.clone(), &task).await?;
    let Some(state) = TaskState::from_code(form.typed("state")) else {
        let error = Error::invalid("state", "Choisissez une réponse dans la liste.");
        return desk.form_again(page(&head, &task, &form), error);
    };
    let said = Settling { state, note: form.typed("note").to_owned() };
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let id = task.id;
    match desk.act(move |ctx, tx| acts::settle(ctx, tx, id, version, &said)).await {
        Ok(()) => desk.done(&url::tasks(&head.slug), "C'est enregistré."),
        Err(error) => {
            let (head, task) = own(&desk, slug, &id.to_string()).await?;
            desk.form_again(page(&head, &task, &form), error)
        }
    }
}
