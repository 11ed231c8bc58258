//! The form of a draft.

use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use governance::governances::store::Head;
use kernel::coded::Coded as _;
use kernel::{Error, Provenance, Result};
use store::Tx;
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form, Params};

use super::{BodyPlace, Place, Workshop, drafts_trail};
use crate::decisions::acts;
use crate::decisions::model::{Arising, Decision, Draft, LinkKind};
use crate::decisions::store::{self as reads, Place as OnAgenda};
use crate::planning::body_of;
use crate::url;

/// Items of agendas among which one chooses: those of the last meetings.
const ITEMS: i64 = 80;

fn typed(form: &Params) -> Draft {
    Draft {
        title: form.whole("title"),
        text: form.whole("text"),
        arising: form.whole("arising"),
        arising_note: form.whole("arising_note"),
        item: form.whole("item"),
        amends: form.whole("amends"),
        repeals: form.whole("repeals"),
        to_execute: form.typed("to_execute") != "non",
        responsible: form.whole("responsible"),
        due_on: form.whole("due_on"),
        review_on: form.whole("review_on"),
    }
}

/// A draft as its form shows it.
fn shown(tx: &mut Tx<'_>, of: &Decision) -> Result<Draft> {
    let links = reads::links(tx, of.id)?;
    let numbers = |kind| {
        let own = links.iter().filter(|link| link.kind == kind).map(|link| link.number.to_string());
        own.collect::<Vec<_>>().join(", ")
    };
    Ok(Draft {
        title: of.title.clone(),
        text: of.text.clone(),
        arising: of.arising.code().to_owned(),
        arising_note: of.arising_note.clone(),
        item: of.item.as_ref().map(|(item, _)| item.to_string()).unwrap_or_default(),
        amends: numbers(LinkKind::Amends),
        repeals: numbers(LinkKind::Repeals),
        to_execute: of.to_execute,
        responsible: of.responsible.clone(),
        due_on: forms::shown_date(of.due_on),
        review_on: forms::shown_date(of.review_on),
    })
}

fn fields(places: &[OnAgenda], shown: &Draft) -> Vec<Field> {
    let place = |one: &OnAgenda| {
        let id = one.item.to_string();
        let chosen = id == shown.item;
        Choice::new(id, format!("{} · {}, {}", one.title, one.meeting.title, one.meeting.when())).selected(chosen)
    };
    let places = std::iter::once(Choice::new("", "Aucun point")).chain(places.iter().map(place));
    let execute = [
        Choice::new("oui", "Il reste quelque chose à faire après son adoption").selected(shown.to_execute),
        Choice::new("non", "Rien d'autre à faire : elle est exécutée dès qu'elle est adoptée")
            .selected(!shown.to_execute),
    ];
    let plain = |name: &'static str, label: &'static str, value: &str| {
        Field::text(name, label).autocomplete("off").value(value)
    };
    vec![
        plain("title", "Intitulé", &shown.title)
            .hint("Court : il se lit dans les listes, comme « Ouvrir une permanence le jeudi soir ».")
            .required(),
        Field::area("text", "Ce qui est décidé")
            .hint("Le texte exact. Une fois adopté, il ne change plus : on revient dessus par une autre décision. Sans nom de personne.")
            .rows(8)
            .required()
            .value(&shown.text),
        Field::choice(Kind::Select, "item", "Point de l'ordre du jour", places)
            .hint("Pour l'adopter en réunion, et qu'elle soit dans le compte rendu."),
        Field::choice(Kind::Radio, "arising", "Elle vient de", forms::choices::<Arising>(&shown.arising)).required(),
        plain("arising_note", "Précision", &shown.arising_note).hint("Quelle proposition, quelle saisine, de qui (une structure)."),
        plain("amends", "Modifie les décisions", &shown.amends)
            .hint("Leurs numéros, comme 2026-03, séparés par des virgules."),
        plain("repeals", "Abroge les décisions", &shown.repeals),
        Field::choice(Kind::Radio, "to_execute", "Exécution", execute).required(),
        plain("responsible", "Qui s'en charge", &shown.responsible).hint("Une structure ou une fonction."),
        Field::new(Kind::Date, "due_on", "À exécuter avant le").value(&shown.due_on),
        Field::new(Kind::Date, "review_on", "À revoir le")
            .hint("La page « À faire » le rappelle trente jours avant.")
            .value(&shown.review_on),
    ]
}

fn new_page(head: &Head, body: &Body, places: &[OnAgenda], shown: &Draft) -> FormPage {
    let base = url::drafts(&head.slug, &body.slug);
    forms::page(head, "Projet de décision", format!("{base}/nouvelle"), "Enregistrer le projet")
        .about(body.name.clone())
        .trail(drafts_trail(head, body))
        .fields(fields(places, shown))
        .cancel(base)
}

async fn places(desk: &Desk, body: &Body) -> Result<Vec<OnAgenda>> {
    let id = body.id;
    desk.read(move |tx| reads::places(tx, id, ITEMS)).await
}

/// A new draft; `point`, `modifie` and `abroge` in the address fill in where it comes from.
pub async fn show_new(desk: Desk, Path((slug, instance)): BodyPlace) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let places = places(&desk, &body).await?;
    let asked = |name: &str| desk.params.one(name).unwrap_or_default().to_owned();
    let on = places.iter().find(|one| one.item.to_string() == asked("point"));
    let (amends, repeals) = (asked("modifie"), asked("abroge"));
    let arising = match on {
        Some(_) => Arising::AgendaItem.code(),
        None if !amends.is_empty() || !repeals.is_empty() => Arising::Initiative.code(),
        None => "",
    };
    let draft = Draft {
        title: on.map(|one| one.title.clone()).unwrap_or_default(),
        item: on.map(|one| one.item.to_string()).unwrap_or_default(),
        arising: arising.to_owned(),
        amends,
        repeals,
        to_execute: true,
        ..Draft::default()
    };
    desk.form(&new_page(&head, &body, &places, &draft))
}

pub async fn write(desk: Desk, Path((slug, instance)): BodyPlace, Form(form): Form) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let (id, sent) = (body.id, typed(&form));
    let draft = sent.clone();
    match desk.act(move |ctx, tx| acts::write(ctx, tx, id, &sent, &Provenance::entered())).await {
        Ok(id) => {
            let page = format!("{}/{id}", url::drafts(&head.slug, &body.slug));
            desk.done(&page, "Le projet est enregistré. Lui seul reste à adopter.")
        }
        Err(error) => desk.form_again(new_page(&head, &body, &places(&desk, &body).await?, &draft), error),
    }
}

fn correct_page(of: &Workshop, places: &[OnAgenda], shown: &Draft, version: i64) -> FormPage {
    of.form("Corriger le projet", "modifier", "Enregistrer le projet")
        .field(Field::hidden("version", version.to_string()))
        .fields(fields(places, shown))
}

pub async fn show_correct(desk: Desk, Path((slug, instance, decision)): Place) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    if of.decision.state != crate::decisions::DecisionState::Draft {
        return Err(Error::Conflict("Cette décision n'est plus un projet : elle ne change plus.".to_owned()).into());
    }
    let places = places(&desk, &of.body).await?;
    let known = of.decision.clone();
    let draft = desk.read(move |tx| shown(tx, &known)).await?;
    desk.form(&correct_page(&of, &places, &draft, of.decision.version))
}

pub async fn correct(desk: Desk, Path((slug, instance, decision)): Place, Form(form): Form) -> Answer {
    let of = Workshop::enter(&desk, slug.clone(), instance.clone(), &decision).await?;
    let (id, sent) = (of.decision.id, typed(&form));
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let draft = sent.clone();
    match desk.act(move |ctx, tx| acts::correct(ctx, tx, id, version, &sent)).await {
        Ok(()) => desk.done(&of.back(), "Le projet est corrigé."),
        Err(error) => {
            let now = Workshop::enter(&desk, slug, instance, &decision).await?;
            let places = places(&desk, &now.body).await?;
            if now.decision.version == version || !matches!(error, Error::Conflict(_)) {
                return desk.form_again(correct_page(&now, &places, &draft, version), error);
            }
            // What somebody else wrote meanwhile is shown; what this person typed stays.
            let known = now.decision.clone();
            let stored = desk.read(move |tx| shown(tx, &known)).await?;
            let changes = draft.differs_from(&stored).into_iter();
            let changes = changes.map(|(label, now)| Change { label: label.to_owned(), now }).collect();
            let page = correct_page(&now, &places, &draft, now.decision.version).overtaken(changes);
            desk.form_again(page, error)
        }
    }
}
