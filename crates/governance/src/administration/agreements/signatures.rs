//! Signatures: expected, received, expected no longer.

use axum::extract::Path;
use directory::Organisation;
use kernel::{Error, Errors, Id, PartialDate, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::{agreement, base, present, trail};
use crate::agreements::acts;
use crate::agreements::model::Agreement;
use crate::forms;
use crate::governances::store::Head;
use crate::members::model::Member;

fn expect_page(head: &Head, agreement: &Agreement, members: &[Member], typed: &Params) -> FormPage {
    let known: Vec<_> = agreement.signatories.iter().map(|one| one.organisation).collect();
    let others = members.iter().filter(|member| !known.contains(&member.organisation));
    let choices = others.map(|member| Choice::new(member.organisation.to_string(), &member.name));
    let first = Choice::new("", "Choisissez une structure");
    let field = Field::choice(Kind::Select, "organisation", "Structure", std::iter::once(first).chain(choices));
    forms::page(
        head,
        "Attendre une signature",
        format!("{}/{}/signataires/nouveau", base(head), agreement.id),
        "Ajouter ce signataire",
    )
    .about(agreement.title.clone())
    .note("La liste est celle des membres et des candidats qui ne sont pas encore parmi les signataires.")
    .field(field.required().value(typed.typed("organisation")))
    .field(
        Field::new(Kind::Date, "since", "Attendue depuis le")
            .hint("Sans date : à partir d'aujourd'hui. Exemple : 12/03/2026")
            .value(typed.typed("since")),
    )
    .trail(trail(head))
    .cancel(base(head))
}

pub async fn show_expect(desk: Desk, Path((slug, id)): Path<(String, String)>) -> Answer {
    let (head, agreement) = agreement(&desk, slug, id).await?;
    let members = present(&desk, &head).await?;
    desk.form(&expect_page(&head, &agreement, &members, &Params::default()))
}

pub async fn expect(desk: Desk, Path((slug, id)): Path<(String, String)>, Form(form): Form) -> Answer {
    let (head, agreement) = agreement(&desk, slug, id).await?;
    let members = present(&desk, &head).await?;
    let mut errors = Errors::default();
    let chosen = form.typed("organisation").trim();
    let member = members.iter().find(|member| member.organisation.to_string() == chosen);
    if member.is_none() {
        errors.add("organisation", "Choisissez une structure dans la liste.");
    }
    let since = forms::date(&mut errors, "since", form.typed("since"));
    let done = match (errors.into_result(), member) {
        (Ok(()), Some(member)) => {
            let (id, organisation) = (agreement.id, member.organisation);
            desk.act(move |ctx, tx| acts::expect(ctx, tx, id, organisation, since)).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "La signature est attendue."),
        Err(error) => desk.form_again(expect_page(&head, &agreement, &members, &form), error),
    }
}

/// The expected signatory of the address.
async fn signatory(
    desk: &Desk,
    slug: String,
    id: String,
    structure: String,
) -> Result<(Head, Agreement, Id<Organisation>, String)> {
    let (head, agreement) = agreement(desk, slug, id).await?;
    let organisation: Id<Organisation> = structure.parse().map_err(|_| Error::NotFound)?;
    let one = agreement.signatories.iter().find(|one| one.organisation == organisation).ok_or(Error::NotFound)?;
    let name = one.name.clone();
    Ok((head, agreement, organisation, name))
}

fn receive_page(
    head: &Head,
    agreement: &Agreement,
    organisation: Id<Organisation>,
    name: &str,
    signed: &str,
) -> FormPage {
    let action = format!("{}/{}/signataires/{organisation}", base(head), agreement.id);
    forms::page(head, "Enregistrer une signature", action, "Enregistrer la signature")
        .about(format!("{name} : {}", agreement.title))
        .field(Field::new(Kind::Date, "signed_on", "Signé le").required().value(signed))
        .trail(trail(head))
        .cancel(base(head))
}

pub async fn show_receive(desk: Desk, Path((slug, id, structure)): Path<(String, String, String)>) -> Answer {
    let (head, agreement, organisation, name) = signatory(&desk, slug, id, structure).await?;
    let today = forms::shown_date(Some(PartialDate::of_day(desk.app.clock().now().day())));
    desk.form(&receive_page(&head, &agreement, organisation, &name, &today))
}

pub async fn receive(
    desk: Desk,
    Path((slug, id, structure)): Path<(String, String, String)>,
    Form(form): Form,
) -> Answer {
    let (head, agreement, organisation, name) = signatory(&desk, slug, id, structure).await?;
    let mut errors = Errors::default();
    let on = forms::date(&mut errors, "signed_on", form.typed("signed_on"));
    if on.is_none() && errors.is_empty() {
        errors.add("signed_on", "Donnez la date de la signature.");
    }
    let done = match (errors.into_result(), on) {
        (Ok(()), Some(on)) => {
            let id = agreement.id;
            desk.act(move |ctx, tx| acts::receive(ctx, tx, id, organisation, on)).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "La signature est enregistrée."),
        Err(error) => {
            desk.form_again(receive_page(&head, &agreement, organisation, &name, form.typed("signed_on")), error)
        }
    }
}

fn stop_page(head: &Head, agreement: &Agreement, organisation: Id<Organisation>, name: &str) -> FormPage {
    let action = format!("{}/{}/signataires/{organisation}/retirer", base(head), agreement.id);
    forms::page(head, "Ne plus attendre une signature", action, "Ne plus attendre cette signature")
        .about(format!("{name} : {}", agreement.title))
        .note("La structure disparaît des signataires attendus. Vous pourrez l'attendre de nouveau.")
        .trail(trail(head))
        .cancel(base(head))
        .danger()
}

pub async fn show_stop(desk: Desk, Path((slug, id, structure)): Path<(String, String, String)>) -> Answer {
    let (head, agreement, organisation, name) = signatory(&desk, slug, id, structure).await?;
    desk.form(&stop_page(&head, &agreement, organisation, &name))
}

pub async fn stop(desk: Desk, Path((slug, id, structure)): Path<(String, String, String)>) -> Answer {
    let (head, agreement, organisation, name) = signatory(&desk, slug, id, structure).await?;
    let id = agreement.id;
    match desk.act(move |ctx, tx| acts::stop_expecting(ctx, tx, id, organisation)).await {
        Ok(()) => desk.done(&base(&head), "La signature n'est plus attendue."),
        Err(error) => desk.form_again(stop_page(&head, &agreement, organisation, &name), error),
    }
}
