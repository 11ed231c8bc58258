//! Defining the framework: a draft that grows, then is published.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use kernel::{Capability, Error, Errors, Provenance, Result, Scope};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::acts::{self, Move};
use super::model::{Criterion, CriterionDraft, Version, VersionState, differences};
use super::{Measures, store as reads, url};
use crate::forms;

#[derive(Template)]
#[template(path = "framework/define.html")]
struct DefinePage {
    draft: Option<Version>,
    /// Title, how it is checked, code, first, last.
    lines: Vec<(String, String, String, bool, bool)>,
    differences: Vec<String>,
    published: Vec<(i64, String)>,
}

impl Page for DefinePage {
    fn title(&self) -> String {
        "Définir le cadre minimum".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Administration", "/administration")]
    }
    fn section(&self) -> Section {
        Section::National
    }
}

fn enter(desk: &Desk) -> Result<Measures> {
    desk.require(Capability::DefineFramework, Scope::Platform)?;
    Measures::of(&desk.app)
}

pub async fn show(desk: Desk) -> Answer {
    let measures = enter(&desk)?;
    let today = desk.app.clock().now().day();
    let versions = desk.read(reads::versions).await?;
    let draft = versions.iter().find(|version| version.state == VersionState::Draft).cloned();
    let last = versions.iter().rfind(|version| version.state == VersionState::Published);
    let criteria = draft.as_ref().map(|draft| draft.criteria.as_slice()).unwrap_or_default();
    let line = |(at, one): (usize, &Criterion)| {
        (one.title.clone(), one.check(&measures), one.code.clone(), at == 0, at + 1 == criteria.len())
    };
    let page = DefinePage {
        lines: criteria.iter().enumerate().map(line).collect(),
        differences: last.map(|last| differences(&last.criteria, criteria, &measures)).unwrap_or_default(),
        published: versions
            .iter()
            .rev()
            .filter(|version| version.state == VersionState::Published)
            .map(|version| (version.number, version.period(today)))
            .collect(),
        draft,
    };
    desk.private(StatusCode::OK, &page)
}

/// Opens a draft, or gives it up.
pub async fn begin(desk: Desk, Form(form): Form) -> Answer {
    enter(&desk)?;
    if form.typed("acte") == "abandonner" {
        desk.act(acts::abandon).await?;
        return desk.done(url::DEFINE, "Le brouillon est abandonné.");
    }
    desk.act(|ctx, tx| acts::begin(ctx, tx, &Provenance::entered())).await?;
    desk.done(url::DEFINE, "Un brouillon est ouvert. Rien n'est demandé à personne avant sa publication.")
}

async fn draft(desk: &Desk) -> Result<Version> {
    desk.read(reads::draft).await?.ok_or_else(no_draft)
}

fn no_draft() -> Error {
    Error::Conflict("Aucun brouillon n'est ouvert : ouvrez-en un d'abord.".to_owned())
}

fn opened(form: &Params) -> Option<i64> {
    Some(form.one("version").and_then(|version| version.parse().ok()).unwrap_or(-1))
}

fn page(title: &str, action: String, button: &str, version: i64) -> FormPage {
    FormPage::new(title, action, button)
        .trail(vec![Crumb::new("Administration", "/administration"), Crumb::new("Cadre minimum", url::DEFINE)])
        .section(Section::National)
        .field(Field::hidden("version", version.to_string()))
        .cancel(url::DEFINE)
}

fn text_page(draft: &Version, introduction: &str, changes: &str) -> FormPage {
    page("Texte du cadre minimum", format!("{}/texte", url::DEFINE), "Enregistrer le texte", draft.version)
        .field(Field::area("introduction", "Introduction").rows(8).value(introduction))
        .field(
            Field::area("changes", "Ce qui change")
                .hint("Pourquoi cette version, pour les gouvernances qui connaissent la précédente.")
                .value(changes),
        )
}

pub async fn show_text(desk: Desk) -> Answer {
    enter(&desk)?;
    let draft = draft(&desk).await?;
    desk.form(&text_page(&draft, &draft.introduction, &draft.changes))
}

pub async fn save_text(desk: Desk, Form(form): Form) -> Answer {
    enter(&desk)?;
    let draft = draft(&desk).await?;
    let (introduction, changes) = (form.typed("introduction").to_owned(), form.typed("changes").to_owned());
    let again = text_page(&draft, &introduction, &changes);
    let opened = opened(&form);
    match desk.act(move |ctx, tx| acts::write_text(ctx, tx, &introduction, &changes, opened)).await {
        Ok(()) => desk.done(url::DEFINE, "Le texte est enregistré."),
        Err(error @ Error::Conflict(_)) => {
            let now = [("Introduction", draft.introduction.clone()), ("Ce qui change", draft.changes.clone())];
            let now = now.map(|(label, now)| Change { label: label.to_owned(), now });
            desk.form_again(again.overtaken(now.into()), error)
        }
        Err(error) => desk.form_again(again, error),
    }
}

fn criterion_fields(page: FormPage, measures: &Measures, typed: &CriterionDraft) -> FormPage {
    let declared = Choice::new("", "Déclaré par la gouvernance, avec une preuve");
    let counted = measures.iter().map(|measure| {
        let choice = Choice::new(measure.code(), measure.label()).selected(measure.code() == typed.measure);
        match measure.threshold() {
            Some(asked) => {
                choice.hint(format!("Nombre à donner ({}), de {} à {}", asked.label, asked.least, asked.most))
            }
            None => choice,
        }
    });
    let choices = std::iter::once(declared.selected(typed.measure.is_empty())).chain(counted);
    page.field(
        Field::text("title", "Critère")
            .hint("Ce qui est demandé, en moins de 80 signes. Exemple : Un co-porteur est désigné")
            .required()
            .maxlength(80)
            .value(&typed.title),
    )
    .field(Field::area("explanation", "Pourquoi, et comment faire").value(&typed.explanation))
    .field(Field::choice(Kind::Radio, "measure", "Comment il est vérifié", choices).required())
    .field(
        Field::new(Kind::Number, "threshold", "Nombre demandé")
            .hint("Pour ce qui se compte par un nombre seulement.")
            .value(&typed.threshold),
    )
    .field(
        Field::new(Kind::Number, "valid_months", "Durée de validité de la preuve, en mois")
            .hint("Pour ce qui est déclaré seulement. Rien : sans limite.")
            .value(&typed.valid_months),
    )
}

fn typed(form: &Params) -> CriterionDraft {
    let typed = |name: &str| form.typed(name).to_owned();
    CriterionDraft {
        title: typed("title"),
        explanation: typed("explanation"),
        measure: typed("measure"),
        threshold: typed("threshold"),
        valid_months: typed("valid_months"),
    }
}

fn new_page(measures: &Measures, draft: &Version, shown: &CriterionDraft) -> FormPage {
    let page =
        page("Nouveau critère", format!("{}/criteres/nouveau", url::DEFINE), "Ajouter ce critère", draft.version);
    criterion_fields(page, measures, shown)
}

pub async fn show_new(desk: Desk) -> Answer {
    let measures = enter(&desk)?;
    let draft = draft(&desk).await?;
    desk.form(&new_page(&measures, &draft, &CriterionDraft::default()))
}

pub async fn add(desk: Desk, Form(form): Form) -> Answer {
    let measures = enter(&desk)?;
    let draft = draft(&desk).await?;
    let typed = typed(&form);
    let again = new_page(&measures, &draft, &typed);
    match desk.act(move |ctx, tx| acts::add(ctx, tx, &measures, &typed)).await {
        Ok(_) => desk.done(url::DEFINE, "Le critère est ajouté au brouillon."),
        Err(error) => desk.form_again(again, error),
    }
}

fn change_page(measures: &Measures, draft: &Version, code: &str, shown: &CriterionDraft) -> FormPage {
    let page = page("Corriger un critère", format!("{}/criteres/{code}", url::DEFINE), "Enregistrer", draft.version);
    criterion_fields(page, measures, shown)
}

pub async fn show_criterion(desk: Desk, Path(code): Path<String>) -> Answer {
    let measures = enter(&desk)?;
    let draft = draft(&desk).await?;
    let criterion = draft.criterion(&code).ok_or(Error::NotFound)?;
    desk.form(&change_page(&measures, &draft, &code, &CriterionDraft::of(criterion)))
}

pub async fn save_criterion(desk: Desk, Path(code): Path<String>, Form(form): Form) -> Answer {
    let measures = enter(&desk)?;
    let draft = draft(&desk).await?;
    let present = draft.criterion(&code).ok_or(Error::NotFound)?;
    let typed = typed(&form);
    let again = change_page(&measures, &draft, &code, &typed);
    let now = vec![
        Change { label: "Critère".to_owned(), now: present.title.clone() },
        Change { label: "Pourquoi, et comment faire".to_owned(), now: present.explanation.clone() },
        Change { label: "Comment il est vérifié".to_owned(), now: present.check(&measures) },
    ];
    let opened = opened(&form);
    match desk.act(move |ctx, tx| acts::change(ctx, tx, &measures, &code, &typed, opened)).await {
        Ok(()) => desk.done(url::DEFINE, "Le critère est corrigé."),
        Err(error @ Error::Conflict(_)) => desk.form_again(again.overtaken(now), error),
        Err(error) => desk.form_again(again, error),
    }
}

/// Moves a criterion up or down, or takes it out of the draft.
pub async fn place(desk: Desk, Path(code): Path<String>, Form(form): Form) -> Answer {
    enter(&desk)?;
    let (to, said) = match form.typed("acte") {
        "monter" => (Move::Up, "Le critère est monté."),
        "descendre" => (Move::Down, "Le critère est descendu."),
        "retirer" => (Move::Out, "Le critère est retiré du brouillon."),
        _ => return Err(Error::NotFound.into()),
    };
    desk.act(move |ctx, tx| acts::place(ctx, tx, &code, to)).await?;
    desk.done(url::DEFINE, said)
}

fn publish_page(draft: &Version, told: &[String], typed: &str) -> FormPage {
    let title = format!("Publier la version {}", draft.number);
    let mut page = page(&title, format!("{}/publier", url::DEFINE), "Publier", draft.version)
        .lead("Une version publiée ne change plus. Chaque gouvernance départementale verra ce qui lui manque.")
        .field(
            Field::new(Kind::Date, "in_force_from", "En vigueur à partir du")
                .hint("Laissez aux gouvernances le temps de s'y préparer. Exemple : 01/03/2027")
                .required()
                .value(typed),
        );
    for difference in told {
        page = page.note(difference.clone());
    }
    page
}

async fn told(desk: &Desk, measures: &Measures, draft: &Version) -> Result<Vec<String>> {
    let versions = desk.read(reads::versions).await?;
    let last = versions.iter().rfind(|version| version.state == VersionState::Published);
    Ok(last.map(|last| differences(&last.criteria, &draft.criteria, measures)).unwrap_or_default())
}

pub async fn show_publish(desk: Desk) -> Answer {
    let measures = enter(&desk)?;
    let draft = draft(&desk).await?;
    let told = told(&desk, &measures, &draft).await?;
    desk.form(&publish_page(&draft, &told, ""))
}

pub async fn publish(desk: Desk, Form(form): Form) -> Answer {
    let measures = enter(&desk)?;
    let draft = draft(&desk).await?;
    let told = told(&desk, &measures, &draft).await?;
    let again = publish_page(&draft, &told, form.typed("in_force_from"));
    let mut errors = Errors::default();
    let from = forms::date(&mut errors, "in_force_from", form.typed("in_force_from"));
    let opened = opened(&form);
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| acts::publish(ctx, tx, from, opened)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(url::FRAMEWORK, "La version est publiée."),
        Err(error) => desk.form_again(again, error),
    }
}
