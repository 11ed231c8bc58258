//! Reading minutes again from a message, asking for a correction; answering one.

use askama::Template;
use axum::extract::Path;
use directory::Person;
use governance::forms;
use http::StatusCode;
use kernel::{Error, Id, Result};
use ui::form::{Choice, ErrorSummary, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::correction::{self, Verdict, read_key};
use super::model::{Correction, CorrectionState, MinutesState};
use super::pages::Told;
use super::store as reads;
use crate::model::{Item, Participant};
use crate::planning::{Known, managed, speaker};

/// What a link opens: the minutes, and the form by which one asks for a correction.
#[derive(Template)]
#[template(path = "minutes/reading.html")]
struct ReadingPage {
    told: Told,
    own: Participant,
    person: Id<Person>,
    key: String,
    /// What this structure has asked for.
    asked: Vec<Correction>,
    item: Field,
    text: Field,
    errors: ErrorSummary,
    /// Something was just asked for.
    thanks: bool,
}

impl Page for ReadingPage {
    fn title(&self) -> String {
        format!("Relire le compte rendu · {}", self.told.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Relire le compte rendu".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.told.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl ReadingPage {
    fn lead(&self) -> String {
        format!("{}, {}", self.told.known.meeting.title, self.told.known.meeting.when())
    }

    fn is_open(&self) -> bool {
        self.told.minutes.state == MinutesState::Circulated
    }
}

async fn open(desk: &Desk, key: &str, typed: &Params) -> Result<ReadingPage> {
    let (participant, person) = read_key(desk.app.secret(), key, desk.app.clock().now())?;
    let (told, own, corrections) = desk
        .read(move |tx| {
            let (id, _) = crate::store::participant(tx, participant)?;
            let (slug, meeting) = crate::store::address(tx, id)?;
            let told = Told::load(tx, &slug, &meeting)?;
            let own = told.everyone.iter().find(|one| one.id == participant).cloned().ok_or(Error::NotFound)?;
            Ok((told, own, reads::corrections(tx, id)?))
        })
        .await?;
    // A mandate that has ended opens nothing, whatever link is held.
    let who = speaker(desk, person).await?;
    if crate::planning::speaks_for(&who, told.known.meeting.governance, std::slice::from_ref(&own)).is_empty() {
        return Err(Error::Forbidden(format!("Vous ne représentez plus « {} » dans cette gouvernance.", own.name)));
    }
    if told.minutes.state == MinutesState::Draft {
        return Err(Error::NotFound);
    }
    let chosen = typed.typed("item");
    let first = Choice::new("", "Le compte rendu en général");
    let items = told.items.iter().map(|item| {
        let id = item.id.to_string();
        let selected = id == chosen;
        Choice::new(id, &item.title).selected(selected)
    });
    let item = Field::choice(Kind::Select, "item", "Sur quel point", std::iter::once(first).chain(items));
    let text = Field::area("text", "Ce qu'il faut corriger")
        .hint("Ce qui est écrit, et ce qu'il faudrait lire à la place.")
        .required()
        .rows(5)
        .value(typed.typed("text"));
    let asked = corrections.into_iter().filter(|one| one.name == own.name).collect();
    let errors = ErrorSummary::new::<&str, &str>(&[]);
    Ok(ReadingPage { told, own, person, key: key.to_owned(), asked, item, text, errors, thanks: false })
}

pub async fn show(desk: Desk) -> Answer {
    let page = open(&desk, &desk.params.whole("cle"), &Params::default()).await?;
    desk.private(StatusCode::OK, &page)
}

pub async fn ask(desk: Desk, Form(form): Form) -> Answer {
    let key = form.whole("cle");
    let opened = open(&desk, &key, &form).await?;
    let item: Option<Id<Item>> = form.one("item").and_then(|id| id.parse().ok());
    let (of, text) = (opened.own.id, form.typed("text").to_owned());
    let who = speaker(&desk, opened.person).await?;
    match desk.app.act(who, move |ctx, tx| correction::ask(ctx, tx, of, item, &text)).await {
        Ok(_) => {
            let mut page = open(&desk, &key, &Params::default()).await?;
            page.thanks = true;
            desk.private(StatusCode::OK, &page)
        }
        Err(error) => {
            let (status, errors) = web::refusal(error)?;
            let mut page = opened;
            page.errors = ErrorSummary::new(&errors);
            page.item = page.item.check(&errors);
            page.text = page.text.check(&errors);
            desk.private(status, &page)
        }
    }
}

type CorrectionPlace = Path<(String, String, String)>;

/// The correction of the address, with its item.
async fn asked(desk: &Desk, slug: String, meeting: String, of: &str) -> Result<(Known, Correction, Option<Item>)> {
    let known = managed(desk, slug, meeting).await?;
    let (id, of): (_, Id<Correction>) = (known.meeting.id, of.parse().map_err(|_| Error::NotFound)?);
    let (found, items) = desk.read(move |tx| Ok((reads::corrections(tx, id)?, crate::store::agenda(tx, id)?))).await?;
    let found = found.into_iter().find(|one| one.id == of).ok_or(Error::NotFound)?;
    let item = items.into_iter().find(|item| Some(item.id) == found.item);
    Ok((known, found, item))
}

fn answer_page(known: &Known, asked: &Correction, item: Option<&Item>, typed: &Params) -> FormPage {
    let base = format!("{}/compte-rendu", known.page());
    let choice =
        |code: &'static str, label: &'static str| Choice::new(code, label).selected(typed.typed("verdict") == code);
    let mut page =
        forms::page(&known.head, "Répondre à une correction", format!("{base}/corrections/{}", asked.id), "Répondre")
            .about(format!("{} demande : {}", asked.name, asked.text))
            .trail(known.trail())
            .field(
                Field::choice(
                    Kind::Radio,
                    "verdict",
                    "Cette correction est",
                    [choice("retenue", "Retenue"), choice("ecartee", "Non retenue")],
                )
                .required(),
            )
            .field(
                Field::text("reason", "Pourquoi")
                    .hint("Nécessaire quand elle n'est pas retenue.")
                    .maxlength(500)
                    .value(typed.typed("reason")),
            );
    if let Some(item) = item {
        let notes = typed.one("notes").unwrap_or(&item.notes);
        page = page.field(Field::hidden("version", item.notes_version.to_string())).field(
            Field::area("notes", format!("Notes corrigées : {}", item.title))
                .hint("Enregistrées si la correction est retenue.")
                .rows(10)
                .value(notes),
        );
    }
    page.cancel(base)
}

pub async fn show_answer(desk: Desk, Path((slug, meeting, of)): CorrectionPlace) -> Answer {
    let (known, asked, item) = asked(&desk, slug, meeting, &of).await?;
    if asked.state != CorrectionState::Asked {
        return Err(Error::Conflict("Cette demande a déjà reçu une réponse.".to_owned()).into());
    }
    desk.form(&answer_page(&known, &asked, item.as_ref(), &Params::default()))
}

pub async fn answer(desk: Desk, Path((slug, meeting, of)): CorrectionPlace, Form(form): Form) -> Answer {
    let (known, asked, item) = asked(&desk, slug, meeting, &of).await?;
    let accepted = match form.typed("verdict") {
        "retenue" => true,
        "ecartee" => false,
        _ => {
            let error = Error::invalid("verdict", "Choisissez une réponse dans la liste.");
            return desk.form_again(answer_page(&known, &asked, item.as_ref(), &form), error);
        }
    };
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let notes = form.one("notes").map(|notes| (version, notes.to_owned()));
    let verdict = Verdict { accepted, reason: form.typed("reason").to_owned(), notes };
    let (id, of) = (known.meeting.id, asked.id);
    match desk.act(move |ctx, tx| correction::answer(ctx, tx, id, of, &verdict)).await {
        Ok(()) => desk.done(&format!("{}/compte-rendu#corrections", known.page()), "La réponse est enregistrée."),
        Err(error) => desk.form_again(answer_page(&known, &asked, item.as_ref(), &form), error),
    }
}
