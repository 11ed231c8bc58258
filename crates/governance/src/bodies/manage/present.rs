//! What those who animate a body say of it: its missions, its rhythm, a note.

use axum::extract::Path;
use kernel::{Capability, Error, Errors, Result, Scope};
use ui::form::{Field, Kind};
use ui::form_page::{Change, FormPage};
use ui::page::Crumb;
use web::{Answer, Desk, Form, Params};

use crate::bodies::changes::{self, Presentation};
use crate::bodies::model::Body;
use crate::bodies::store as reads;
use crate::governances::store::Head;
use crate::{forms, url};

type Place = Path<(String, String)>;

/// The body of the address with its missions, for those who animate it.
async fn enter(desk: &Desk, slug: String, instance: String) -> Result<(Head, Body, Vec<String>)> {
    let (head, body, missions) = desk
        .read(move |tx| {
            let head = forms::governance(tx, &slug)?;
            let found = reads::list(tx, head.id)?.into_iter().find(|body| body.slug == instance);
            let body = found.ok_or(Error::NotFound)?;
            let missions = reads::missions(tx, head.id)?.remove(&body.id).unwrap_or_default();
            Ok((head, body, missions))
        })
        .await?;
    desk.require(Capability::ManageBody, Scope::Body { governance: head.id.uuid(), body: body.id.uuid() })?;
    Ok((head, body, missions))
}

/// What stands in the fields: missions, note, most and fewest meetings.
fn stored(body: &Body, missions: &[String]) -> [String; 4] {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    [missions.join("\n"), body.note.clone(), number(body.meetings_min), number(body.meetings_max)]
}

fn typed(form: &Params) -> [String; 4] {
    ["missions", "note", "meetings_min", "meetings_max"].map(|name| form.typed(name).replace('\r', ""))
}

fn page(head: &Head, body: &Body, [missions, note, least, most]: &[String; 4]) -> FormPage {
    let back = url::body(&head.slug, &body.slug);
    let trail = vec![
        Crumb::new("Gouvernances", url::GOVERNANCES),
        Crumb::new(&head.name, url::governance(&head.slug)),
        Crumb::new(&body.name, &back),
    ];
    forms::page(head, "Présenter une instance", format!("{back}/presentation"), "Enregistrer")
        .about(body.name.clone())
        .trail(trail)
        .field(Field::hidden("version", body.version.to_string()))
        .field(Field::area("missions", "Missions").hint("Une par ligne").value(missions))
        .field(Field::new(Kind::Number, "meetings_min", "Réunions par an, au moins").value(least))
        .field(Field::new(Kind::Number, "meetings_max", "Réunions par an, au plus").value(most))
        .field(Field::area("note", "Précision").maxlength(1000).rows(3).value(note))
        .note("Le nom, la forme, les fonctions et les sièges sont tenus par les gestionnaires.")
        .cancel(back)
}

pub async fn show(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body, missions) = enter(&desk, slug, instance).await?;
    desk.form(&page(&head, &body, &stored(&body, &missions)))
}

fn read([missions, note, least, most]: &[String; 4]) -> Result<Presentation> {
    let mut errors = Errors::default();
    let meetings_min = forms::number(&mut errors, "meetings_min", least);
    let meetings_max = forms::number(&mut errors, "meetings_max", most);
    errors.into_result()?;
    let missions = missions.lines().map(ToOwned::to_owned).collect();
    Ok(Presentation { missions, note: note.clone(), meetings_min, meetings_max })
}

pub async fn save(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body, _) = enter(&desk, slug.clone(), instance.clone()).await?;
    let version: i64 = form.typed("version").parse().unwrap_or(0);
    let (id, values) = (body.id, typed(&form));
    let done = match read(&values) {
        Ok(new) => desk.act(move |ctx, tx| changes::present(ctx, tx, id, version, &new)).await,
        Err(error) => Err(error),
    };
    let Err(error) = done else {
        return desk.done(&url::body(&head.slug, &body.slug), "La présentation est enregistrée.");
    };
    let (head, now, missions) = enter(&desk, slug, instance).await?;
    let again = page(&head, &now, &values);
    if !matches!(error, Error::Conflict(_)) || now.version == version {
        return desk.form_again(again, error);
    }
    let labels = ["Missions", "Précision", "Réunions au moins", "Réunions au plus"];
    let differs =
        labels.into_iter().zip(stored(&now, &missions)).zip(&values).filter(|((_, now), typed)| now != *typed);
    let changes = differs.map(|((label, now), _)| Change { label: label.to_owned(), now }).collect();
    desk.form_again(again.overtaken(changes), error)
}
