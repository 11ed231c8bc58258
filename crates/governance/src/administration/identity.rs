//! The identity sheet, public note included.

use axum::extract::Path;
use kernel::{Capability, Error};
use ui::form::{Field, Kind};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form, Params};

use super::{Opened, enter, inside};
use crate::governances::acts;
use crate::governances::model::IdentityDraft;
use crate::governances::store::{self as reads, Head};
use crate::{forms, url};

/// The fields in their order: name, label, hint, lines.
const FIELDS: [(&str, &str, &str, u8); 7] = [
    ("name", "Nom de la gouvernance", "", 1),
    ("form", "Forme", "Par exemple : collectif lié par une convention, binôme Préfecture et Département.", 1),
    ("perimeter", "Territoire, en quelques mots", "", 1),
    ("living_areas_note", "Bassins de vie", "Comment le territoire se découpe pour l'inclusion numérique.", 3),
    ("ideas", "Trois idées clés", "Une par ligne : trois, ou aucune.", 3),
    (
        "public_note",
        "Note publique",
        "La présentation que tout le monde lit. Une ligne vide sépare deux paragraphes.",
        12,
    ),
    ("data_referent", "Référent données", "Une fonction, jamais un nom de personne.", 1),
];

fn typed(form: &Params) -> [String; 7] {
    FIELDS.map(|(name, ..)| form.typed(name).to_owned())
}

fn draft([name, form, perimeter, living_areas_note, ideas, public_note, data_referent]: [String; 7]) -> IdentityDraft {
    let ideas = ideas.lines().filter(|idea| !idea.trim().is_empty()).map(ToOwned::to_owned).collect();
    IdentityDraft { name, form, perimeter, living_areas_note, ideas, public_note, data_referent }
}

fn page(head: &Head, values: &[String; 7], opened: &Opened) -> FormPage {
    let fields = FIELDS.iter().zip(values).map(|((name, label, hint, lines), value)| {
        let kind = if *lines > 1 { Kind::Area } else { Kind::Text };
        let field = Field::new(kind, *name, *label).hint(*hint).rows(*lines).autocomplete("off").value(value);
        if *name == "name" { field.required() } else { field }
    });
    forms::page(head, "Fiche d'identité", inside(&head.slug, "identite"), "Enregistrer")
        .lead("Ce que la page publique dit de votre gouvernance.")
        .field(Field::hidden("version", opened.written()))
        .fields(fields)
        .cancel(url::administration(&head.slug))
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let slug = head.slug.clone();
    let present = desk.read(move |tx| reads::by_slug(tx, &slug)).await?.sheet();
    desk.form(&page(&head, &present, &Opened::with(&present)))
}

pub async fn save(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let (values, opened) = (typed(&form), Opened::read(form.typed("version")));
    let (id, sent, known) = (head.id, draft(values.clone()), opened.clone());
    match desk.act(move |ctx, tx| acts::revise(ctx, tx, id, &sent, &known)).await {
        Ok(()) => desk.done(&url::administration(&head.slug), "La fiche d'identité est enregistrée."),
        Err(error @ Error::Conflict(_)) => overtaken(&desk, &head, values, &opened, error).await,
        Err(error) => desk.form_again(page(&head, &values, &opened), error),
    }
}

/// The form again, with what somebody else has saved. What this person typed stays; a field left as it was takes its new
/// value, so that saving again undoes nobody's words by accident.
async fn overtaken(desk: &Desk, head: &Head, mut values: [String; 7], opened: &Opened, error: Error) -> Answer {
    let slug = head.slug.clone();
    let present = desk.read(move |tx| reads::by_slug(tx, &slug)).await?.sheet();
    let mut changes = Vec::new();
    for rank in opened.overtaken(&present) {
        let (Some((_, label, ..)), Some(now), Some(value)) =
            (FIELDS.get(rank), present.get(rank), values.get_mut(rank))
        else {
            continue;
        };
        changes.push(Change { label: (*label).to_owned(), now: now.clone() });
        if opened.had(rank, value) {
            value.clone_from(now);
        }
    }
    desk.form_again(page(head, &values, &Opened::with(&present)).overtaken(changes), error)
}
