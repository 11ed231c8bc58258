//! The data of a person: one page, two downloads, erasure.

use askama::Template;
use directory::Person;
use directory::accounts::data::{self, Known};
use documents::{Cell, Column, Format, Sheet};
use governance::{members, powers};
use http::StatusCode;
use kernel::{Error, Id, Result, Timestamp};
use meetings::elections::names;
use serde_json::json;
use store::Tx;
use ui::form::Field;
use ui::form_page::FormPage;
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form, close_session, download};

#[derive(Template)]
#[template(path = "site/my_data.html")]
struct MyDataPage {
    known: Vec<Known>,
}

fn trail() -> Vec<Crumb> {
    vec![Crumb::new("Mon compte", "/compte")]
}

impl Page for MyDataPage {
    fn title(&self) -> String {
        "Mes données".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail()
    }
}

fn person(desk: &Desk) -> Result<Id<Person>> {
    desk.signed().map(|signed| Id::from_uuid(signed.person)).ok_or(Error::NotFound)
}

/// All that the crates hold about a person.
fn everything(tx: &mut Tx<'_>, person: Id<Person>, now: Timestamp) -> Result<Vec<Known>> {
    let mut known = data::of_person(tx, person, now)?;
    for held in powers::store::of_person(tx, person, now.day())? {
        let place = held.governance_name.unwrap_or_else(|| "la plateforme".to_owned());
        let on = held.power.on.as_deref().map(|on| format!(" ({on})")).unwrap_or_default();
        let value = format!("{}{on}, {place}, {}", held.power.role, held.power.period());
        known.push(Known {
            what: "Pouvoir".to_owned(),
            value,
            kept: "Jusqu'à sa fin ; le registre garde la fonction, sans nom",
        });
    }
    for (organisation, motivation, answer) in members::requests::of_person(tx, person)? {
        let value = format!("Pour « {organisation} » : {motivation} {answer}");
        let kept = "Tant que le compte est ouvert ; ensuite le texte est effacé";
        known.push(Known { what: "Demande d'entrée".to_owned(), value, kept });
    }
    for candidacy in names::of_person(tx, person)? {
        let kept = "Un an après le résultat ; sans limite pour qui est élu";
        known.push(Known { what: "Candidature à une élection".to_owned(), value: candidacy, kept });
    }
    Ok(known)
}

async fn read(desk: &Desk) -> Result<Vec<Known>> {
    let (person, now) = (person(desk)?, desk.app.clock().now());
    desk.read(move |tx| everything(tx, person, now)).await
}

pub async fn show(desk: Desk) -> Answer {
    let known = read(&desk).await?;
    desk.private(StatusCode::OK, &MyDataPage { known })
}

pub async fn as_json(desk: Desk) -> Answer {
    let known = read(&desk).await?;
    let lines: Vec<_> =
        known.iter().map(|one| json!({ "donnee": one.what, "valeur": one.value, "conservation": one.kept })).collect();
    let body = serde_json::to_vec_pretty(&json!({ "donnees": lines })).map_err(Error::internal)?;
    download("mes-donnees.json", "application/json", body)
}

pub async fn as_ods(desk: Desk) -> Answer {
    let known = read(&desk).await?;
    let sheet = Sheet {
        title: "Mes données".to_owned(),
        columns: vec![Column::new("Donnée", 34), Column::new("Valeur", 60), Column::new("Conservation", 40)],
        notes: vec!["Ce que Maillage sait de vous.".to_owned()],
        rows: known
            .into_iter()
            .map(|one| vec![Cell::Text(one.what), Cell::Text(one.value), Cell::from(one.kept)])
            .collect(),
    };
    let body = documents::write(&sheet, Format::Ods).map_err(Error::internal)?;
    download("mes-donnees.ods", Format::Ods.content_type(), body)
}

/// The word to type, so that nobody erases by a slip.
const WORD: &str = "SUPPRIMER";

fn erase_page(typed: &str) -> FormPage {
    FormPage::new("Supprimer mon compte", "/compte/suppression", "Supprimer mon compte pour toujours")
        .lead("Votre nom, votre adresse, vos sessions et vos pouvoirs disparaissent. Cela ne s'annule pas.")
        .note("Vos actes passés restent au registre, où votre nom n'a jamais figuré, signés « compte supprimé ».")
        .field(
            Field::text("word", format!("Pour confirmer, écrivez {WORD}")).autocomplete("off").required().value(typed),
        )
        .cancel("/compte")
        .trail(trail())
        .danger()
}

pub async fn show_erase(desk: Desk) -> Answer {
    desk.form(&erase_page(""))
}

pub async fn erase(desk: Desk, Form(form): Form) -> Answer {
    let person = person(&desk)?;
    if form.typed("word").trim() != WORD {
        let error = Error::invalid("word", format!("Écrivez {WORD}, en majuscules."));
        return desk.form_again(erase_page(form.typed("word")), error);
    }
    let erased = desk
        .act(move |ctx, tx| {
            powers::acts::end_all(ctx, tx, person)?;
            members::requests::forget(tx, person)?;
            names::forget(ctx, tx, person)?;
            data::erase(ctx, tx, person)
        })
        .await;
    if let Err(error) = erased {
        return desk.form_again(erase_page(form.typed("word")), error);
    }
    let mut answer = desk.done("/", "Votre compte est supprimé.")?;
    close_session(&desk.app, &mut answer)?;
    Ok(answer)
}
