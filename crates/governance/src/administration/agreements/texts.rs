//! The text of an agreement: entered, corrected.

use axum::extract::Path;
use directory::Organisation;
use kernel::coded::Coded as _;
use kernel::{Capability, Error, Errors, Id, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, FormWithFiles, Params};

use super::super::{Opened, enter};
use super::{agreement, base, present, trail};
use crate::agreements::acts::{self, WITHOUT_TEXT};
use crate::agreements::model::{Agreement, AgreementKind, NewAgreement};
use crate::forms;
use crate::governances::store::Head;
use crate::members::model::Member;

/// What an entry and a correction ask, in the order of [`Agreement::sheet`].
fn fields(typed: &Params, file_hint: &str) -> Vec<Field> {
    let value = |name: &str| typed.typed(name).to_owned();
    let mut file = Field::new(Kind::File, "file", "Document signé ou à signer").hint(file_hint);
    file.accept = ".pdf,application/pdf";
    vec![
        Field::choice(Kind::Select, "kind", "Nature", forms::choices::<AgreementKind>(typed.typed("kind"))).required(),
        Field::text("title", "Titre").autocomplete("off").required().value(value("title")),
        Field::area("text", "Texte").rows(10).value(value("text")),
        file,
        Field::area("commitments", "Engagements").hint("Un par ligne.").rows(4).value(value("commitments")),
        Field::new(Kind::Date, "signed_on", "Date du texte").value(value("signed_on")),
        Field::new(Kind::Date, "ends_on", "Date de fin").value(value("ends_on")),
    ]
}

fn new_page(head: &Head, members: &[Member], typed: &Params) -> FormPage {
    let ticked = typed.all("signatory");
    let signatories = members.iter().map(|member| {
        let id = member.organisation.to_string();
        let selected = ticked.contains(&id.as_str());
        Choice::new(id, &member.name).selected(selected)
    });
    let hint = "Un PDF de 40 Mo au plus. Il sera public. Après une erreur, choisissez-le de nouveau.";
    let mut page =
        forms::page(head, "Nouvelle convention ou charte", format!("{}/nouvelle", base(head)), "Enregistrer")
            .lead("Écrivez le texte, ou joignez son PDF.")
            .trail(trail(head))
            .with_files()
            .fields(fields(typed, hint));
    if !members.is_empty() {
        let field = Field::choice(Kind::Checkboxes, "signatory", "Signatures attendues", signatories);
        page = page.field(field.hint("Les structures cochées sont attendues à partir d'aujourd'hui."));
    }
    page.cancel(base(head))
}

pub async fn show_new(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let members = present(&desk, &head).await?;
    desk.form(&new_page(&head, &members, &desk.params))
}

/// `has_file`: a document stands already, which stays without a new one.
fn read(sent: &FormWithFiles, has_file: bool) -> Result<NewAgreement> {
    let (form, mut errors) = (&sent.fields, Errors::default());
    let kind: Option<AgreementKind> = forms::coded(&mut errors, "kind", form.typed("kind"));
    let signed_on = forms::date(&mut errors, "signed_on", form.typed("signed_on"));
    let ends_on = forms::date(&mut errors, "ends_on", form.typed("ends_on"));
    let file = sent.file("file").map(|upload| (upload.content.clone(), upload.name.clone()));
    if form.one("title").is_none() {
        errors.add("title", "Donnez le titre du texte.");
    }
    if form.one("text").is_none() && file.is_none() && !has_file {
        errors.add("text", WITHOUT_TEXT);
    }
    errors.into_result()?;
    Ok(NewAgreement {
        kind: kind.ok_or(Error::NotFound)?,
        title: form.typed("title").to_owned(),
        signed_on,
        ends_on,
        text: form.typed("text").to_owned(),
        commitments: form.typed("commitments").lines().map(ToOwned::to_owned).collect(),
        file,
        provenance: Provenance::entered(),
    })
}

pub async fn conclude(desk: Desk, Path(slug): Path<String>, sent: FormWithFiles) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let members = present(&desk, &head).await?;
    let ticked = sent.fields.all("signatory");
    let chosen =
        members.iter().map(|member| member.organisation).filter(|id| ticked.contains(&id.to_string().as_str()));
    let expected: Vec<Id<Organisation>> = chosen.collect();
    let id = head.id;
    let done = match read(&sent, false) {
        Ok(new) => desk.act(move |ctx, tx| acts::conclude_with(ctx, tx, id, &new, &expected)).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "Le texte est enregistré."),
        Err(error) => desk.form_again(new_page(&head, &members, &sent.fields), error),
    }
}

/// What a correction asks for, with what stands there.
fn standing(agreement: &Agreement) -> Params {
    let [kind, title, text, _, commitments, ..] = agreement.sheet();
    Params::of([
        ("kind", kind),
        ("title", title),
        ("text", text),
        ("commitments", commitments),
        ("signed_on", forms::shown_date(agreement.signed_on)),
        ("ends_on", forms::shown_date(agreement.ends_on)),
    ])
}

fn correct_page(head: &Head, agreement: &Agreement, typed: &Params, opened: &Opened) -> FormPage {
    let hint = match &agreement.file {
        Some((_, name)) => format!("« {name} » reste, sauf si vous choisissez un autre PDF, de 40 Mo au plus."),
        None => "Un PDF de 40 Mo au plus. Il sera public.".to_owned(),
    };
    forms::page(head, "Corriger un texte", format!("{}/{}/modifier", base(head), agreement.id), "Corriger")
        .about(agreement.title.clone())
        .note("Pour une erreur de saisie. Si les membres adoptent un autre texte, enregistrez-en un nouveau.")
        .trail(trail(head))
        .with_files()
        .field(Field::hidden("version", opened.written()))
        .fields(fields(typed, &hint))
        .field(
            Field::text("reason", "Motif de la correction")
                .hint("Public, au registre : les signatures données restent.")
                .autocomplete("off")
                .required()
                .value(typed.typed("reason")),
        )
        .cancel(base(head))
}

pub async fn show_correct(desk: Desk, Path((slug, id)): Path<(String, String)>) -> Answer {
    let (head, agreement) = agreement(&desk, slug, id).await?;
    desk.form(&correct_page(&head, &agreement, &standing(&agreement), &Opened::with(&agreement.sheet())))
}

pub async fn correct(desk: Desk, Path((slug, id)): Path<(String, String)>, sent: FormWithFiles) -> Answer {
    let (head, known) = agreement(&desk, slug.clone(), id.clone()).await?;
    let opened = Opened::read(sent.fields.typed("version"));
    let done = match read(&sent, known.file.is_some()) {
        Ok(new) => {
            let (id, reason, opened) = (known.id, sent.fields.typed("reason").to_owned(), opened.clone());
            desk.act(move |ctx, tx| acts::correct(ctx, tx, id, &new, &reason, &opened)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "Le texte est corrigé."),
        Err(error @ Error::Conflict(_)) => {
            // What somebody else has corrected meanwhile is shown; what this person typed stays.
            let (head, present) = agreement(&desk, slug, id).await?;
            let changes = opened.overtaken(&present.sheet()).into_iter().filter_map(|rank| change(&present, rank));
            let page = correct_page(&head, &present, &sent.fields, &Opened::with(&present.sheet()));
            desk.form_again(page.overtaken(changes.collect()), error)
        }
        Err(error) => desk.form_again(correct_page(&head, &known, &sent.fields, &opened), error),
    }
}

/// A field as it stands now, in words.
fn change(present: &Agreement, rank: usize) -> Option<Change> {
    let now = match rank {
        0 => present.kind.label().to_owned(),
        3 => present.file.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
        5 => forms::shown_date(present.signed_on),
        6 => forms::shown_date(present.ends_on),
        _ => present.sheet().get(rank)?.clone(),
    };
    let label = fields(&Params::default(), "").get(rank)?.label.clone();
    Some(Change { label, now })
}
