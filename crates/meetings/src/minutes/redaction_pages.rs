//! Hiding a passage from the public version of minutes.

use axum::extract::Path;
use governance::forms;
use kernel::{Error, Id, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::acts::{self, NewRedaction};
use super::model::Ground;
use crate::model::Item;
use crate::planning::{Known, managed};

type ItemPlace = Path<(String, String, String)>;

async fn item(desk: &Desk, slug: String, meeting: String, point: &str) -> Result<(Known, Item)> {
    let known = managed(desk, slug, meeting).await?;
    let (id, point): (_, Id<Item>) = (known.meeting.id, point.parse().map_err(|_| Error::NotFound)?);
    let items = desk.read(move |tx| crate::store::agenda(tx, id)).await?;
    let item = items.into_iter().find(|item| item.id == point).ok_or(Error::NotFound)?;
    Ok((known, item))
}

fn page(known: &Known, item: &Item, typed: &Params) -> FormPage {
    let base = format!("{}/compte-rendu", known.page());
    let chosen = typed.typed("ground");
    let grounds = <Ground as kernel::coded::Coded>::ALL.iter().map(|ground| {
        let code = kernel::coded::Coded::code(*ground);
        let label = ground.to_string();
        let mut letters = label.chars();
        let label: String = letters.next().map(char::to_uppercase).into_iter().flatten().chain(letters).collect();
        Choice::new(code, label).selected(code == chosen)
    });
    forms::page(&known.head, "Occulter un passage", format!("{base}/occulter/{}", item.id), "Occulter")
        .about(format!("{}, {}", item.title, known.meeting.title))
        .trail(known.trail())
        .note("La version publique montrera le motif à la place du passage. Les structures appelées lisent toujours tout.")
        .field(
            Field::area("passage", "Passage à occulter")
                .hint("Copié du compte rendu, mot pour mot. Laissez vide pour occulter tout ce qui est noté sur ce point.")
                .rows(4)
                .value(typed.typed("passage")),
        )
        .field(Field::choice(Kind::Radio, "ground", "Motif", grounds).required())
        .field(
            Field::text("reason", "Précision")
                .hint("Pour l'animation : elle n'est pas publiée.")
                .maxlength(300)
                .value(typed.typed("reason")),
        )
        .cancel(base)
}

pub async fn show(desk: Desk, Path((slug, meeting, point)): ItemPlace) -> Answer {
    let (known, item) = item(&desk, slug, meeting, &point).await?;
    desk.form(&page(&known, &item, &Params::default()))
}

pub async fn redact(desk: Desk, Path((slug, meeting, point)): ItemPlace, Form(form): Form) -> Answer {
    let (known, item) = item(&desk, slug, meeting, &point).await?;
    let new = NewRedaction {
        passage: form.typed("passage").to_owned(),
        ground: form.typed("ground").to_owned(),
        reason: form.typed("reason").to_owned(),
    };
    let id = item.id;
    match desk.act(move |ctx, tx| acts::redact(ctx, tx, id, &new)).await {
        Ok(_) => desk.done(&format!("{}/compte-rendu#point-{id}", known.page()), "Le passage est occulté."),
        Err(error) => desk.form_again(page(&known, &item, &form), error),
    }
}

pub async fn show_again(desk: Desk, Path((slug, meeting, hidden)): ItemPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, hidden) = (known.meeting.id, hidden.parse().map_err(|_| Error::NotFound)?);
    desk.act(move |ctx, tx| acts::show_again(ctx, tx, id, hidden)).await?;
    desk.done(&format!("{}/compte-rendu", known.page()), "Le passage n'est plus occulté.")
}
