//! « Demander à rejoindre »: a signed-in person asks for the entry of an organisation.

use axum::extract::Path;
use directory::accounts::store::find_person;
use directory::{Organisation, Person, organisations};
use kernel::{Capability, Error, Errors, Id, Result, Scope};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Section};
use web::{Answer, Desk, Form, Params};

use super::organisation;
use crate::governances::store::Head;
use crate::members::model::{Involvement, MemberCategory};
use crate::members::requests::{ForWhom, Request, ask as ask_for};
use crate::{forms, url};

/// The governance of the address and the organisation of the person who asks.
async fn enter(desk: &Desk, slug: String) -> Result<(Head, Option<Organisation>)> {
    let head = desk.read({
        let slug = slug.clone();
        move |tx| forms::governance(tx, &slug)
    });
    let head = head.await?;
    desk.require(Capability::ApplyForMembership, Scope::Governance(head.id.uuid()))?;
    let person: Id<Person> = desk.signed().map(|signed| Id::from_uuid(signed.person)).ok_or(Error::NotFound)?;
    let own = desk
        .read(move |tx| match find_person(tx, person)?.organisation {
            Some(id) => organisations::store::find(tx, id),
            None => Ok(None),
        })
        .await?;
    Ok((head, own))
}

fn page(head: &Head, own: Option<&Organisation>, typed: &Params, asks_distinct: bool) -> FormPage {
    let mut page = FormPage::new(
        "Demander à rejoindre",
        format!("{}/candidature", url::governance(&head.slug)),
        "Envoyer la demande",
    )
    .eyebrow(&head.name)
    .section(Section::Governances)
    .trail(vec![
        Crumb::new("Gouvernances", url::GOVERNANCES),
        Crumb::new(&head.name, url::governance(&head.slug)),
        Crumb::new("Membres", url::members(&head.slug)),
    ])
    .lead("Les gestionnaires de la gouvernance vous répondent par courriel, avec leurs raisons.")
    .note("La candidature de votre structure est publique ; votre nom et votre message ne le sont pas.")
    .cancel(url::members(&head.slug));
    if let Some(own) = own {
        let chosen = typed.typed("structure");
        let mine = Choice::new("mine", &own.name).selected(chosen != "other");
        let other = Choice::new("other", "Une autre structure, décrite ci-dessous").selected(chosen == "other");
        page = page.field(Field::choice(Kind::Radio, "structure", "Pour quelle structure", [mine, other]).required());
    }
    let optional = |mut field: Field| {
        // Needed only for another organisation than one's own.
        field.required = field.required && own.is_none();
        field
    };
    page = page.fields(organisation::fields(typed, asks_distinct).into_iter().map(optional));
    let involvement = if typed.typed("involvement").is_empty() { "contributes" } else { typed.typed("involvement") };
    let categories = forms::choices::<MemberCategory>(typed.typed("category"));
    let categories = std::iter::once(Choice::new("", "Choisissez")).chain(categories);
    page.field(Field::choice(Kind::Select, "category", "Catégorie dans la gouvernance", categories).required())
        .field(
            Field::choice(
                Kind::Radio,
                "involvement",
                "Implication souhaitée",
                forms::choices::<Involvement>(involvement),
            )
            .required(),
        )
        .field(
            Field::area("motivation", "Pourquoi rejoindre cette gouvernance")
                .maxlength(1000)
                .required()
                .value(typed.typed("motivation")),
        )
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let (head, own) = enter(&desk, slug).await?;
    desk.form(&page(&head, own.as_ref(), &desk.params, false))
}

pub async fn ask(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let (head, own) = enter(&desk, slug).await?;
    let (governance, typed) = (head.id, form.clone());
    let mine = own.as_ref().filter(|_| typed.typed("structure") != "other").map(|own| own.id);
    let done = desk
        .act(move |ctx, tx| {
            let mut errors = Errors::default();
            let category = forms::coded(&mut errors, "category", typed.typed("category"));
            let involvement = forms::coded(&mut errors, "involvement", typed.typed("involvement"));
            let organisation = match mine {
                Some(id) => Some(ForWhom::Known(id)),
                None => match organisation::read(tx, &typed) {
                    Ok(new) => Some(ForWhom::New(Box::new(new))),
                    Err(Error::Invalid(faults)) => {
                        for fault in faults.iter() {
                            errors.add(fault.field.clone(), fault.message.clone());
                        }
                        None
                    }
                    Err(other) => return Err(other),
                },
            };
            errors.into_result()?;
            let (Some(organisation), Some(category), Some(involvement)) = (organisation, category, involvement) else {
                return Err(Error::NotFound);
            };
            let motivation = typed.typed("motivation").to_owned();
            ask_for(ctx, tx, governance, &Request { organisation, category, involvement, motivation })
        })
        .await;
    match done {
        Ok(_) => desk.done(&url::members(&head.slug), "Votre demande est envoyée aux gestionnaires."),
        Err(error) => {
            let asks_distinct = matches!(&error, Error::Conflict(_)) && mine.is_none();
            desk.form_again(page(&head, own.as_ref(), &form, asks_distinct), error)
        }
    }
}
