//! What members share: their colleges, and the body that admits.

use axum::extract::Path;
use kernel::{Error, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::{base, governance};
use crate::governances::store::Head;
use crate::members::acts;
use crate::members::changes::{self, admission_body};
use crate::{bodies, forms};

fn college_page(head: &Head, typed: &Params) -> FormPage {
    forms::page(head, "Créer un collège", format!("{}/colleges/nouveau", base(head)), "Créer le collège")
        .field(Field::text("name", "Nom du collège").required().maxlength(200).value(typed.typed("name")))
        .field(Field::area("note", "Précision").maxlength(1000).value(typed.typed("note")))
        .cancel(base(head))
}

pub async fn show_college(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = governance(&desk, slug).await?;
    desk.form(&college_page(&head, &desk.params))
}

pub async fn college(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = governance(&desk, slug).await?;
    let (id, name, note) = (head.id, form.typed("name").to_owned(), form.typed("note").to_owned());
    let create = move |ctx: &kernel::Context<'_>, tx: &mut store::Tx<'_>| {
        acts::create_college(ctx, tx, id, &name, &note, &Provenance::entered())
    };
    match desk.act(create).await {
        Ok(_) => desk.done(&base(&head), "Le collège est créé."),
        Err(error) => desk.form_again(college_page(&head, &form), error),
    }
}

async fn body_page(desk: &Desk, head: &Head, chosen: &str) -> Result<FormPage> {
    let id = head.id;
    let bodies = desk.read(move |tx| bodies::store::living(tx, id)).await?;
    let none = Choice::new("", "Aucune pour l'instant").selected(chosen.is_empty());
    let each = bodies.iter().map(|body| {
        let value = body.id.to_string();
        let selected = value == chosen;
        Choice::new(value, &body.name).selected(selected)
    });
    let action = format!("{}/instance-d-admission", base(head));
    Ok(forms::page(head, "Désigner l'instance qui admet", action, "Enregistrer")
        .lead("L'admission d'un membre est l'effet d'une décision de cette instance.")
        .field(Field::choice(Kind::Select, "body", "Instance", std::iter::once(none).chain(each)))
        .cancel(base(head)))
}

pub async fn show_body(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = governance(&desk, slug).await?;
    let id = head.id;
    let chosen = desk.read(move |tx| admission_body(tx, id)).await?.map(|(id, _)| id.to_string()).unwrap_or_default();
    desk.form(&body_page(&desk, &head, &chosen).await?)
}

pub async fn body(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = governance(&desk, slug).await?;
    let id = head.id;
    let done = match form.one("body").map(str::parse).transpose() {
        Ok(body) => desk.act(move |ctx, tx| changes::name_admission_body(ctx, tx, id, body)).await,
        Err(_) => Err(Error::invalid("body", "Choisissez une instance dans la liste.")),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "L'instance qui admet est enregistrée."),
        Err(error) => {
            let page = body_page(&desk, &head, form.typed("body")).await?;
            desk.form_again(page, error)
        }
    }
}
