//! One decision, and the register of decisions, on paper.

use axum::extract::Path;
use documents::paper::{Block, Paper, PdfForm, odt, pdf};
use governance::page::{Sheet, View};
use jiff::civil::Date;
use kernel::Error;
use store::Tx;
use web::{Answer, Desk, download};

use super::exports::{Around, Told, numbers};
use super::one::Whole;
use crate::decisions::model::Decision;

const PDF: &str = "application/pdf";
const ODT: &str = "application/vnd.oasis.opendocument.text";

/// What is told of each decision, in both papers.
fn facts(one: &Decision, around: &Around) -> Vec<(String, String)> {
    let fact = |label: &str, value: String| (label.to_owned(), value);
    let date = |date: Option<kernel::PartialDate>| date.map(|date| date.french()).unwrap_or_default();
    let (meeting, item) = match (&one.meeting, &one.item) {
        (Some((meeting, _)), Some((_, item))) => (meeting.clone(), item.clone()),
        _ => Default::default(),
    };
    let arising = match one.arising_note.as_str() {
        "" => one.arising.to_string(),
        note => format!("{} : {note}", one.arising),
    };
    let mut facts = vec![
        fact("État", one.state.to_string()),
        fact("Instance", one.author.0.clone()),
        fact("Adoptée", one.taken()),
        fact("Comment", one.sentence.clone()),
        fact("Réunion", meeting),
        fact("Point", item),
        fact("Elle vient de", arising),
        fact("Modifie", numbers(&around.amends)),
        fact("Abroge", numbers(&around.repeals)),
        fact("Modifiée par", numbers(&around.amended_by)),
        fact("Abrogée par", numbers(&around.repealed_by)),
        fact("Exécution", one.standing().map(|standing| standing.to_string()).unwrap_or_default()),
        fact("En charge", one.responsible.clone()),
        fact("À exécuter avant le", date(one.due_on)),
        fact("À revoir le", date(one.review_on)),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn fictitious(one: &Decision) -> &'static str {
    if one.provenance.is_fictitious() { " · Exemple fictif" } else { "" }
}

/// One decision, as it stands today.
fn of_one(whole: &Whole, site: &str, today: Date) -> Paper {
    let one = &whole.decision;
    let number = |kind| whole.links.iter().filter(move |link| link.kind == kind).map(|link| link.number).collect();
    let by = |kind| whole.linked_by.iter().filter(move |link| link.kind == kind).map(|link| link.number).collect();
    use crate::decisions::model::LinkKind::{Amends, Repeals};
    let around = Around {
        amends: number(Amends),
        repeals: number(Repeals),
        amended_by: by(Amends),
        repealed_by: by(Repeals),
        effects: Vec::new(),
    };
    let mut blocks = vec![
        Block::Section("Ce qui est décidé".to_owned()),
        Block::Paragraph(one.text.clone()),
        Block::Section("Comment elle a été prise".to_owned()),
        Block::Facts(facts(one, &around)),
    ];
    if !whole.effects.is_empty() {
        blocks.push(Block::Section("Ses effets".to_owned()));
        blocks.push(Block::Items(whole.effects.iter().map(|effect| effect.done.clone()).collect()));
    }
    if !whole.steps.is_empty() {
        blocks.push(Block::Section("Étapes de l'exécution".to_owned()));
        let line = |step: &crate::decisions::model::Step| match step.note.as_str() {
            "" => format!("{} : {}", step.on.french(), step.state),
            note => format!("{} : {} ({note})", step.on.french(), step.state),
        };
        blocks.push(Block::Items(whole.steps.iter().map(line).collect()));
    }
    blocks.push(Block::Note(format!("Page de cette décision : {site}{}", one.page().unwrap_or_default())));
    Paper {
        overline: format!("{} · {}{}", one.of.0, one.author.0, fictitious(one)),
        title: format!("{} : {}", one.name(), one.title),
        description: format!("{} de {}, adoptée {}.", one.name(), one.of.0, one.taken()),
        written_on: one.decided_on.map_or(today, |on| on.first_day()),
        footer: format!("{} · {}", one.name(), one.of.0),
        blocks,
    }
}

/// All decisions that were asked for, year by year.
fn of_all(told: &Told, site: &str) -> Paper {
    let mut blocks = Vec::new();
    if told.decisions.is_empty() {
        blocks.push(Block::Note("Aucune décision ne correspond.".to_owned()));
    }
    let mut year = None;
    for (one, around) in &told.decisions {
        let of = one.number.map(|number| number.year);
        if of != year {
            year = of;
            blocks.extend(of.map(|year| Block::Section(format!("Année {year}"))));
        }
        let number = one.number.map(|number| number.to_string()).unwrap_or_default();
        blocks.push(Block::Subsection(format!("{number}. {}{}", one.title, fictitious(one))));
        blocks.push(Block::Paragraph(one.text.clone()));
        blocks.push(Block::Facts(facts(one, around)));
        if !around.effects.is_empty() {
            blocks.push(Block::Items(around.effects.clone()));
        }
        blocks.push(Block::Note(format!("{site}{}", one.page().unwrap_or_default())));
    }
    Paper {
        overline: told.governance.clone(),
        title: "Registre des décisions".to_owned(),
        description: format!("Les décisions adoptées dans {}, la dernière d'abord.", told.governance),
        written_on: told.today,
        footer: format!("Registre des décisions · {}", told.governance),
        blocks,
    }
}

pub async fn register_pdf(desk: Desk, Path(slug): Path<String>) -> Answer {
    let (params, today) = (desk.params.clone(), desk.app.clock().now().day());
    let site = desk.app.settings().public_address.clone();
    let name = format!("registre-des-decisions-{slug}.pdf");
    let read = move |tx: &mut Tx<'_>| Told::load(tx, Some(&slug), &params, today);
    let make = move |told: Told| pdf(&of_all(&told, &site), PdfForm::Archive).map_err(Error::internal);
    let body = desk.file(read, make).await?;
    download(&name, PDF, body)
}

async fn one(desk: Desk, slug: String, number: String, as_pdf: bool) -> Answer {
    let today = desk.app.clock().now().day();
    let site = desk.app.settings().public_address.clone();
    let (extension, media) = if as_pdf { ("pdf", PDF) } else { ("odt", ODT) };
    let read = move |tx: &mut Tx<'_>| {
        let sheet = Sheet::load(tx, &slug, View::Decisions)?;
        let whole = Whole::load(tx, &sheet, &number)?;
        Ok((format!("decision-{slug}-{}.{extension}", whole.number), of_one(&whole, &site, today)))
    };
    let make = move |(name, paper): (String, Paper)| {
        let bytes = match as_pdf {
            true => pdf(&paper, PdfForm::Archive).map_err(Error::internal)?,
            false => odt(&paper).map_err(Error::internal)?,
        };
        Ok((name, bytes))
    };
    let (name, bytes) = desk.file(read, make).await?;
    download(&name, media, bytes)
}

pub async fn one_pdf(desk: Desk, Path((slug, number)): Path<(String, String)>) -> Answer {
    one(desk, slug, number, true).await
}

pub async fn one_odt(desk: Desk, Path((slug, number)): Path<(String, String)>) -> Answer {
    one(desk, slug, number, false).await
}
